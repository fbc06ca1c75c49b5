"""The orders of results: each a whole number of 63 bits, smallest first, that every index can sort and continue by.

Pictures that are equal in what is sorted by follow each other document by document, in reading order, and those that
are equal in all of it by id. Dates that are not known come last in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..identity import digest
from .documents import IndexDocument

_DAYS = 22


def order_keys(document: IndexDocument) -> Mapping[str, int]:
    """Return the key of an illustration in each order but relevance."""
    day = document.date_start.toordinal() if document.date_start else None
    unknown = (1 << _DAYS) - 1
    return MappingProxyType(
        {
            "document": _reading_place(document, 63),
            "date": (unknown if day is None else day) << 41 | _reading_place(document, 41),
            "-date": (unknown if day is None else unknown - 1 - day) << 41 | _reading_place(document, 41),
            "size": round((1 - min(max(document.share, 0.0), 1.0)) * 0x3FFF) << 49 | _reading_place(document, 49),
        }
    )


def _reading_place(document: IndexDocument, bits: int) -> int:
    """Return the document, the page and the place on it in so many bits: half of them for the document."""
    number, top = min(max(document.page_number, 0), 0xFFF), min(max(document.top, 0) >> 4, 0x3FF)
    names = int(digest(document.document, 16), 16) >> (64 - (bits - 22))
    return names << 22 | number << 10 | top
