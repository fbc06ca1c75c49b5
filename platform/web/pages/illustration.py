"""The page of an illustration."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...catalogue import Entry
from ...errors import QueryError
from ...iiif import canvas_address, encode_content_state, publication_box
from ...search import Query
from .. import snippets
from ..cards import alternative, own_crop
from ..languages import language
from ..pictures import WIDTHS, crop_address
from ..security import allow_zoom
from ..services import services
from . import blueprint
from .alike import elsewhere, looks_like
from .details import details


@blueprint.get("/illustrations/<illustration>", endpoint="illustration")
def show(illustration: str) -> ResponseReturnValue:
    """The picture, what is printed and said of it, where it is, and what one may do with it."""
    query = _query()
    found = details(illustration, query)
    if found is None:
        return _elsewhere(illustration)
    allow_zoom()
    addresses = services().addresses
    entry = found.entry
    return render_template(
        "illustration.html",
        details=found,
        alike=looks_like(entry, query),
        same=elsewhere(entry),
        zoom=zoom_settings(entry),
        links={
            "manifest": addresses.manifest(entry.document.id),
            "canvas": canvas_address(entry.document, entry.page, addresses),
            "annotations": addresses.annotations(entry.document.id, entry.page.key),
            "data": addresses.api("illustrations", illustration),
            "bibtex": addresses.api("illustrations", illustration, "bibtex"),
            "csl": addresses.api("illustrations", illustration, "csl"),
        },
        content_state=content_state(entry),
        download=crop_address(entry.illustration, entry.page, WIDTHS[-1], own_crop),
        snippet=snippets.illustration(entry, addresses.embed_illustration(illustration)),
    )


def zoom_settings(entry: Entry) -> dict[str, Any] | None:
    """Return what the zoom needs to show the picture out of its page; None where there is no scan to show."""
    page, image = entry.page, entry.page.image
    frame = page.size or (image.size if image else None)
    if image is None or frame is None:
        return None
    box = entry.illustration.box
    settings: dict[str, Any] = {
        "box": [box.x, box.y, box.w, box.h],
        "frame": [frame.w, frame.h],
        "label": alternative(entry),
        "language": language(),
    }
    if page.local_scan:
        return settings | {"service": url_for("images.info", page=page.id)}
    return settings | ({"service": image.service.id} if image.service else {"image": image.address})


def content_state(entry: Entry) -> str:
    """Return the Content State of an illustration: its region of its canvas, in the manifest that we publish."""
    addresses = services().addresses
    canvas = canvas_address(entry.document, entry.page, addresses)
    box = publication_box(entry.page, entry.illustration.box)
    return encode_content_state(addresses.manifest(entry.document.id), canvas, box)


def _query() -> Query | None:
    """Return the search that one came from, None where there is none, or none that can be understood."""
    if not request.args:
        return None
    try:
        return Query.from_args(request.args.to_dict(flat=False))
    except QueryError:
        return None


def _elsewhere(illustration: str) -> ResponseReturnValue:
    """An illustration that is no longer there leads to its document, where that is."""
    name = illustration.split(".", 1)[0]
    document = services().catalogue.resolve(name)
    if document is None:
        abort(410 if services().catalogue.tombstone(name) else 404)
    return redirect(url_for("pages.document", document=document))
