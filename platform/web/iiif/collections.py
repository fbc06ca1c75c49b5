"""Collections: of everything, of a provider, of a title, of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, abort, request
from flask_babel import force_locale

from ...iiif import PART_LENGTH, CollectionMember, collection_parts, slug, write_collection
from ...records import Document, LanguageMap
from ...search import Query
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
    members = [
        CollectionMember(addresses.title_collection(one.id), "collection", _plain(one.title)) for one in known.series()
    ]
    members += [
        CollectionMember(addresses.provider_collection(one.provider), "collection", _plain(one.provider))
        for one in known.providers()
    ]
    label = {"en": ("All titles and providers",), "fr": ("Tous les titres et fournisseurs",)}
    return _answer(write_collection(addresses.top_collection(), label, members, homepage=addresses.collections()))


@blueprint.get("/iiif/collections/providers/<name>.json")
@while_unchanged
def provider(name: str) -> Response:
    """The documents of a provider."""
    known, addresses = services().catalogue, services().addresses
    found = next((one for one in known.providers() if slug(one.provider) == name), None)
    if found is None:
        abort(404, "There is no such provider.")
    return _documents(
        addresses.provider_collection(found.provider),
        _plain(found.provider),
        found.tally.documents,
        f"{addresses.collections()}/providers/{name}",
        provider=found.provider,
    )


@blueprint.get("/iiif/collections/titles/<name>.json")
@while_unchanged
def title(name: str) -> Response:
    """The documents of a periodical or set."""
    known, addresses = services().catalogue, services().addresses
    found = next((one for one in known.series() if slug(one.id) == name), None)
    if found is None:
        abort(404, "There is no such title.")
    return _documents(
        addresses.title_collection(found.id),
        _plain(found.title),
        found.tally.documents,
        f"{addresses.collections()}/titles/{name}",
        series=found.id,
    )


@blueprint.get("/iiif/collections/search.json")
@while_unchanged
def search() -> Response:
    """The documents that have what a search finds, most pictures first."""
    query = Query.from_args(request.args.to_dict(flat=False))
    query = replace(query, limit=1, after="")
    found = services().index.search(query, facets=("document",), facet_limit=_SEARCHED)
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
        members = _members([one for one in documents if one])
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


def _documents(
    address: str,
    label: LanguageMap,
    total: int,
    homepage: str,
    *,
    provider: str | None = None,
    series: str | None = None,
) -> Response:
    part = _part()
    if total > PART_LENGTH and part is None:
        members: Sequence[CollectionMember] = collection_parts(address, total)
    else:
        after, shown = "", []
        for _ in range(part or 1):
            shown = services().catalogue.documents(after=after, limit=PART_LENGTH, provider=provider, series=series)
            if not shown:
                abort(404, "The Collection has no such part.")
            after = shown[-1].id
        members = _members(shown)
    here = f"{address}?part={part}" if part else address
    around = [address] if part else [services().addresses.top_collection()]
    return _answer(write_collection(here, label, members, homepage=homepage, part_of=around))


def _members(documents: Sequence[Document]) -> list[CollectionMember]:
    addresses = services().addresses
    return [
        CollectionMember(
            addresses.manifest(one.id),
            "manifest",
            _plain(one.title or one.id),
            nav_date=one.date.start.isoformat() if one.date and one.date.start else "",
        )
        for one in documents
    ]


def _part() -> int | None:
    text = request.args.get("part", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not int(text):
        abort(404, "The Collection has no such part.")
    return int(text)


def _plain(text: str) -> LanguageMap:
    return {"none": (text,)}


def _in_both(singular: str, plural: str, count: int) -> LanguageMap:
    said = {}
    for name in ("en", "fr"):
        with force_locale(name):
            said[name] = (ngettext(singular, plural, count, n=count),)
    return said


def _answer(body: dict[str, object]) -> Response:
    return json_answer(body, media.PRESENTATION)
