"""The text before and after a picture, as one reads it: from its column, and in its article where METS tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from ..records import Box, Line
from .layout import Layout, Text, horizontal_overlap, vertical_overlap

#: The longest text before, and after, in characters.
LONGEST = 400
_COLUMN = 0.5


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text, or those of its lines that are above or below a picture in the midst of it."""

    box: Box
    text: Text
    lines: tuple[Line, ...] | None = None

    @property
    def string(self) -> str:
        if self.lines is None:
            return self.text.string
        return " ".join(word.whole for line in self.lines for word in line.words if word.whole)


def find_surroundings(
    box: Box, rank: int, layout: Layout, texts: Sequence[Text], used: Collection[Text]
) -> tuple[str, str]:
    """Return the text before and after a picture, in whole words; each empty where there is none.

    Args:
        box: the picture.
        rank: its place in the reading order.
        layout: the page's text.
        texts: those that may stand around it, in reading order: its article's on this page, or all of the page.
        used: captions, which are given elsewhere.

    """
    pieces = [piece for text in texts if text not in used for piece in _pieces(text, box)]
    end, start = _places(box, rank, layout, pieces)
    before = _joined((piece.string for piece in reversed(pieces[:end])), backwards=True)
    return before, _joined((piece.string for piece in pieces[start:]), backwards=False)


def _pieces(text: Text, box: Box) -> Iterator[_Piece]:
    if text.box.intersection(box) is None:
        yield _Piece(text.box, text)
    elif text.box.covered_by(box) < _COLUMN:
        halves: tuple[list[Line], list[Line]] = [], []
        for line in text.block.lines:
            if line.words:
                halves[2 * line.box.y + line.box.h >= 2 * box.y + box.h].append(line)
        for half in halves:
            if half:
                yield _Piece(reduce(Box.union, (line.box for line in half)), text, tuple(half))


def _places(box: Box, rank: int, layout: Layout, pieces: Sequence[_Piece]) -> tuple[int, int]:
    """Return how many pieces are read before a picture, and the place of the first that is read after it."""
    places = range(len(pieces))
    column = [place for place in places if horizontal_overlap(pieces[place].box, box) >= _COLUMN]
    above = [place for place in column if pieces[place].box.bottom <= box.y + layout.body]
    below = [place for place in column if pieces[place].box.y >= box.bottom - layout.body]
    last = max(above, key=lambda place: (pieces[place].box.bottom, -place), default=None)
    first = min(below, key=lambda place: (pieces[place].box.y, place), default=None)
    if last is not None:
        return last + 1, last + 1 if first is None else first
    if first is not None:
        return first, first
    # It has its column for itself: what stands to the left of it is read before.
    beside = [place for place in places if vertical_overlap(pieces[place].box, box) > 0]
    if beside:
        left = [place + 1 for place in beside if pieces[place].box.x < box.x]
        return (max(left), max(left)) if left else (min(beside), min(beside))
    # By the order of the file; regions that it lists behind all text have no place in that.
    before = sum(piece.text.rank < rank for piece in pieces)
    return (before, before) if rank <= layout.last_rank else (0, len(pieces))


def _joined(texts: Iterable[str], *, backwards: bool) -> str:
    """Return texts as one, no longer than allowed, cut between words; given backwards, their end is kept."""
    parts: list[str] = []
    length = 0
    for text in texts:
        parts.append(text)
        length += len(text) + 1
        if length > LONGEST + 1:
            break
    whole = " ".join(reversed(parts) if backwards else parts)
    if len(whole) <= LONGEST:
        return whole
    if backwards:
        return whole[-LONGEST - 1 :].partition(" ")[2] or whole[-LONGEST:]
    return whole[: LONGEST + 1].rpartition(" ")[0] or whole[:LONGEST]
