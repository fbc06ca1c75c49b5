"""The title of the article by layout: the nearest heading above the picture in its column."""

from __future__ import annotations

from ..records import Box
from .layout import Layout, Text, horizontal_overlap

# A heading belongs to what lies below it in its column; so much of the narrower must be shared.
_COLUMN = 0.5
# Parts of one heading: no more than so many lines of its own size apart.
_GAP_LINES = 1.5
_LONGEST = 300
# A heading that is broader by this than the one below it is that of a page or section.
_BROADER = 2
# The name of the newspaper: at the top of its first page, and so much larger than the body.
_MASTHEAD_SHARE, _MASTHEAD_SIZE = 0.2, 3.0
# What stands below a picture is its heading where it is broader and so near.
_BELOW_LINES = 4


def find_title(box: Box, layout: Layout, used: frozenset[Text], *, front_page: bool) -> str:
    """Return the text of the nearest heading above, else of a broad one right below; empty where there is none.

    Args:
        box: the picture.
        layout: the page's text.
        used: texts that are captions.
        front_page: whether the name of the newspaper is to be expected.

    """
    headings = [
        text
        for text in layout.headings
        if text not in used and not (front_page and _is_masthead(text, layout)) and text.box.covered_by(box) < _COLUMN
    ]
    above = [t for t in headings if t.box.bottom <= box.y + layout.body and horizontal_overlap(t.box, box) >= _COLUMN]
    if above:
        nearest = max(above, key=lambda text: (text.box.bottom, -text.rank))
        return _joined(nearest, above)
    below = [t for t in headings if 0 <= t.box.y - box.bottom <= _BELOW_LINES * layout.body and t.box.w >= box.w]
    return min(below, key=lambda text: (text.box.y, text.rank)).string[:_LONGEST] if below else ""


def _joined(nearest: Text, headings: list[Text]) -> str:
    """Return a heading with the lines of the same heading above it."""
    parts = [nearest]
    for text in sorted(headings, key=lambda text: (-text.box.bottom, text.rank)):
        top = parts[0]
        if text is nearest or text.box.y > top.box.y or text.box.w > _BROADER * nearest.box.w:
            continue
        near = top.box.y - text.box.bottom <= _GAP_LINES * max(text.size, top.size)
        if near and horizontal_overlap(text.box, top.box) >= _COLUMN:
            if sum(len(part.string) for part in parts) + len(text.string) > _LONGEST:
                break
            parts.insert(0, text)
    return " ".join(part.string for part in parts)[:_LONGEST]


def _is_masthead(text: Text, layout: Layout) -> bool:
    return text.box.y < _MASTHEAD_SHARE * layout.frame.h and text.size >= _MASTHEAD_SIZE * layout.body
