"""How well kinds of pages are told: ``python -m tests.classify.measure_pages``, by the detector that ships."""

from __future__ import annotations

from collections import Counter

from PIL import Image

from estampe.classify import page_kind
from estampe.segmentation import Detector
from estampe.settings import Settings
from estampe.weights import Models
from tests.classify.page_truth import DATA, kinds

_BATCH = 8


def main() -> None:
    """Print how often each kind was taken for each other one."""
    detector = Detector(Models.open(Settings()))
    told: Counter[tuple[str, str]] = Counter()
    files = list(kinds().items())
    for start in range(0, len(files), _BATCH):
        some = files[start : start + _BATCH]
        pages = [Image.open(DATA / name).convert("RGB") for name, _ in some]
        for (_, truth), page, seen in zip(some, pages, detector(pages), strict=True):
            boxes = [one.box for one in seen if one.kind == "picture" and one.confidence >= detector.least]
            kind = page_kind(page, boxes, None)
            told[truth, kind.concept if kind else "nothing"] += 1
    for (truth, said), count in sorted(told.items()):
        print(f"{truth:<14} told {said:<14} {count:>4}")  # noqa: T201
    print(f"right: {sum(count for (truth, said), count in told.items() if truth == said)} of {len(files)}")  # noqa: T201


if __name__ == "__main__":
    main()
