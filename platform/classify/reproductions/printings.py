"""What a projection learns reproductions from: the same picture, printed, drawn, cut and photographed by chance.

None of it is what reproductions are measured on (`bench.renderings`, which was frozen before and shares no code with
this): screens here are thresholds of many patterns, engravings are bands of strokes along a random field, outlines come
of gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

Plane = npt.NDArray[np.float32]
Chance = np.random.Generator

# The longer side of what is printed, in pixels.
_SIDE = (320, 900)


def printing(picture: Image.Image, chance: Chance) -> Image.Image:
    """Return a picture in another printing, mode L: half of them cut, a quarter mirrored, most in another technique."""
    part = _reframed(picture.convert("L"), chance)
    if chance.random() < 0.25:
        part = ImageOps.mirror(part)
    part = _scaled(part, chance.uniform(*_SIDE) / max(part.size))
    tone = np.asarray(ImageOps.autocontrast(part, cutoff=float(chance.uniform(0, 3))), np.float32) / np.float32(255)
    tone = np.clip(tone, 0, 1) ** np.float32(np.exp(chance.normal(0, 0.35)))
    return _aged(_TECHNIQUES[int(chance.choice(5, p=_SHARES))](tone, chance), chance)


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    size = (max(24, round(picture.width * scale)), max(24, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _reframed(picture: Image.Image, chance: Chance) -> Image.Image:
    """Cut (to two fifths of the area at most), widen by blank margins, or leave; turn a little; squeeze a little."""
    width, height = picture.size
    kind = chance.random()
    if kind < 0.5:
        share = chance.uniform(0.4, 0.95) ** 0.5
        across, down = (float(np.clip(share * chance.uniform(0.85, 1.18), 0.3, 1)) for _ in range(2))
        left, top = chance.uniform(0, 1 - across) * width, chance.uniform(0, 1 - down) * height
        box = (left, top, left + across * width, top + down * height)
    else:
        margin = chance.uniform(-0.05, 0.06, 4) * (width, height, width, height)
        box = (-margin[0], -margin[1], width + margin[2], height + margin[3])
    angle = np.radians(chance.normal(0, 2))
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    size = (max(16, round((box[2] - box[0]) * chance.uniform(0.93, 1.07))), max(16, round(box[3] - box[1])))
    across, down = (box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1]
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    way = (
        cosine * across, -sine * down, middle[0] - (cosine * across * size[0] - sine * down * size[1]) / 2,
        sine * across, cosine * down, middle[1] - (sine * across * size[0] + cosine * down * size[1]) / 2,
    )  # fmt: skip
    paper = int(np.percentile(np.asarray(picture.resize((32, 32))), 90))
    return picture.transform(size, Image.Transform.AFFINE, way, Image.Resampling.BICUBIC, fillcolor=paper)


# --- techniques --------------------------------------------------------------------------------------


def _untouched(tone: Plane, _chance: Chance) -> Plane:
    return tone


def _washed(tone: Plane, chance: Chance) -> Plane:
    """A few flat tones, as a lithograph or a stencil has."""
    steps = int(chance.integers(2, 6))
    flat: Plane = np.round(_soft(tone, chance.uniform(0.5, 2.5)) * steps) / np.float32(steps)
    return flat


def _screened(tone: Plane, chance: Chance) -> Plane:
    """Dots, lines or grain whose threshold goes through all tones."""
    pitch = max(tone.shape) / chance.uniform(70, 220)
    turn = chance.uniform(0, np.pi)
    y, x = np.indices(tone.shape, dtype=np.float32)
    u = (x * np.cos(turn) + y * np.sin(turn)) / pitch
    v = (y * np.cos(turn) - x * np.sin(turn)) / pitch
    pattern = int(chance.integers(4))
    if pattern == 0:
        screen = np.hypot(u % 1 - 0.5, v % 1 - 0.5) * 1.4
    elif pattern == 1:
        screen = np.abs(u % 1 - 0.5) + np.abs(v % 1 - 0.5)
    elif pattern == 2:
        screen = np.abs(u % 1 - 0.5) * 2
    else:
        grain = _soft(chance.random(tone.shape, np.float32), pitch / 6)
        screen = np.clip((grain - grain.mean()) / (4 * grain.std() + 1e-6) + 0.5, 0, 1)
    light = _soft(tone, pitch / 5) * np.float32(chance.uniform(0.85, 1)) + np.float32(0.05)
    ink: Plane = np.asarray(light > screen, np.float32)
    return ink


def _hatched(tone: Plane, chance: Chance) -> Plane:
    """Strokes that run along a smooth field and swell with darkness, one to three layers of them."""
    pitch = max(tone.shape) / chance.uniform(60, 150)
    dark = np.clip((1 - _soft(tone, pitch / 3)) * chance.uniform(0.8, 1.25) - chance.uniform(0, 0.18), 0, 1)
    y, x = np.indices(tone.shape, dtype=np.float32)
    wave = _soft(chance.random(tone.shape, np.float32), max(tone.shape) / chance.uniform(8, 40))
    wave = (wave - wave.mean()) / (wave.std() + 1e-6) * chance.uniform(0, 1)
    form = _soft(tone, 2 * pitch) * chance.uniform(-2, 2)
    ink = np.zeros_like(tone)
    turn = chance.uniform(0, np.pi)
    for layer in range(int(chance.integers(1, 4))):
        phase = (x * np.cos(turn) + y * np.sin(turn)) / pitch + wave + form
        share = np.clip(dark * (1 + 0.5 * layer) - 0.35 * layer, 0, 1)
        stroke = 0.5 + 0.5 * np.cos(2 * np.pi * phase) > 1 - share * chance.uniform(0.7, 0.95)
        ink = np.maximum(ink, stroke.astype(np.float32))
        turn += chance.uniform(0.5, 1.2)
    if chance.random() < 0.7:
        ink = np.maximum(ink, 1 - _outlined(tone, chance))
    return 1 - ink


def _outlined(tone: Plane, chance: Chance) -> Plane:
    """Lines where tones change, drawn hard or soft, and now and then the shadows filled."""
    across, down = np.gradient(_soft(tone, chance.uniform(0.7, 2.5)))
    steep = np.hypot(across, down)
    steep = steep / (np.percentile(steep, chance.uniform(88, 97)) + 1e-4)
    if chance.random() < 0.5:
        ink: Plane = np.asarray(steep > chance.uniform(0.6, 1.0), np.float32)
    else:
        ink = np.clip(steep, 0, 1) ** np.float32(chance.uniform(0.8, 2)) * np.float32(chance.uniform(0.4, 1))
    if chance.random() < 0.4:
        ink = np.maximum(ink, (_soft(tone, 2) < chance.uniform(0.05, 0.25)).astype(np.float32))
    return 1 - ink


_TECHNIQUES: tuple[Callable[[Plane, Chance], Plane], ...] = (_untouched, _screened, _hatched, _outlined, _washed)
_SHARES = (0.16, 0.25, 0.27, 0.22, 0.1)


# --- what happens to the print -----------------------------------------------------------------------


def _aged(tone: Plane, chance: Chance) -> Image.Image:
    """Blur, lower the contrast, add noise, shrink and compress, each by chance."""
    low, high = chance.uniform(0, 0.4), chance.uniform(0.7, 1)
    seen = low + (high - low) * _soft(tone, chance.uniform(0.2, 1.2))
    seen = seen + chance.normal(0, chance.uniform(0, 0.05), tone.shape)
    image = Image.fromarray(np.uint8(np.clip(seen, 0, 1) * 255))
    file = BytesIO()
    _scaled(image, chance.uniform(0.4, 1)).save(file, format="jpeg", quality=int(chance.integers(30, 92)))
    with Image.open(file) as opened:
        again: Image.Image = opened.convert("L")
    return again


def _soft(tone: Plane, radius: float) -> Plane:
    image = Image.fromarray(np.uint8(np.clip(tone, 0, 1) * 255)).filter(ImageFilter.GaussianBlur(float(radius)))
    return np.asarray(image, np.float32) / np.float32(255)
