"""Data sets in COCO's format: one JSON file of images, annotations and categories."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from ..errors import FormatError
from ..records import Diagnostic, Severity
from .samples import (
    MAX_BOXES,
    MAX_IMAGES,
    Bounds,
    DataSet,
    Grouping,
    LabelledBox,
    LabelledImage,
    by_stem,
    clipped,
    image_size,
    inside,
)

_MAX_BYTES = 4_000_000_000
_REMEDY = "see https://cocodataset.org/#format-data for how the file should be"


def read_coco(file: Path, images: Path | None = None, grouping: Grouping = by_stem) -> DataSet:
    """Read a COCO file whose images lie beside it, or in the folder ``images``.

    A row of an image may say ``document`` and ``source``, which beat ``grouping``. Boxes are cut at the image's edges;
    those of no area and crowds are left out and told about. Raises FormatError for what is no COCO: the row is named.
    """
    name = str(file)
    content = _load(file)
    rows, annotations, categories = (_rows(content, key, name) for key in ("images", "annotations", "categories"))
    if len(rows) > MAX_IMAGES or len(annotations) > MAX_BOXES:
        raise FormatError(
            name, f"it has {len(rows)} images and {len(annotations)} boxes, which is too many", "split it"
        )
    labels = _categories(categories, name)
    sizes: dict[Any, tuple[int, int]] = {}
    paths: dict[Any, Path] = {}
    folder = images or file.parent
    for place, row in enumerate(rows):
        where = f"images[{place}]"
        key = _id(row, "id", where, name)
        if key in paths:
            raise FormatError(name, f"{where} has the id {key!r} of another image", _REMEDY)
        paths[key] = inside(folder, row.get("file_name"), name, where)
        sizes[key] = _size(row, paths[key], where, name)
    odd: Counter[str] = Counter()
    boxes: dict[Any, list[LabelledBox]] = defaultdict(list)
    for place, row in enumerate(annotations):
        where = f"annotations[{place}]"
        image, category = _id(row, "image_id", where, name), _id(row, "category_id", where, name)
        if image not in sizes or category not in labels:
            what = f"image {image!r}" if image not in sizes else f"category {category!r}"
            raise FormatError(name, f"{where} is of {what}, which is not in the file", _REMEDY)
        if row.get("iscrowd"):
            odd["stand for crowds"] += 1
        elif (bounds := clipped(_bounds(row, where, name), *sizes[image])) is None:
            odd["have no area inside their image"] += 1
        else:
            boxes[image].append(LabelledBox(labels[category], bounds))
    found = tuple(
        LabelledImage(
            paths[row["id"]],
            *sizes[row["id"]],
            str(row.get("document") or grouping(row["file_name"])),
            str(row.get("source") or file.stem),
            tuple(boxes[row["id"]]),
        )
        for row in rows
    )
    return DataSet(file.stem, found, tuple(labels.values()), _diagnostics(odd, name))


def _load(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise FormatError(str(file), f"it is larger than {_MAX_BYTES} bytes", "split it")
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise FormatError(str(file), f"it cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(str(file), f"it is no JSON: {error}", _REMEDY) from error
    if not isinstance(content, dict):
        raise FormatError(str(file), "it is JSON, but no object with images, annotations and categories", _REMEDY)
    return content


def _rows(content: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    rows = content.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FormatError(name, f"{key!r} is no list of objects", _REMEDY)
    return rows


def _id(row: dict[str, Any], key: str, where: str, name: str) -> int | str:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FormatError(name, f"{where} has no usable {key!r}", _REMEDY)
    return value


def _categories(rows: list[dict[str, Any]], name: str) -> dict[int | str, str]:
    labels: dict[int | str, str] = {}
    for place, row in enumerate(rows):
        where = f"categories[{place}]"
        key, label = _id(row, "id", where, name), row.get("name")
        if not isinstance(label, str) or not label.strip():
            raise FormatError(name, f"{where} has no name", _REMEDY)
        if key in labels or label in labels.values():
            raise FormatError(name, f"{where} repeats the id or the name of another category", _REMEDY)
        labels[key] = label
    return labels


def _size(row: dict[str, Any], path: Path, where: str, name: str) -> tuple[int, int]:
    """Return the size that the row says; where it says none, that of the file."""
    width, height = row.get("width"), row.get("height")
    if width is None or height is None:
        return image_size(path)
    for value in (width, height):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1_000_000:
            raise FormatError(name, f"{where} has a size of {width!r} × {height!r}", _REMEDY)
    return width, height


def _bounds(row: dict[str, Any], where: str, name: str) -> Bounds:
    values = row.get("bbox")
    if not isinstance(values, list) or len(values) != 4 or not all(_is_number(value) for value in values):
        raise FormatError(name, f"{where} has no 'bbox' of four numbers", _REMEDY)
    left, top, width, height = map(float, values)
    return left, top, width, height


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9 if isinstance(value, int) else math.isfinite(value)


def _diagnostics(odd: Counter[str], name: str) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic("boxes-left-out", f"{number} boxes {what}; they are left out", Severity.WARNING, name)
        for what, number in odd.items()
    )
