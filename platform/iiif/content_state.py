"""Content State 1.0: a link that opens a document, a page or a region in any viewer. https://iiif.io/api/content-state/1.0/"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from ..errors import QueryError, RefusedError
from ..records import Box
from .values import Json, Notes, absolute, entries, identifier, kind, load, objects, texts

#: Longer content states are no links that anybody made.
_LONGEST = 30_000
_REGION = re.compile(
    r"xywh=(?:pixel:)?(\d{1,8})(?:\.\d+)?,(\d{1,8})(?:\.\d+)?,(\d{1,8})(?:\.\d+)?,(\d{1,8})(?:\.\d+)?$"
)
# What JavaScript's encodeURIComponent leaves as it is, beside letters and digits.
_UNRESERVED = "-_.!~*'()"


@dataclass(frozen=True, slots=True)
class ContentState:
    """What a content state points to: a manifest, or a canvas of it, or a box of that, in pixels of the canvas.

    Of an address alone it is not known what it is: it stands as ``manifest``. ``collection`` is set, and nothing
    else, where the state points to a Collection.
    """

    manifest: str = ""
    canvas: str = ""
    box: Box | None = None
    collection: str = ""


def encode_content_state(manifest: str, canvas: str = "", box: Box | None = None) -> str:
    """Return the value of ``iiif-content`` for a manifest, a canvas of it, or a box on the canvas."""
    target: Json = {"id": manifest, "type": "Manifest"}
    if canvas:
        fragment = f"#xywh={box.xywh}" if box else ""
        target = {"id": f"{canvas}{fragment}", "type": "Canvas", "partOf": [{"id": manifest, "type": "Manifest"}]}
    plain = json.dumps(target, ensure_ascii=False, separators=(",", ":"))
    encoded = quote(plain, safe=_UNRESERVED).encode("ascii")
    return base64.urlsafe_b64encode(encoded).decode("ascii").rstrip("=")


def decode_content_state(value: str) -> ContentState:
    """Return what a value of ``iiif-content`` points to: base64url, plain JSON, or an address. Raises QueryError."""
    value = value.strip()
    if not value or len(value) > _LONGEST:
        raise QueryError("iiif-content: the link to a picture is empty or too long")
    if absolute(value, ""):
        return ContentState(manifest=absolute(value, ""))
    plain = value if value.startswith("{") else _decoded(value)
    if absolute(plain, ""):
        return ContentState(manifest=absolute(plain, ""))
    try:
        tree = load(plain.encode("utf-8", "replace"), "iiif-content", Notes())
    except RefusedError as error:
        raise QueryError(f"iiif-content: the link to a picture cannot be understood: {error.cause}") from error
    state = _state(tree, 5)
    if state is None:
        raise QueryError("iiif-content: the link names no manifest, canvas or region that can be opened")
    return state


def _decoded(value: str) -> str:
    try:
        raw = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True)
        text = raw.decode("utf-8")
        # Percent-encoding is part of the specification; states without it are met too.
        return unquote(text, errors="strict") if "%" in text else text
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise QueryError("iiif-content: the link to a picture is damaged; copy it again, whole") from error


def _state(node: Any, depth: int) -> ContentState | None:
    """Return what a node points to; of several targets the first that can be opened."""
    if isinstance(node, str):
        return ContentState(manifest=absolute(node, "")) if absolute(node, "") else None
    if not isinstance(node, dict) or not depth:
        return None
    if "target" in node:
        return next((state for target in entries(node["target"]) if (state := _state(target, depth - 1))), None)
    if "source" in node:
        source = entries(node["source"])[0] if entries(node["source"]) else None
        state = _state(source, depth - 1)
        box = next((box for selector in objects(node.get("selector")) if (box := _box(selector))), None)
        if state and isinstance(source, str):  # of a region, an address alone is the canvas's
            return ContentState(canvas=state.manifest, box=box)
        return ContentState(state.manifest, state.canvas, box or state.box) if state and state.canvas else state
    return _named(node)


def _named(node: Json) -> ContentState | None:
    address = absolute(identifier(node), "")
    if not address:
        return None
    if kind(node) == "Collection":
        return ContentState(collection=address)
    if kind(node) == "Manifest":
        return ContentState(manifest=address)
    if kind(node) in {"Canvas", "Range"}:
        parents = [absolute(identifier(parent), "") for parent in objects(node.get("partOf"))]
        manifest = next(filter(None, parents), "")
        if kind(node) == "Range":
            return ContentState(manifest) if manifest else None
        canvas, _, fragment = address.partition("#")
        return ContentState(manifest, canvas, _region(fragment))
    return None


def _box(selector: Json) -> Box | None:
    return next((box for text in texts(selector.get("value")) if (box := _region(text))), None)


def _region(fragment: str) -> Box | None:
    match = _REGION.search(fragment)
    if match is None:
        return None
    x, y, w, h = map(int, match.groups())
    return Box(x, y, w, h) if w and h else None
