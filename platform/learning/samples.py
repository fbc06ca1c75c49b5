"""Labelled pictures, whichever kind of file told about them."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ..errors import FormatError, UsageError
from ..records import Diagnostic

#: Left, top, width, height, in pixels of the image file, upright.
Bounds = tuple[float, float, float, float]
#: Says which document a file is of, from its path inside the data set.
Grouping = Callable[[str], str]

#: The ceilings of a data set: what is larger was not meant for one machine, or not meant well.
MAX_IMAGES, MAX_BOXES, MAX_PIXELS = 2_000_000, 50_000_000, 500_000_000
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})
#: What no loader of `estampe.images` reads: a model would learn from what it is never shown.
_UNREAD = ".bmp"
_ORIENTATION = 0x112
_WAYS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """A box of an image, in pixels of the file, upright, and its class."""

    label: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image file with its boxes; ``group`` is the document it is of, ``source`` the collection."""

    path: Path
    width: int
    height: int
    group: str
    source: str
    boxes: tuple[LabelledBox, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture with one class: a whole file, or the part of it that ``bounds`` says."""

    path: Path
    label: str
    group: str
    source: str = ""
    bounds: Bounds | None = None

    def open(self) -> Image.Image:
        """Return its pixels, upright, in mode RGB. Raises FormatError."""
        try:
            with Image.open(self.path) as image:
                check_pixels(image.size, self.path)
                whole = upright(image).convert("RGB")
                if self.bounds is None:
                    return whole
                left, top, width, height = self.bounds
                # A pixel at least, whatever the rounding.
                right, bottom = max(left + width, left + 1), max(top + height, top + 1)
                return whole.crop((math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)))
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
            raise FormatError(str(self.path), f"it cannot be decoded: {error}", "take it out, or mend it") from error


@dataclass(frozen=True, slots=True)
class DataSet:
    """Labelled images, the classes in their order, and what was odd about the files that told of them."""

    name: str
    images: tuple[LabelledImage, ...]
    labels: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    def crops(self, smallest: int = 8) -> Iterator[Sample]:
        """Yield every box that is at least so many pixels wide and high as a picture of its own."""
        for image in self.images:
            for box in image.boxes:
                if min(box.bounds[2:]) >= smallest:
                    yield Sample(image.path, box.label, image.group, image.source, box.bounds)


def by_stem(path: str) -> str:
    """Group by the file's name without its suffix: every image is a document of its own."""
    return Path(path).stem


def is_image(path: Path) -> bool:
    """Say by its name whether a file is an image. Raises FormatError for one of a kind that is not read."""
    if path.suffix.lower() == _UNREAD:
        raise FormatError(str(path), "BMP is not read", "save it as PNG or TIFF")
    return path.suffix.lower() in SUFFIXES


def inside(folder: Path, name: object, document: str, where: str) -> Path:
    """Return the path of a file that a data set names, which must lie in its folder. Raises FormatError."""
    if not isinstance(name, str) or not name or "\0" in name:
        raise FormatError(document, f"{where} names no file")
    path = folder / name
    try:
        within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise FormatError(document, f"{where} names the file {name[:80]!r}, which no folder can hold") from error
    if not within:
        raise FormatError(
            document,
            f"{where} names {name[:80]!r}, which is outside its folder",
            "put the images into the data set's folder",
        )
    is_image(path)
    return path


def clipped(bounds: Bounds, width: int, height: int) -> Bounds | None:
    """Return the part of a box that lies in the image; None where nothing does, or where it is no box."""
    left, top, wide, high = bounds
    if not all(map(math.isfinite, bounds)) or wide <= 0 or high <= 0:
        return None
    right, bottom = min(left + wide, float(width)), min(top + high, float(height))
    left, top = max(left, 0.0), max(top, 0.0)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def check_pixels(size: tuple[int, int], path: Path) -> None:
    """Raise FormatError for an image of too many pixels."""
    if size[0] * size[1] > MAX_PIXELS:
        raise FormatError(
            str(path), f"it has {size[0]} × {size[1]} pixels; at most {MAX_PIXELS} are read", "save it smaller"
        )


def upright(image: Image.Image) -> Image.Image:
    """Return an opened picture as it is shown, turned as its EXIF orientation says: so are all scans opened."""
    way = _WAYS.get(_orientation(image))
    return image if way is None else image.transpose(way)


def _orientation(image: Image.Image) -> int:
    # Of a TIFF, Pillow turns the pixels itself; in a PNG without EXIF it would look behind all of them.
    if image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info):
        return 1
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, TypeError, ValueError, struct.error):
        # It says nothing that can be read.
        return 1


def image_size(path: Path) -> tuple[int, int]:
    """Return width and height, upright, as the file's head says. Raises FormatError."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            check_pixels(image.size, path)
            return (height, width) if _orientation(image) >= 5 else (width, height)
    except FileNotFoundError as error:
        raise FormatError(str(path), "there is no such file") from error
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise FormatError(str(path), f"it is no image that can be read: {error}", "take it out, or mend it") from error


def check_samples(samples: Iterable[Sample], what: str, classes: int = 2, documents: int = 2) -> None:
    """Raise UsageError where there is too little to learn a class from: each needs pictures of several documents."""
    groups: dict[str, set[str]] = {}
    for sample in samples:
        groups.setdefault(sample.label, set()).add(sample.group)
    if len(groups) < classes:
        raise UsageError(f"{what} has {len(groups)} classes; at least {classes} are needed to tell one from another")
    if poor := sorted(label for label, of in groups.items() if len(of) < documents):
        raise UsageError(f"{what}: the class {poor[0]!r} has pictures of too few documents; {documents} are needed")
