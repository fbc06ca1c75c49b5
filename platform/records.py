"""The records that the stages hand on: frozen, comparable, without knowledge of any store or format.

Every length is in pixels of the page's frame unless a name says otherwise: the manifest's canvas
where there is one, else the ALTO converted to pixels. The size of an image file is kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .geometry import Box as Box
from .geometry import Size as Size
from .said import CHANCES as CHANCES
from .said import JOINT as JOINT
from .said import MATCH as MATCH
from .said import REPRODUCTION as REPRODUCTION
from .said import SEEN_AS as SEEN_AS
from .said import TOGETHER as TOGETHER
from .said import UNSHOWN as UNSHOWN
from .said import VISUAL as VISUAL
from .said import Detection as Detection
from .said import Label as Label
from .said import Match as Match
from .said import Mention as Mention
from .said import Run as Run
from .said import Vector as Vector

#: Text by language tag, as IIIF 3 has it; ``"none"`` where the language is not known.
LanguageMap = Mapping[str, tuple[str, ...]]


# --- what was odd ------------------------------------------------------------------------------------


class Severity(StrEnum):
    """How bad a diagnostic is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """Something odd in a foreign document, kept with the document.

    ``code`` is stable and hyphenated (``alto-unit-missing``); ``message`` says what was odd and what was
    done about it; ``where`` names the page, the file or the JSON path, empty for the whole document.
    """

    code: str
    message: str
    severity: Severity = Severity.WARNING
    where: str = ""


# --- documents and pages -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date as printed and the days it may mean: ``19??`` is 1900-01-01 to 1999-12-31."""

    text: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What one may do with a document. ``licence`` is a URI; the others are the provider's own words."""

    licence: str | None = None
    attribution: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class ImageService:
    """A IIIF Image API service: base address, version 1 to 3, compliance level 0 to 2 (None: not said)."""

    id: str
    version: int
    level: int | None = None


def is_local(address: str) -> bool:
    """Say whether an address is a path on this machine."""
    return "://" not in address


@dataclass(frozen=True, slots=True)
class ImageSource:
    """A scan held by reference.

    ``address`` is a URL, or the path of a local file; ``size`` is that of the image file, in its own pixels
    (None until known); ``sha256`` and ``bytes`` are None until the file was read.
    """

    address: str
    service: ImageService | None = None
    size: Size | None = None
    format: str = ""
    sha256: str | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class TextSource:
    """Where a page's OCR is, a URL or a path; ``format`` is ``alto``, ``page``, ``hocr``, ``annotations``, ``text``."""

    address: str
    format: str


@dataclass(frozen=True, slots=True)
class Page:
    """One canvas.

    ``key`` names the page within its document, from the canvas id or the file's name and never from the
    order; ``id`` is ``document.key``; ``number`` is the place in the order, from 1; ``label`` is what is
    printed or said of it. ``size`` is the page's frame, None until something tells it. ``labels`` say what kind of page
    it is.
    """

    id: str
    key: str
    number: int
    label: str = ""
    canvas: str = ""
    size: Size | None = None
    image: ImageSource | None = None
    texts: tuple[TextSource, ...] = ()
    labels: tuple[Label, ...] = ()

    @property
    def local_scan(self) -> ImageSource | None:
        """The scan, if it is a file of this machine."""
        return self.image if self.image and is_local(self.image.address) else None


@dataclass(frozen=True, slots=True)
class Series:
    """The periodical or set that a document is part of: an id (ARK, manifest address…) and its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """No source has a document any more: since when (a time in UTC), and what listed it last (``origin``)."""

    at: str
    origin: str


@dataclass(frozen=True, slots=True)
class Document:
    """One manifest, or one folder as a workshop delivered it.

    ``provider`` serves it (Gallica); ``source`` is whose collection it is within the provider. ``aliases`` are
    all names it is known by, the canonical one first (see `estampe.identity`). ``kind`` is one of
    ``newspaper``, ``magazine``, ``periodical`` (one of these two, and nothing tells which), ``book``, ``manuscript``,
    ``map``, ``image``, ``music`` or empty.
    ``languages`` are ISO 639-1 codes, or 639-2 where there is no shorter one. ``landing`` is the page that the
    provider shows to people. ``metadata`` are the label and value pairs of the original, as they were.
    ``withdrawn`` is set by the catalogue where no source has it any more.
    """

    id: str
    provider: str
    title: str
    aliases: tuple[str, ...]
    source: str = ""
    kind: str = ""
    series: Series | None = None
    date: DateSpan | None = None
    languages: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    publisher: str = ""
    place: str = ""
    rights: Rights = Rights()
    landing: str = ""
    manifest: str = ""
    catalogue_record: str = ""
    viewing_direction: str = "left-to-right"
    metadata: tuple[tuple[str, str], ...] = ()
    withdrawn: Withdrawal | None = None


# --- OCR ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed. ``confidence`` is 0 to 1, None where the OCR says nothing.

    A word broken at the end of a line stands as printed; ``whole`` is the word put together, on its first half only
    (its second half has an empty ``whole``). For all others ``whole`` equals ``text``.
    """

    text: str
    box: Box
    confidence: float | None = None
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words."""

    box: Box
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words as printed, with spaces between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text.

    ``kind`` is the dialect's word for it, lower case (``textblock``, ``mainzone``, ``marginzone``…);
    ``parent`` is the id of the composed block around it; ``rotation`` in degrees, clockwise.
    """

    id: str
    box: Box
    lines: tuple[Line, ...]
    kind: str = "textblock"
    parent: str = ""
    rotation: float = 0.0

    @property
    def text(self) -> str:
        """The text with broken words put together, lines joined by spaces."""
        return " ".join(w.whole for line in self.lines for w in line.words if w.whole)


