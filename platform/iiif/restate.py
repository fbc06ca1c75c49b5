"""A foreign manifest, of version 2 or 3, restated whole as version 3: everything it says, under an id of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..records import Document, Page
from . import blocks
from .blocks import UNKNOWN_SIZE, publication_size
from .canvases import canvas_ids, canvases, keys
from .manifests import ark_of, base_of
from .restate_content import annotation_pages, canvas_, described
from .restate_ranges import ranges
from .restate_values import others, pictures, services, uri, words
from .schema import PRESENTATION_3, is_valid, salvaged, trusting
from .values import Json, Notes, first_object, identifier, load, texts

_DIRECTIONS = {"left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"}
_MANIFEST = (
    "id", "type", "label", "items", "sequences", "structures", "annotations", "metadata", "summary", "description",
    "requiredStatement", "attribution", "rights", "license", "thumbnail", "seeAlso", "rendering", "homepage", "related",
    "partOf", "within", "behavior", "viewingHint", "viewingDirection", "service", "services", "provider", "logo",
    "start", "startCanvas", "placeholderCanvas", "accompanyingCanvas", "navDate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restated:
    """A manifest in version 3; ``keys`` are those of its canvases' pages, in order."""

    manifest: Json
    keys: tuple[str, ...]


def restate(
    original: bytes, document: Document, pages: dict[str, Page], id_: str, made: Callable[[str], str]
) -> Restated:
    """Restate a manifest.

    Args:
        original: the manifest as it was harvested.
        document: what was read from it.
        pages: its pages by key, for what a canvas does not say itself.
        id_: the id under which it is published.
        made: returns a canvas id for a key, used where a canvas has none of its own.

    Raises:
        FormatError: the original is not what was once read.

    """
    tree = load(original, document.manifest or document.id, Notes())
    base = base_of(tree, document.manifest)
    listed = canvases(tree, Notes())
    named = keys(listed, ark_of(tree, listed), Notes())
    ids = [uri_ or made(key) for uri_, key in zip(canvas_ids(listed, base), named, strict=True)]
    sizes = [publication_size(pages[key]) if key in pages else UNKNOWN_SIZE for key in named]
    # A canvas under an id of ours is as large as we say, for our annotations are drawn on it.
    sized = [
        {**node, "width": size.w, "height": size.h} if id_of == made(key) else node
        for node, key, id_of, size in zip(listed, named, ids, sizes, strict=True)
    ]

    def whole() -> Json:
        published = {identifier(node): id_of for node, id_of in reversed(list(zip(listed, ids, strict=True)))}
        items = [canvas_(node, id_of, size, base) for node, id_of, size in zip(sized, ids, sizes, strict=True)]
        return _manifest(tree, document, id_, items, published, base)

    # Nearly all manifests are restated without a fault; only for the others is each part tried by itself.
    with trusting():
        manifest = whole()
    return Restated(manifest if is_valid("Manifest", manifest) else whole(), tuple(named))


def _manifest(
    tree: Json, document: Document, id_: str, items: list[Json], published: dict[str, str], base: str
) -> Json:
    sequence = first_object(tree.get("sequences"))
    said = described(sequence, base) | described(tree, base)
    label = words(tree.get("label")) or blocks.words(document.title)
    more: Json = {
        "viewingDirection": next((d for d in texts(tree.get("viewingDirection")) if d in _DIRECTIONS), "")
        or next((d for d in texts(sequence.get("viewingDirection")) if d in _DIRECTIONS), ""),
        "start": _start(tree, sequence, published, base),
        "structures": ranges(tree.get("structures"), published, base),
        "annotations": annotation_pages(tree.get("annotations"), id_, base, f"{id_}/annotations"),
        "services": services(tree.get("services"), base),
    }
    if logos := pictures(tree.get("logo"), base):
        said["provider"] = _with_logo(said.get("provider", []), logos, document, base)
    for name in ("placeholderCanvas", "accompanyingCanvas"):
        inner = first_object(tree.get(name))
        if inner and uri(identifier(inner), base):
            more[name] = canvas_(inner, uri(identifier(inner), base), UNKNOWN_SIZE, base)
    optional = said | {name: value for name, value in more.items() if value} | others(tree, *_MANIFEST)
    required: Json = {"id": id_, "type": "Manifest", "label": label, "items": []}
    restated = salvaged("Manifest", required, optional)
    contexts = [text for text in texts(tree.get("@context")) if "/presentation/" not in text and is_valid("Id", text)]
    context: Any = [*contexts, PRESENTATION_3] if contexts else PRESENTATION_3
    return {"@context": context, **restated, "items": items}


def _start(tree: Json, sequence: Json, published: dict[str, str], base: str) -> Json | None:
    named = next(iter([*texts(tree.get("startCanvas")), *texts(sequence.get("startCanvas"))]), "")
    node: Json = first_object(tree.get("start")) or ({"id": named, "type": "Canvas"} if named else {})
    was = identifier(node)
    if "source" in node:
        return others(node) or None
    start = published.get(was) or uri(was, base)
    return {"id": start, "type": "Canvas", **others(node, "id", "type")} if start else None


def _with_logo(providers: list[Json], logos: list[Json], document: Document, base: str) -> list[Json]:
    """Return the providers with a logo that version 2 gave the manifest itself."""
    if providers:
        return [{**providers[0], "logo": [*providers[0].get("logo", []), *logos]}, *providers[1:]]
    parts = urlsplit(base)
    home = f"{parts.scheme}://{parts.netloc}/"
    if not parts.netloc:
        return []
    return [{"id": home, "type": "Agent", "label": blocks.words(document.provider), "logo": logos}]
