"""Captions by layout, where no METS says which lines belong to a picture.

A caption stands right below its picture, else above, on or beside it. It differs from the text around: it begins
with a word as *Fig.* or *Phot.*, is set smaller, in capitals or in a narrower measure, is short, or stands in the
middle. Each of these is weighed. Where body text begins, it ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..records import Box
from .layout import Layout, Text, horizontal_overlap, vertical_overlap

#: The longest caption that is taken, in letters.
LONGEST = 1_500
# How far a caption may be from its picture (farther if it says what it is), and its parts from each other, in lines.
_REACH, _FAR, _GAP = 3.0, 5.0, 1.2
# The least weight of a caption right below its picture, and elsewhere.
_BELOW, _ELSEWHERE = 2.0, 3.0
# How much of a caption's width belongs to its own picture and not to the one beside it.
_OWN = 0.7
# The lower part of a picture, where its words may be printed on it.
_FOOT = 0.6
# What stands alone below a picture is its caption up to so many lines.
_FEW_LINES = 12
# Sizes that are the same to within the freedom of an OCR's boxes: a line of capitals has no descenders.
_SAME_SIZE = 0.75
# So few words may be no more than the number of a figure, which ends with a full stop.
_MARK_WORDS = 3
# Smaller than the body by so much as can be told.
_SMALLER = 0.93

_MARKER = re.compile(
    r"\W{0,3}(fi[gq]s?\b|f[il][gqs]\.|figure\b|photo|phot\.|clichés?\b|pl\.|planche\b|plate\b|tafel\b|abb\b|"
    r"abbildung|dessins?\b|croquis\b|gravure\b|gravé|d['’]après|drawn by|engraved|portrait de|vue d|plan d|"
    r"carte d|map of|view of)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A text that may begin the caption of the pictures at these places."""

    weight: float
    first: Text
    box: Box
    pictures: tuple[int, ...]
    upwards: bool


def find_captions(
    pictures: Sequence[Box], groups: Iterable[tuple[int, ...]], layout: Layout, used: Collection[Text] = ()
) -> list[tuple[Text, ...]]:
    """Return the texts that are each picture's caption, from above; empty where there is none.

    Args:
        pictures: the boxes.
        groups: places of pictures that stand in one row or column and may share a caption.
        layout: the page's text.
        used: texts that are known to be something else.

    """
    captions: list[tuple[Text, ...]] = [()] * len(pictures)
    taken = {*used, *(text for text in layout.texts if text.is_marginal and not is_marked(text))}
    single = [(place,) for place in range(len(pictures))]
    for members, own in ((single, True), (list(groups), True), (single, False)):
        proposals = [
            proposal
            for places in members
            if not any(captions[place] for place in places)
            for proposal in _proposals(_union(pictures[place] for place in places), places, layout, own=own)
        ]
        # The best fit first, so that a caption between two pictures goes to the one that it fits better.
        for proposal in sorted(proposals, key=lambda p: (-p.weight, p.first.rank, p.pictures)):
            if proposal.first not in taken and not any(captions[place] for place in proposal.pictures):
                caption = _caption(proposal, layout, taken)
                taken.update(caption)
                for place in proposal.pictures:
                    captions[place] = caption
    return [_with_foot(caption, box, layout, taken) for caption, box in zip(captions, pictures, strict=True)]


def _proposals(box: Box, places: tuple[int, ...], layout: Layout, *, own: bool) -> Iterator[_Proposal]:
    reach = _REACH * layout.body
    for text in layout.beginning(box.bottom - layout.body, box.bottom + reach):
        if _fits(text, box, own=own):
            weight = weigh(text, box, layout)
            weight -= 1.5 if _leans_down(text, box, layout) else 0.0
            if weight >= _BELOW:
                yield _Proposal(weight - _distance(text.box.y - box.bottom, layout), text, box, places, upwards=False)
    for text in layout.ending(box.y - _FAR * layout.body, box.y + layout.body):
        if _fits(text, box, own=own):
            # What stands above is a heading, unless it says that it is not.
            weight = weigh(text, box, layout) if is_marked(text) else 0.0
            if weight >= _ELSEWHERE:
                yield _Proposal(weight - _distance(box.y - text.box.bottom, layout), text, box, places, upwards=True)
    if not own:
        yield from _beside_or_on(box, places, layout)


