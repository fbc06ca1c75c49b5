"""The words of a page with their boxes, kept in some ten bytes a word and taken apart only where they are looked at."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from ..records import Box, OcrPage

_Whole = tuple[int, str]
_LENGTH = struct.Struct("<I")
_HEAD = struct.Struct("<BII5B")
_VERSION = 1
_WIDTHS = ("<i1", "<i2", "<i4", "<i8")


class PageText:
    """The words of a page in reading order, each with its box in the page's frame.

    Args:
        words: each word as printed, with its box.
        wholes: where a word is broken at the end of a line, what it is when put together: the place of its first half
            and the whole word; the place of its second half and an empty text.

    """

    __slots__ = ("_boxes", "_texts", "wholes")

    def __init__(self, words: Iterable[tuple[str, Box]] = (), wholes: Iterable[_Whole] = ()) -> None:
        words = tuple(words)
        self._texts = tuple([text for text, _ in words])
        self._boxes = _sides([box for _, box in words])
        self.wholes = tuple(wholes)

    @classmethod
    def from_ocr(cls, page: OcrPage) -> PageText:
        """Take the words of an OCR page, block by block."""
        printed = [word for block in page.blocks for line in block.lines for word in line.words]
        made = cls((), [(place, word.whole) for place, word in enumerate(printed) if word.whole != word.text])
        made._texts = tuple([word.text for word in printed])
        made._boxes = _sides([word.box for word in printed])
        return made

    @property
    def texts(self) -> tuple[str, ...]:
        """The words as printed."""
        return self._texts

    @property
    def terms(self) -> tuple[str, ...]:
        """The words to search by: a broken word is whole on its first half, and empty on its second."""
        if not self.wholes:
            return self._texts
        terms = list(self._texts)
        for place, whole in self.wholes:
            terms[place] = whole
        return tuple(terms)

    @property
    def text(self) -> str:
        """The running text, broken words put together."""
        return " ".join(term for term in self.terms if term)

    def box(self, place: int) -> Box:
        """Return the box of one word."""
        x, y, w, h = self._boxes[place].tolist()
        return Box(x, y, w, h)

    @property
    def words(self) -> tuple[tuple[str, Box], ...]:
        """Each word as printed, with its box."""
        return tuple((text, Box(*sides)) for text, sides in zip(self._texts, self._boxes.tolist(), strict=True))

    def scaled(self, sx: float, sy: float) -> PageText:
        """Return the same words in a frame that is larger by these factors."""
        return PageText([(text, box.scaled(sx, sy)) for text, box in self.words], self.wholes)

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[tuple[str, Box]]:
        return iter(self.words)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PageText):
            return NotImplemented
        same = self._texts == other._texts and self.wholes == other.wholes
        return same and np.array_equal(self._boxes, other._boxes)

    def __hash__(self) -> int:
        return hash((self._texts, self.wholes))

    def __repr__(self) -> str:
        return f"PageText({len(self)} words)"


def _sides(boxes: list[Box]) -> NDArray[np.int64]:
    """Return boxes as rows of x, y, w, h. Raises ValueError where a side does not fit into 64 bits."""
    try:
        flat = np.array([side for b in boxes for side in (b.x, b.y, b.w, b.h)], dtype=np.int64)
    except OverflowError as error:
        raise ValueError("a word's box does not fit into 64 bits") from error
    return flat.reshape(-1, 4)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A page's words as bytes, not yet compressed: numbers column by column, and texts."""

    numbers: bytes
    texts: bytes

    @property
    def digest(self) -> str:
        """What tells these words from others."""
        return hashlib.sha256(self.numbers + self.texts).hexdigest()[:32]

    def compressed(self) -> bytes:
        """Return what is kept. The bytes of numbers are laid out so that runs are all that is worth looking for."""
        packer = zlib.compressobj(1, zlib.DEFLATED, strategy=zlib.Z_RLE)
        numbers = packer.compress(self.numbers) + packer.flush()
        return _LENGTH.pack(len(numbers)) + numbers + zlib.compress(self.texts, 1)


def encode(page: PageText) -> Encoded:
    """Encode a page's words: lengths and boxes by column, corners as steps from word to word; then the text."""
    texts, boxes = page.texts, page._boxes  # noqa: SLF001
    columns = [np.fromiter(map(len, texts), np.int64, len(texts)), *boxes.T]
    # Steps may overflow at the ends of 64 bits; they overflow back when they are summed.
    columns[1:3] = [np.diff(column, prepend=np.int64(0)) for column in columns[1:3]]
    widths = [_width(column) for column in columns]
    text = "".join(texts).encode("utf-8", "surrogatepass")
    head = _HEAD.pack(_VERSION, len(texts), len(text), *widths)
    planes = [_planes(column, width) for column, width in zip(columns, widths, strict=True)]
    wholes = json.dumps(page.wholes).encode() if page.wholes else b""
    return Encoded(b"".join([head, *planes]), text + wholes)


def decode(data: bytes) -> PageText:
    """Return the words that were kept."""
    (length,) = _LENGTH.unpack_from(data)
    numbers = zlib.decompress(data[_LENGTH.size : _LENGTH.size + length])
    texts = zlib.decompress(data[_LENGTH.size + length :])
    _, count, text_length, *widths = _HEAD.unpack_from(numbers)
    columns, start = [], _HEAD.size
    for width in widths:
        planes = np.frombuffer(numbers, np.uint8, count << width, start).reshape(1 << width, count)
        columns.append(np.ascontiguousarray(planes.T).view(_WIDTHS[width]).reshape(count).astype(np.int64))
        start += count << width
    columns[1:3] = [np.cumsum(column) for column in columns[1:3]]
    text = texts[:text_length].decode("utf-8", "surrogatepass")
    wholes: list[tuple[int, str]] = json.loads(texts[text_length:] or "[]")
    ends = accumulate(columns[0].tolist(), initial=0)
    page = PageText.__new__(PageText)
    page._texts = tuple([text[a:b] for a, b in pairwise(ends)])  # noqa: SLF001
    page._boxes = np.stack(columns[1:], axis=1)  # noqa: SLF001
    page.wholes = tuple((place, whole) for place, whole in wholes)
    return page


def _planes(column: NDArray[np.int64], width: int) -> bytes:
    """Return a column's numbers with all their first bytes, then all their second ones: high bytes hardly change."""
    return column.astype(_WIDTHS[width]).view(np.uint8).reshape(-1, 1 << width).T.tobytes()


def _width(column: NDArray[np.int64]) -> int:
    """Return the logarithm of the bytes that each number of a column needs."""
    least, most = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    return next(width for width in range(4) if -(1 << (8 << width) - 1) <= least and most < 1 << (8 << width) - 1)
