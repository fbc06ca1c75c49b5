"""Pictures: crops and thumbnails as JPEG, and image services for the scans of this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, send_file

from ..errors import RefusedError
from ..images import region_address
from ..records import Box, Illustration, Page, Size
from .answers import json_answer
from .pictures import WIDTHS
from .services import services

blueprint = Blueprint("images", __name__)

_THUMBNAIL = 400
_PAPER = "#e6e0d4"
_DAY = 24 * 3600
_INFO = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
#: What a static service of level 0 is asked for: a region and a size in whole pixels, upright, as it is.
_PICTURE = re.compile(
    r"(?:full|square|\d{1,6}(?:,\d{1,6}){3})/(?:max|full|\d{1,6},(?:\d{1,6})?|,\d{1,6})/0/default\.jpg", re.ASCII
)


@blueprint.get("/crops/<illustration>/<int:width>.jpg")
def crop(illustration: str, width: int) -> Response:
    """An illustration's picture: cut out here, or at the image service that can; else its tone in its shape."""
    if width not in WIDTHS:
        abort(404, f"Crops are {', '.join(map(str, WIDTHS))} pixels wide, not {width}.")
    found = services().catalogue.entries([illustration])
    if not found:
        abort(404, "There is no such illustration.")
    item, page = found[0].illustration, found[0].page
    if page.local_scan and page.size:
        try:
            return _file(services().derivatives.crop(Path(page.local_scan.address), item.box, page.size, width))
        except (OSError, RefusedError):
            return _placeholder(Size(item.box.w, item.box.h), width, _tone(item))
    if address := region_address(page, item.box, width=width):
        return _elsewhere(address)
    return _placeholder(Size(item.box.w, item.box.h), width, _tone(item))


@blueprint.get("/thumbnails/<page>.jpg")
def thumbnail(page: str) -> Response:
    """A small picture of a page."""
    found = _page(page)
    if found.local_scan:
        try:
            return _file(services().derivatives.thumbnail(Path(found.local_scan.address), _THUMBNAIL))
        except (OSError, RefusedError):
            return _placeholder(found.size or Size(10, 14), _THUMBNAIL)
    frame = found.size or (found.image.size if found.image else None)
    whole = Box(0, 0, frame.w, frame.h) if frame else None
    if whole and (address := region_address(found, whole, width=_THUMBNAIL)):
        return _elsewhere(address)
    if found.image:
        return _elsewhere(found.image.address)
    return _placeholder(frame or Size(10, 14), _THUMBNAIL)


@blueprint.get("/iiif/images/<page>")
def service(page: str) -> Response:
    """The name of an image service, from which the standard leads to its description."""
    if not _page(page).local_scan:
        abort(404, "The scan of this page has an image service of its own.")
    return redirect(f"{services().addresses.image_service(page)}/info.json", 303)  # type: ignore[return-value]


@blueprint.get("/iiif/images/<page>/info.json", endpoint="info")
def info(page: str) -> Response:
    """What the image service of a scan offers."""
    return _part(page, "info.json")


@blueprint.get("/iiif/images/<page>/<region>/<size>/<rotation>/<quality>.<format>")
def tile(page: str, region: str, size: str, rotation: str, quality: str, format: str) -> Response:  # noqa: A002
    """A tile, or the whole scan in one of its sizes."""
    return _part(page, f"{region}/{size}/{rotation}/{quality}.{format}")


def _part(page: str, part: str) -> Response:
    """Answer a part of an image service, made on demand: its description, or a picture of a level-0 service."""
    found = _page(page)
    if not found.local_scan or not (part == "info.json" or _PICTURE.fullmatch(part)):
        abort(404, "There is no such part of this image.")
    try:
        folder = services().derivatives.tiles(Path(found.local_scan.address))
        if part == "info.json":
            described = json.loads((folder / part).read_text("utf-8"))
            return json_answer({**described, "id": services().addresses.image_service(page)}, _INFO)
        return _file(folder / part)
    except (OSError, RefusedError):
        abort(404, "The scan cannot be had, or not in this part and size.")


def _page(identifier: str) -> Page:
    found = services().catalogue.page(identifier)
    if found is None:
        abort(404, "There is no such page.")
    return found


def _file(path: Path) -> Response:
    """Answer a picture that was made; it is named by what it is made of, and may be kept for a day."""
    return send_file(path.absolute(), mimetype="image/jpeg", conditional=True, max_age=_DAY)


def _elsewhere(address: str) -> Response:
    answer = redirect(address)
    answer.cache_control.max_age = _DAY
    return answer  # type: ignore[return-value]


def _tone(illustration: Illustration) -> str:
    return illustration.pixels.dominant if illustration.pixels else _PAPER


def _placeholder(size: Size, width: int, tone: str = _PAPER) -> Response:
    """Answer a plain surface in the shape of what cannot be had."""
    height = max(1, round(width * size.h / max(size.w, 1)))
    shape = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return Response(f'{shape}<rect width="100%" height="100%" fill="{tone}"/></svg>', mimetype="image/svg+xml")
