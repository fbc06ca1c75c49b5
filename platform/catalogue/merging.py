"""What several routes say of a document becomes one, field by field; which route came first does not matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from ..records import DateSpan, Document, ImageSource, Page, Rights, Size

#: Whose word counts first. A route that is not listed comes after these.
ROUTES = ("iiif", "gallica", "folder")

_Value = TypeVar("_Value")


def in_order(said: Mapping[str, _Value]) -> list[_Value]:
    """Return what the routes said, the most trusted route first."""
    ranks = {route: rank for rank, route in enumerate(ROUTES)}
    return [said[route] for route in sorted(said, key=lambda route: (ranks.get(route, len(ROUTES)), route))]


def merge_documents(documents: Sequence[Document]) -> Document:
    """Merge what the routes say, most trusted first: of each field the first that is not empty; of the aliases all."""
    first = documents[0]
    merged: dict[str, Any] = {
        name: _first((getattr(document, name) for document in documents), empty)
        for name, empty in _EMPTY.items()
        if name not in {"id", "aliases", "kind", "rights", "date"}
    }
    rights = _rights(documents)
    aliases = _all(document.aliases for document in documents)
    date = _date([document.date for document in documents if document.date])
    kind = _kind([document.kind for document in documents if document.kind])
    return replace(first, **merged, kind=kind, rights=rights, date=date, aliases=aliases)


def keep(document: Document, before: Document, fields_: Collection[str]) -> Document:
    """Fill those of these fields that are empty with what the same route said before; of rights, part by part."""
    kept = {name: getattr(before, name) for name in fields_ if getattr(document, name) == _EMPTY[name]}
    if "rights" in fields_:
        kept["rights"] = _rights([document, before])
    return replace(document, **kept)


def merge_pages(routes: Sequence[Sequence[Page]]) -> list[Page]:
    """Merge the pages that the routes know, most trusted route first, by key; in the order of their numbers."""
    said: dict[str, list[Page]] = {}
    for pages in routes:
        for page in pages:
            said.setdefault(page.key, []).append(page)
    return sorted((_merge_page(pages) for pages in said.values()), key=lambda page: (page.number, page.key))


def learn(page: Page, size: Size | None, image: ImageSource | None) -> Page:
    """Add what was seen of a page by reading it: its frame where no route tells it, and what its scan really is."""
    if page.image and image and image.address == page.image.address:
        known = {
            name: value for name in _SEEN if (value := getattr(image, name)) is not None and value != _SEEN_EMPTY[name]
        }
        page = replace(page, image=replace(page.image, **known))
    return replace(page, size=page.size or size)


def _merge_page(pages: Sequence[Page]) -> Page:
    first = pages[0]
    if len(pages) == 1 and len(first.texts) < 2 and (first.image is None or _says_all(first.image)):
        return first
    images = [page.image for page in pages if page.image]
    return replace(
        first,
        label=_first((page.label for page in pages), ""),
        canvas=_first((page.canvas for page in pages), ""),
        size=_first((page.size for page in pages), None),
        image=_merge_images(images) if images else None,
        texts=_all(page.texts for page in pages),
    )


def _merge_images(images: Sequence[ImageSource]) -> ImageSource:
    """Keep the first scan; the others add to it what they know of the same address."""
    first = images[0]
    same = [image for image in images if image.address == first.address]
    return replace(
        first, **{name: _first((getattr(image, name) for image in same), _SEEN_EMPTY[name]) for name in _SEEN}
    )


def _says_all(image: ImageSource) -> bool:
    """Tell whether merging a scan with itself leaves it as it is."""
    return all(value or value == _SEEN_EMPTY[name] for name, value in zip(_SEEN, _seen(image), strict=True))


def _kind(kinds: Sequence[str]) -> str:
    """Return the first kind; of a periodical, whether it is a newspaper or a magazine, if any route knows."""
    if kinds and kinds[0] == "periodical":
        return next((kind for kind in kinds if kind in {"newspaper", "magazine"}), "periodical")
    return kinds[0] if kinds else ""


def _rights(documents: Sequence[Document]) -> Rights:
    return Rights(
        licence=_first((document.rights.licence for document in documents), None),
        attribution=_first((document.rights.attribution for document in documents), ""),
        statement=_first((document.rights.statement for document in documents), ""),
    )


def _date(dates: Sequence[DateSpan]) -> DateSpan | None:
    """Return the first date whose days are known, else the first."""
    return next((date for date in dates if date.start), dates[0] if dates else None)


def _first(values: Iterable[_Value], empty: _Value) -> _Value:
    return next((value for value in values if value and value != empty), empty)


def _all(values: Iterable[tuple[_Value, ...]]) -> tuple[_Value, ...]:
    return tuple({item: None for value in values for item in value})


_EMPTY: dict[str, Any] = {field.name: "" if field.default is MISSING else field.default for field in fields(Document)}
_SEEN = ("service", "size", "format", "sha256", "bytes")
_seen = attrgetter(*_SEEN)
_SEEN_EMPTY: dict[str, Any] = {field.name: field.default for field in fields(ImageSource) if field.name in _SEEN}
