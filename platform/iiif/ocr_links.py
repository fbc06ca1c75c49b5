"""Where a canvas's text is: ``seeAlso``, ``rendering`` and annotations that lead to ALTO, PAGE, hOCR or plain text."""

from __future__ import annotations

import re

from ..records import Severity, TextSource
from .values import Json, Notes, absolute, identifier, kind, objects, texts
from .wording import label

#: From the richest to the poorest; a page's sources come in this order.
_ORDER = ("alto", "page", "hocr", "annotations", "text")
_WORDS = (
    ("alto", re.compile(r"\balto\b|/alto/|alto\.xml|alto\+xml|standards/alto", re.IGNORECASE)),
    ("page", re.compile(r"primaresearch|\bpage[- ]?xml\b|prima\.page", re.IGNORECASE)),
    ("hocr", re.compile(r"\bhocr\b|hocr-spec|vnd\.hocr", re.IGNORECASE)),
)
# Annotations may be anything; these say of themselves that they are not the page's text.
_NOT_TEXT = re.compile(r"comment|\btags?\b|tagging|illustration|figure|image|transl|georef|link", re.IGNORECASE)
_TEXT_MOTIVATIONS = {"supplementing", "transcribing", "painting"}


def text_sources(canvas: Json, base: str, notes: Notes) -> tuple[TextSource, ...]:
    """Return where a canvas's text can be had, the richest first."""
    found: list[TextSource] = []
    for name in ("seeAlso", "rendering"):
        for link in objects(canvas.get(name)):
            found += _linked(link, base)
    for name in ("annotations", "otherContent"):
        for page in objects(canvas.get(name)):
            found += _annotated(page, base, notes)
    return tuple(sorted(dict.fromkeys(found), key=lambda source: _ORDER.index(source.format)))


def _linked(link: Json, base: str) -> list[TextSource]:
    address = absolute(identifier(link), base)
    format_ = _format(link, address)
    return [TextSource(address, format_)] if address and format_ else []


def _format(link: Json, address: str) -> str:
    """Return the format of what is linked, empty for what is no text of the page."""
    mime = " ".join(texts(link.get("format"))).lower()
    said = " ".join([*texts(link.get("profile")), mime, label(link.get("label")), address])
    for format_, words in _WORDS:
        if words.search(said):
            return "" if mime.startswith("image/") or mime == "application/pdf" else format_
    return "text" if mime.split(";")[0].strip() == "text/plain" else ""


def _annotated(page: Json, base: str, notes: Notes) -> list[TextSource]:
    """Return a page of annotations as a source, or the sources that its embedded annotations lead to."""
    items = objects(page.get("items")) or objects(page.get("resources"))
    if not items:
        named = label(page.get("label")) + " " + " ".join(label(o.get("label")) for o in objects(page.get("partOf")))
        address = absolute(identifier(page), base)
        return [TextSource(address, "annotations")] if address and not _NOT_TEXT.search(named) else []
    found: list[TextSource] = []
    for annotation in items:
        bodies = objects(annotation.get("body")) or objects(annotation.get("resource"))
        if not {name.split(":")[-1] for name in texts(annotation.get("motivation"))} & _TEXT_MOTIVATIONS:
            continue
        for body in bodies:
            if kind(body) in {"TextualBody", "ContentAsText"}:
                note = "the manifest itself holds text of the page; it is not read as OCR"
                notes.add("text-embedded", note, identifier(annotation), Severity.INFO)
            else:
                found += _linked(body, base)
    return found