def _beside_or_on(box: Box, places: tuple[int, ...], layout: Layout) -> Iterator[_Proposal]:
    reach = _REACH * layout.body
    inside = []
    for text in layout.beginning(box.y - layout.body, box.bottom):
        gap = max(box.x - text.box.right, text.box.x - box.right)
        if text.box.covered_by(box) >= _OWN:
            inside.append(text)
        elif 0 <= gap <= reach and vertical_overlap(text.box, box) >= _OWN and text.box.w <= box.w:
            weight = weigh(text, box, layout)
            if weight >= _ELSEWHERE:
                yield _Proposal(weight - _distance(gap, layout), text, box, places, upwards=False)
    if inside and _is_legend(inside):
        yield _Proposal(0.0, inside[0], box, places, upwards=False)


def _is_legend(inside: Sequence[Text]) -> bool:
    """Return whether words on the picture itself are few: many are a page of text with a frame around it."""
    return 3 <= sum(text.letters for text in inside) <= LONGEST / 5


def _with_foot(caption: tuple[Text, ...], box: Box, layout: Layout, taken: Collection[Text]) -> tuple[Text, ...]:
    """Return a caption with what is printed on the lower part of the picture: a signature, the words of a cartoon."""
    inside = [text for text in layout.inside(box) if text not in taken]
    foot = [text for text in inside if text.box.y >= box.y + _FOOT * box.h]
    return _in_order((*foot, *caption)) if caption and _is_legend(inside) else caption


def _fits(text: Text, box: Box, *, own: bool) -> bool:
    if text.box.covered_by(box) >= _OWN:
        return False
    if own:
        return min(text.box.right, box.right) - max(text.box.x, box.x) >= _OWN * text.box.w
    return horizontal_overlap(text.box, box) >= _OWN or (is_marked(text) and horizontal_overlap(text.box, box) > 0)


def _distance(gap: float, layout: Layout) -> float:
    return max(0.0, gap) / layout.body * 0.3


def is_marked(text: Text) -> bool:
    """Return whether a text begins as only captions do: *Fig. 3*, *Phot. Capelle*."""
    return _MARKER.match(text.string) is not None


def weigh(text: Text, box: Box, layout: Layout) -> float:
    """Return how much a text near a picture looks like its caption; 2 is enough for one right below."""
    size = text.size / layout.body
    weight = 3.0 if is_marked(text) else 0.0
    weight += 1.5 if size <= 0.85 else 0.75 if size <= _SMALLER else 0.0
    weight += 1.0 if text.is_upper else 0.0
    weight += 1.0 if text.lines <= 2 else 0.5 if text.lines <= 4 else 0.0 if text.lines <= 8 else -0.5
    middle = abs(2 * text.box.x + text.box.w - 2 * box.x - box.w) <= 0.2 * box.w
    narrow = text.box.w <= max(0.9 * box.w, 0.85 * (layout.measure(text) or 0))
    centred = _is_centred(text, box, layout)
    weight += 1.0 if middle and (narrow or centred) else 0.0
    weight -= 2.0 if text.string[:1].islower() else 0.0
    weight -= 3.0 if (layout.is_body(text) and not centred) or text.is_title else 0.0
    # Set to the measure of the picture, across the columns of the text.
    if layout.runs_across(text) and abs(text.box.w - box.w) <= 0.1 * box.w:
        weight += 1.5
    elif size >= 1.3 and (text.box.w > 1.3 * box.w or _gap_to_body(text, layout) is not None):
        weight -= 3.0
    # Some lines that no text goes on below, narrower than the picture above them or the only ones there.
    alone = narrow or layout.measure(text) is None
    if alone and middle and text.lines <= _FEW_LINES and _stands_alone(text, layout):
        weight += 1.5
    return weight


