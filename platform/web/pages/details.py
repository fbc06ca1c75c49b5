"""Everything that a page says of one illustration."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import url_for

from ...catalogue import Entry
from ...records import Run, Size
from ...search import Query
from .. import names
from ..cards import Card, cards, folio, own_crop, own_thumbnail
from ..citations import credit_line
from ..likeness import can_be_like, like
from ..links import link
from ..pictures import Picture, page_picture, picture
from ..services import runs, services
from .neighbours import Neighbours, neighbours
from .refine import address, arguments, is_bare
from .saying import Groups, labels, mentions
from .seeing import Sight, sights

#: The height of a picture on its own page, in CSS pixels.
_HEIGHT = 800
#: The width of the page that shows where it is, in pixels of its picture.
_PAGE_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A box on the same page: its corners in the page's frame, and the page of its illustration."""

    entry: Entry
    address: str


@dataclass(frozen=True, slots=True)
class Details:
    """An illustration with all that its page shows; ``like`` is the search for its like, empty where there is none."""

    entry: Entry
    folio: str
    picture: Picture
    labels: Groups
    names: Groups
    sights: list[Sight]
    like: str
    credit: str
    lasting: str
    related: list[Card]
    same_page: list[Neighbour]
    runs: list[tuple[str, Run]]
    neighbours: Neighbours | None
    before: str
    after: str
    back: str
    searched: bool
    here: str
    frame: Size | None
    thumbnail: str


def details(illustration: str, query: Query | None = None) -> Details | None:
    """Return the details of an illustration, within the search that one came from; None where there is none."""
    known = services()
    entries = known.catalogue.entries([illustration])
    if not entries:
        return None
    entry = entries[0]
    item = entry.illustration
    near = neighbours(query, entry) if query else None
    if query and near:
        query = replace(query, after=near.anchor)
    context = arguments(query) if query else {}

    def place(id_: str) -> str:
        return link("pages.illustration", context | {"illustration": id_}) if id_ else ""

    lasting = known.addresses.illustration(item.id)
    siblings = known.catalogue.entries([one.id for one in known.catalogue.illustrations_of(page=entry.page.id)])
    related = [one for one in known.catalogue.entries(item.related) if one.illustration.id != item.id]
    return Details(
        entry=entry,
        folio=folio(entry),
        picture=picture(item, entry.page, own_crop, height=_HEIGHT, narrow=_HEIGHT),
        labels=labels(entry),
        names=mentions(entry),
        sights=sights(entry),
        like=address(like(item.id, query)) if can_be_like(item.id) else "",
        credit=credit_line(entry, lasting),
        lasting=lasting,
        related=cards(related, lambda id_: url_for("pages.illustration", illustration=id_)),
        same_page=[Neighbour(one, url_for("pages.illustration", illustration=one.illustration.id)) for one in siblings],
        runs=_runs(entry),
        neighbours=near,
        before=place(near.before) if near else "",
        after=place(near.after) if near else "",
        back=address(query) if query and not is_bare(query) else url_for("pages.home"),
        searched=query is not None and not is_bare(query),
        here=place(item.id),
        frame=entry.page.size or (entry.page.image.size if entry.page.image else None),
        thumbnail=page_picture(entry.page, own_thumbnail, width=_PAGE_WIDTH).src,
    )


def _runs(entry: Entry) -> list[tuple[str, Run]]:
    """Return by which runs the region was found, and its words and pixels were read."""
    known = runs()
    item = entry.illustration
    named = (("region", item.region_run), ("text", item.text_run), ("pixels", item.pixel_run))
    return [(str(names.ASPECTS[aspect]), known[run]) for aspect, run in named if run in known]
