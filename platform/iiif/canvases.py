"""Canvases of Presentation 2 and 3 as pages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count
from typing import Any

from ..identity import find_ark, page_id, page_key
from ..records import ImageSource, Page, Severity, Size
from .images import image_source
from .ocr_links import text_sources
from .values import Json, Notes, absolute, entries, identifier, integer, kind, objects, texts
from .wording import label

#: Proportions of canvas and image may differ so much by rounding.
#: A canvas with a shorter or longer side is read, and told.
_SHORTEST, _LONGEST = 16, 200_000
_SAME_SHAPE = 0.02


def canvases(manifest: Json, notes: Notes) -> list[Json]:
    """Return the canvases of a manifest of version 2 or 3, in order."""
    if "sequences" in manifest:
        sequences = [s for s in objects(manifest["sequences"]) if s.get("canvases")]
        if len(objects(manifest["sequences"])) > 1:
            notes.add("sequences", "the manifest has several orders of its pages; the first was used", "sequences")
        listed = entries(sequences[0]["canvases"]) if sequences else []
    else:
        listed = entries(manifest.get("items"))
    found: list[Json] = []
    for place, entry in enumerate(listed, start=1):
        if isinstance(entry, dict) and kind(entry) in {"Canvas", ""}:
            found.append(entry)
        else:
            what = kind(entry) if isinstance(entry, dict) else "no object"
            notes.add("not-a-canvas", f"entry {place} of the manifest's pages is {what}; it was left out")
    return found


def pages(listed: list[Json], document: str, ark: str, base: str, notes: Notes) -> tuple[Page, ...]:
    """Return canvases as pages of a document.

    Args:
        listed: the canvases, in order.
        document: the document's id.
        ark: the document's ARK, empty where it has none.
        base: the address that relative ones start from.
        notes: where oddities go.

    """
    named = keys(listed, ark, notes)
    ids = canvas_ids(listed, base)
    return tuple(
        _page(canvas, key, id_, place, document, base, notes)
        for place, (canvas, key, id_) in enumerate(zip(listed, named, ids, strict=True), start=1)
    )


def canvas_ids(listed: list[Json], base: str) -> list[str]:
    """Return the id of each canvas as it can be published; empty where it has none, no web address, or one taken."""
    found: list[str] = []
    taken: set[str] = set()
    for canvas in listed:
        name = identifier(canvas)
        id_ = name if absolute(name, "") else absolute(name, base)
        found.append("" if id_ in taken else id_)
        taken.add(id_)
    return found


def keys(listed: list[Json], ark: str, notes: Notes) -> list[str]:
    """Return a key for each canvas, from its id alone, so that it stays when leaves are inserted."""
    names = [identifier(canvas) for canvas in listed]
    counted = Counter(_key(name, ark) for name in names)
    found: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names, start=1):
        key = _key(name, ark)
        if not name:
            notes.add("canvas-id-missing", "a canvas has no id; it is named by its place", f"page {place}")
            key = f"page-{place}"
        elif counted[key] > 1:
            key = page_key(name)
        if key in taken:
            notes.add("canvas-id-twice", "several canvases have the same id", name)
            key = next(numbered for n in count(2) if (numbered := f"{key}-{n}") not in taken)
        taken.add(key)
        found.append(key)
    return found


def _key(name: str, ark: str) -> str:
    """Return the key of a canvas id: Gallica's ``…/canvas/f11`` and ``…/f11/canvas`` are both ``f11``."""
    found = find_ark(name) if ark else None
    if found and found[0] == ark:
        last = name.rstrip("/").rpartition("/")[2]
        if found[1] or not ark.endswith(last):
            return page_key(found[1] or last)
    return page_key(name) if name else ""


def _page(canvas: Json, key: str, id_: str, number: int, document: str, base: str, notes: Notes) -> Page:
    where = identifier(canvas) or f"page {number}"
    width, height = integer(canvas.get("width")), integer(canvas.get("height"))
    size = Size(width, height) if width and height else None
    image = _image(canvas, size, base, where, notes)
    if size is None:
        size = image.size if image else None
        what = "its image's was taken" if size else "nothing tells it"
        notes.add("canvas-size-missing", f"a canvas does not say its size; {what}", where)
    elif min(size.w, size.h) < _SHORTEST or max(size.w, size.h) > _LONGEST:
        message = f"a canvas is {size.w} × {size.h}, which no page is; what is found on it may lie in the wrong place"
        notes.add("canvas-size-absurd", message, where)
    return Page(
        id=page_id(document, key),
        key=key,
        number=number,
        label=label(canvas.get("label")),
        canvas=id_,
        size=size,
        image=image,
        texts=text_sources(canvas, base, notes),
    )


def _image(canvas: Json, size: Size | None, base: str, where: str, notes: Notes) -> ImageSource | None:
    """Return the first picture painted on a canvas; a diagnostic tells where it does not fill the canvas."""
    painted = _painted(canvas)
    found = [(image, target) for body, target in painted if (image := image_source(body, base))]
    if not found:
        what = "holds sound or video" if canvas.get("duration") else "has no image"
        notes.add("canvas-without-image", f"a canvas {what}", where)
        return None
    image, target = found[0]
    if len(found) > 1:
        notes.add(
            "images-several", f"a canvas is painted with {len(found)} images; the first is used", where, Severity.INFO
        )
    if size and not _fills(image, target, size):
        notes.add("image-not-whole-canvas", "the image does not cover its canvas, or is of another shape", where)
    return image


def _painted(canvas: Json) -> list[tuple[Json, Any]]:
    """Return what is painted on a canvas and on which part of it."""
    annotations = objects(canvas.get("images"))
    bodies = [(body, note.get("on")) for note in annotations for body in objects(note.get("resource"))]
    for page in objects(canvas.get("items")):
        for note in [page] if "body" in page else objects(page.get("items")):
            if {"painting", "sc:painting"} & set(texts(note.get("motivation"))) or "motivation" not in note:
                bodies += [(body, note.get("target")) for body in objects(note.get("body"))]
    return bodies


def _fills(image: ImageSource, target: Any, size: Size) -> bool:
    selected = re.search(r"xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)", str(target)[:2000])
    if selected:
        x, y, w, h = (int(number[:9]) for number in selected.groups())
        if x > 1 or y > 1 or w < size.w - 2 or h < size.h - 2:
            return False
    if image.size is None:
        return True
    return abs(image.size.w * size.h / (image.size.h * size.w) - 1) <= _SAME_SHAPE
