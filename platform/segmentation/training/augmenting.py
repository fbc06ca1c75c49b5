"""Pages as other scanners, hands and centuries would have given them.

Each function takes a sample and a generator of chances and gives another sample; what is told of it moves with it.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps, ImageStat

from ..network import CLASSES
from .marks import stamp
from .samples import Sample

_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def turned(sample: Sample, degrees: int) -> Sample:
    """Turn a page anticlockwise by 90, 180 or 270 degrees."""
    width, height = sample.picture.size
    x1, y1, x2, y2 = sample.boxes.T
    if degrees == 90:
        boxes = np.stack([y1, width - x2, y2, width - x1], 1)
    elif degrees == 180:
        boxes = np.stack([width - x2, height - y2, width - x1, height - y1], 1)
    else:
        boxes = np.stack([height - y2, x1, height - y1, x2], 1)
    return Sample(sample.picture.transpose(_TURNS[degrees]), boxes, sample.classes)


def mirrored(sample: Sample) -> Sample:
    """Turn left to right."""
    boxes = sample.boxes.copy()
    boxes[:, [0, 2]] = sample.picture.width - boxes[:, [2, 0]]
    return Sample(ImageOps.mirror(sample.picture), boxes, sample.classes)


def cropped(sample: Sample, chance: np.random.Generator) -> Sample:
    """Cut a part of a page out such that nothing told of is cut through; the page itself where none is found."""
    width, height = sample.picture.size
    for _ in range(8):
        w, h = (round(side * chance.uniform(0.45, 0.95)) for side in (width, height))
        x, y = round(chance.uniform(0, width - w)), round(chance.uniform(0, height - h))
        low = np.maximum(sample.boxes[:, :2], (x, y))
        high = np.minimum(sample.boxes[:, 2:], (x + w, y + h))
        seen = np.prod(np.maximum(high - low, 0), 1)
        share = seen / np.maximum(np.prod(sample.boxes[:, 2:] - sample.boxes[:, :2], 1), 1)
        whole = share > 0.97
        if np.all(whole | (share == 0)) and (whole.any() or not len(sample.boxes)):
            boxes = np.concatenate([low - (x, y), high - (x, y)], 1)[whole].astype(np.float32)
            return Sample(sample.picture.crop((x, y, x + w, y + h)), boxes, sample.classes[whole])
    return sample


def patch(sample: Sample, side: int, chance: np.random.Generator) -> Sample:
    """Cut a square out of a page, in two of three cases around something told of; what is mostly outside is untold."""
    size = np.array(sample.picture.size)
    start = chance.uniform(0, 1, 2) * np.maximum(size - side, 0)
    if len(sample.boxes) and chance.random() < 0.67:
        box = sample.boxes[int(chance.integers(len(sample.boxes)))]
        middle = (box[:2] + box[2:]) / 2 + chance.uniform(-0.3, 0.3, 2) * side
        start = np.clip(middle - side / 2, 0, np.maximum(size - side, 0))
    left, top = (round(float(value)) for value in start)
    low = np.maximum(sample.boxes[:, :2], (left, top))
    high = np.minimum(sample.boxes[:, 2:], (left + side, top + side))
    whole = np.prod(sample.boxes[:, 2:] - sample.boxes[:, :2], 1)
    told = np.prod(np.maximum(high - low, 0), 1) > 0.4 * whole
    boxes = np.concatenate([low - (left, top), high - (left, top)], 1)[told].astype(np.float32)
    return Sample(sample.picture.crop((left, top, left + side, top + side)), boxes, sample.classes[told])


def laid(sample: Sample, chance: np.random.Generator) -> Sample:
    """Lay a page on the bed of a scanner, black, grey or white, wider than the page."""
    width, height = sample.picture.size
    left, top, right, bottom = (round(side * chance.uniform(0, 0.15)) for side in (width, height, width, height))
    tone = int(chance.choice([8, 20, 60, 128, 200, 235, 255]))
    bed = Image.new("RGB", (width + left + right, height + top + bottom), (tone, tone, tone))
    bed.paste(sample.picture, (left, top))
    return Sample(bed, sample.boxes + np.array([left, top, left, top], np.float32), sample.classes)


def opened(left: Sample, right: Sample, chance: np.random.Generator) -> Sample:
    """Lay two pages side by side, as a book lies open, with the shadow of the fold between them."""
    height = min(left.picture.height, right.picture.height)
    one, other = (
        side.scaled(max(round(side.picture.width * height / side.picture.height), 1), height) for side in (left, right)
    )
    both = Image.new("RGB", (one.picture.width + other.picture.width, height))
    both.paste(one.picture, (0, 0))
    both.paste(other.picture, (one.picture.width, 0))
    shift = np.array([one.picture.width, 0, one.picture.width, 0], np.float32)
    sample = Sample(
        both, np.concatenate([one.boxes, other.boxes + shift]), np.concatenate([one.classes, other.classes])
    )
    return shadowed(sample, chance, one.picture.width)


def stamped(sample: Sample, chance: np.random.Generator) -> Sample:
    """Let a library stamp a page, once or twice, anywhere."""
    sheet = sample.picture.copy()
    marks = [stamp(chance, sheet) for _ in range(int(chance.choice([1, 1, 2])))]
    return Sample(sheet, sample.boxes, sample.classes).with_(CLASSES.index("stamp"), marks)


def shadowed(sample: Sample, chance: np.random.Generator, at: int | None = None) -> Sample:
    """Let the shadow of a binding fall on a page, at one of its sides where not told."""
    pixels = np.asarray(sample.picture, np.float32)
    place = at if at is not None else int(chance.choice([0, pixels.shape[1]]))
    wide = pixels.shape[1] * chance.uniform(0.01, 0.05)
    dark = 1 - chance.uniform(0.15, 0.6) * np.exp(-np.abs(np.arange(pixels.shape[1]) - place) / wide)
    return _with(sample, pixels * dark[None, :, None])


def skewed(sample: Sample, degrees: float) -> Sample:
    """Turn a page by a few degrees anticlockwise; boxes become those around what was turned."""
    width, height = sample.picture.size
    pixels = np.asarray(sample.picture)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    tone = tuple(int(value) for value in np.median(edge, 0))
    picture = sample.picture.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=tone)
    angle = np.deg2rad(-degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([width / 2, height / 2])
    centre = ((sample.boxes[:, :2] + sample.boxes[:, 2:]) / 2 - middle) @ turn.T + middle
    half = (sample.boxes[:, 2:] - sample.boxes[:, :2]) / 2 @ np.abs(turn).T
    boxes = np.concatenate([centre - half, centre + half], 1).clip(0, [width, height, width, height])
    return Sample(picture, boxes.astype(np.float32), sample.classes)


def seen_through(sample: Sample, other: Image.Image, strength: float) -> Sample:
    """Let the other side of the leaf show through the paper."""
    back = ImageOps.mirror(other.convert("L")).resize(sample.picture.size)
    shade = 1 - strength * (1 - np.asarray(back, np.float32) / 255)
    return _with(sample, np.asarray(sample.picture, np.float32) * shade[..., None])


def stained(sample: Sample, chance: np.random.Generator) -> Sample:
    """Let damp and light have their way with the paper."""
    width, height = sample.picture.size
    coarse = chance.normal(0, 1, (int(chance.integers(3, 9)), int(chance.integers(3, 9))))
    cloud = np.asarray(Image.fromarray(coarse.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))
    tint = 1 - chance.uniform(0.02, 0.14) * np.array([0.3, 0.6, 1.0]) * np.maximum(cloud, 0)[..., None]
    return _with(sample, np.asarray(sample.picture, np.float32) * tint)


def exposed(sample: Sample, chance: np.random.Generator) -> Sample:
    """Let another camera take the page: tones, colours, sharpness, grain and compression."""
    picture = sample.picture
    if chance.random() < 0.35:
        picture = picture.convert("L").convert("RGB")
    picture = ImageEnhance.Color(picture).enhance(chance.uniform(0.4, 1.5))
    # Brightness, contrast, the colour of the light and gamma, as one table a channel.
    tones = np.arange(256, dtype=np.float32)[None].repeat(3, 0) * chance.uniform(0.75, 1.2)
    middle = ImageStat.Stat(picture.convert("L")).mean[0]
    tones = (middle + (tones.clip(0, 255) - middle) * chance.uniform(0.7, 1.4)) * chance.uniform(0.92, 1.08, (3, 1))
    if chance.random() < 0.3:
        tones = 255 * (tones.clip(0, 255) / 255) ** chance.uniform(0.6, 1.6)
    picture = picture.point(tones.clip(0, 255).astype(np.uint8).ravel().tolist())
    if chance.random() < 0.3:
        grain = chance.standard_normal((picture.height, picture.width, 1), np.float32) * chance.uniform(2, 10)
        picture = Image.fromarray((np.asarray(picture) + grain).clip(0, 255).astype(np.uint8))
    if chance.random() < 0.2:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.3)))
    if chance.random() < 0.3:
        picture.save(packed := io.BytesIO(), "JPEG", quality=int(chance.integers(20, 80)))
        picture = Image.open(packed).convert("RGB")
    return Sample(picture, sample.boxes, sample.classes)


def filmed(sample: Sample, chance: np.random.Generator) -> Sample:
    """Let a page come from microfilm: grey, hard, sometimes the negative."""
    grey = np.asarray(ImageOps.autocontrast(sample.picture.convert("L"), cutoff=2), np.float32)
    hard = 255 / (1 + np.exp(-(grey - chance.uniform(90, 160)) / chance.uniform(18, 50)))
    if chance.random() < 0.15:
        hard = 255 - hard
    hard += chance.normal(0, chance.uniform(0, 12), hard.shape)
    return _with(sample, np.repeat(hard[..., None], 3, 2))


def _with(sample: Sample, pixels: np.ndarray[Any, Any]) -> Sample:
    return Sample(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), sample.boxes, sample.classes)
