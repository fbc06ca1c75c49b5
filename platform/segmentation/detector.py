"""Pictures on a page, as the detector sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image

from ..errors import ModelError
from ..images import Cells
from ..late import Late
from ..records import SEEN_AS, Label, Run
from ..weights import Models
from .boxes import areas, common, distinct, merged, overlaps
from .looking import Network, opened
from .network import CLASSES, PICTURES, SIDES, Array, kinds_of, prepared, read

#: The model, in the list of models. Its ``config`` has ``threshold``, the score from which boxes are believed, and
#: ``calibration``, rising pairs of score and confidence; one of one's own ``classes`` and ``patch``, as it was trained.
MODEL: Final = "detector"
#: What is below is not told at all.
FLOOR: Final = 0.1
#: Boxes of any classes that overlap by so much (intersection over union) are one thing, told twice.
_SAME: Final = 0.65
#: A box of which so much lies in a surer one is most likely a part of a picture: it is believed half as much. One that
#: holds surer ones is perhaps a row of them; but several studies on a sheet are one drawing, from that score on and
#: where it is not much less sure than the least sure of them.
_INSIDE: Final = 0.8
_PART: Final = 0.5
_ROW: Final = 0.8
_SHEET: Final = 0.4
_AS_SURE: Final = 0.75
#: The share of what is sure of a picture that must say of which kind it is; of four, guessing gives each a quarter.
_KIND: Final = 0.3
#: A kind that is less likely is not told beside others.
_LIKELY: Final = 0.05
_NOTHING: Final = np.zeros(0, np.float32)
#: What takes so much of a leaf with nothing on it is believed half as much: foxed paper is like a faint drawing.
_LEAF: Final = 0.7
_BARE: Final = 0.5
#: Scores between these are not sure: the page is looked at again.
_UNSURE: Final = (0.25, 0.7)
#: What is so little smaller than what a look takes is as good.
_NEARLY: Final = 0.05
#: Cells that are compared; no page has more pictures.
_MOST: Final = 300


class Sight(NamedTuple):
    """Something that a network sees: class, score, box as x1, y1, x2, y2 in shares of the page.

    ``shares`` says of a picture how likely each of the network's kinds is, by name; empty for everything else.
    """

    kind: str
    score: float
    box: tuple[float, float, float, float]
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that the detector saw.

    ``kind`` is one of `CLASSES`, or a class of one's own detector: a picture is a ``photograph``, ``drawing``, ``plan``
    or ``print``, and ``picture`` where that is not sure. ``box`` is x1, y1, x2, y2 in shares of the page's width and
    height, 0 to 1; ``confidence`` is the share of such boxes that are right; ``run`` the id of the detector's run;
    ``shares`` how likely each of `KINDS` is, by name, for a picture whose kind it tells.
    """

    kind: str
    box: tuple[float, float, float, float]
    confidence: float
    run: str
    shares: tuple[tuple[str, float], ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, of whichever kind."""
        return self.kind in PICTURES

    @property
    def labels(self) -> tuple[Label, ...]:
        """What it says, as labels: that it is a picture, and which kinds are likely; or what it is else."""
        if not self.is_picture:
            return (Label(self.kind, "function", self.confidence, self.run),)
        kinds = [Label(SEEN_AS[kind], "region", share, self.run) for kind, share in self.shares if share >= _LIKELY]
        return (Label("picture", "region", self.confidence, self.run), *kinds)

    @property
    def area(self) -> float:
        """The share of the page that it covers."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


class Detector:
    """Looks at pages; the network is read when it first does. Safe between threads."""

    def __init__(self, models: Models, model: str = MODEL, facet: str = "detector") -> None:
        self._model = model
        self._network = Late(lambda: opened(models.file(model)))
        known = models.entry(model).config
        self._classes, self._patch = tuple(known.get("classes", CLASSES)), int(known.get("patch", 0))
        self._calibration = np.array(known.get("calibration", [(0, 0), (1, 1)]), np.float32)
        version = models.entry(model).version
        config = {"classes": ", ".join(self._classes), "input": ", ".join(f"{side} × {side}" for side in SIDES)}
        #: Its facet is its own, so that it stands beside the OCR's run.
        self.run = Run(f"{model}@{version}", model, version, facet, config)
        #: The confidence from which it is to be believed.
        self.least = self._sure(float(known.get("threshold", 0.5)))

    @property
    def seeks_pictures(self) -> bool:
        """Whether it looks for pictures, and not for what somebody trained it for instead."""
        return "picture" in self._classes

    def __call__(self, pages: Sequence[Image.Image]) -> list[tuple[Seen, ...]]:
        """Return what is seen on each page, the surest first. Raises ModelError."""
        try:
            found = sights(self._network(), pages, self._classes, self._patch)
        except ValueError as error:
            raise ModelError(self._model, str(error), "name its classes in the list as it was trained") from error
        return [
            tuple(Seen(one.kind, one.box, self._sure(one.score), self.run.id, one.shares) for one in told)
            for told in found
        ]

    def _sure(self, score: float) -> float:
        return float(np.interp(score, self._calibration[:, 0], self._calibration[:, 1]))


def sights(
    network: Network, pages: Sequence[Image.Image], classes: Sequence[str] = CLASSES, patch: int = 0
) -> list[list[Sight]]:
    """Return what a network sees on pages: kind, score, and box in shares of the page, the surest first.

    Where it is unsure of something that it seeks it looks again, at the page's mirror image and in another size: two
    looks err less than one, and of most pages one is sure.

    Args:
        network: an opened network.
        pages: of any size and shape.
        classes: the network's.
        patch: the side of the squares that it looks at one by one, in pixels of the pages; 0: at whole pages.

    Raises ValueError where the network tells another number of classes.

    """
    found = []
    for page in pages:
        whole = page if patch else shrunk(page)
        looks = [_look(network, whole, SIDES[0], classes, patch)]
        seen = chosen(looks, classes)
        if _is_unsure(seen, classes):
            looks.append(_look(network, whole, SIDES[1], classes, patch, mirrored=True))
            seen = chosen(looks, classes)
        found.append(_without_paper(seen, page))
    return found


def _without_paper(seen: list[Sight], page: Image.Image) -> list[Sight]:
    """Believe less in pictures that are as large as a leaf that has nothing on it."""
    sizes = areas(np.array([one.box for one in seen], np.float32).reshape(-1, 4))
    leaves = [one.kind in PICTURES and size > _LEAF for one, size in zip(seen, sizes, strict=True)]
    if not any(leaves) or not Cells.of(page).is_bare:
        return seen
    weighed = [one._replace(score=one.score * _BARE) if leaf else one for one, leaf in zip(seen, leaves, strict=True)]
    return sorted(weighed, key=lambda one: -one.score)


def _is_unsure(seen: Sequence[Sight], classes: Sequence[str]) -> bool:
    """Whether something that is sought is neither sure to be there nor sure not to be."""
    sought = PICTURES if "picture" in classes else classes
    return any(one.kind in sought and _UNSURE[0] <= one.score <= _UNSURE[1] for one in seen)


def _look(
    network: Network, page: Image.Image, side: int, classes: Sequence[str], patch: int, *, mirrored: bool = False
) -> tuple[Array, Array]:
    """Return scores (cells, classes) and boxes (cells, 4), in shares of the page, of all parts of a page.

    A page that is looked at whole is `shrunk` already.
    """
    scores, boxes = [], []
    whole = np.array([*page.size] * 2, np.float32)
    for left, top, right, bottom in _parts(page.width, page.height, patch):
        part = shrunk(page.crop((left, top, right, bottom))) if patch else page
        pixels = prepared(squashed(part, side))
        outputs = network(np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels)[None])
        if outputs[0].shape[-1] != len(classes):
            raise ValueError(f"it tells {outputs[0].shape[-1]} classes, and {len(classes)} are named")
        some, where, _ = read(outputs, FLOOR, classes, side)
        if mirrored:
            where[:, [0, 2]] = 1 - where[:, [2, 0]]
        size = np.array([right - left, bottom - top] * 2, np.float32)
        scores.append(some)
        boxes.append((where * size + np.array([left, top] * 2, np.float32)) / whole)
    return np.concatenate(scores), np.concatenate(boxes)


