"""A stand-in of a IIIF Image API server (2.1, level 2): cuts real scans, or draws a gradient that tells the place.

    with ImageStandin({"ark:/12148/bpt6k9604118j/f19": Size(3791, 5221)}) as images:
        images.url + "/iiif/ark:/12148/bpt6k9604118j/f19/433,290,3079,2052/600,/0/native.jpg"

In a drawn picture red grows from 0 at the left edge to 255 at the right, green from top to bottom, and blue is 128: so
a test can tell from the pixels of a crop which region was asked for.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from estampe.records import Size
from tests.harvest.standin import Reply, Standin

_REQUEST = re.compile(
    r"/iiif/(?P<id>.+)/(?P<region>[^/]+)/(?P<size>[^/]+)/(?P<turn>\d+)/(?P<quality>\w+)\.(?P<format>jpg|png)"
)


class ImageStandin(Standin):
    """The server; ``images`` are scans on disk, or the sizes of pictures to draw, by identifier."""

    def __init__(self, images: Mapping[str, Path | Size]) -> None:
        super().__init__()
        self.images = dict(images)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        if path.endswith("/info.json"):
            identifier = path.removeprefix("/iiif/").removesuffix("/info.json")
            return self._info(identifier) if identifier in self.images else _refuse(404)
        match = _REQUEST.fullmatch(path)
        if match is None:
            return _refuse(400)
        source = self.images.get(match["id"])
        if source is None:
            return _refuse(404)
        full = self._size(source)
        region = _region(match["region"], full)
        size = region and _scaled(match["size"], region)
        if region is None or size is None:
            return _refuse(400)
        picture = _cut(source, region, size) if isinstance(source, Path) else _draw(full, region, size)
        if int(match["turn"]) % 360:
            picture = picture.rotate(-int(match["turn"]), expand=True)
        if match["quality"] in {"gray", "grey"}:
            picture = picture.convert("L")
        body = io.BytesIO()
        format_ = "JPEG" if match["format"] == "jpg" else "PNG"
        picture.save(body, format_)
        return Reply(body.getvalue(), Image.MIME[format_])

    def _info(self, identifier: str) -> Reply:
        size = self._size(self.images[identifier])
        info = {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": f"{self.url}/iiif/{identifier}",
            "protocol": "http://iiif.io/api/image",
            "width": size.w,
            "height": size.h,
            "profile": ["http://iiif.io/api/image/2/level2.json"],
            "tiles": [{"width": 1024, "scaleFactors": [1, 2, 4, 8, 16]}],
        }
        return Reply(json.dumps(info).encode(), "application/json")

    def _size(self, source: Path | Size) -> Size:
        if isinstance(source, Size):
            return source
        with Image.open(source) as picture:
            return Size(*picture.size)


def _refuse(status: int) -> Reply:
    return Reply(b"", "text/plain", status)


def _region(text: str, full: Size) -> tuple[float, float, float, float] | None:
    """Return left, top, width and height in the full picture, clipped to it; None where nothing of it is asked for."""
    if text == "full":
        return 0, 0, full.w, full.h
    if text == "square":
        side = min(full.w, full.h)
        return (full.w - side) / 2, (full.h - side) / 2, side, side
    try:
        x, y, w, h = (float(part) for part in text.removeprefix("pct:").split(","))
    except ValueError:
        return None
    if text.startswith("pct:"):
        x, w, y, h = x * full.w / 100, w * full.w / 100, y * full.h / 100, h * full.h / 100
    w, h = min(w, full.w - x), min(h, full.h - y)
    return (x, y, w, h) if w >= 1 and h >= 1 and x >= 0 and y >= 0 else None


def _scaled(text: str, region: tuple[float, float, float, float]) -> tuple[int, int] | None:
    _, _, w, h = region
    if text in {"full", "max"}:
        return round(w), round(h)
    if text.startswith("pct:"):
        share = float(text[4:]) / 100
        return max(1, round(w * share)), max(1, round(h * share))
    match = re.fullmatch(r"(!?)(\d*),(\d*)", text)
    if match is None or not (match[2] or match[3]):
        return None
    if match[1]:
        share = min(int(match[2]) / w, int(match[3]) / h)
        return max(1, round(w * share)), max(1, round(h * share))
    width = int(match[2]) if match[2] else round(w * int(match[3]) / h)
    height = int(match[3]) if match[3] else round(h * int(match[2]) / w)
    return (width, height) if width > 0 and height > 0 else None


def _cut(path: Path, region: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Image:
    x, y, w, h = region
    with Image.open(path) as picture:
        return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, (x, y, x + w, y + h))


def _draw(full: Size, region: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Image:
    x, y, w, h = region
    across = (x + (np.arange(size[0]) + 0.5) * w / size[0]) / full.w * 255
    down = (y + (np.arange(size[1]) + 0.5) * h / size[1]) / full.h * 255
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    pixels[:, :, 0] = across.astype(np.uint8)[None, :]
    pixels[:, :, 1] = down.astype(np.uint8)[:, None]
    return Image.fromarray(pixels)
