"""How well kinds of pages are told: ``python -m tests.classify.measure_pages``.

With the pictures that are marked on the pages, and with those that the detector sees that ships; in brackets where 95 %
of resamplings of the documents lie.
"""

from __future__ import annotations

import csv
import json
from collections import Counter

import numpy as np
from PIL import Image

from estampe.classify import page_kind
from estampe.learning.folds import document_key
from estampe.learning.metrics import bootstrap
from estampe.segmentation import Detector
from estampe.settings import Settings
from estampe.weights import Models
from tests.classify.page_truth import DATA, Share, kinds, pictures

_BATCH = 8
#: What is told so surely is apart from the rest.
_SURELY = 0.7


def main() -> None:
    """Print how often each kind was taken for each other one, and how often what is told is right."""
    detector, marked = Detector(Models.open(Settings())), pictures()
    files, documents = list(kinds().items()), _documents()
    told: dict[str, list[tuple[str, float]]] = {"pictures as marked": [], "pictures as the detector sees them": []}
    for start in range(0, len(files), _BATCH):
        some = files[start : start + _BATCH]
        pages = [Image.open(DATA / name).convert("RGB") for name, _ in some]
        for (name, _), page, seen in zip(some, pages, detector(pages), strict=True):
            boxes = [one.box for one in seen if one.is_picture and one.confidence >= detector.least]
            for said, known in zip(told.values(), (marked.get(name, []), boxes), strict=True):
                said.append(_told(page, known))
    groups = [documents[name] for name, _ in files]
    print(f"{len(files)} pages of {len(set(groups))} documents")  # noqa: T201
    for name, said in told.items():
        right = np.array([kind == truth for (kind, _), (_, truth) in zip(said, files, strict=True)])
        sure = np.array([confidence >= _SURELY for _, confidence in said])
        share = bootstrap(groups, lambda some, right=right: float(right[some].mean()))
        print(f"\n{name}: {right.sum()} right, {share}")  # noqa: T201
        print(f"from {_SURELY} on {right[sure].mean():.2f} of {sure.sum()}, below {right[~sure].mean():.2f}")  # noqa: T201
        counts = Counter((truth, kind) for (kind, _), (_, truth) in zip(said, files, strict=True))
        for (truth, kind), count in sorted(counts.items()):
            print(f"{truth:<14} told {kind:<14} {count:>4}")  # noqa: T201


def _told(page: Image.Image, known: list[Share]) -> tuple[str, float]:
    kind = page_kind(page, known, None)
    return (kind.concept, kind.confidence) if kind else ("nothing", 0.0)


def _documents() -> dict[str, str]:
    """Return the document of each page, by its file."""
    with (DATA / "genre" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        found = {f"genre/images/{row['file']}": document_key(row["group"]) for row in csv.DictReader(stream)}
    pages = json.loads((DATA / "detection" / "coco.json").read_text("utf-8"))["images"]
    return found | {f"detection/{page['file_name']}": document_key(page["document"]) for page in pages}


if __name__ == "__main__":
    main()
