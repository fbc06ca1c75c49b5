"""Titles and providers as shelves of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import format_date

from ...catalogue import ProviderTally, SeriesTally, Tally
from ...iiif import slug
from ...records import Document
from .. import names
from ..cards import own_crop, own_thumbnail
from ..formats import joined, number
from ..pictures import Picture, page_picture, picture
from ..services import services
from ..wording import ngettext

#: Documents of a provider that are looked through for a cover.
_TRIED = 4


@dataclass(frozen=True, slots=True)
class Shelf:
    """What belongs together: its name, its numbers in words, a picture of it, and where it is."""

    name: str
    numbers: str
    picture: Picture
    address: str
    iiif: str
    search: str
    provider: str = ""
    series: str = ""


def series_address(series: str) -> str:
    """Return the address of a series' page."""
    return url_for("pages.collection", kind="titles", name=slug(series))


def titles(tallies: Sequence[SeriesTally], *, pictured: bool = True) -> list[Shelf]:
    """Return the periodicals and sets."""
    addresses = services().addresses
    return [
        Shelf(
            name=tally.title or tally.id,
            numbers=joined((_years(tally), _numbers(tally.tally))),
            picture=_cover(tally.cover) if pictured else Picture(1),
            address=series_address(tally.id),
            iiif=addresses.title_collection(tally.id),
            search=url_for("pages.search", series=tally.id),
            series=tally.id,
        )
        for tally in tallies
    ]


def providers(tallies: Sequence[ProviderTally], *, pictured: bool = True) -> list[Shelf]:
    """Return the providers."""
    addresses = services().addresses
    return [
        Shelf(
            name=names.value_name("provider", tally.provider),
            numbers=_numbers(tally.tally),
            picture=_first_cover(tally.provider) if pictured else Picture(1),
            address=url_for("pages.collection", kind="providers", name=slug(tally.provider)),
            iiif=addresses.provider_collection(tally.provider),
            search=url_for("pages.search", provider=tally.provider),
            provider=tally.provider,
        )
        for tally in tallies
    ]


def cover(document: Document) -> Picture:
    """Return the picture of a document: its first page, else the first of its illustrations that can be seen."""
    return _cover(document.id)


def _cover(document: str) -> Picture:
    catalogue = services().catalogue
    pages = catalogue.pages(document)
    first = page_picture(pages[0], own_thumbnail) if pages else Picture(0.7)
    if first.src:
        return first
    by_id = {page.id: page for page in pages}
    for one in catalogue.illustrations_of(document=document)[:20]:
        shown = picture(one, by_id[one.page], own_crop)
        if shown.src and not one.noise:
            return shown
    return first


def _first_cover(provider: str) -> Picture:
    found = services().catalogue.documents(limit=_TRIED, provider=provider)
    covers = (_cover(document.id) for document in found)
    return next((one for one in covers if one.src), Picture(0.7))


def _numbers(tally: Tally) -> str:
    documents = ngettext("%(n)s document", "%(n)s documents", tally.documents, n=number(tally.documents))
    pictures = ngettext("%(n)s picture", "%(n)s pictures", tally.illustrations, n=number(tally.illustrations))
    return joined((documents, pictures))


def _years(tally: SeriesTally) -> str:
    if tally.first is None or tally.last is None:
        return ""
    if tally.first == tally.last:
        return str(format_date(tally.first, "long"))
    if tally.first.year == tally.last.year:
        return str(tally.first.year)
    return f"{tally.first.year}\u2013{tally.last.year}"
