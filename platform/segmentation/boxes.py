"""Boxes that mean the same thing, in one look or in several; boxes are x1, y1, x2, y2, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]

#: Boxes of one class that overlap by so much (intersection over union) are one thing.
SAME: Final = 0.6
_TINY: Final = 1e-9


def areas(boxes: Array) -> Array:
    """Return the area of each box."""
    found: Array = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return found


def common(box: Array, others: Array) -> Array:
    """Return the area that a box shares with each of others; of boxes (n, 1, 4) a row each."""
    low, high = np.maximum(box[..., :2], others[..., :2]), np.minimum(box[..., 2:], others[..., 2:])
    sides = np.maximum(high - low, 0)
    shared: Array = sides[..., 0] * sides[..., 1]
    return shared


def overlaps(box: Array, others: Array) -> Array:
    """Return the intersection of a box with each of others over their union, 0 to 1; of boxes (n, 1, 4) a row each."""
    both = common(box, others)
    share: Array = both / np.maximum(areas(box) + areas(others) - both, _TINY)
    return share


def distinct(scores: Array, boxes: Array, same: float = SAME) -> list[int]:
    """Return the places of boxes that are no surer box's twin, the surest first."""
    order, kept = np.argsort(-scores, kind="stable"), []
    # All at once: of hundreds of boxes, each by itself takes ten times as long.
    twins = overlaps(boxes[order, None], boxes[order]) > same
    there = np.ones(len(order), bool)
    for place, own in enumerate(twins):
        if there[place]:
            kept.append(int(order[place]))
            there &= ~own
    return kept


def merged(looks: Sequence[tuple[Array, Array]], same: float = SAME) -> tuple[Array, Array, list[list[int]]]:
    """Put together what several looks at one page saw: weighted box fusion (Solovyev and others, 2021).

    Args:
        looks: of each the scores (n,) and boxes (n, 4), which are distinct.
        same: boxes that overlap by more are one thing, at most one of each look.

    Returns:
        scores, the mean over all looks, of which those that did not see it count as 0; boxes, means weighted by score;
        and the places that each is made of, counted through all looks. The surest first.

    """
    scores = np.concatenate([one for one, _ in looks])
    boxes = np.concatenate([one for _, one in looks])
    look = np.concatenate([np.full(len(one), place) for place, (one, _) in enumerate(looks)])
    groups: list[list[int]] = []
    middle, every = np.zeros((len(scores), 4), np.float32), overlaps(boxes[:, None], boxes)
    # How much what each group is by now overlaps with each box.
    shared = np.zeros((len(scores), len(scores)), np.float32)
    for place in map(int, np.argsort(-scores, kind="stable")):
        near = int(shared[: len(groups), place].argmax()) if groups else -1
        if near >= 0 and shared[near, place] > same:
            if look[place] not in look[groups[near]]:
                groups[near].append(place)
                weight = scores[groups[near]][:, None]
                middle[near] = (boxes[groups[near]] * weight).sum(0) / weight.sum()
                shared[near] = overlaps(middle[near], boxes)
            continue
        middle[len(groups)], shared[len(groups)] = boxes[place], every[place]
        groups.append([place])
    found = np.array([scores[group].sum() / len(looks) for group in groups], np.float32)
    order = np.argsort(-found, kind="stable")
    return found[order], middle[: len(groups)][order], [groups[place] for place in order]
