"""The manifest that we publish for a document: all of the original, or one made from nothing, and our annotations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..errors import FormatError
from ..records import Document, ImageSource, Page, Withdrawal
from . import blocks
from .addresses import Addresses
from .restate import restate
from .restate_values import uri
from .schema import PRESENTATION_3, salvaged
from .values import Json

#: What our pages of annotations are called where a viewer lists them.
ANNOTATIONS = {"en": ["Illustrations found by machine"], "fr": ["Illustrations trouvées par la machine"]}
_SEARCH_1 = "http://iiif.io/api/search/1/"


def write_manifest(
    document: Document,
    pages: Sequence[Page],
    original: bytes | None,
    addresses: Addresses,
    *,
    annotated: Collection[str],
    searchable: bool = True,
) -> Json:
    """Return the manifest of a document, Presentation 3.

    Everything of the original is kept, its canvases under their own ids and in their order; pages that the original
    does not have follow.

    Args:
        document: the document.
        pages: its pages, in order.
        original: the manifest as it was harvested, None where there was none.
        addresses: the maker of our own addresses.
        annotated: the ids of the pages that have annotations; only these get a reference to them.
        searchable: whether the document has words to search in.

    """
    by_key = {page.key: page for page in pages}
    id_ = addresses.manifest(document.id)
    manifest = _from_nothing(document, id_)
    named: tuple[str, ...] = ()
    if original is not None:
        try:
            restated = restate(original, document, by_key, id_, lambda key: addresses.canvas(document.id, key))
            manifest, named = restated.manifest, restated.keys
        except FormatError:
            # It was readable when it was harvested; without it the document is still published, from what we know.
            pass
    known = set(named)
    following = [page for page in pages if page.key not in known]
    manifest["items"] += [_canvas(document, page, addresses) for page in following]
    for canvas, key in zip(manifest["items"], [*named, *(page.key for page in following)], strict=True):
        if key in by_key and by_key[key].id in annotated:
            ours = blocks.reference(addresses.annotations(document.id, key), "AnnotationPage", ANNOTATIONS)
            canvas["annotations"] = [*canvas.get("annotations", []), ours]
    if document.withdrawn:
        manifest["metadata"] = [_withdrawn(document.withdrawn), *manifest.get("metadata", [])]
    _link(manifest, document, addresses, searchable=searchable)
    return manifest


def canvas_address(document: Document, page: Page, addresses: Addresses) -> str:
    """Return the id of a page's canvas as published: the foreign one, else ours."""
    return page.canvas or addresses.canvas(document.id, page.key)


def _withdrawn(since: Withdrawal) -> Json:
    """Return the entry that says that no source has the document any more."""
    day = since.at[:10]
    return {
        "label": {"en": ["Withdrawn"], "fr": ["Retrait"]},
        "value": {"en": [f"Withdrawn by its source on {day}"], "fr": [f"Retiré par sa source le {day}"]},
    }


def _link(manifest: Json, document: Document, addresses: Addresses, *, searchable: bool) -> None:
    """Add our links to a manifest: collections, data, pages, search inside, and the original."""
    part_of = [blocks.reference(addresses.provider_collection(document.provider), "Collection")]
    if document.series:
        part_of.insert(0, blocks.reference(addresses.title_collection(document.series.id), "Collection"))
    see_also = [_data(addresses.api("documents", document.id), "Estampe", "application/json")]
    if uri(document.manifest, ""):
        see_also.append(_data(document.manifest, document.provider, "application/ld+json"))
    page = {
        "id": addresses.document(document.id),
        "type": "Text",
        "label": {"en": ["The document’s illustrations"], "fr": ["Les illustrations du document"]},
        "format": "text/html",
    }
    search = [
        # Mirador reads the first search service of version 1; version 2 is for newer viewers.
        {
            "@context": f"{_SEARCH_1}context.json",
            "@id": addresses.search_inside(document.id, 1),
            "@type": "SearchService1",
            "profile": f"{_SEARCH_1}search",
        },
        {"id": addresses.search_inside(document.id, 2), "type": "SearchService2"},
    ]
    manifest["partOf"] = [*part_of, *manifest.get("partOf", [])]
    manifest["seeAlso"] = [*manifest.get("seeAlso", []), *see_also]
    manifest["homepage"] = [*manifest.get("homepage", []), page]
    if searchable:
        manifest["service"] = [*search, *manifest.get("service", [])]


def _data(address: str, label: str, format_: str) -> Json:
    return {"id": address, "type": "Dataset", "label": blocks.words(label), "format": format_}


def _from_nothing(document: Document, id_: str) -> Json:
    """Return a manifest without canvases, from what the catalogue knows of a document."""
    rights = document.rights
    said: Json = {
        "viewingDirection": document.viewing_direction,
        "metadata": [
            {"label": blocks.words(label), "value": blocks.words(value)} for label, value in _metadata(document)
        ],
    }
    if document.date and document.date.start and document.date.start == document.date.end:
        said["navDate"] = f"{document.date.start.isoformat()}T00:00:00Z"
    if rights.licence and uri(rights.licence, ""):
        said["rights"] = rights.licence
    if words := rights.attribution or rights.statement:
        said["requiredStatement"] = {"label": {"en": ["Attribution"]}, "value": blocks.words(words)}
    if uri(document.landing, ""):
        home = {"id": document.landing, "type": "Text", "label": blocks.words(document.provider), "format": "text/html"}
        said["homepage"] = [home]
    required: Json = {"id": id_, "type": "Manifest", "label": blocks.words(document.title), "items": []}
    return {"@context": PRESENTATION_3, **salvaged("Manifest", required, said)}


def _metadata(document: Document) -> list[tuple[str, str]]:
    """Return what a document's original says of it, else what we know."""
    if document.metadata:
        return list(document.metadata)
    known = [
        ("Title", document.title),
        ("Date", document.date.text if document.date else ""),
        *(("Creator", creator) for creator in document.creators),
        ("Publisher", document.publisher),
        ("Place", document.place),
        ("Source", document.source),
    ]
    return [(label, value) for label, value in known if value]


def _canvas(document: Document, page: Page, addresses: Addresses) -> Json:
    """Return the canvas of a page, as large as its image."""
    id_ = canvas_address(document, page, addresses)
    painted = _painting(page, addresses)
    made = addresses.canvas(document.id, page.key)
    painting = (f"{made}/painting", f"{made}/painting/1", painted) if painted else None
    label = blocks.words(page.label or str(page.number))
    more: Json = {"label": label}
    if painted:
        thumbnail = {"id": addresses.thumbnail(page.id), "type": "Image", "format": "image/jpeg"}
        more["thumbnail"] = [thumbnail]
    return blocks.canvas(id_, blocks.publication_size(page), painting, **more)


def _painting(page: Page, addresses: Addresses) -> Json | None:
    """Return a page's scan as a body: remote ones where they are, local ones by our own service of level 0."""
    image = page.image
    if image is None:
        return None
    if image.service:
        service = blocks.image_service(image.service.id, image.service.version, image.service.level)
        return blocks.image_body(image, service)
    if uri(image.address, ""):
        return blocks.image_body(image)
    ours = addresses.image_service(page.id)
    local = ImageSource(f"{ours}/full/max/0/default.jpg", size=blocks.publication_size(page), format="image/jpeg")
    return blocks.image_body(local, blocks.image_service(ours, 3, 0))