def _parts(width: int, height: int, patch: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the squares that a page is looked at in, which overlap by a quarter at least; the whole page without."""
    if not patch:
        yield 0, 0, width, height
        return
    for top in _starts(height, patch):
        for left in _starts(width, patch):
            yield left, top, min(left + patch, width), min(top + patch, height)


def _starts(length: int, patch: int) -> list[int]:
    last, step = max(length - patch, 0), patch - patch // 4
    count = -(-last // step) + 1
    return [round(place * last / max(count - 1, 1)) for place in range(count)]


def shrunk(page: Image.Image) -> Image.Image:
    """Return a page in colours, halved and so on as long as no look at it takes more to speak of: once for all."""
    colours = page if page.mode == "RGB" else page.convert("RGB")
    width, height = (max(int(length / max(SIDES) + _NEARLY), 1) for length in page.size)
    return colours.reduce((width, height))


def squashed(page: Image.Image, side: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a page's RGB pixels in a square, whatever its shape."""
    return np.asarray(page.resize((side, side), Image.Resampling.BILINEAR))


def chosen(looks: Sequence[tuple[Array, Array]], classes: Sequence[str] = CLASSES, floor: float = FLOOR) -> list[Sight]:
    """Return class, score and box of what the cells of some looks at a page agree on, the surest first.

    Args:
        looks: of each the scores (cells, classes), 0 to 1, and boxes (cells, 4) as x1, y1, x2, y2.
        classes: their names. Kinds of pictures are no things of their own: they say what a picture is, if enough of
            what is sure of it says so.
        floor: lower scores are left out.

    """
    kinds = kinds_of(classes)
    names: list[str] = []
    shares: list[Array] = []
    scores, boxes = [], []
    for place, name in enumerate(classes):
        if place in kinds:
            continue
        cells = []
        for every, where in looks:
            some = _distinct(every[:, place], where, floor)
            cells.append((every[some], where[some]))
        score, box, groups = merged([(every[:, place], where) for every, where in cells])
        # The surest come first, and what is not told says nothing of others.
        told = int((score >= floor).sum())
        said = np.concatenate([every for every, _ in cells])[:, [place, *kinds]]
        shares += [_shares(said[group]) if name == "picture" else _NOTHING for group in groups[:told]]
        names += [name] * told
        scores.append(score[:told])
        boxes.append(box[:told])
    everything = _Told(names, np.concatenate(scores), np.concatenate(boxes), shares, [classes[at] for at in kinds])
    return sorted((one for one in everything.weighed() if one.score >= floor), key=lambda one: -one.score)


def kind_of(shares: Iterable[tuple[str, float]], otherwise: str = "picture") -> str:
    """Return the likeliest of some kinds, each with how likely it is; something else where none is likely enough."""
    kind, share = max(shares, key=lambda one: one[1], default=(otherwise, 0.0))
    return kind if share >= _KIND else otherwise


def _shares(said: Array) -> Array:
    """Return how likely each kind is, from scores (cells, 1 + kinds): that it is a picture, and of each kind."""
    sums = said.sum(0)
    shares: Array = sums[1:] / sums[0]
    return shares


def _distinct(scores: Array, boxes: Array, floor: float) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the places of cells that each tell a thing of its own."""
    some = np.flatnonzero(scores >= floor)
    some = some[np.argsort(-scores[some], kind="stable")][:_MOST]
    return some[distinct(scores[some], boxes[some])]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the looks at a page agree on: class, score, box, how likely each kind is; and the names of the kinds."""

    names: Sequence[str]
    scores: Array
    boxes: Array
    shares: Sequence[Array]
    kinds: Sequence[str]

    def weighed(self) -> Iterator[Sight]:
        """Yield what is one thing once, by its surest class; parts and rows of surer things are believed less."""
        boxes, size = self.boxes, areas(self.boxes)
        same, shared = overlaps(boxes[:, None], boxes) > _SAME, common(boxes[:, None], boxes)
        whole: list[int] = []
        believed: dict[int, float] = {}
        for place in map(int, np.argsort(-self.scores, kind="stable")):
            if same[place, whole].any():
                continue
            both, less = shared[place, whole], size[place] <= size[whole]
            score = believed[place] = float(self.scores[place])
            parts = [whole[at] for at in np.flatnonzero(~less & (both > _INSIDE * size[whole]))]
            if (less & (both > _INSIDE * size[place])).any():
                believed[place] *= _PART
            elif parts and not self._is_sheet(place, parts):
                believed[place] *= _ROW
            else:
                for part in parts:
                    believed[part] *= _PART if self.names[part] == "picture" else 1
                whole = [one for one in whole if one not in parts] + [place]
        for place, score in believed.items():
            x1, y1, x2, y2 = (float(value) for value in boxes[place])
            yield Sight(self._name(place), score, (x1, y1, x2, y2), self._likely(place))

    def _is_sheet(self, place: int, parts: Sequence[int]) -> bool:
        """Whether it is one drawing, of several studies, rather than a row of pictures."""
        least = max(_SHEET, _AS_SURE * float(self.scores[parts].min()))
        return float(self.scores[place]) >= least and self._is_drawn(place)

    def _is_drawn(self, place: int) -> bool:
        """Whether it is likelier that somebody drew it than that it is a photograph."""
        shares = dict(self._likely(place))
        return shares.get("drawing", 0) + shares.get("plan", 0) > shares.get("photograph", 0)

    def _likely(self, place: int) -> tuple[tuple[str, float], ...]:
        """Return how likely each kind is, by name; nothing where it is no picture."""
        return tuple(zip(self.kinds, map(float, self.shares[place]), strict=False))

    def _name(self, place: int) -> str:
        return kind_of(self._likely(place), self.names[place])
