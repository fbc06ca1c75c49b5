"""How well boxes were found: average precision as COCO has it, recall and precision at a threshold.

Some boxes of the truth must be found; others (ornaments, say, when pictures are looked for) are *spared*: finding
them is neither rewarded nor punished. Boxes are ``x, y, w, h`` in pixels of the same image.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: A box that overlaps a spared one this much (IoU), or lies in it with so much of its area, is not counted as false.
SPARED_IOU, SPARED_INSIDE = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Truth:
    """The boxes of one image that must be found, and those that are spared, each (n, 4)."""

    wanted: Floats
    spared: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """The boxes that a detector found in one image, (n, 4), with their scores, (n,)."""

    boxes: Floats
    scores: Floats


@dataclass(frozen=True, slots=True)
class Hits:
    """The scores of what counts, whether each hit a wanted box, and how many were wanted."""

    scores: Floats
    hit: Flags
    wanted: int


def overlaps(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return IoU, and the share of ``one`` that lies in ``other``, for each pair, (n, m)."""
    left = np.maximum(one[:, None, :2], other[None, :, :2])
    right = np.minimum((one[:, :2] + one[:, 2:])[:, None], (other[:, :2] + other[:, 2:])[None])
    shared = np.clip(right - left, 0, None).prod(axis=2)
    area, other_area = one[:, 2:].prod(axis=1)[:, None], other[:, 2:].prod(axis=1)[None]
    union = np.maximum(area + other_area - shared, 1e-9)
    return shared / union, shared / np.maximum(area, 1e-9)


def paired(wanted: Floats, found: Found, iou: float) -> dict[int, int]:
    """Return which wanted box each box found hits, by their places: the best first, each wanted box once."""
    shared = overlaps(found.boxes, wanted)[0]
    pairs: dict[int, int] = {}
    for place in np.argsort(np.negative(found.scores), kind="stable"):
        taken = pairs.values()
        free = [int(to) for to in np.argsort(-shared[place]) if to not in taken and shared[place, to] >= iou]
        if free:
            pairs[int(place)] = free[0]
    return pairs


def match(truth: Truth, found: Found, iou: float) -> Hits:
    """Say of each box found, best first, whether it hits a wanted box that none before it hit."""
    pairs = paired(truth.wanted, found, iou)
    overlap, inside = overlaps(found.boxes, truth.spared)
    spared: Flags = np.any(overlap >= SPARED_IOU, axis=1) | np.any(inside >= SPARED_INSIDE, axis=1)
    order = np.argsort(np.negative(found.scores), kind="stable")
    kept = [int(place) for place in order if place in pairs or not spared[place]]
    return Hits(found.scores[kept], np.array([place in pairs for place in kept], bool), len(truth.wanted))


def match_all(truth: Mapping[Hashable, Truth], found: Mapping[Hashable, Found], iou: float) -> dict[Hashable, Hits]:
    """Match every image of the truth; where nothing was found in one, its boxes are missed."""
    nothing = Found(np.zeros((0, 4)), np.zeros(0))
    return {image: match(boxes, found.get(image, nothing), iou) for image, boxes in truth.items()}


def pool(hits: Sequence[Hits]) -> Hits:
    """Put several images' results together."""
    if not hits:
        return Hits(np.zeros(0), np.zeros(0, bool), 0)
    scores, hit = np.concatenate([one.scores for one in hits]), np.concatenate([one.hit for one in hits])
    return Hits(scores, hit, sum(one.wanted for one in hits))


def average_precision(hits: Hits) -> float:
    """Return the average precision, interpolated at 101 recalls as COCO does; 0 where nothing was wanted."""
    if not hits.wanted or not len(hits.scores):
        return 0.0
    order = np.argsort(-hits.scores, kind="stable")
    right = np.cumsum(hits.hit[order])
    recall, precision = right / hits.wanted, right / np.arange(1, len(order) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    reached = at < len(precision)
    return float(np.where(reached, precision[np.minimum(at, len(precision) - 1)], 0).mean())


def recall_precision(hits: Hits, threshold: float) -> tuple[float, float]:
    """Return recall and precision of the boxes at or above a threshold; precision 0 where there are none."""
    said = hits.hit[hits.scores >= threshold]
    recall = float(said.sum() / hits.wanted) if hits.wanted else 0.0
    return recall, float(said.mean()) if len(said) else 0.0
