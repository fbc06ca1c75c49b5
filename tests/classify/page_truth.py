"""Real pages whose kind was told by eye, and what is marked on them; the pictures themselves are not here."""

from __future__ import annotations

import json
import os
from pathlib import Path

_HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", _HERE.parents[2] / "shared" / "data"))
#: What is marked, and no picture.
_DECORATION = {"ornament", "initial", "other_graphic"}

Share = tuple[float, float, float, float]


def kinds() -> dict[str, str]:
    """Return the kind of each page, by its file; pages that are as much the one as the other are left out."""
    told: dict[str, str] = json.loads((_HERE / "page_kinds_truth.json").read_text("utf-8"))
    return told


def pictures() -> dict[str, list[Share]]:
    """Return where pictures are marked on pages, in shares of the page, by file."""
    marked = json.loads((DATA / "detection" / "coco.json").read_text("utf-8"))
    names = {one["id"]: one["name"] for one in marked["categories"]}
    files = {one["id"]: one for one in marked["images"]}
    found: dict[str, list[Share]] = {f"detection/{one['file_name']}": [] for one in files.values()}
    for one in marked["annotations"]:
        if names[one["category_id"]] not in _DECORATION:
            page = files[one["image_id"]]
            x, y, w, h = one["bbox"]
            width, height = page["width"], page["height"]
            found[f"detection/{page['file_name']}"].append((x / width, y / height, (x + w) / width, (y + h) / height))
    return found
