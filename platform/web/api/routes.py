"""The views of the API: one for each operation of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, abort, json, request, stream_with_context

from ...catalogue import Entry
from ...datasets import entries
from ...errors import QueryError
from ...records import Document
from ...search import FACETS, LOOKS, Query
from ..answers import json_answer, spoken, while_unchanged
from ..citations import bibtex as write_bibtex
from ..citations import csl as write_csl
from ..likeness import like, search
from ..services import runs as known_runs
from ..services import services
from ..titles import titles
from . import wire
from .openapi import document as describe
from .operations import MAX_CHANGES, MAX_DOCUMENTS, MAX_VALUES

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/")
@while_unchanged
def root() -> Response:
    """Where the description is."""
    addresses = services().addresses
    return json_answer({"openapi": addresses.openapi(), "guide": addresses.api_guide()})


@blueprint.get("/openapi.json")
@while_unchanged
def openapi() -> Response:
    """The description, for programs."""
    return json_answer(describe(), "application/vnd.oai.openapi+json;version=3.1")


@blueprint.get("/illustrations")
@while_unchanged
def illustrations() -> Response:
    """Search illustrations."""
    query = _query()
    found = search(query)
    shown = services().catalogue.entries([hit.id for hit in found.hits])
    following = services().addresses.api("illustrations", query=replace(query, after=found.next).to_args())
    return _paged(wire.results(found, shown, following if found.next else None, nearness=_is_near(query)))


@blueprint.get("/illustrations/<id>")
@while_unchanged
def illustration(id: str) -> Response:  # noqa: A002
    """One illustration."""
    return json_answer(wire.illustration(_entry(id)))


@blueprint.get("/illustrations/<id>/similar")
@while_unchanged
def similar(id: str) -> Response:  # noqa: A002
    """What looks like an illustration, with all that a search can ask."""
    _entry(id)
    given = _query()
    query = replace(like(id, given, request.args.get("by", "")), after=given.after)
    found = search(query)
    shown = services().catalogue.entries([hit.id for hit in found.hits])
    more = [one for one in replace(query, after=found.next).to_args() if one[0] != "like"]
    following = services().addresses.api("illustrations", id, "similar", query=more)
    return _paged(wire.results(found, shown, following if found.next else None, nearness=True))


@blueprint.get("/illustrations/<id>/matches")
@while_unchanged
def matches(id: str) -> Response:  # noqa: A002
    """The same picture elsewhere."""
    _entry(id)
    found = services().catalogue.values.matches_of(id)
    return json_answer({"illustration": id, "matches": [wire.match(id, one) for one in found]})


@blueprint.get("/illustrations/<id>/bibtex")
@while_unchanged
def bibtex(id: str) -> Response:  # noqa: A002
    """Cite an illustration with BibTeX."""
    return Response(write_bibtex(_entry(id), services().addresses.illustration(id)), mimetype="application/x-bibtex")


@blueprint.get("/illustrations/<id>/csl")
@while_unchanged
def csl(id: str) -> Response:  # noqa: A002
    """Cite an illustration with CSL-JSON."""
    items = [write_csl(_entry(id), services().addresses.illustration(id))]
    return json_answer(items, "application/vnd.citationstyles.csl+json")


@blueprint.get("/facets")
@while_unchanged
def facets() -> Response:
    """Count what a search finds."""
    asked = request.args.getlist("facet")
    if unknown := [name for name in asked if name not in FACETS]:
        raise QueryError(f"facet can be {', '.join(FACETS)}; it is {unknown[0]!r}.", "facet")
    query = replace(_query(), limit=1, after="")
    found = search(query, facets=tuple(asked) or FACETS, facet_limit=_whole("values", 10, 1, MAX_VALUES), timeline=True)
    return spoken(json_answer(wire.facets(found, titles(services().catalogue, query, found.facets))))


@blueprint.get("/documents")
@while_unchanged
def documents() -> Response:
    """List documents."""
    limit = _whole("n", 100, 1, MAX_DOCUMENTS)
    narrowed = {name: value for name in ("provider", "series") if (value := request.args.get(name))}
    found = services().catalogue.documents(
        after=request.args.get("after", ""),
        limit=limit + 1,
        provider=narrowed.get("provider"),
        series=narrowed.get("series"),
    )
    following = None
    if len(found) > limit:
        more = [*narrowed.items(), ("n", str(limit)), ("after", found[limit - 1].id)]
        following = services().addresses.api("documents", query=more)
    return _paged({"next": following, "documents": [wire.document(one) for one in found[:limit]]})


@blueprint.get("/documents/<path:id>")
@while_unchanged
def document(id: str) -> Response:  # noqa: A002
    """One document."""
    return json_answer(wire.document(_document(id)))


@blueprint.get("/documents/<path:id>/pages")
@while_unchanged
def pages(id: str) -> Response:  # noqa: A002
    """The pages of a document."""
    owner = _document(id)
    by_page: dict[str, list[str]] = {}
    for one in services().catalogue.illustrations_of(document=owner.id):
        by_page.setdefault(one.page, []).append(one.id)
    found = [
        wire.page(owner, page) | {"illustrations": by_page.get(page.id, [])}
        for page in services().catalogue.pages(owner.id)
    ]
    return json_answer({"document": owner.id, "pages": found})


@blueprint.get("/changes")
@while_unchanged
def changes() -> Response:
    """What changed."""
    after, limit = _whole("after", 0, 0, 2**62), _whole("n", 100, 1, MAX_CHANGES)
    found = services().catalogue.changes(after, limit)
    last = services().catalogue.last_change()
    following = None
    if found and found[-1].sequence < last:
        more = [("n", str(limit)), ("after", str(found[-1].sequence))]
        following = services().addresses.api("changes", query=more)
    return _paged({"last": last, "next": following, "changes": [wire.change(one) for one in found]})


@blueprint.get("/export")
@while_unchanged
def export() -> Response:
    """All illustrations, one a line, document by document."""
    return Response(stream_with_context(_lines()), mimetype="application/jsonl")


@blueprint.get("/vocabulary")
@while_unchanged
def vocabulary() -> Response:
    """The concepts that labels are made of."""
    known = services().vocabulary
    asked = request.args.get("facet")
    concepts = [one for facet in ([asked] if asked else known.facets) for one in known.facet(facet)]
    return json_answer({"concepts": [wire.concept(one) for one in concepts]})


@blueprint.get("/runs")
@while_unchanged
def runs() -> Response:
    """The models and methods that found and described."""
    return json_answer({"runs": [wire.run(one) for one in known_runs().values()]})


def _lines() -> Iterator[str]:
    for entry in entries(services().catalogue):
        yield json.dumps(wire.illustration(entry)) + "\n"


def _query() -> Query:
    return Query.from_args(request.args.to_dict(flat=False))


def _is_near(query: Query) -> bool:
    return query.near is not None or query.sort == LOOKS


def _entry(identifier: str) -> Entry:
    found = services().catalogue.entries([identifier])
    if not found:
        abort(404, f"There is no illustration {identifier!r}.")
    return found[0]


def _document(name: str) -> Document:
    identifier = services().catalogue.resolve(name)
    found = services().catalogue.document(identifier) if identifier else None
    if found is None:
        gone = services().catalogue.tombstone(name)
        abort(410 if gone else 404, f"There is no document {name!r}{' any more' if gone else ''}.")
    return found


def _whole(name: str, default: int, least: int, most: int) -> int:
    """Read a whole number. Raises QueryError."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 19 or not least <= int(text) <= most:
        raise QueryError(f"{name} is a number from {least} to {most}; it is {text[:40]!r}.", name)
    return int(text)


def _paged(body: wire.Json) -> Response:
    answer = json_answer(body)
    if body["next"]:
        answer.headers["Link"] = f'<{body["next"]}>; rel="next"'
    return answer
