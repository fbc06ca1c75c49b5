"""How to cite an illustration: a credit line, BibTeX, and CSL-JSON."""

from __future__ import annotations

import re
from typing import Any

from ..catalogue import Entry
from . import names
from .cards import folio, words_of
from .formats import joined, shortened, span
from .wording import gettext

_TEX = {
    **{char: "\\" + char for char in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
_CSL_KINDS = {
    "newspaper": "article-newspaper",
    "magazine": "article-magazine",
    "periodical": "article",
    "book": "book",
    "manuscript": "manuscript",
    "map": "map",
    "music": "musical_score",
}


def credit_line(entry: Entry, address: str) -> str:
    """Return the line to set under a picture: what it is, whence, by whose leave.

    Args:
        entry: the illustration.
        address: its lasting address.

    """
    document = entry.document
    words = shortened(words_of(entry.illustration), 200).rstrip(" .")
    quoted = gettext("“%(words)s”", words=words) if words else ""
    work = joined((document.title, span(document.date), gettext("p. %(page)s", page=folio(entry))), ", ")
    rights = document.rights
    provider = names.value_name("provider", document.provider)
    source = rights.attribution or joined((document.source, provider), " / ")
    licence = names.licence_name(rights.licence) if rights.licence else rights.statement
    sentences = [part.rstrip(". ") for part in (joined((quoted, work), ", "), source, shortened(licence, 200)) if part]
    return f"{'. '.join(sentences)}. {address}"


def bibtex(entry: Entry, address: str) -> str:
    """Return a BibTeX entry."""
    document, date = entry.document, entry.document.date
    fields = {
        "title": words_of(entry.illustration) or document.title,
        "author": " and ".join(document.creators),
        "howpublished": joined((document.title, span(date)), ", "),
        "publisher": document.publisher,
        "address": document.place,
        "year": str(date.start.year) if date and date.start else date.text if date else "",
        "pages": folio(entry),
        "organization": joined((document.source, document.provider), " / "),
        "url": address,
    }
    rows = [f"  {name} = {{{value if name == 'url' else _tex(value)}}}" for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:-]", "-", entry.illustration.id)
    return "@misc{" + ",\n".join([key, *rows]) + "\n}\n"


def csl(entry: Entry, address: str) -> dict[str, Any]:
    """Return an item of CSL-JSON, which Zotero and others read."""
    document, date = entry.document, entry.document.date
    item: dict[str, Any] = {
        "id": entry.illustration.id,
        "type": _CSL_KINDS.get(document.kind, "graphic"),
        "genre": "illustration",
        "title": words_of(entry.illustration) or document.title,
        "container-title": document.title,
        "author": [{"literal": name} for name in document.creators],
        "publisher": document.publisher,
        "publisher-place": document.place,
        "page": folio(entry),
        "archive": joined((document.source, document.provider), " / "),
        "URL": address,
    }
    if date and date.start and date.end:
        days = [date.start] if date.start == date.end else [date.start, date.end]
        item["issued"] = {"date-parts": [[day.year, day.month, day.day] for day in days]}
    elif date and date.text:
        item["issued"] = {"literal": date.text}
    return {name: value for name, value in item.items() if value}


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in text)
