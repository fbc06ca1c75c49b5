"""The text before and after a picture, as one reads it: from its column, and in its article where METS tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ..records import Box
from .layout import Layout, Text, horizontal_overlap

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
        used: captions and titles, which are given elsewhere.

    """
    body = [text for text in texts if text not in used and text.box.covered_by(box) < _COLUMN]
    column = [text for text in body if horizontal_overlap(text.box, box) >= _COLUMN]
    above = max((t for t in column if t.box.bottom <= box.y + layout.body), key=lambda t: t.box.bottom, default=None)
    below = min((t for t in column if t.box.y >= box.bottom - layout.body), key=lambda t: t.box.y, default=None)
    # Regions that a file lists behind all text have no place among it.
    placed = rank <= layout.last_rank
    before = [t for t in body if (t.rank <= above.rank if above else placed and t.rank < rank)]
    if below is not None:
        after = [t for t in body if t.rank >= below.rank]
    elif above is not None:
        after = [t for t in body if t.rank > above.rank]
    else:
        after = [t for t in body if placed and t.rank > rank]
    return _tail(before), _head(after)


def _head(texts: Iterable[Text]) -> str:
    parts: list[str] = []
    for text in texts:
        parts.append(text.string)
        if sum(map(len, parts)) > LONGEST:
            break
    whole = " ".join(parts)
    if len(whole) <= LONGEST:
        return whole
    return whole[: LONGEST + 1].rpartition(" ")[0] or whole[:LONGEST]


def _tail(texts: Sequence[Text]) -> str:
    parts: list[str] = []
    for text in reversed(texts):
        parts.insert(0, text.string)
        if sum(map(len, parts)) > LONGEST:
            break
    whole = " ".join(parts)
    if len(whole) <= LONGEST:
        return whole
    return whole[-LONGEST - 1 :].partition(" ")[2] or whole[-LONGEST:]
