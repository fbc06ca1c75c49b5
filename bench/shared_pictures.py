"""Real pictures of the shared data, each with its document: what reproductions and descriptors are measured on."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from estampe.learning.folds import document_key

DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
# Smaller ones show nothing to be told apart by.
_LEAST = 60


@dataclass(frozen=True)
class Picture:
    """One picture: a file, or a box (left, top, right, bottom) of one; ``kind`` is genre, crop or tile."""

    name: str
    document: str
    label: str
    kind: str
    path: Path
    size: tuple[int, int]
    box: tuple[int, int, int, int] | None = None

    def open(self) -> Image.Image:
        with Image.open(self.path) as opened:
            whole = opened.convert("RGB")
        return whole.crop(self.box) if self.box else whole


def pictures(data: Path = DATA) -> list[Picture]:
    """Return the pictures of `genre`, crops of the truth of `detection` that are not among them, tiles of its pages."""
    found = [*_genre(data)]
    return [*found, *_crops(data, found), *_tiles(data)]


def _genre(data: Path) -> Iterator[Picture]:
    with (data / "genre" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = data / "genre" / "images" / row["file"]
            with Image.open(path) as opened:
                size = opened.size
            if min(size) >= _LEAST:
                yield Picture(row["file"], document_key(row["group"]), row["label"], "genre", path, size)


def _crops(data: Path, genre: list[Picture]) -> Iterator[Picture]:
    truth = json.loads((data / "detection" / "coco.json").read_text("utf-8"))
    names = {category["id"]: category["name"] for category in truth["categories"]}
    pages = {page["id"]: page for page in truth["images"]}
    # Most pictures of `genre` that were cut out of these pages are there already: known by document and shape.
    taken: dict[str, list[float]] = defaultdict(list)
    for picture in genre:
        if "/crop-" in picture.name:
            taken[picture.document].append(picture.size[0] / picture.size[1])
    for annotation in truth["annotations"]:
        page = pages[annotation["image_id"]]
        left, top, width, height = annotation["bbox"]
        document = document_key(page["document"])
        if min(width, height) < _LEAST or any(abs(width / height / shape - 1) < 0.03 for shape in taken[document]):
            continue
        box = (round(left), round(top), round(left + width), round(top + height))
        path = data / "detection" / page["file_name"]
        name = f"detection/{annotation['id']}"
        yield Picture(
            name, document, names[annotation["category_id"]], "crop", path, (box[2] - box[0], box[3] - box[1]), box
        )


def _tiles(data: Path) -> Iterator[Picture]:
    """Yield the upper left and the lower right quarter of every page."""
    truth = json.loads((data / "detection" / "coco.json").read_text("utf-8"))
    for page in truth["images"]:
        width, height = page["width"] // 2, page["height"] // 2
        for left, top in ((0, 0), (width, height)):
            box = (left, top, left + width, top + height)
            name = f"detection/{page['id']}-{'lower' if top else 'upper'}"
            path = data / "detection" / page["file_name"]
            yield Picture(name, document_key(page["document"]), "page", "tile", path, (width, height), box)
