"""Manifests, canvases and annotations of documents; what changed; runs; our context."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from ...datasets import presenting
from ...iiif import (
    page_count,
    page_range,
    write_activity_collection,
    write_activity_page,
    write_context,
)
from ...records import Document, Page
from ..answers import json_answer, spoken, while_unchanged
from ..api import wire
from ..languages import language
from ..services import runs, services
from . import blueprint, media


@blueprint.get("/iiif/<document>/manifest.json")
@while_unchanged
def manifest(document: str) -> Response:
    """The manifest: all of the original, and our annotations."""
    return json_answer(_manifest(found_document(document)), media.PRESENTATION)


@blueprint.get("/iiif/<document>/canvas/<key>")
@while_unchanged
def canvas(document: str, key: str) -> Response:
    """A canvas alone, with its context."""
    owner = found_document(document)
    wanted = services().addresses.canvas(owner.id, _page(owner, key).key)
    whole = _manifest(owner)
    item = next((item for item in whole["items"] if item["id"] == wanted), None)
    if item is None:
        abort(404, "This page has a canvas of its provider's own; the manifest names it.")
    return json_answer({"@context": whole["@context"], **item}, media.PRESENTATION)


@blueprint.get("/iiif/<document>/annotations/<key>.json")
@while_unchanged
def annotation_page(document: str, key: str) -> Response:
    """What was found on a page."""
    owner = found_document(document)
    page = _page(owner, key)
    known = services()
    ((_, written),) = presenting.annotation_pages(
        known.catalogue, owner, known.addresses, only=page, language=language()
    )
    return spoken(json_answer(written, media.PRESENTATION))


@blueprint.get("/iiif/activity/collection.json")
@while_unchanged
def activity() -> Response:
    """Change Discovery: all pages of changes."""
    known = services()
    return json_answer(write_activity_collection(known.addresses, last=known.catalogue.last_change()), media.DISCOVERY)


@blueprint.get("/iiif/activity/page-<int:number>.json")
@while_unchanged
def activity_page(number: int) -> Response:
    """Change Discovery: a page of changes."""
    known = services()
    last = known.catalogue.last_change()
    if number >= page_count(last):
        abort(404, f"There are {page_count(last)} pages of changes.")
    after, until = page_range(number)
    changes = known.catalogue.changes(after, until - after)
    return json_answer(write_activity_page(changes, known.addresses, number=number, last=last), media.DISCOVERY)


@blueprint.get("/iiif/context.json")
@while_unchanged
def context() -> Response:
    """What our own terms mean."""
    return json_answer(write_context(services().addresses), media.LINKED_DATA)


@blueprint.get("/runs/<path:run>")
def run(run: str) -> Response:
    """What a run was: for people where their browser asks, else as data."""
    found = runs().get(run)
    if found is None:
        abort(404, f"There is no run {run!r}.")
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        answer = Response(render_template("run.html", run=found))
    else:
        answer = json_answer(wire.run(found))
    answer.vary.update(("Accept", "Accept-Language"))
    return answer


def found_document(identifier: str) -> Document:
    """Return a document; any of its names does. 404 where there is none, 410 where it was forgotten."""
    catalogue = services().catalogue
    known = catalogue.resolve(identifier)
    found = catalogue.document(known) if known else None
    if found is None:
        abort(410 if catalogue.tombstone(identifier) else 404, f"There is no document {identifier!r}.")
    return found


def _manifest(owner: Document) -> presenting.Json:
    return presenting.manifest(services().catalogue, owner, services().addresses, searchable=True)


def _page(owner: Document, key: str) -> Page:
    found = next((page for page in services().catalogue.pages(owner.id) if page.key == key), None)
    if found is None:
        abort(404, f"The document has no page {key!r}.")
    return found
