"""The HTML that shows a document, a picture or a wall on someone else's page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import escape

from ..catalogue import Entry
from .languages import language
from .wording import gettext


@dataclass(frozen=True, slots=True)
class Snippet:
    """An address to embed, and the HTML for it in each size: name, label, HTML."""

    address: str
    sizes: tuple[tuple[str, str, str], ...]


def document(address: str, title: str) -> Snippet:
    """Return the HTML of the viewer."""
    return _snippet(address, title, (480, 360), (800, 600))


def illustration(entry: Entry, address: str) -> Snippet:
    """Return the HTML of one picture, in frames of its shape with room for the credit line."""
    box = entry.illustration.box
    ratio = min(max(box.h / max(box.w, 1), 0.4), 1.6)
    title = entry.illustration.caption or entry.illustration.title or entry.document.title
    return _snippet(address, title[:100], *((width, round(width * ratio) + 64) for width in (360, 640)))


def wall(address: str, title: str) -> Snippet:
    """Return the HTML of a wall of pictures."""
    return _snippet(address, title, (480, 600), (960, 600))


def _snippet(address: str, title: str, small: tuple[int, int], large: tuple[int, int]) -> Snippet:
    source = f"{address}{'&' if '?' in address else '?'}lang={language()}"

    def html(width: str, height: int) -> str:
        return (
            f'<iframe src="{escape(source)}" title="{escape(title)}" width="{width}" height="{height}"'
            ' style="border:0" allowfullscreen loading="lazy"></iframe>'
        )

    named = (("small", small), ("large", large))
    sizes = [(name, f"{width} × {height}", html(str(width), height)) for name, (width, height) in named]
    return Snippet(source, (*sizes, ("whole", gettext("the whole width"), html("100%", large[1]))))
