"""Data sets as folders: a folder a class, or a table of files and classes."""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ..errors import FormatError
from .samples import MAX_IMAGES, Grouping, LabelledBox, Sample, by_stem, inside, is_image

_MAX_BYTES = 500_000_000


def read_class_folders(folder: Path, grouping: Grouping = by_stem) -> list[Sample]:
    """Return the images of a folder's folders, each with the name of its folder as its class.

    Hidden folders and files that are no images are passed over. Raises FormatError where nothing is found, and for
    links that lead out of the folder.
    """
    if not folder.is_dir():
        raise FormatError(str(folder), "there is no such folder")
    samples = []
    for path in sorted(_images(folder)):
        relative = path.relative_to(folder)
        if len(relative.parts) < 2 or any(part.startswith(".") for part in relative.parts):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            raise FormatError(str(path), "it leads out of the data set's folder", "put the image itself there")
        samples.append(Sample(path, relative.parts[0], grouping(relative.as_posix()), folder.name))
    if not samples:
        raise FormatError(
            str(folder), "no folder in it holds an image", "put the images of each class into a folder of its name"
        )
    return samples


def _images(folder: Path) -> Iterator[Path]:
    number = 0
    for path in folder.rglob("*"):
        if path.is_file() and is_image(path):
            number += 1
            if number > MAX_IMAGES:
                raise FormatError(str(folder), f"it has more than {MAX_IMAGES} images", "split it")
            yield path


def read_boxes(table: Path) -> dict[str, list[LabelledBox]]:
    """Return the boxes of a CSV table with the columns ``file``, ``label``, ``x``, ``y``, ``w`` and ``h``, by file.

    They are in pixels of the files, which are not looked at. Raises FormatError naming the line.
    """
    found: dict[str, list[LabelledBox]] = {}
    for row, line in _rows(table, ("file", "label", "x", "y", "w", "h")):
        try:
            x, y, w, h = (float(row[side]) for side in ("x", "y", "w", "h"))
        except (TypeError, ValueError) as error:
            raise FormatError(str(table), f"line {line}: x, y, w and h are not all numbers") from error
        if not all(map(math.isfinite, (x, y, w, h))) or min(w, h) <= 0:
            raise FormatError(str(table), f"line {line}: a box of {w:g} by {h:g} pixels is none")
        found.setdefault(row["file"], []).append(LabelledBox(row["label"], (x, y, w, h)))
    return found


def read_table(
    table: Path,
    images: Path,
    labels: Mapping[str, str] | None = None,
    grouping: Grouping = by_stem,
    source: str = "source",
) -> list[Sample]:
    """Return the images that a CSV table names in its columns ``file`` and ``label``.

    The columns ``group`` (the document) and ``source`` may follow, the latter under another name; ``labels`` renames
    classes, and leaves out those that it does not name. Raises FormatError naming the line.
    """
    rows = _rows(table, ("file", "label"))
    return list(_samples(rows, images, str(table), labels, grouping, source))


def _rows(table: Path, columns: Collection[str]) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the rows of a CSV table with the lines that they end on."""
    name = str(table)
    try:
        if table.stat().st_size > _MAX_BYTES:
            raise FormatError(name, f"it is larger than {_MAX_BYTES} bytes", "split it")
        with table.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if lacking := set(columns) - set(reader.fieldnames or ()):
                raise FormatError(name, f"it lacks the column {min(lacking)!r}", "name the columns in its first line")
            for row in reader:
                yield row, reader.line_num
    except OSError as error:
        raise FormatError(name, f"it cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(name, f"it is no CSV in UTF-8: {error}") from error


def _samples(
    rows: Iterable[tuple[dict[str, str], int]],
    images: Path,
    name: str,
    labels: Mapping[str, str] | None,
    grouping: Grouping,
    column: str,
) -> Iterator[Sample]:
    for row, line in rows:
        where = f"line {line}"
        file, label = row["file"], row["label"]
        path = inside(images, file, name, where)
        if not label:
            raise FormatError(name, f"{where} has no label")
        if labels is not None:
            if label not in labels:
                continue
            label = labels[label]
        source = row.get(column) or Path(name).stem
        yield Sample(path, label, row.get("group") or grouping(file), source)
