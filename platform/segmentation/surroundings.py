"""The text before and after a picture, as one reads it: from its column, and in its article where METS tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ..records import Box
from .layout import Layout, Text, horizontal_overlap, vertical_overlap

#: The longest text before, and after, in characters.
LONGEST = 400
_COLUMN = 0.5


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
    body = [text for text in texts if text not in used and text.box.covered_by(box) < _COLUMN]
    last, first = _places(box, rank, layout, body)
    before = _joined((text for text in reversed(body) if text.rank <= last), backwards=True)
    return before, _joined((text for text in body if text.rank >= first), backwards=False)


def _places(box: Box, rank: int, layout: Layout, body: Sequence[Text]) -> tuple[int, int]:
    """Return the places in the reading order up to which text stands before a picture, and from which after it."""
    column = [text for text in body if horizontal_overlap(text.box, box) >= _COLUMN]
    above = max((t for t in column if t.box.bottom <= box.y + layout.body), key=_bottom, default=None)
    below = min((t for t in column if t.box.y >= box.bottom - layout.body), key=_top, default=None)
    if above is not None:
        return above.rank, below.rank if below is not None else above.rank + 1
    if below is not None:
        return below.rank - 1, below.rank
    # It has its column for itself: what stands to the left of it is read before.
    beside = [text for text in body if vertical_overlap(text.box, box) > 0]
    left = [text.rank for text in beside if text.box.x < box.x]
    if left:
        return max(left), max(left) + 1
    if beside:
        return min(text.rank for text in beside) - 1, min(text.rank for text in beside)
    # Alone on the page but for the order of the file; regions that are listed behind all text have no place in that.
    return (rank - 1, rank + 1) if rank <= layout.last_rank else (-1, len(layout.texts) + rank + 1)


def _bottom(text: Text) -> tuple[int, int]:
    return text.box.bottom, -text.rank


def _top(text: Text) -> tuple[int, int]:
    return text.box.y, text.rank


def _joined(texts: Iterable[Text], *, backwards: bool) -> str:
    """Return texts as one, no longer than allowed, cut between words; given backwards, their end is kept."""
    parts: list[str] = []
    length = 0
    for text in texts:
        parts.append(text.string)
        length += len(text.string) + 1
        if length > LONGEST + 1:
            break
    if backwards:
        whole = " ".join(reversed(parts))
        if len(whole) <= LONGEST:
            return whole
        return whole[-LONGEST - 1 :].partition(" ")[2] or whole[-LONGEST:]
    whole = " ".join(parts)
    if len(whole) <= LONGEST:
        return whole
    return whole[: LONGEST + 1].rpartition(" ")[0] or whole[:LONGEST]
