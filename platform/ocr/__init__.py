"""OCR as libraries deliver it: ALTO and METS, read safely into records."""

from __future__ import annotations

from .alto import read_alto
from .safexml import DEFAULT_LIMIT, Source, feed, refuse_doctype, safe_parse
from .words import page_words

__all__ = ["DEFAULT_LIMIT", "Source", "feed", "page_words", "read_alto", "refuse_doctype", "safe_parse"]
