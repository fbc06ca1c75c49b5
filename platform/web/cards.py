"""Illustrations and documents as cards on a wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from ..catalogue import Entry
from ..records import Illustration
from ..search import Segments
from . import names
from .formats import shortened, span
from .pictures import WALL_HEIGHT, WALL_HEIGHT_NARROW, Picture, picture
from .wording import gettext

#: Characters of a caption that stand for a picture where it cannot be seen.
_ALT = 160


@dataclass(frozen=True, slots=True)
class Card:
    """An illustration on a wall.

    ``found`` is the text in which words were found; ``noise`` why it is no picture; ``note`` what is said of it there,
    by someone of this ``origin``.
    """

    id: str
    address: str
    picture: Picture
    alt: str
    words: str
    date: str
    document: str
    noise: str = ""
    found: Segments = ()
    note: str = ""
    origin: str = ""


def cards(
    entries: Sequence[Entry],
    link: Callable[[str], str],
    highlights: Mapping[str, Mapping[str, Segments]] | None = None,
    *,
    height: int = WALL_HEIGHT,
    narrow: int = WALL_HEIGHT_NARROW,
) -> list[Card]:
    """Return the cards of illustrations, in their order.

    Args:
        entries: the illustrations with their pages and documents.
        link: makes the address of a card by the illustration's id.
        highlights: where words were found, by illustration and field.
        height: about how high the wall shows its pictures, in CSS pixels.
        narrow: the same on a phone.

    """
    return [_card(entry, link, (highlights or {}).get(entry.illustration.id, {}), height, narrow) for entry in entries]


def own_crop(illustration: str, width: int) -> str:
    """Return the address of a crop that we cut ourselves."""
    return url_for("images.crop", illustration=illustration, width=width)


def own_thumbnail(page: str) -> str:
    """Return the address of a small picture of a page that we make ourselves."""
    return url_for("images.thumbnail", page=page)


def words_of(illustration: Illustration) -> str:
    """Return what is printed of an illustration: its caption, else the title of its article."""
    return illustration.caption or illustration.title


def alternative(entry: Entry) -> str:
    """Return the words that stand for a picture: what is printed of it, and where it is from."""
    words = shortened(words_of(entry.illustration), _ALT)
    place = gettext("%(document)s, page %(page)s", document=shortened(entry.document.title, 80), page=folio(entry))
    return f"{words} \u2013 {place}" if words else gettext("Picture without a caption, %(place)s", place=place)


def folio(entry: Entry) -> str:
    """Return the page's own number or name, else its place in the document."""
    return entry.page.label or str(entry.page.number)


def _card(entry: Entry, link: Callable[[str], str], found: Mapping[str, Segments], height: int, narrow: int) -> Card:
    illustration = entry.illustration
    return Card(
        illustration.id,
        link(illustration.id),
        picture(illustration, entry.page, own_crop, height=height, narrow=narrow),
        alternative(entry),
        shortened(words_of(illustration), 200),
        span(entry.document.date),
        entry.document.title,
        names.noise_name(illustration.noise) if illustration.noise else "",
        next((found[field] for field in ("caption", "title", "text_before", "text_after") if field in found), ()),
    )
