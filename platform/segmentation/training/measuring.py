"""How well a network finds pictures on pages that it never saw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image

from ...learning.calibration import fitted_logistic
from ...learning.detections import Found, Hits, Truth, average_precision, match, paired, pool, recall_precision
from ...learning.metrics import Interval, accuracy, bootstrap, confusion, macro_f1
from ...learning.metrics import calibration_error as expected_error
from ...learning.samples import upright
from ..detector import Sight, sights
from ..looking import Network
from ..network import PICTURES
from .samples import RealPage

#: Box overlaps (intersection over union) at which a picture counts as found.
OVERLAPS: Final = (0.5, 0.75)
#: Where pictures are sought, to find these instead is no error; stamps are one.
_SPARED: Final = ("ornament", "initial")
#: What is shipped finds so many of the pictures at least, if it can; of what it tells so much is right, and so few are
#: told on a hundred pages that have none.
_RECALL: Final = 0.97
_RIGHT: Final = 0.92
_FALSE: Final = 2.0
_TOLD: Final = 0.1
_FIFTHS: Final = 5
#: What is less sure than that is no picture that one would name.
_NAMED: Final = 0.3
#: What pictures are told as, for `told_as`.
NAMES: Final = ("photograph", "drawing", "other")


@dataclass(frozen=True, slots=True)
class Seen:
    """A page with what a network that never saw its document found on it: boxes x, y, w, h in pixels of the file.

    ``told`` is the class that each box was told as, ``sought`` the class that is sought: of our own classes pictures
    alone, and the others are spared. ``seed`` is the training's. ``shares`` says of the surest boxes, in their order,
    how likely each kind of picture is.
    """

    page: RealPage
    found: Found
    told: tuple[str, ...]
    sought: str = "picture"
    seed: int = 0
    shares: tuple[Mapping[str, float], ...] = ()

    @property
    def wanted(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """What is to be found: boxes x, y, w, h in pixels of the file, one a row."""
        return self._boxes(_wanted(self.sought))

    def hits(self, overlap: float) -> Hits:
        """Return which of them are pictures. Decoration is neither asked for nor punished."""
        spared = _SPARED if self.sought == "picture" else ()
        return match(Truth(self.wanted, self._boxes(spared)), self.found, overlap)

    def kinds(self, at: float) -> list[tuple[str, str]]:
        """Return the class of each picture that is found with a score of ``at`` or more, and what it is told as."""
        names = [name for name, _ in self.page.truth if name in _wanted(self.sought)]
        pairs = paired(self.wanted, self.found, OVERLAPS[0])
        return [(names[to], self.told[place]) for place, to in pairs.items() if self.found.scores[place] >= at]

    def _boxes(self, kinds: Collection[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([box for name, box in self.page.truth if name in kinds], np.float64).reshape(-1, 4)


def _wanted(sought: str) -> tuple[str, ...]:
    return PICTURES if sought == "picture" else (sought,)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured of one source, or of all: intervals are of 95 %, over documents drawn anew.

    ``precision`` are average precisions by overlap, none where there is nothing to find; ``sure`` is the precision at
    the threshold, ``empty`` the number of pages without anything that is sought.
    """

    name: str
    pages: int
    pictures: int
    precision: Mapping[float, Interval]
    recall: float
    sure: float
    false_pages: float
    empty: int


@dataclass(frozen=True, slots=True)
class Told:
    """What pictures that were found are told as: photographs, drawings, or something else (`NAMES`).

    ``table`` has a row for each in the truth, a column for each that was told. ``f1`` is the mean over those there are.
    """

    table: np.ndarray[Any, np.dtype[np.int64]]
    accuracy: Interval
    f1: Interval


def looked(network: Network, pages: Sequence[RealPage], classes: Sequence[str], patch: int) -> list[Seen]:
    """Have a network look at pages. Each is there once for each class that is sought."""
    sought = ("picture",) if "picture" in classes else classes
    seen = []
    for page in pages:
        picture = opened(page)
        (told,) = sights(network, [picture], classes, patch)
        seen += [_seen(page, told, kind, *picture.size) for kind in sought]
    return seen


def threshold(seen: Sequence[Seen]) -> float:
    """Return the score from which boxes are told, in hundredths.

    It is in the middle of those that keep recall, precision and false pictures within bounds, so that pages a little
    other than these are within them, too; failing such, the highest that keeps the recall.
    """
    hits = [one.hits(OVERLAPS[0]) for one in seen]
    pooled = pool(hits)
    rates = [(float(at), *recall_precision(pooled, at), _false(hits, at)) for at in np.arange(0.1, 0.9, 0.01)]
    found = [(at, right, false) for at, recall, right, false in rates if recall >= _RECALL]
    within = [at for at, right, false in found if right >= _RIGHT and false <= _FALSE]
    if within:
        return round((within[0] + within[-1]) / 2, 2)
    return round(max((at for at, *_ in found), default=0.3), 2)


