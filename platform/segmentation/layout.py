"""The text of one page, measured once, and ready to be asked what stands near a picture."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median_low

from ..records import Block, Box, Line, OcrPage, Size

#: What the height of a line is taken for on a page without text, as a share of the page's height.
_LINE_OF_EMPTY_PAGE = 1 / 80
#: A heading is set so much larger than the body; less will do where it stands out otherwise.
_HEADING, _LARGER = 1.3, 1.1
#: Broader than its column by this: it runs across columns. Smaller than the body by this: it is none.
_ACROSS, _BODY = 1.3, 0.8
#: How many texts above and below are asked how wide a column is.
_NEIGHBOURS = 40
#: What kinds of blocks are called in the dialects.
_TITLES = ("title", "titre", "heading", "headline")
_MARGINAL = ("running", "numbering", "quiremark", "margin")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, eq=False)
class Text:
    """A block of words and its measures.

    ``size`` is the height of its middle line, in pixels; ``rank`` its place in the reading order.
    """

    block: Block
    size: float
    rank: int

    @property
    def box(self) -> Box:
        """The block's box."""
        return self.block.box

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.block.lines)

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(line.words) for line in self.block.lines)

    @cached_property
    def string(self) -> str:
        """Its words, broken ones put together."""
        return " ".join(self.block.text.split())

    @cached_property
    def letters(self) -> int:
        """How many letters it has."""
        return len(_LETTERS.findall(self.string))

    @cached_property
    def is_title(self) -> bool:
        """Whether the OCR calls it a title, subtitle or heading."""
        return any(word in kind for kind in self.block.kind.split() for word in _TITLES) and not self.is_marginal

    @cached_property
    def is_marginal(self) -> bool:
        """Whether it is no part of the text proper: a running title, a page number, anything in the margins."""
        return any(word in self.block.kind for word in _MARGINAL)

    @cached_property
    def is_centred(self) -> bool:
        """Whether its lines stand in the middle of each other, as no text of a column does: that begins at its edge."""
        boxes = [line.box for line in self.block.lines if line.words]
        middles = [2 * box.x + box.w for box in boxes]
        widths = [box.w for box in boxes]
        # Lines of one width stand in the middle of each other however they are set.
        return max(middles) - min(middles) <= self.size <= (max(widths) - min(widths)) / 2

    @cached_property
    def is_upper(self) -> bool:
        """Whether it is set in capitals, nearly all of it."""
        return self.letters >= 3 and sum(char.isupper() for char in self.string) >= 0.8 * self.letters


