"""Pages to show in a frame on someone else's page: the viewer, one picture, a wall. Only these may be framed."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..search import Query
from . import likeness, security
from .cards import cards
from .citations import credit_line
from .languages import language
from .pages.details import details
from .pages.document import viewer_settings
from .pages.illustration import zoom_settings
from .services import services

blueprint = Blueprint("embed", __name__, url_prefix="/embed")


@blueprint.after_request
def _framed(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response


@blueprint.before_request
def _allow() -> None:
    security.allow_framing()


@blueprint.get("/documents/<document>")
def document(document: str) -> ResponseReturnValue:
    """The viewer alone."""
    catalogue = services().catalogue
    found = catalogue.document(document)
    if found is None:
        abort(404)
    security.allow_viewer()
    pages = catalogue.pages(document)
    only = next((page for page in pages if page.key == request.args.get("page")), None)
    return render_template(
        "embed/document.html",
        document=found,
        viewer=viewer_settings(found, only),
        address=services().addresses.document(document, language()),
    )


@blueprint.get("/illustrations/<illustration>")
def illustration(illustration: str) -> ResponseReturnValue:
    """One picture alone, with its credit line."""
    found = details(illustration)
    if found is None:
        abort(404)
    security.allow_zoom()
    address = services().addresses.illustration(illustration, language())
    return render_template(
        "embed/illustration.html",
        details=found,
        zoom=zoom_settings(found.entry),
        credit=credit_line(found.entry, "").rstrip(),
        address=address,
    )


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """A wall alone."""
    query = Query.from_args(request.args.to_dict(flat=False))
    results = likeness.search(query)
    addresses = services().addresses
    entries = services().catalogue.entries([hit.id for hit in results.hits])
    following = [*replace(query, after=results.next).to_args(), ("lang", language())] if results.next else []
    return render_template(
        "embed/search.html",
        cards=cards(entries, lambda id_: addresses.illustration(id_, language())),
        total=results.total,
        next=addresses.embed_search(following) if following else "",
        address=addresses.search(replace(query, after="").to_args(), language()),
    )