def _false(hits: Sequence[Hits], at: float) -> float:
    """Return how many are told on a hundred pages without anything that is sought."""
    empty = [one for one in hits if not one.wanted]
    return 100 * sum(int((one.scores >= at).sum()) for one in empty) / max(len(empty), 1)


def measured(name: str, seen: Sequence[Seen], at: float) -> Measure:
    """Measure what was found on some pages; ``at`` is the score from which boxes are told."""
    hits = {overlap: [one.hits(overlap) for one in seen] for overlap in OVERLAPS}
    documents = [one.page.document for one in seen]

    def average(overlap: float) -> Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], float]:
        return lambda places: _mean_precision([(seen[int(place)].sought, hits[overlap][place]) for place in places])

    recall, sure = recall_precision(pool(hits[OVERLAPS[0]]), at)
    pictures = sum(one.wanted for one in hits[OVERLAPS[0]])
    empty = sum(not one.wanted for one in hits[OVERLAPS[0]])
    return Measure(
        name,
        len(seen),
        pictures,
        {overlap: bootstrap(documents, average(overlap), rounds=500) for overlap in OVERLAPS if pictures},
        recall,
        sure,
        _false(hits[OVERLAPS[0]], at),
        empty,
    )


def _mean_precision(hits: Sequence[tuple[str, Hits]]) -> float:
    """Return the average precision, a mean over the classes that there are; NaN where there are none."""
    pools = [pool([one for kind, one in hits if kind == name]) for name in sorted({kind for kind, _ in hits})]
    found = [average_precision(one) for one in pools if one.wanted]
    return float(np.mean(found)) if found else float("nan")


def told_as(seen: Sequence[Seen], at: float) -> Told:
    """Measure what pictures that were found with a score of ``at`` or more are told as."""
    pairs = [(one.page.document, *pair) for one in seen for pair in one.kinds(at)]
    truth, said = (np.array([_name_of(pair[part]) for pair in pairs], np.int64) for part in (1, 2))
    documents = [pair[0] for pair in pairs]
    return Told(
        confusion(truth, said, len(NAMES)),
        bootstrap(documents, lambda places: accuracy(truth[places], said[places])),
        bootstrap(documents, lambda places: macro_f1(truth[places], said[places], len(NAMES))),
    )


def _name_of(kind: str) -> int:
    return NAMES.index(kind) if kind in NAMES else len(NAMES) - 1


def calibration(seen: Sequence[Seen]) -> list[tuple[float, float]]:
    """Return rising pairs of score and share of boxes that are right, twenty of them."""
    hits = pool([one.hits(OVERLAPS[0]) for one in seen])
    at = np.linspace(0.05, 1, 20)
    sure = fitted_logistic(hits.scores, hits.hit)(at)
    return [(round(float(score), 2), round(float(share), 4)) for score, share in zip(at, sure, strict=True)]


def calibration_error(seen: Sequence[Seen]) -> float:
    """Return how far confidences are from the share that is right; each fifth of the documents is told by the others.

    Of boxes that are told with a confidence of a tenth and more: those below are many, and as rarely right as they say.
    """
    documents = sorted({one.page.document for one in seen})
    hits = [(one.page.document, one.hits(OVERLAPS[0])) for one in seen]
    sure, right = [], []
    for start in range(_FIFTHS):
        own = {*documents[start::_FIFTHS]}
        learnt = pool([one for document, one in hits if document not in own])
        asked = pool([one for document, one in hits if document in own])
        sure.append(fitted_logistic(learnt.scores, learnt.hit)(asked.scores))
        right.append(asked.hit)
    confidence, hit = np.concatenate(sure), np.concatenate(right)
    told = confidence >= _TOLD
    return expected_error(confidence[told], hit[told])


def opened(page: RealPage) -> Image.Image:
    """Return the pixels of a page's file, upright, in mode RGB."""
    with Image.open(page.path) as file:
        return upright(file).convert("RGB")


def _seen(page: RealPage, told: Sequence[Sight], sought: str, width: int, height: int) -> Seen:
    some = [one for one in told if one.kind in _wanted(sought)]
    corners = np.array([one.box for one in some], np.float64).reshape(-1, 4) * [width, height, width, height]
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1)
    found = Found(boxes, np.array([one.score for one in some], np.float64))
    shares = tuple(dict(one.shares) for one in some if one.score >= _NAMED)
    return Seen(page, found, tuple(one.kind for one in some), sought, shares=shares)