def _is_centred(text: Text, box: Box, layout: Layout) -> bool:
    """Return whether small lines are set on the middle axis of a picture, and not to the edges of a column."""
    if text.size > _SMALLER * layout.body:
        return False
    apart = abs(2 * text.box.x + text.box.w - 2 * box.x - box.w)
    free = abs((layout.measure(text) or box.w) - text.box.w)
    return text.is_centred if text.lines > 1 else apart <= text.size <= free


def _stands_alone(text: Text, layout: Layout) -> bool:
    """Return whether no text follows in the column."""
    below = layout.beginning(text.box.bottom - layout.body / 2, text.box.bottom + 4 * layout.body)
    return not any(t is not text and horizontal_overlap(t.box, text.box) >= 0.5 for t in below)


def _leans_down(text: Text, box: Box, layout: Layout) -> bool:
    """Return whether a text stands nearer to the body below it than to the picture above, as a heading does."""
    gap = _gap_to_body(text, layout) if text.size >= _SMALLER * layout.body else None
    return gap is not None and gap < 0.6 * (text.box.y - box.bottom)


def _gap_to_body(text: Text, layout: Layout) -> int | None:
    """Return how far below a text the body begins, None where it is far away."""
    below = layout.beginning(text.box.bottom - layout.body / 2, text.box.bottom + 4 * layout.body)
    following = [t for t in below if t is not text and layout.is_body(t)]
    return min(
        (t.box.y - text.box.bottom for t in following if horizontal_overlap(t.box, text.box) >= _OWN), default=None
    )


def _caption(proposal: _Proposal, layout: Layout, taken: Collection[Text]) -> tuple[Text, ...]:
    """Return all texts of a caption in their order: those beside and behind its first, until something else begins."""
    first, box = proposal.first, proposal.box
    if first.box.covered_by(box) >= _OWN:
        return _in_order(t for t in layout.inside(box) if t not in taken)
    if proposal.upwards:
        band = layout.ending(0, box.y + layout.body)
    else:
        band = layout.beginning(min(first.box.y, box.bottom) - layout.body / 2, layout.frame.h)
    caption, edge, letters = [first], first.box.bottom, first.letters
    if proposal.upwards:
        edge = first.box.y
    for text in band:
        gap = edge - text.box.bottom if proposal.upwards else text.box.y - edge
        if gap > _GAP * max(layout.body, text.size) or letters > LONGEST:
            break
        if text is first or not _fits(text, box, own=False):
            continue
        if text in taken or not _goes_on(text, caption, proposal, layout):
            if layout.is_body(text):
                break
            continue
        caption.append(text)
        letters += text.letters
        edge = min(edge, text.box.y) if proposal.upwards else max(edge, text.box.bottom)
    return _in_order(caption)


def _goes_on(text: Text, caption: Sequence[Text], proposal: _Proposal, layout: Layout) -> bool:
    if layout.is_body(text) or text.is_title or _begins_elsewhere(text, caption[-1]):
        return False
    if weigh(text, proposal.box, layout) >= (_ELSEWHERE if proposal.upwards else _BELOW):
        return True
    return not is_marked(text) and any(
        _is_alike(text, part, layout.body) and horizontal_overlap(text.box, part.box) >= 0.5 for part in caption
    )


def _begins_elsewhere(text: Text, last: Text) -> bool:
    """Return whether a text is the end of a sentence of which what stands before it is not the beginning."""
    return text.string[:1].islower() and last.words > _MARK_WORDS and last.string.endswith((".", "!", "?"))


def _is_alike(text: Text, part: Text, body: float) -> bool:
    # Back to the body's size from a smaller one: that is the body.
    if part.size <= _SMALLER * body <= text.size:
        return False
    return _SAME_SIZE <= text.size / part.size <= 1 / _SAME_SIZE


def _in_order(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return texts in reading order, save that none comes before one that stands above it."""
    left = sorted(texts, key=lambda text: text.rank)
    ordered: list[Text] = []
    while left:
        ordered.append(next((text for text in left if not any(_is_above(other, text) for other in left)), left[0]))
        left.remove(ordered[-1])
    return tuple(ordered)


def _is_above(other: Text, text: Text) -> bool:
    return other.box.bottom <= text.box.y and horizontal_overlap(other.box, text.box) > 0


def _union(boxes: Iterable[Box]) -> Box:
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first
