"""Pages set with real pictures: what is rare among the labelled pages can be had in any number.

Each function makes one kind of page: text with pictures between, leaves of albums, sheets with a drawing, pages that
are one picture, and pages that look as if they had a picture and have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from ..network import CLASSES
from .marks import Area, Chance, ink, one_of, stamp, write
from .papers import MOUNTS, bare_sheet, folded, paper, sheet_size
from .samples import Sample

_STAMP: Final = CLASSES.index("stamp")
_TRIES: Final = 12

#: A picture, ornament or initial, with its class.
Cut = tuple[str, Image.Image]
#: The share of a row that is dark where something is drawn in it.
_DRAWN: Final = 0.004
Pixels = np.ndarray[Any, np.dtype[np.float32]]


def text_page(
    chance: Chance,
    page: Sample,
    pictures: Sequence[Cut],
    decorations: Sequence[Cut] = (),
) -> Sample:
    """Set one to four pictures, ornaments or initials into a page of text, in ink on its paper, the text cleared."""
    sheet, boxes, classes = page.picture.copy(), [], []
    width, height = sheet.size
    set_ = Sample(sheet, page.boxes, page.classes)
    taken = [tuple(box) for box in page.boxes]
    tone = _paper_tone(sheet)
    decorated = 0.0 if not decorations else one_of(chance, (0.0, 0.3, 1.0))
    for _ in range(int(chance.choice([1, 1, 2, 2, 3, 4]))):
        kind, picture = one_of(chance, pictures)
        # From vignettes of a sixteenth of the width to pictures of the whole width.
        wide = width * float(np.exp(chance.uniform(np.log(0.06), np.log(0.92))))
        if chance.random() < decorated:
            kind, picture = one_of(chance, decorations)
            wide = width * (chance.uniform(0.05, 0.22) if kind == "initial" else chance.uniform(0.12, 0.9))
        box = _place(chance, picture, wide, (width, height), taken)
        if box is None:
            continue
        x, y, w, h = box
        gap = int(chance.integers(2, 14))
        sheet.paste(tone, (max(x - gap, 0), max(y - gap, 0), min(x + w + gap, width), min(y + h + gap, height)))
        printed(chance, sheet, picture, box, tone)
        taken.append((x - gap, y - gap, x + w + gap, y + h + gap))
        boxes.append((x, y, x + w, y + h))
        classes.append(CLASSES.index(kind))
    for class_, box in zip(classes, boxes, strict=True):
        set_ = set_.with_(class_, [box])
    return set_


def album_leaf(chance: Chance, pictures: Sequence[Image.Image]) -> Sample:
    """Mount one to twelve photographs on a leaf, in rows or freely, with borders, shadows and written lines."""
    width, height = sheet_size(chance)
    sheet = paper(chance, width, height, MOUNTS)
    across, down = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (3, 3), (4, 3))[
        int(chance.choice(7, p=[0.3, 0.2, 0.12, 0.16, 0.1, 0.07, 0.05]))
    ]
    margin, gap = chance.uniform(0.03, 0.16), chance.uniform(0.004, 0.08)
    shape = one_of(chance, pictures).size if chance.random() < 0.5 else None
    # A leaf may have been turned before it was filled, or its scan after.
    turn = int(chance.choice([0, 90, 180, 270], p=[0.58, 0.18, 0.06, 0.18]))
    cell = (width * (1 - 2 * margin) / across, height * (1 - 2 * margin) / down)
    boxes: list[Area] = []
    for place in range(across * down):
        picture = one_of(chance, pictures).rotate(turn, expand=True)
        if shape is not None:
            picture = ImageOps.fit(picture, shape)
        room = (cell[0] - width * gap, cell[1] - height * gap)
        ratio = min(room[0] / picture.width, room[1] / picture.height)
        w, h = max(round(picture.width * ratio), 12), max(round(picture.height * ratio), 12)
        x = round(width * margin + (place % across + 0.5) * cell[0] - w / 2 + chance.normal(0, 2))
        y = round(height * margin + (place // across + 0.5) * cell[1] - h / 2 + chance.normal(0, 2))
        if chance.random() < 0.08:
            _mark_place(chance, sheet, (x, y, w, h))
            continue
        boxes.append(_mount(chance, sheet, picture, (x, y, w, h)))
        if chance.random() < 0.5:
            write(chance, sheet, (x + w // 6, y + h + 4, x + w, y + h + round(height * 0.05)))
    stamps = _office(chance, sheet, boxes)
    return told(sheet, boxes, "photograph").with_(_STAMP, stamps)


def drawn_sheet(
    chance: Chance, pictures: Sequence[Image.Image], blank: Image.Image | None = None, kind: str = "drawing"
) -> Sample:
    """Draw on a sheet: ink or pencil on its paper with no edge of its own, with stamps and written lines beside it.

    Studies beside one another on a sheet are one drawing, as collections count them.
    """
    picture = one_of(chance, pictures)
    if chance.random() < 0.2:
        picture = _studies(chance, picture, [one_of(chance, pictures) for _ in range(int(chance.integers(1, 4)))])
    sheet = blank.copy() if blank is not None and chance.random() < 0.4 else bare_sheet(chance)
    wide = sheet.width * chance.uniform(0.35, 0.98)
    box = _place(chance, picture, wide, sheet.size, [])
    if box is None:
        return Sample(sheet)
    # Of pencil there is less on the paper than of ink.
    printed(chance, sheet, picture, box, None, chance.uniform(0.35, 0.8) if chance.random() < 0.3 else None)
    if chance.random() < 0.2:
        _line(chance, sheet, box)
    if chance.random() < 0.2:
        # Lines that somebody drew around it on its mount.
        far = round(min(box[2:]) * chance.uniform(0.02, 0.1))
        _line(chance, sheet, (box[0] - far, box[1] - far, box[2] + 2 * far, box[3] + 2 * far))
    boxes = [(box[0], box[1], box[0] + box[2], box[1] + box[3])]
    stamps = _office(chance, sheet, boxes)
    return told(sheet, boxes, kind).with_(_STAMP, stamps)


def _studies(chance: Chance, first: Image.Image, others: Sequence[Image.Image]) -> Image.Image:
    """Put drawings side by side on white, of about one height or of one width."""
    across, gap = chance.random() < 0.6, chance.uniform(0.02, 0.2)
    side = 320
    parts = [
        one.resize((max(round(one.width * side / one.height), 8), side))
        if across
        else one.resize((side, max(round(one.height * side / one.width), 8)))
        for one in (first, *others)
    ]
    starts = np.cumsum([0] + [round((part.width if across else part.height) + gap * side) for part in parts])
    length = int(starts[-1] - gap * side)
    both = Image.new("RGB", (length, side) if across else (side, length), (255, 255, 255))
    for part, start in zip(parts, starts, strict=False):
        both.paste(part, (int(start), 0) if across else (0, int(start)))
    return both


def whole_page(chance: Chance, pictures: Sequence[Cut]) -> Sample:
    """Let one picture fill its page, or all but a narrow margin."""
    kind, picture = one_of(chance, pictures)
    edge = [round(chance.choice([0, chance.uniform(0, 0.06)]) * side) for side in (*picture.size, *picture.size)]
    tone = tuple(int(v) for v in chance.choice([[255] * 3, [20] * 3, [235, 228, 210], [200, 190, 170]]))
    sheet = Image.new("RGB", (picture.width + edge[0] + edge[2], picture.height + edge[1] + edge[3]), tone)
    sheet.paste(picture, (edge[0], edge[1]))
    return told(sheet, [(edge[0], edge[1], edge[0] + picture.width, edge[1] + picture.height)], kind)


def empty_page(chance: Chance, page: Image.Image | None = None) -> Sample:
    """Return a page without pictures that may be taken for one: writing, stamps, rules, folds, a slip on a mount."""
    sheet = page.copy() if page is not None else bare_sheet(chance)
    width, height = sheet.size
    if chance.random() < 0.4:
        sheet = folded(chance, sheet)
    if chance.random() < 0.55:
        top, left = chance.uniform(0.03, 0.5), chance.uniform(0.03, 0.4)
        write(
            chance,
            sheet,
            (
                round(width * left),
                round(height * top),
                round(width * chance.uniform(0.6, 0.97)),
                round(height * chance.uniform(top + 0.05, 1)),
            ),
        )
    if chance.random() < 0.3:
        inset = [round(side * chance.uniform(0.02, 0.12)) for side in (width, height)]
        ImageDraw.Draw(sheet).rectangle(
            (*inset, width - inset[0], height - inset[1]), outline=ink(chance), width=int(chance.integers(1, 4))
        )
    return Sample(sheet).with_(_STAMP, [stamp(chance, sheet) for _ in range(int(chance.integers(0, 3)))])


def _office(chance: Chance, sheet: Image.Image, boxes: Sequence[Area]) -> list[Area]:
    """Add what a library's office adds to a leaf: a number, a line of writing, stamps, whose boxes are returned."""
    width, height = sheet.size
    lowest = max((box[3] for box in boxes), default=0)
    if chance.random() < 0.5 and lowest < height * 0.95:
        left = round(width * chance.uniform(0.05, 0.7))
        write(
            chance,
            sheet,
            (
                left,
                lowest + 3,
                min(left + round(width * chance.uniform(0.1, 0.5)), width),
                min(lowest + 3 + round(height * 0.06), height),
            ),
        )
    return [stamp(chance, sheet) for _ in range(int(chance.choice([0, 0, 1, 2])))]


