"""Collections: of everything, of a provider, of a title, of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, abort, request
from flask_babel import force_locale

from ...datasets import presenting
from ...datasets.presenting import Shelf
from ...iiif import PART_LENGTH, collection_parts, write_collection
from ...records import LanguageMap
from ...search import Query
from .. import likeness
from ..answers import json_answer, while_unchanged
from ..services import services
from ..wording import ngettext
from . import blueprint, media

#: Documents of a search that its Collection lists at most.
_SEARCHED = 2000


@blueprint.get("/iiif/collection.json")
@while_unchanged
def top() -> Response:
    """Everything, by title and by provider."""
    known, addresses = services().catalogue, services().addresses
    shelves = [*presenting.titles(known, addresses), *presenting.providers(known, addresses)]
    return _answer(presenting.top_collection(shelves, addresses))


@blueprint.get("/iiif/collections/providers/<name>.json")
@while_unchanged
def provider(name: str) -> Response:
    """The documents of a provider."""
    return _shelf(presenting.providers(services().catalogue, services().addresses), name)


@blueprint.get("/iiif/collections/titles/<name>.json")
@while_unchanged
def title(name: str) -> Response:
    """The documents of a periodical or set."""
    return _shelf(presenting.titles(services().catalogue, services().addresses), name)


@blueprint.get("/iiif/collections/search.json")
@while_unchanged
def search() -> Response:
    """The documents that have what a search finds, most pictures first."""
    query = Query.from_args(request.args.to_dict(flat=False))
    query = replace(query, limit=1, after="")
    found = likeness.search(query, facets=("document",), facet_limit=_SEARCHED)
    # The counts of a facet pass over its own selection.
    chosen = query.filters.get("document", ())
    counted = [one for one in found.facets.get("document", ()) if one.count and (not chosen or one.value in chosen)]
    addresses = services().addresses
    arguments = replace(query, limit=Query().limit).to_args()
    address = addresses.search_collection(arguments)
    name = query.text or "Estampe"
    label = {"none": (name,)}
    summary = _in_both("%(n)s picture", "%(n)s pictures", found.total)
    part = _part()
    if len(counted) > PART_LENGTH and part is None:
        members = collection_parts(address, len(counted))
    else:
        start = ((part or 1) - 1) * PART_LENGTH
        shown = counted[start : start + PART_LENGTH]
        if part and not shown:
            abort(404, "The Collection has no such part.")
        documents = [services().catalogue.document(one.value) for one in shown]
        members = presenting.members([one for one in documents if one], addresses)
        address = f"{address}{'&' if '?' in address else '?'}part={part}" if part else address
    written = write_collection(
        address,
        label,
        members,
        summary=summary,
        homepage=addresses.search(arguments),
        see_also=addresses.api("illustrations", query=arguments),
    )
    return _answer(written)


def _shelf(shelves: Sequence[Shelf], name: str) -> Response:
    catalogue, addresses = services().catalogue, services().addresses
    shelf = next((one for one in shelves if one.address.endswith(f"/{name}.json")), None)
    if shelf is None:
        abort(404, "There is no such Collection.")
    part = _part()
    if part is None and shelf.tally.documents > PART_LENGTH:
        return _answer(presenting.collection(shelf, collection_parts(shelf.address, shelf.tally.documents), addresses))
    after, shown = "", []
    for _ in range(part or 1):
        shown = catalogue.documents(after=after, limit=PART_LENGTH, **shelf.which)
        if not shown:
            abort(404, "The Collection has no such part.")
        after = shown[-1].id
    if part is None:
        return _answer(presenting.collection(shelf, presenting.members(shown, addresses), addresses))
    address, start = f"{shelf.address}?part={part}", (part - 1) * PART_LENGTH + 1
    return _answer(presenting.collection_part(shelf, address, start, shown, addresses))


def _part() -> int | None:
    text = request.args.get("part", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not int(text):
        abort(404, "The Collection has no such part.")
    return int(text)


def _in_both(singular: str, plural: str, count: int) -> LanguageMap:
    said = {}
    for name in ("en", "fr"):
        with force_locale(name):
            said[name] = (ngettext(singular, plural, count, n=count),)
    return said


def _answer(body: dict[str, object]) -> Response:
    return json_answer(body, media.PRESENTATION)