class Layout:
    """The blocks of one page that hold words; ``body`` is the height of the lines that most of them are set in."""

    def __init__(self, page: OcrPage, frame: Size) -> None:
        self.frame = frame
        self._ranks = {id_: rank for rank, id_ in enumerate(page.order)}
        blocks = [block for block in page.blocks if any(line.words for line in block.lines)]
        blocks.sort(key=lambda block: (self.rank(block.id), block.box, block.id))
        self.texts = tuple(Text(block, _line_height(block), self.rank(block.id)) for block in blocks)
        self.body = _body_height(blocks) or max(1.0, frame.h * _LINE_OF_EMPTY_PAGE)
        self._measures: dict[Text, int | None] = {}
        self.by_id = {text.block.id: text for text in self.texts}
        self._by_top = sorted(self.texts, key=lambda text: (text.box.y, text.rank, text.box))
        self._tops = [text.box.y for text in self._by_top]
        self._by_bottom = sorted(self.texts, key=lambda text: (text.box.bottom, text.rank, text.box))
        self._bottoms = [text.box.bottom for text in self._by_bottom]

    def rank(self, id_: str) -> int:
        """Return the place of a block or region in the reading order; those that have none come last."""
        return self._ranks.get(id_, len(self._ranks))

    @cached_property
    def last_rank(self) -> int:
        """The place of the last text."""
        return max((text.rank for text in self.texts), default=-1)

    @cached_property
    def tallest(self) -> int:
        """The height of the tallest text."""
        return max((text.box.h for text in self.texts), default=0)

    def beginning(self, start: float, end: float) -> list[Text]:
        """Return the texts whose upper edge is from ``start`` to ``end``, from above."""
        return self._by_top[bisect_left(self._tops, start) : bisect_right(self._tops, end)]

    def ending(self, start: float, end: float) -> list[Text]:
        """Return the texts whose lower edge is from ``start`` to ``end``, from below."""
        return self._by_bottom[bisect_left(self._bottoms, start) : bisect_right(self._bottoms, end)][::-1]

    def inside(self, box: Box, share: float = 0.7) -> list[Text]:
        """Return the texts that lie in a box, that share of them at least, from above."""
        return [text for text in self.beginning(box.y - self.body, box.bottom) if text.box.covered_by(box) >= share]

    def measure(self, text: Text) -> int | None:
        """Return the width of the columns around a text: the middle one of the others of four lines or more near it.

        Those above and below it count, else those beside it; None where there are none.
        """
        if text not in self._measures:
            place = bisect_left(self._column_tops, text.box.y)
            near = [t for t in self.columns[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS] if t is not text]
            column = [t for t in near if horizontal_overlap(t.box, text.box) >= 0.5]
            self._measures[text] = median_low([t.box.w for t in column or near]) if near else None
        return self._measures[text]

    def runs_across(self, text: Text) -> bool:
        """Return whether a text is broader than the columns around it."""
        measure = self.measure(text)
        return measure is not None and text.box.w > _ACROSS * measure

    def is_body(self, text: Text) -> bool:
        """Return whether a text is set as the body: in its size, in more lines than one, as broad as its column."""
        measure = self.measure(text)
        if text.lines < 2 or text.size < _BODY * self.body or measure is None or text.is_upper:
            return False
        return 0.9 * measure <= text.box.w <= _ACROSS * measure

    @cached_property
    def _column_tops(self) -> list[int]:
        return [text.box.y for text in self.columns]

    @cached_property
    def columns(self) -> tuple[Text, ...]:
        """The texts that show how wide columns are."""
        return tuple(text for text in self._by_top if text.lines >= 4 and text.size >= 0.85 * self.body)

    @cached_property
    def headings(self) -> tuple[Text, ...]:
        """The texts that are set as headings, from above; no running titles."""
        return tuple(text for text in self._by_top if self._is_heading(text))

    @cached_property
    def running(self) -> tuple[Text, ...]:
        """The running text, in reading order: no headings, no page numbers, nothing of the margins."""
        headings = set(self.headings)
        return tuple(text for text in self.texts if text not in headings and not text.is_marginal)

    def _is_heading(self, text: Text) -> bool:
        size = text.size / self.body
        if text.lines > 4 or not (text.is_title or size >= _LARGER) or text.is_marginal or text.letters < 3:
            return False
        if text.is_title or size >= _HEADING:
            return True
        return text.lines <= 2 and (text.is_upper or self.runs_across(text))


def horizontal_overlap(a: Box, b: Box) -> float:
    """Return the share of the narrower of two boxes that the other stands above or below, 0 to 1."""
    return max(0, min(a.right, b.right) - max(a.x, b.x)) / max(1, min(a.w, b.w))


def vertical_overlap(a: Box, b: Box) -> float:
    """Return the share of the lower of two boxes that the other stands beside, 0 to 1."""
    return max(0, min(a.bottom, b.bottom) - max(a.y, b.y)) / max(1, min(a.h, b.h))


def _line_height(block: Block) -> float:
    return median_low([_size(line) for line in block.lines if line.words])


def _size(line: Line) -> int:
    """Return the height of a line as it is read: a line that is much higher than wide runs up or down the page."""
    size = line.box.w if line.box.h > 2 * line.box.w and len(line.text) > 2 else line.box.h
    return max(1, size)


def _body_height(blocks: Iterable[Block]) -> float:
    """Return the height of the line that the middle word of the page stands in; 0 without words."""
    words: Counter[int] = Counter()
    for block in blocks:
        for line in block.lines:
            words[_size(line)] += len(line.words)
    left = words.total() / 2
    for height in sorted(words):
        left -= words[height]
        if left <= 0:
            return float(height)
    return 0.0
