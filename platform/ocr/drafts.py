"""Frozen records made fast: written as a draft, then turned into the record by giving it its class.

A frozen dataclass sets every field through ``object.__setattr__``, so its constructor takes five times as long; a page
has 20,000 words, and making them was half of the time of reading it. A draft has the slots of its record, in the same
order: otherwise Python lets no object change its class.
"""

from __future__ import annotations

from ..records import Box


class BoxDraft:
    """A box that is not finished."""

    __slots__ = ("h", "w", "x", "y")
    x: int
    y: int
    w: int
    h: int


class WordDraft:
    """A word that is not finished."""

    __slots__ = ("box", "confidence", "text", "whole")
    text: str
    box: Box
    confidence: float | None
    whole: str