def _mount(chance: Chance, sheet: Image.Image, picture: Image.Image, box: Area) -> Area:
    """Stick a photograph on a leaf, sometimes with the border of its paper or in a frame, askew or with a shadow.

    A narrow border is of the photograph, as it was cut; a broad one is of the mount.
    """
    x, y, w, h = box
    photo = picture.resize((w, h), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if chance.random() < 0.45:
        photo = _bleached(chance, photo)
    inner = 0
    if chance.random() < 0.5:
        share = chance.uniform(0.008, 0.03) if chance.random() < 0.45 else chance.uniform(0.04, 0.24)
        border = max(round(min(w, h) * share), 1)
        inner = border if share > 0.03 else 0
        pale = np.array([238, 232, 220]) * chance.uniform(0.9, 1.05)
        tone = tuple(int(v) for v in (pale.clip(0, 255) if chance.random() < 0.8 else np.array([28, 26, 26])))
        photo = ImageOps.expand(photo.resize((max(w - 2 * border, 4), max(h - 2 * border, 4))), border, tone)
    width, height = photo.size
    mask = Image.new("L", photo.size, 255)
    if chance.random() < 0.3 and not inner:
        angle = float(chance.normal(0, 2.5))
        photo, mask = (one.rotate(angle, Image.Resampling.BILINEAR, expand=True) for one in (photo, mask))
        x, y = x - (photo.width - width) // 2, y - (photo.height - height) // 2
    if chance.random() < 0.4:
        shade = Image.new("L", photo.size, 110).filter(ImageFilter.GaussianBlur(2))
        sheet.paste(Image.new("RGB", photo.size, (20, 18, 16)), (x + 2, y + 2), ImageChops.multiply(shade, mask))
    sheet.paste(photo, (x, y), mask)
    right, bottom = min(x + photo.width - inner, sheet.width), min(y + photo.height - inner, sheet.height)
    return max(x + inner, 0), max(y + inner, 0), right, bottom


def _bleached(chance: Chance, photo: Image.Image) -> Image.Image:
    """Let a photograph fade: all of it, or from one side, as a sky does, to the tone of bright paper."""
    pixels = np.asarray(photo, np.float32)
    fade: Any = np.float32(chance.uniform(0.3, 0.7))
    if chance.random() < 0.75:
        down = chance.random() < 0.5
        way = np.linspace(0, 1, photo.height if down else photo.width)[:: one_of(chance, (1, -1))]
        fade = 1 / (1 + np.exp((way - chance.uniform(0.3, 0.7)) / np.exp(chance.uniform(np.log(0.005), np.log(0.15)))))
        fade = fade[:, None, None] if down else fade[None, :, None]
    light = np.array([236, 230, 218], np.float32) * chance.uniform(0.85, 1.06)
    return Image.fromarray((pixels + (light - pixels) * fade).clip(0, 255).astype(np.uint8))


def _mark_place(chance: Chance, sheet: Image.Image, box: Area) -> None:
    """Leave the place of a photograph that is gone: a lighter or darker patch, corners, glue."""
    x, y, w, h = box
    patch = np.asarray(sheet.crop((x, y, x + w, y + h)), np.float32)
    sheet.paste(Image.fromarray((patch * chance.uniform(0.82, 1.15)).clip(0, 255).astype(np.uint8)), (x, y))
    if chance.random() < 0.5:
        _line(chance, sheet, box)


def inked(sheet: Image.Image) -> Image.Image:
    """Cut out what is drawn on a sheet: from the first to the last row and column where it is darker than its paper."""
    grey = np.asarray(sheet.convert("L").filter(ImageFilter.GaussianBlur(1)), np.float32)
    dark = grey < np.percentile(grey, 60) * 0.88
    rows, columns = (np.flatnonzero(dark.mean(axis) > _DRAWN) for axis in (1, 0))
    if len(rows) < 2 or len(columns) < 2:
        return sheet
    return sheet.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))


