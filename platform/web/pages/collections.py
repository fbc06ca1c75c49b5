"""The collections: titles and providers, and the documents of each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...iiif import slug
from ...records import Document
from ..pictures import Picture
from ..services import services
from ..wording import gettext
from . import blueprint, shelves
from .shelves import Shelf

_DOCUMENTS = 60


@dataclass(frozen=True, slots=True)
class Cover:
    """A document on its shelf."""

    document: Document
    picture: Picture


@blueprint.get("/collections", endpoint="collections")
def show() -> ResponseReturnValue:
    """All titles and providers, with their covers, numbers and IIIF addresses."""
    catalogue = services().catalogue
    halls = [
        (gettext("Titles"), "titles", shelves.titles(catalogue.series())),
        (gettext("Providers"), "providers", shelves.providers(catalogue.providers())),
    ]
    top = services().addresses.top_collection()
    return render_template("collections.html", halls=halls, counts=catalogue.counts(), top=top)


@blueprint.get("/collections/<any(titles, providers):kind>/<name>", endpoint="collection")
def collection(kind: str, name: str) -> ResponseReturnValue:
    """The documents of a title or a provider, by their covers."""
    shelf = _shelf(kind, name)
    if shelf is None:
        abort(404)
    after = request.args.get("after", "")
    found = services().catalogue.documents(
        after=after, limit=_DOCUMENTS + 1, provider=shelf.provider or None, series=shelf.series or None
    )
    more = url_for("pages.collection", kind=kind, name=name, after=found[-2].id) if len(found) > _DOCUMENTS else ""
    covers = [Cover(document, shelves.cover(document)) for document in found[:_DOCUMENTS]]
    return render_template("collection.html", shelf=shelf, covers=covers, next=more)


def _shelf(kind: str, name: str) -> Shelf | None:
    catalogue = services().catalogue
    if kind == "titles":
        tally = next((one for one in catalogue.series() if slug(one.id) == name), None)
        return shelves.titles([tally], pictured=False)[0] if tally else None
    provider = next((one for one in catalogue.providers() if slug(one.provider) == name), None)
    return shelves.providers([provider], pictured=False)[0] if provider else None
