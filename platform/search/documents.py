"""What goes into an index, whatever index it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ..records import Vector

_LONGEST_VALUE = 1000
#: Classes of size: the name, and the share of the page from which on it is another.
SIZES: Final = (("small", 0.05), ("medium", 0.2), ("large", 0.6), ("full", float("inf")))


def tidy(value: str) -> str:
    """Return a facet's value as indexes hold it: in one line that is not too long, and in letters that there are."""
    plain = value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    return " ".join(plain.split())[:_LONGEST_VALUE].rstrip()


@dataclass(frozen=True, slots=True)
class IndexLabel:
    """A concept said of an illustration: the most confident of what was said, and who said it."""

    concept: str
    facet: str
    confidence: float
    run: str


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An illustration with all that it can be found, counted and sorted by.

    ``top`` and ``left`` are its place on the page, in pixels of the page's frame; ``share`` is the part of the page
    that it covers. ``noise`` is empty for a picture; ``rotation`` is by how many degrees clockwise
    it must be turned, empty where it stands upright. ``vectors`` are what it looks like to runs, one each.
    """

    id: str
    page: str
    document: str
    page_number: int
    top: int
    left: int
    caption: str = ""
    title: str = ""
    text_before: str = ""
    text_after: str = ""
    document_title: str = ""
    series_title: str = ""
    creators: str = ""
    languages: tuple[str, ...] = ()
    labels: tuple[IndexLabel, ...] = ()
    noise: str = ""
    date_start: date | None = None
    date_end: date | None = None
    share: float = 0.0
    colour_mode: str = ""
    shape: str = ""
    provider: str = ""
    source: str = ""
    series: str = ""
    kind: str = ""
    licence: str = ""
    front_page: bool = False
    rotation: str = ""
    vectors: tuple[Vector, ...] = ()

    @property
    def size(self) -> str:
        """The class of its size."""
        return next(name for name, above in SIZES if self.share < above)


@dataclass(frozen=True, slots=True)
class IndexPage:
    """A page with its words in reading order, for search inside its document."""

    id: str
    document: str
    number: int
    text: str
    languages: tuple[str, ...] = ()
