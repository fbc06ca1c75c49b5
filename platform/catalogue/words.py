"""The words of a page with their boxes, kept in some ten bytes a word and taken apart only where they are looked at."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..records import Box, OcrPage

_Whole = tuple[int, str]
_HEAD = struct.Struct("<BIII5B")
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
        self._texts = tuple(text for text, _ in words)
        try:
            flat = np.array([side for _, b in words for side in (b.x, b.y, b.w, b.h)], dtype=np.int64)
        except OverflowError as error:
            raise ValueError("a word's box does not fit into 64 bits") from error
        self._boxes: NDArray[np.int64] = flat.reshape(-1, 4)
        self.wholes = tuple(wholes)

    @classmethod
    def from_ocr(cls, page: OcrPage) -> PageText:
        """Take the words of an OCR page, block by block."""
        printed = [word for block in page.blocks for line in block.lines for word in line.words]
        wholes = [(place, word.whole) for place, word in enumerate(printed) if word.whole != word.text]
        return cls([(word.text, word.box) for word in printed], wholes)

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


def encode(page: PageText) -> bytes:
    """Return a page's words as bytes: lengths and boxes by column, corners as steps from word to word, then the text."""
    boxes = page._boxes  # noqa: SLF001
    columns: list[NDArray[np.int64]] = [np.array([len(text) for text in page.texts], dtype=np.int64)]
    # Steps may overflow at the ends of 64 bits; they overflow back when they are summed.
    columns += [np.diff(boxes[:, place], prepend=0) if place < 2 else boxes[:, place] for place in range(4)]
    widths = [_width(column) for column in columns]
    wholes = json.dumps(page.wholes).encode() if page.wholes else b""
    text = "".join(page.texts).encode("utf-8", "surrogatepass")
    head = _HEAD.pack(_VERSION, len(page), len(wholes), len(text), *widths)
    body = [column.astype(_WIDTHS[width]).tobytes() for column, width in zip(columns, widths, strict=True)]
    return b"".join([head, *body, wholes, text])


def decode(data: bytes) -> PageText:
    """Return the words that ``encode`` wrote."""
    _, count, wholes_length, text_length, *widths = _HEAD.unpack_from(data)
    columns, start = [], _HEAD.size
    for width in widths:
        columns.append(np.frombuffer(data, _WIDTHS[width], count, start).astype(np.int64))
        start += count << width
    wholes: list[list[Any]] = json.loads(data[start : start + wholes_length]) if wholes_length else []
    start += wholes_length
    text = data[start : start + text_length].decode("utf-8", "surrogatepass")
    page = PageText.__new__(PageText)
    ends = accumulate(columns[0].tolist(), initial=0)
    page._texts = tuple(text[a:b] for a, b in pairwise(ends))  # noqa: SLF001
    boxes = [np.cumsum(columns[1]), np.cumsum(columns[2]), columns[3], columns[4]]
    page._boxes = np.stack(boxes, axis=1)  # noqa: SLF001
    page.wholes = tuple((place, whole) for place, whole in wholes)
    return page


def compress(data: bytes) -> bytes:
    """Compress encoded words, quickly rather than tightly."""
    return zlib.compress(data, 1)


def decompress(data: bytes) -> bytes:
    """Return what ``compress`` was given."""
    return zlib.decompress(data)


def digest(data: bytes) -> str:
    """Return what tells encoded words from others."""
    return hashlib.sha256(data).hexdigest()[:32]


def _width(column: NDArray[np.int64]) -> int:
    """Return the logarithm of the bytes that each number of a column needs."""
    least, most = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    return next(width for width in range(4) if -(1 << (8 << width) - 1) <= least and most < 1 << (8 << width) - 1)
