"""OCR as libraries deliver it: ALTO and METS, read safely into records."""

from __future__ import annotations

from .alto import read_alto
from .geometry import is_page
from .mets import read_mets
from .safexml import DEFAULT_LIMIT, Source, Target, feed, refuse_doctype, safe_parse
from .structure import Mets, MetsPage
from .words import page_words

__all__ = [
    "DEFAULT_LIMIT",
    "Mets",
    "MetsPage",
    "Source",
    "Target",
    "feed",
    "is_page",
    "page_words",
    "read_alto",
    "read_mets",
    "refuse_doctype",
    "safe_parse",
]
