"""The one way in: bytes from anywhere, read as a manifest or a collection of Presentation 2.0, 2.1 or 3.0."""

from __future__ import annotations

from ..errors import FormatError, OtherKindError, UnsupportedError
from ..records import Severity
from .collections import ReadCollection, read_collection
from .manifests import ReadManifest, read_manifest
from .values import Json, Notes, first_object, kind, load, texts

# What people give by mistake, and what to give instead.
_OTHERS = {
    "Canvas": ("a single canvas", "give the manifest that it is part of"),
    "Range": ("a range of pages", "give the manifest that it is part of"),
    "Sequence": ("a sequence of pages", "give the manifest that it is part of"),
    "Annotation": ("an annotation", "give the manifest that it is about"),
    "AnnotationPage": ("a page of annotations", "give the manifest that it is about"),
    "AnnotationList": ("a list of annotations", "give the manifest that it is about"),
    "AnnotationCollection": ("a collection of annotations", "give the manifest that it is about"),
    "Layer": ("a layer of annotations", "give the manifest that it is about"),
    "OrderedCollection": ("a list of changes (Change Discovery)", "give one of the manifests that it names"),
    "OrderedCollectionPage": ("a list of changes (Change Discovery)", "give one of the manifests that it names"),
    "Scene": ("a scene in three dimensions", ""),
    "Timeline": ("a timeline of sound", ""),
}


def read(data: bytes, address: str) -> ReadManifest | ReadCollection:
    """Read a manifest or a collection, tolerantly; what was odd stands in its diagnostics.

    Args:
        data: JSON in UTF-8, 16 or 32.
        address: where it was found, a URL or a path: for messages, relative links, and where it has no id.

    Raises:
        FormatError: it is cut, no JSON, absurd, or has no pages.
        UnsupportedError: it is something else, as the message says.

    """
    notes = Notes()
    node = load(data, address, notes)
    try:
        what = _what(node)
        if what == "Manifest":
            _note_version(node, notes)
            return read_manifest(node, address, notes)
        if what == "Collection":
            _note_version(node, notes)
            return read_collection(node, address, notes)
    except RecursionError as error:
        raise FormatError(address, "it is nested too deeply") from error
    raise _refusal(node, address)


def _what(node: Json) -> str:
    """Return what the JSON is, by its type, else by what it holds."""
    said = kind(node)
    if said in {"Manifest", "Collection"}:
        return said
    if said:
        return ""
    if "sequences" in node or kind(first_object(node.get("items"))) == "Canvas":
        return "Manifest"
    listed = first_object(node.get("items"))
    if kind(listed) in {"Manifest", "Collection"} or any(
        isinstance(node.get(n), list) for n in ("manifests", "collections")
    ):
        return "Collection"
    return ""


def _contexts(node: Json) -> str:
    return " ".join(texts(node.get("@context")))


def _note_version(node: Json, notes: Notes) -> None:
    if "presentation/4" in _contexts(node):
        message = "the manifest follows a draft of version 4; what it shares with version 3 was read"
        notes.add("presentation-4-draft", message, "@context")
    elif "@context" not in node:
        notes.add(
            "context-missing",
            "the manifest does not say its version; it was told by its parts",
            "@context",
            Severity.INFO,
        )


def _refusal(node: Json, address: str) -> UnsupportedError:
    if kind(node) in _OTHERS:
        what, remedy = _OTHERS[kind(node)]
        return OtherKindError(address, what, remedy)
    if "iiif.io/api/image" in " ".join([*texts(node.get("protocol")), _contexts(node)]):
        return OtherKindError(
            address, "the description of an image (info.json)", "give the manifest that shows this image"
        )
    cause = f"it is of type {kind(node)[:50]!r}" if kind(node) else "it is JSON of another kind"
    return UnsupportedError(address, f"{cause}, not a IIIF manifest or collection")
