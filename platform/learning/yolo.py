"""Data sets in YOLO's format: a text file of boxes beside every image, and a list of class names."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from ..errors import FormatError
from ..records import Diagnostic, Severity
from .samples import (
    MAX_IMAGES,
    Bounds,
    DataSet,
    Grouping,
    LabelledBox,
    LabelledImage,
    by_stem,
    clipped,
    image_size,
    is_image,
)

_MAX_BYTES = 100_000_000
_REMEDY = "see https://docs.ultralytics.com/datasets/detect/ for how the files should be"


def read_yolo(path: Path, grouping: Grouping = by_stem) -> DataSet:
    """Read a YOLO data set: its ``data.yaml``, or the folder that holds ``data.yaml`` or ``classes.txt``.

    Every image below the folder counts whose text file lies beside it, or in ``labels`` where it lies in ``images``;
    one without a text file has no boxes. Outlines become the boxes around them. Parts (``train``, ``val``) are read
    together: folds are ours to make. Raises FormatError for what is no YOLO: the file and the line are named.
    """
    folder, names = _names(path)
    odd: Counter[str] = Counter()
    images = list[LabelledImage]()
    for file in sorted(file for file in folder.rglob("*") if is_image(file)):
        if len(images) == MAX_IMAGES:
            raise FormatError(str(folder), f"it has more than {MAX_IMAGES} images", "split it")
        if not file.resolve().is_relative_to(folder.resolve()):
            raise FormatError(str(file), "it leads out of the data set's folder", "put the image itself there")
        width, height = image_size(file)
        boxes = tuple(_boxes(_text_beside(file, folder), names, (width, height), odd))
        relative = file.relative_to(folder).as_posix()
        images.append(LabelledImage(file, width, height, grouping(relative), folder.name, boxes))
    if not images:
        raise FormatError(str(folder), "there is no image in it", _REMEDY)
    told = tuple(
        Diagnostic("boxes-left-out", f"{number} boxes {what}; they are left out", Severity.WARNING, str(folder))
        for what, number in odd.items()
    )
    return DataSet(folder.name, tuple(images), tuple(names), told)


def _names(path: Path) -> tuple[Path, list[str]]:
    """Return the data set's folder, and its classes in their order."""
    file = path / "data.yaml" if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        file = path / "classes.txt"
        if not file.is_file():
            raise FormatError(str(path), "it holds neither data.yaml nor classes.txt", _REMEDY)
    text = _text(file)
    names: Any = [line.strip() for line in text.splitlines() if line.strip()]
    if file.suffix in {".yaml", ".yml"}:
        try:
            content = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise FormatError(str(file), f"it is no YAML: {error}", _REMEDY) from error
        names = content.get("names") if isinstance(content, dict) else None
        if isinstance(names, dict):
            if sorted(map(str, names)) != sorted(str(number) for number in range(len(names))):
                raise FormatError(str(file), "its names are not numbered from 0 on", _REMEDY)
            names = [names[number] if number in names else names[str(number)] for number in range(len(names))]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise FormatError(str(file), "it has no list of names of classes", _REMEDY)
    if len(set(names)) < len(names):
        raise FormatError(str(file), "two classes have the same name", _REMEDY)
    return file.parent, names


def _text_beside(image: Path, folder: Path) -> Path:
    """Return where an image's boxes are written."""
    parts = list(image.relative_to(folder).parts)
    if "images" in parts[:-1]:
        last = len(parts) - 2 - parts[-2::-1].index("images")
        parts[last] = "labels"
    return (folder / Path(*parts)).with_suffix(".txt")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise FormatError(str(file), f"it is larger than {_MAX_BYTES} bytes", _REMEDY)
        return file.read_text("utf-8")
    except OSError as error:
        raise FormatError(str(file), f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FormatError(str(file), f"it is no text in UTF-8: {error}", _REMEDY) from error


def _boxes(file: Path, names: list[str], size: tuple[int, int], odd: Counter[str]) -> list[LabelledBox]:
    boxes = list[LabelledBox]()
    if not file.is_file():
        return boxes
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.split():
            continue
        try:
            place, *values = map(float, line.split())
        except ValueError as error:
            raise FormatError(str(file), f"line {number} is no row of numbers: {line[:60]!r}", _REMEDY) from error
        if not place.is_integer() or not 0 <= place < len(names):
            raise FormatError(
                str(file), f"line {number} is of class {line.split()[0][:20]!r}; there are {len(names)}", _REMEDY
            )
        if (around := _around(values, size)) is None:
            raise FormatError(str(file), f"line {number} is neither a box nor an outline: {line[:60]!r}", _REMEDY)
        if (bounds := clipped(around, *size)) is None:
            odd["have no area inside their image"] += 1
        else:
            boxes.append(LabelledBox(names[int(place)], bounds))
    return boxes


def _around(values: list[float], size: tuple[int, int]) -> Bounds | None:
    """Return the box in pixels of a row: middle and size (a confidence may follow), or the points of an outline."""
    width, height = size
    if not all(map(math.isfinite, values)):
        return None
    if len(values) in {4, 5}:
        x, y, w, h = values[:4]
        return (x - w / 2) * width, (y - h / 2) * height, w * width, h * height
    if len(values) < 6 or len(values) % 2:
        return None
    left, top = min(values[::2]) * width, min(values[1::2]) * height
    return left, top, max(values[::2]) * width - left, max(values[1::2]) * height - top
