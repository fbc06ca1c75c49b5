"""What a harvest gives: documents, and refusals."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import EstampeError
from ..records import Article, Diagnostic, Document, Page


@dataclass(frozen=True, slots=True)
class Harvested:
    """A document as one route brought it.

    ``route`` is ``iiif``, ``gallica`` or ``folder``; ``original`` is the manifest as it was, None where there is none.
    ``unlearnt`` are the fields of the document of which the route could not ask all this time: what it said of them
    before still holds.
    """

    document: Document
    pages: tuple[Page, ...]
    articles: tuple[Article, ...]
    diagnostics: tuple[Diagnostic, ...]
    route: str
    original: bytes | None
    unlearnt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document, or a whole source, that could not be had; ``source`` names it, ``error`` says why."""

    source: str
    error: EstampeError
