"""What the OCR marks and what the detector sees, as one list: the OCR knows text, the detector knows pictures.

The rules, in their order:

1. Where both have a box in the same place, or one in the other, the OCR's box stands, and the detector's word is
   kept beside it. What the OCR itself calls something else than a picture stays that.
2. What the OCR's box alone made noise (its shape, the words in it) is a picture where the detector sees one.
3. What the detector sees where the OCR marks nothing is new; what is mostly lines of text is none.
4. What the OCR marks and the detector does not see stays as it was.
5. What a detector of one's own sees belongs to the pictures that it lies in. Where that is none, it is a picture
   itself, if it is not mostly lines of text; what has the place of noise is, as by rules 1 and 2, that region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..records import Box, Size
from .detector import Seen
from .layout import Layout, horizontal_overlap
from .noise import is_told, noise_reason, text_share
from .regions import Candidate, Kind

#: Boxes that have so much in common (intersection over union) are in the same place.
_SAME: Final = 0.5
#: One box lies in another if so much of it does.
_INSIDE: Final = 0.8
#: What is sought lies in a picture if so much of it does.
_LIES: Final = 0.5
#: The share of a box that lines of text must cover for it to be text.
_TEXT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """A region of a page: why it is no picture, whether the OCR marks it, and what the detector saw there.

    ``run`` is that of the detector of one's own that alone found it, else empty.
    """

    candidate: Candidate
    noise: str | None
    by_ocr: bool = True
    seen: Seen | None = None
    run: str = ""


def fuse(
    marked: Sequence[Candidate], seen: Sequence[Seen], layout: Layout, least: float, sought: Sequence[Seen] = ()
) -> list[Finding]:
    """Return the regions of a page, those of the OCR first, each list in the order in which it came.

    Args:
        marked: what the OCR marks.
        seen: what the detector saw, the surest first.
        layout: the page's text.
        least: the confidence from which the detector is believed.
        sought: what detectors of one's own saw, as far as it is to be believed.

    """
    findings = [Finding(candidate, noise_reason(candidate, layout)) for candidate in marked]
    own = len(findings)
    for one in seen:
        if one.confidence < least:
            continue
        box = placed(one, layout.frame)
        there = [place for place in range(own) if _in_one_place(findings[place].candidate.box, box)]
        if there:
            # Several: the OCR took a picture apart, or two were seen in what it marks as one.
            for place in there:
                findings[place] = _confirmed(findings[place], one)
        elif not one.is_picture:
            findings.append(Finding(Candidate(box, (), Kind.GRAPHIC), one.kind, by_ocr=False, seen=one))
        elif text_share(box, layout) < _TEXT:
            findings.append(Finding(Candidate(box, (), Kind.PICTURE), None, by_ocr=False, seen=one))
    # What is large comes first: the rest may lie in it.
    for one in sorted(sought, key=lambda one: (-one.area, -one.confidence)):
        _place(placed(one, layout.frame), one.run, findings, layout)
    return findings


def places_of(box: Box, regions: Sequence[tuple[Box, str | None]]) -> list[int]:
    """Return which of a page's regions, each with why it is no picture, something that was sought belongs to.

    These are the pictures that it lies in; where that is none, the noise that has its place.
    """
    pictures = [
        place for place, (other, noise) in enumerate(regions) if noise is None and box.covered_by(other) >= _LIES
    ]
    return pictures or [place for place, (other, noise) in enumerate(regions) if noise and box.iou(other) >= _SAME]


def _place(box: Box, run: str, findings: list[Finding], layout: Layout) -> None:
    """See to it that what a detector of one's own saw belongs to something."""
    there = places_of(box, [(finding.candidate.box, finding.noise) for finding in findings])
    if not there:
        noise = "text" if text_share(box, layout) >= _TEXT else None
        findings.append(Finding(Candidate(box, (), Kind.PICTURE), noise, by_ocr=False, run=run))
    for place in there:
        finding = findings[place]
        if finding.noise and finding.by_ocr and not is_told(finding.candidate):
            findings[place] = replace(finding, noise=None)


def place_of(candidate: Candidate, layout: Layout) -> int:
    """Return the place of a region in the reading order; what the OCR does not mark follows the text above it."""
    if candidate.ids:
        return min(layout.rank(id_) for id_ in candidate.ids)
    middle = candidate.box.y + candidate.box.h / 2
    above = [text for text in layout.texts if text.box.bottom <= middle]
    column = [text for text in above if horizontal_overlap(text.box, candidate.box) >= 0.5]
    return max((text.rank for text in column or above), default=-1) + 1


def _confirmed(finding: Finding, seen: Seen) -> Finding:
    if finding.seen is not None and finding.seen.confidence >= seen.confidence:
        return finding
    revived = finding.noise is not None and seen.is_picture and not is_told(finding.candidate)
    return replace(finding, seen=seen, noise=None if revived else finding.noise)


def _in_one_place(one: Box, other: Box) -> bool:
    common = one.intersection(other)
    if common is None:
        return False
    either = one.area + other.area - common.area
    return common.area >= _SAME * either or common.area >= _INSIDE * min(one.area, other.area)


def placed(seen: Seen, frame: Size) -> Box:
    """Return the box of what was seen in whole pixels of the page's frame, at least one each way."""
    x1, y1, x2, y2 = seen.box
    x, y = min(int(x1 * frame.w), frame.w - 1), min(int(y1 * frame.h), frame.h - 1)
    return Box(x, y, max(round(x2 * frame.w) - x, 1), max(round(y2 * frame.h) - y, 1))
