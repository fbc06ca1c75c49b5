"""How a picture is looked at beside the whole: what is on the sheet, and a part of it where its strokes are seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
_Edges = tuple[int, int, int, int]

#: Larger pictures are looked at as if they had so many pixels on the longer side: strokes then are as wide as learnt.
LONGEST = 512
#: Height and width of the part, in pixels.
TILE = 224
#: How often each number of a picture's shape counts beside the thousands of features.
SHAPE_WEIGHT = 20
#: The numbers of a picture's shape in all.
SHAPE = 8 * SHAPE_WEIGHT
_CELLS = 96


class Looks(NamedTuple):
    """What is looked at beside the whole: two pictures, `TILE` square, (height, width, 3), and numbers.

    ``sheet`` is what is printed or pasted on a sheet, squeezed; ``part`` is the middle of it as large as it is (a small
    picture is enlarged by half at most, then repeated). ``shape`` are numbers that squeezing loses, each `SHAPE_WEIGHT`
    times: the logarithm of width over height without margins, the share of the sheet that they leave, mean and spread
    of lightness and saturation, darkest and lightest tones.
    """

    sheet: Pixels
    part: Pixels
    shape: npt.NDArray[np.float32]


def looks(picture: Image.Image) -> Looks:
    """Return what of a picture is looked at beside the whole."""
    reduced = _reduced(picture)
    bare = trimmed(reduced)
    printed = core(bare)
    squeezed = printed.resize((TILE, TILE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    share = bare.width * bare.height / (reduced.width * reduced.height)
    return Looks(np.asarray(squeezed), _middle(printed), _shape(bare, share))


def _shape(bare: Image.Image, share: float) -> npt.NDArray[np.float32]:
    light, strong = (
        np.asarray(bare.resize((64, 64), Image.Resampling.BOX).convert("HSV"), np.float32)[..., channel] / 255
        for channel in (2, 1)
    )
    dark, bright = np.percentile(light, [5, 95])
    numbers = (np.log(bare.width / bare.height), share, light.mean(), light.std() * 2, strong.mean(), strong.std() * 2)
    return np.repeat(np.array([*numbers, dark, bright], np.float32), SHAPE_WEIGHT)


def _reduced(picture: Image.Image) -> Image.Image:
    picture = picture.convert("RGB")
    if max(picture.size) > LONGEST:
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _differing(picture: Image.Image, threshold: float) -> npt.NDArray[np.bool_]:
    """Return which cells of a picture are unlike its edge."""
    grey = np.asarray(picture.convert("L").resize((_CELLS, _CELLS), Image.Resampling.BOX), np.float32)
    edge = np.concatenate([grey[:2].ravel(), grey[-2:].ravel(), grey[:, :2].ravel(), grey[:, -2:].ravel()])
    return np.asarray(np.abs(grey - np.median(edge)) > threshold)


def _part(picture: Image.Image, top: int, bottom: int, left: int, right: int) -> _Edges:
    """Return the edges of cells, and of one more on each side, in pixels: left, top, right, bottom."""
    x, y = picture.width / _CELLS, picture.height / _CELLS
    box = (max(0, left - 1) * x, max(0, top - 1) * y, min(_CELLS, right + 1) * x, min(_CELLS, bottom + 1) * y)
    return int(box[0]), int(box[1]), max(int(box[2]), int(box[0]) + 1), max(int(box[3]), int(box[1]) + 1)


def trimmed(picture: Image.Image) -> Image.Image:
    """Return a picture without its bare margins."""
    return picture.crop(edges) if (edges := _bare(picture)) else picture


def core(picture: Image.Image) -> Image.Image:
    """Return what is printed or pasted on a sheet, without caption and mount; all of it where nothing stands out."""
    return picture.crop(edges) if (edges := _printed(picture)) else picture


def on_sheet(picture: Image.Image) -> tuple[float, float, float, float]:
    """Return where on a sheet something is printed or pasted: left, top, right, bottom, in shares of 1."""
    reduced = _reduced(picture)
    outer = _bare(reduced) or (0, 0, *reduced.size)
    inner = _printed(reduced.crop(outer)) or (0, 0, outer[2] - outer[0], outer[3] - outer[1])
    x, y = 1 / reduced.width, 1 / reduced.height
    return (
        (outer[0] + inner[0]) * x,
        (outer[1] + inner[1]) * y,
        min(1.0, (outer[0] + inner[2]) * x),
        min(1.0, (outer[1] + inner[3]) * y),
    )


def _bare(picture: Image.Image) -> _Edges | None:
    """Return the edges of what bare margins leave; None where they leave nothing, or all."""
    unlike = _differing(picture, 22)
    rows, columns = np.flatnonzero(unlike.mean(axis=1) > 0.02), np.flatnonzero(unlike.mean(axis=0) > 0.02)
    if len(rows) < 6 or len(columns) < 6:
        return None
    return _part(picture, int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def _printed(picture: Image.Image) -> _Edges | None:
    """Return the edges of the largest thing that hangs together; None where nothing stands out."""
    unlike = _differing(picture, 16)
    labels = _connected(unlike)
    counts = np.bincount(labels[unlike], minlength=1) if unlike.any() else np.zeros(1, int)
    largest = int(counts.argmax())
    if counts[largest] < 0.55 * max(1, int(unlike.sum())):
        return None
    rows, columns = (np.flatnonzero((labels == largest).mean(axis=axis) > 0.04) for axis in (1, 0))
    if len(rows) < _CELLS // 5 or len(columns) < _CELLS // 5:
        return None
    return _part(picture, int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def _connected(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Number the cells that hang together, side by side, by the highest place in each group; 0 outside."""
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        before = numbers
        numbers = _along_rows(_along_rows(numbers, mask).T, mask.T).T
        if np.array_equal(before, numbers):
            return numbers


def _along_rows(numbers: npt.NDArray[np.int64], mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Give every unbroken run of cells in a row the highest number in it."""
    changes = np.ones(mask.shape, bool)
    changes[:, 1:] = mask[:, 1:] != mask[:, :-1]
    starts = np.flatnonzero(changes.ravel())
    highest = np.maximum.reduceat(numbers.ravel(), starts)
    lengths = np.diff(np.append(starts, mask.size))
    return np.repeat(highest, lengths).reshape(mask.shape)


def _middle(picture: Image.Image) -> Pixels:
    short = min(picture.size)
    if short < TILE:
        scale = min(1.5, TILE / short)
        size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    pixels = np.asarray(picture)
    lacking = [max(0, TILE - side) for side in pixels.shape[:2]]
    if any(lacking):
        pixels = np.pad(pixels, ((0, lacking[0]), (0, lacking[1]), (0, 0)), "wrap")
    top, left = (pixels.shape[0] - TILE) // 2, (pixels.shape[1] - TILE) // 2
    return np.ascontiguousarray(pixels[top : top + TILE, left : left + TILE])
