"""The page of a document: the viewer, its pictures, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...catalogue import Entry
from ...identity import find_ark
from ...records import Document, Page
from .. import snippets
from ..cards import Card, cards, folio
from ..formats import external, plain
from ..languages import language
from ..links import link
from ..security import allow_viewer
from ..services import services
from . import blueprint
from .saying import kinds
from .shelves import series_address

#: Pictures in the strip; the search has the others.
_STRIP = 120
#: The height of the strip's pictures, in CSS pixels.
_HEIGHT = 128


@dataclass(frozen=True, slots=True)
class Tab:
    """A picture in the strip: its card, and the canvas to which it moves the viewer."""

    card: Card
    canvas: str
    folio: str
    noise: bool


@blueprint.get("/documents/<path:document>", endpoint="document")
def show(document: str) -> ResponseReturnValue:
    """The viewer with its boxes, and everything that is known of the document."""
    catalogue, addresses = services().catalogue, services().addresses
    found = catalogue.document(document)
    if found is None:
        return _elsewhere(document)
    allow_viewer()
    pages = catalogue.pages(document)
    only = next((page for page in pages if page.key == request.args.get("page")), None)
    everything = catalogue.entries_of(document)
    pictures = [entry for entry in everything if not entry.illustration.noise]
    shown = [entry for entry in (everything if only else pictures) if only is None or entry.page.id == only.id]
    runs = catalogue.runs()
    counted = services().catalogue.fingerprints(document)
    manifest = addresses.manifest(document)
    return render_template(
        "document.html",
        document=found,
        pages=pages,
        only=only,
        kinds=kinds(only) if only else [],
        strip=_strip(shown[:_STRIP]),
        total=len(pictures),
        noise=len(everything) - len(pictures),
        done=sum(bool(fingerprint) for fingerprint in counted.values()),
        undone=not any(counted.values()),
        viewer=viewer_settings(found, only),
        manifest=manifest,
        original=external(found.manifest),
        lasting=addresses.document(document),
        data=addresses.api("documents", document),
        series=series_address(found.series.id) if found.series else "",
        aliases=[alias for alias in found.aliases if not alias.startswith(("folder:", "file:", "/"))],
        metadata=[(plain(name), plain(value)) for name, value in found.metadata],
        harvests=catalogue.harvests(document),
        diagnostics=catalogue.diagnostics(document),
        runs=[runs[id_] for id_ in _runs_of(everything) if id_ in runs],
        snippet=snippets.document(addresses.embed_document(document), found.title),
    )


def viewer_settings(document: Document, page: Page | None) -> dict[str, object]:
    """Return what Mirador needs to open a document, at a page of it."""
    addresses = services().addresses
    settings: dict[str, object] = {
        "manifest": addresses.manifest(document.id),
        "share": addresses.document(document.id, language()),
        "illustrationPage": addresses.illustration("ID", language()).replace("ID", "{id}"),
        "language": language(),
        "illustration": request.args.get("illustration", ""),
        "search": request.args.get("q", ""),
    }
    return settings | ({"canvas": canvas_of(document.id, page)} if page else {})


def canvas_of(document: str, page: Page) -> str:
    """Return the canvas of a page in the manifest that we publish."""
    return page.canvas or services().addresses.canvas(document, page.key)


def _strip(entries: Sequence[Entry]) -> list[Tab]:
    made = cards(entries, lambda id_: url_for("pages.illustration", illustration=id_), height=_HEIGHT, narrow=_HEIGHT)
    return [
        Tab(card, canvas_of(entry.document.id, entry.page), folio(entry), bool(entry.illustration.noise))
        for entry, card in zip(entries, made, strict=True)
    ]


def _runs_of(entries: Sequence[Entry]) -> list[str]:
    found: dict[str, None] = {}
    for entry in entries:
        item = entry.illustration
        found |= dict.fromkeys((item.region_run, item.text_run, item.pixel_run))
        found |= dict.fromkeys(label.run for label in entry.labels)
    return [run for run in found if run]


def _elsewhere(name: str) -> ResponseReturnValue:
    """A document may be asked for by any of its names: an ARK, with the page behind it, as Gallica writes it."""
    catalogue = services().catalogue
    ark = find_ark(name)
    found = catalogue.resolve(ark[0] if ark else name)
    if found is None or catalogue.document(found) is None:
        if catalogue.tombstone(ark[0] if ark else name):
            abort(410)
        abort(404)
    page = {"page": ark[1]} if ark and ark[1] else {}
    return redirect(link("pages.document", page | {"document": found}))
