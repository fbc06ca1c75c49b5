"""Gallica's own record of a document (OAIRecord), and its list of views (Pagination).

https://api.bnf.fr/fr/api-document-de-gallica
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from ..dates import parse_date
from ..identity import find_ark
from ..languages import language_codes
from ..net import Door
from ..records import Document, Rights, Series, Size
from .services import ask, find_all, first, texts

# Of newspapers and magazines alike it says "fascicule" and "publication en série imprimée".
_KINDS = {
    "monographie": "book",
    "fascicule": "periodical",
    "periodique": "periodical",
    "manuscrit": "manuscript",
    "carte": "map",
    "image": "image",
    "partition": "music",
}
#: The fields of a document that the record may fill.
RECORD_FIELDS = frozenset(
    ["title", "kind", "series", "date", "languages", "creators", "publisher", "source", "catalogue_record", "rights"]
)


@dataclass(frozen=True, slots=True)
class Record:
    """What the record says; ``has_text`` is False where Gallica knows of no OCR."""

    document: Document
    has_text: bool


@dataclass(frozen=True, slots=True)
class View:
    """A view of a document: its number from 1, its printed page number, its size."""

    number: int
    label: str
    size: Size | None


def read_record(door: Door, base: str, document: Document, *, max_age: float | None = None) -> Record:
    """Ask for a document's record and fill what is empty in the document. Raises NetworkError, FormatError.

    One that was had so many seconds ago is good enough with a ``max_age``.
    """
    root = ask(door, f"{base}/services/OAIRecord?ark={_name(document)}", "results", max_age=max_age)
    typed = first(root, "typedoc").lower().rstrip("s")
    languages = dict.fromkeys(code for text in texts(root, "language") for code in language_codes(text))
    filled: dict[str, Any] = {
        "title": first(root, "title"),
        "kind": _KINDS.get(typed, ""),
        "series": _series(root, document.aliases[0]),
        "date": parse_date(first(root, "date")) if first(root, "date") else None,
        "languages": tuple(languages),
        "creators": tuple(texts(root, "creator")),
        "publisher": first(root, "publisher"),
        "source": first(root, "source"),
        "catalogue_record": _catalogue(root),
    }
    given = {name: value for name, value in filled.items() if value and not getattr(document, name)}
    rights = document.rights
    if not rights.licence and not rights.statement:
        rights = replace(rights, statement="; ".join(texts(root, "rights")))
    return Record(replace(document, rights=rights, **given), first(root, "mode_indexation").lower() != "image")


def read_views(door: Door, base: str, name: str) -> list[View]:
    """Ask for the views of a document. Raises NetworkError, FormatError."""
    root = ask(door, f"{base}/services/Pagination?ark={name}", "livre")
    views = []
    for place, page in enumerate(find_all(root, "page"), start=1):
        number, width, height = (first(page, part) for part in ("ordre", "image_width", "image_height"))
        size = Size(int(width), int(height)) if width.isdecimal() and height.isdecimal() else None
        views.append(View(int(number) if number.isdecimal() else place, first(page, "numero"), size))
    return views


def empty_document(ark: str, id_: str) -> Document:
    """Return a document of Gallica of which only the ARK is known."""
    landing = f"https://gallica.bnf.fr/{ark}"
    return Document(id_, "Gallica", "", (ark,), rights=Rights(), landing=landing)


def _name(document: Document) -> str:
    return document.aliases[0].rpartition("/")[2]


def _series(root: etree._Element, ark: str) -> Series | None:
    for relation in texts(root, "relation"):
        found = find_ark(relation)
        if found and found[0] != ark and relation.rstrip("/.").endswith("/date"):
            return Series(found[0], first(root, "title"))
    return None


def _catalogue(root: etree._Element) -> str:
    relations = (relation for relation in texts(root, "relation") if "Notice du catalogue" in relation)
    return next((relation.partition(":")[2].strip() for relation in relations), "")
