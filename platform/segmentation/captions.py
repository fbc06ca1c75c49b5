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
# How far a caption may be from its picture, and its parts from each other, in lines of the body.
_REACH, _GAP = 3.0, 1.2
# The least weight of a caption right below its picture, and elsewhere.
_BELOW, _ELSEWHERE = 2.0, 3.0
# How much of a caption's width belongs to its own picture and not to the one beside it.
_OWN = 0.7
# Sizes that are the same to within the freedom of an OCR's boxes: a line of capitals has no descenders.
_SAME_SIZE = 0.75

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
    taken = set(used)
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
                caption = _chain(proposal, layout, taken)
                taken.update(caption)
                for place in proposal.pictures:
                    captions[place] = caption
    return captions


def _proposals(box: Box, places: tuple[int, ...], layout: Layout, *, own: bool) -> Iterator[_Proposal]:
    reach = _REACH * layout.body
    for text in layout.beginning(box.bottom - layout.body, box.bottom + reach):
        if _fits(text, box, own=own):
            weight = weigh(text, box, layout)
            if weight >= _BELOW:
                yield _Proposal(weight - _distance(text.box.y - box.bottom, layout), text, box, places, upwards=False)
    for text in layout.ending(box.y - reach, box.y + layout.body):
        if _fits(text, box, own=own):
            weight = weigh(text, box, layout)
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
    # Words on the picture itself: a few are its legend, many are a page of text with a frame around it.
    if inside and sum(text.letters for text in inside) <= LONGEST / 5:
        yield _Proposal(0.0, inside[0], box, places, upwards=False)


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
    weight += 1.5 if size <= 0.85 else 0.75 if size <= 0.93 else 0.0
    weight += 1.0 if text.is_upper else 0.0
    weight += 1.0 if text.lines <= 2 else 0.5 if text.lines <= 4 else 0.0 if text.lines <= 8 else -0.5
    middle = abs(2 * text.box.x + text.box.w - 2 * box.x - box.w) <= 0.2 * box.w
    weight += 1.0 if middle and text.box.w <= 0.9 * box.w else 0.0
    weight -= 2.0 if text.string[:1].islower() else 0.0
    weight -= 3.0 if is_body(text, layout) else 0.0
    if size >= 1.3 and _is_followed(text, layout):
        weight -= 3.0
    return weight


def is_body(text: Text, layout: Layout) -> bool:
    """Return whether a text is set as the body: in its size, over its measure, in more lines than one."""
    return text.lines >= 2 and text.size >= 0.9 * layout.body and text.box.w >= 0.9 * layout.measure(text.box)


def _is_followed(text: Text, layout: Layout) -> bool:
    """Return whether body text follows right below, as it does below the heading of an article."""
    below = layout.beginning(text.box.bottom - layout.body / 2, text.box.bottom + 4 * layout.body)
    return any(t is not text and is_body(t, layout) and horizontal_overlap(t.box, text.box) >= _OWN for t in below)


def _chain(proposal: _Proposal, layout: Layout, taken: Collection[Text]) -> tuple[Text, ...]:
    """Return the texts that go on from the first one, until something else begins."""
    chain, letters = [proposal.first], proposal.first.letters
    if proposal.first.box.covered_by(proposal.box) >= _OWN:
        return tuple(text for text in layout.inside(proposal.box) if text not in taken)
    while True:
        last = chain[-1]
        reach = _GAP * max(layout.body, last.size)
        if proposal.upwards:
            near = layout.ending(last.box.y - reach, last.box.y + last.size / 2)
        else:
            near = layout.beginning(last.box.bottom - last.size / 2, last.box.bottom + reach)
        following = next((text for text in near if text not in chain and text not in taken), None)
        if following is None or not _goes_on(following, last, proposal, layout):
            break
        letters += following.letters
        if letters > LONGEST:
            break
        chain.append(following)
    return tuple(reversed(chain)) if proposal.upwards else tuple(chain)


def _goes_on(text: Text, last: Text, proposal: _Proposal, layout: Layout) -> bool:
    if (
        horizontal_overlap(text.box, last.box) < 0.5
        or not _fits(text, proposal.box, own=False)
        or is_body(text, layout)
    ):
        return False
    alike = _SAME_SIZE <= text.size / last.size <= 1 / _SAME_SIZE
    least = _ELSEWHERE if proposal.upwards else _BELOW
    return (alike and not is_marked(text)) or weigh(text, proposal.box, layout) >= least


def _union(boxes: Iterable[Box]) -> Box:
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first