@dataclass(frozen=True, slots=True)
class Region:
    """A region that the OCR marks as something other than text.

    ``element`` is the ALTO element (``Illustration``, ``GraphicalElement``, ``ComposedBlock``…); ``type`` the
    dialect's own word for what it is (``TYPE``, or the label of its tag), as written.
    """

    id: str
    box: Box
    element: str
    type: str = ""
    parent: str = ""
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What the OCR says of one page, in the page's frame.

    ``blocks`` and ``regions`` are in reading order. ``order`` lists the ids of both as they follow each other.
    ``identifier`` is what the file says it is a page of (an ARK, a file name), empty where it says nothing.
    """

    size: Size | None
    blocks: tuple[Block, ...] = ()
    regions: tuple[Region, ...] = ()
    order: tuple[str, ...] = ()
    identifier: str = ""
    software: str = ""
    language: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an article: a block or region of one page, by page key and the OCR's own id."""

    page: str
    block: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A logical division that METS (or a table of contents) describes.

    ``kind`` and a part's ``role`` are the METS words, lower case (``article``, ``advertisement``,
    ``illustration``, ``caption``, ``title``, ``body``…). ``parents`` are the ids of the divisions around it,
    outermost first.
    """

    id: str
    kind: str
    title: str = ""
    parts: tuple[Part, ...] = ()
    parents: tuple[str, ...] = ()


# --- illustrations -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pixels:
    """What the pixels of an illustration say.

    ``colour_mode`` is ``bitonal``, ``grey``, ``tinted`` or ``colour``; ``dominant`` and ``palette`` are
    ``#rrggbb``, the palette with the share of each, largest first; ``phash`` is 64 bits in hexadecimal.
    """

    colour_mode: str
    dominant: str
    palette: tuple[tuple[str, float], ...]
    phash: str


@dataclass(frozen=True, slots=True)
class Illustration:
    """A region of a page that may be a picture.

    ``noise`` is the reason why it is none (``blank``, ``binding``, ``edge``, ``rule``, ``ornament``, ``text``…),
    None for a picture. ``related`` are the ids of the fragments of the same picture. ``share`` is the part of
    the page that the box covers, 0 to 1; ``shape`` one of ``portrait``, ``landscape``, ``square``, ``panorama``,
    ``column``. ``text_before`` and ``text_after`` are plain text. The runs say who found it, and who read its words
    and its pixels. ``detections`` are what is seen inside it, ``mentions`` the names in its words.
    """

    id: str
    page: str
    document: str
    box: Box
    region_run: str
    text_run: str = ""
    pixel_run: str = ""
    noise: str | None = None
    caption: str = ""
    title: str = ""
    text_before: str = ""
    text_after: str = ""
    front_page: bool = False
    last_page: bool = False
    share: float = 0.0
    shape: str = ""
    rotation: float = 0.0
    related: tuple[str, ...] = ()
    pixels: Pixels | None = None
    labels: tuple[Label, ...] = ()
    detections: tuple[Detection, ...] = ()
    mentions: tuple[Mention, ...] = ()


# --- changes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the sequence of changes: who consumes it keeps the last ``sequence`` it has seen.

    ``entity`` is ``document``, ``page`` or ``illustration``; ``what`` is ``create``, ``update`` or ``delete``;
    ``at`` is an ISO 8601 time in UTC.
    """

    sequence: int
    entity: str
    id: str
    document: str
    what: str
    at: str