def printed(
    chance: Chance,
    sheet: Image.Image,
    picture: Image.Image,
    box: Area,
    tone: tuple[int, ...] | None,
    strength: float | None = None,
) -> None:
    """Print a picture on the paper of a sheet: its lights are the paper, its darks are ink."""
    x, y, w, h = box
    fitted = picture.resize((w, h), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if chance.random() < 0.15 and tone is not None:
        # A plate in its own colours, stuck in.
        sheet.paste(fitted, (x, y))
        return
    own = np.asarray(
        fitted if tone is None and chance.random() < 0.5 else fitted.convert("L").convert("RGB"), np.float32
    )
    light = np.maximum(np.percentile(own, 92, axis=(0, 1)), 1)
    share = (own / light).clip(0, 1) ** (strength or chance.uniform(0.8, 1.6))
    part = (x, y, x + w, y + h)
    under = np.asarray(sheet.crop(part), np.float32)
    sheet.paste(Image.fromarray((under * share).clip(0, 255).astype(np.uint8)), (x, y))
    if tone is not None and chance.random() < 0.25:
        _line(chance, sheet, box)


def _line(chance: Chance, sheet: Image.Image, box: Area) -> None:
    x, y, w, h = box
    ImageDraw.Draw(sheet).rectangle((x, y, x + w - 1, y + h - 1), outline=ink(chance), width=int(chance.integers(1, 4)))


def _place(
    chance: Chance, picture: Image.Image, wide: float, sheet: tuple[int, int], taken: Sequence[tuple[Any, ...]]
) -> Area | None:
    """Return a box of a picture's shape that is free on a sheet, None where none was found."""
    width, height = sheet
    for _ in range(_TRIES):
        w = min(wide, width * 0.98)
        h = w * picture.height / picture.width
        if h > height * 0.96:
            w, h = w * height * 0.96 / h, height * 0.96
        x, y = chance.uniform(0, width - w), chance.uniform(0, height - h)
        if min(w, h) >= 10 and not any(x < b[2] and b[0] < x + w and y < b[3] and b[1] < y + h for b in taken):
            return round(x), round(y), round(w), round(h)
        wide *= 0.85
    return None


def _paper_tone(sheet: Image.Image) -> tuple[int, int, int]:
    """Return the tone of a page's bare paper: its commonest light one."""
    pixels = np.asarray(sheet.resize((64, 64)), np.float32).reshape(-1, 3)
    red, green, blue = np.percentile(pixels, 75, axis=0)
    return int(red), int(green), int(blue)


def told(sheet: Image.Image, boxes: Sequence[Area], kind: str = "picture") -> Sample:
    """Return a sheet with pictures of a kind in boxes x1, y1, x2, y2."""
    return Sample(sheet).with_(CLASSES.index(kind), boxes)
