"""ALTO 1 to 4 in the dialects that libraries really deliver.

The file is heard element by element and never held as a tree, so that memory grows with the words and not with the XML.
What counts is the local name of an element: there are four namespaces in use, and files with none. What the elements
mean is said at https://www.loc.gov/standards/alto/; where files do otherwise, the comments say who does so.
"""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..errors import FormatError
from ..records import Diagnostic, OcrPage, Severity, Size
from .frame import fit
from .geometry import length
from .handlers import Attributes, Ear, Handler, Handlers
from .head import Head, read_head
from .layout import Layout
from .safexml import Source, WrongBytesError, encoding_conflict, feed, holds, peek, repeatable

_MARGINS = ("TopMargin", "BottomMargin", "LeftMargin", "RightMargin")
_BLOCKS = ("TextBlock", "Illustration", "GraphicalElement", "ComposedBlock")
#: So many pictures a page may have; beyond, its OCR went wrong.
_MOST_PICTURES = 500
# What the counted oddities mean, and how bad they are.
_ODDITIES = {
    "alto-box-missing": ("blocks have no position and nothing in them that has; left out", Severity.WARNING),
    "alto-box-absurd": ("elements have a position that cannot be; what they hold is used instead", Severity.WARNING),
    "alto-block-misplaced": ("blocks do not lie where their lines are; put around the lines", Severity.WARNING),
    "alto-box-outside": ("blocks lie wholly outside the page; they can be shown nowhere", Severity.WARNING),
    "alto-id-twice": ("blocks have the id of another; given one of their own", Severity.WARNING),
    "alto-rotation": ("blocks have a rotation that is no number; taken as upright", Severity.WARNING),
    "alto-words-unplaced": ("words have no usable position; the box of their line is used", Severity.WARNING),
    "alto-words-estimated": ("strings hold several words; the boxes of the words are estimated", Severity.INFO),
    "alto-confidence": ("words have a confidence that is no number from 0 to 1; left out", Severity.INFO),
}


def read_alto(source: Source, *, name: str, frame: Size | None = None, dpi: float | None = None) -> OcrPage:
    """Read one page of ALTO.

    Args:
        source: a path, a binary file or the bytes.
        name: what to call the file in errors and diagnostics.
        frame: the manifest's canvas; boxes are scaled from the ALTO page to it, by one factor a direction. None: the
            ALTO converted to pixels, 1:1 where its unit is the pixel, else by the resolution.
        dpi: the resolution of the scan, for ``mm10`` and ``inch1200`` without a frame; 300 is assumed, and told.

    Returns:
        Words, lines, blocks and regions in reading order. Regions are every ``Illustration``, ``GraphicalElement`` and
        ``ComposedBlock`` (one without a type is a mere group), and every text block that a tag calls a picture; where
        such a block has text, it is a block as well, within the region.

    Raises:
        FormatError: not ALTO, cut off, hostile or absurd; names the file, the line and the cause.
        UnsupportedError: another format of OCR.

    """
    early: list[Diagnostic] = []
    try:
        source = repeatable(source)
        if declared := encoding_conflict(peek(source)):
            early.append(_odd(name, "alto-encoding-conflict", f"declares {declared} behind a UTF-8 byte order mark"))
        try:
            return _read(source, name, frame, dpi, early)
        except WrongBytesError:
            message = "has bytes that are no text in the encoding it declares; read as ISO-8859-1"
            early.append(_odd(name, "alto-encoding-wrong", message))
            return _read(source, name, frame, dpi, early, encoding="ISO-8859-1")
    except OSError as error:
        raise FormatError(name, f"cannot be read: {error.strerror or error}") from error


def _read(
    source: Path | bytes,
    name: str,
    frame: Size | None,
    dpi: float | None,
    early: list[Diagnostic],
    encoding: str | None = None,
) -> OcrPage:
    head = read_head(source, name=name, encoding=encoding)
    # An element's end tells something only where blocks may hold blocks, and hearing all costs a tenth of the time.
    nested = holds(source, b"ComposedBlock")
    reader = _Reader(name, head, frame, dpi, nested=nested)
    reader.diagnostics += early
    try:
        with _collector_paused():
            feed(source, reader.ear, name=name, encoding=encoding, check=reader.check)
            return reader.page()
    finally:
        reader.release()


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """A page makes 40,000 objects and no ring among them: to look for one again and again costs a fifth of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _odd(name: str, code: str, message: str, severity: Severity = Severity.WARNING) -> Diagnostic:
    return Diagnostic(code, f"The ALTO {message}.", severity, name)


class _Reader:
    """Hears the layout of an ALTO file; `page` gives the result."""

    def __init__(self, name: str, head: Head, frame: Size | None, dpi: float | None, *, nested: bool) -> None:
        self.name, self.head, self.frame, self.dpi = name, head, frame, dpi
        self.layout = Layout(name, head, nested=nested)
        self.size = frame
        self.pages = 0
        self.language = ""
        self.diagnostics: list[Diagnostic] = []
        self.starts = Handlers({"Page": self.open_page})
        self.ends: Handlers | None = None
        if nested:
            self.ends = Handlers(dict.fromkeys(_BLOCKS, self.layout.end_block))
        self.ear = Ear(name, self.starts, self.ends)

    def check(self) -> None:
        """Raise FormatError where the page has grown beyond the ceilings."""
        self.layout.check()

    def release(self) -> None:
        """Break the ring of this and its handlers, which would keep the page in memory until the collector comes."""
        self.starts.change({})
        if self.ends is not None:
            self.ends.change({})

    def open_page(self, attributes: Attributes) -> None:
        """Begin the page; of several only the first is read."""
        self.pages += 1
        if self.pages > 1:
            self.starts.change({"Page": self.open_page})
            return
        width, height = length(attributes.get("WIDTH")), length(attributes.get("HEIGHT"))
        unit = self.head.texts.get("MeasurementUnit", "")
        framed = fit(width, height, unit, frame=self.frame, dpi=self.dpi)
        self.size, self.language = framed.size, attributes.get("LANG", "")
        self.diagnostics += [_odd(self.name, *odd) for odd in framed.odd]
        layout = self.layout
        string = layout.begin(framed.ruler)
        handlers: dict[str, Handler] = {
            "Page": self.open_page,
            "String": string,
            "HYP": layout.words.hyphen,
            "TextLine": layout.open_line,
            "Polygon": layout.polygon,
            "Ellipse": layout.oval,
            "Circle": layout.oval,
            "PrintSpace": partial(layout.open_margin, ""),
            **{block: partial(layout.open_block, block) for block in _BLOCKS},
            **{margin: partial(layout.open_margin, margin) for margin in _MARGINS},
        }
        self.starts.change(handlers)

    def page(self) -> OcrPage:
        """Return what was heard. Raises FormatError where there was no page."""
        if not self.pages:
            raise FormatError(self.name, "there is no <Page> in it")
        if self.pages > 1:
            self.diagnostics.append(_odd(self.name, "alto-pages", f"holds {self.pages} pages; only the first was read"))
        layout, texts = self.layout, self.head.texts
        layout.finish()
        self.count_oddities()
        order = layout.order()
        return OcrPage(
            size=self.size,
            blocks=tuple(layout.blocks[id_] for id_ in order if id_ in layout.blocks),
            regions=tuple(layout.regions[id_] for id_ in order if id_ in layout.regions),
            order=tuple(order),
            identifier=_identifier(texts),
            software=" ".join(texts[part] for part in ("softwareName", "softwareVersion") if part in texts),
            language=self.language or max(layout.languages, key=lambda said: layout.languages[said], default=""),
            diagnostics=tuple(self.diagnostics),
        )

    def count_oddities(self) -> None:
        """Make one diagnostic of everything that was odd in the same way."""
        words = self.layout.words
        counted = {code: (len(ids), f" (first: {ids[0][:80]})") for code, ids in self.layout.odd.items()}
        if outside := self.outside():
            counted["alto-box-outside"] = (len(outside), f" (first: {outside[0][:80]})")
        counted["alto-words-unplaced"] = (words.unplaced, "")
        counted["alto-words-estimated"] = (words.estimated, "")
        counted["alto-confidence"] = (words.doubtful, "")
        for code, (count, example) in sorted(counted.items()):
            if count:
                text, severity = _ODDITIES[code]
                self.diagnostics.append(Diagnostic(code, f"{count} {text}{example}.", severity, self.name))
        pictures = sum(region.element == "Illustration" for region in self.layout.regions.values())
        if pictures > _MOST_PICTURES:
            message = f"marks {pictures:,} pictures on one page; no page has so many, so its OCR went wrong here"
            self.diagnostics.append(_odd(self.name, "alto-pictures-many", message))

    def outside(self) -> list[str]:
        """Return the ids of what lies wholly outside the page."""
        if self.size is None:
            return []
        w, h = self.size.w, self.size.h
        boxes = [(one.id, one.box) for one in self.layout.blocks.values()]
        boxes += [(one.id, one.box) for one in self.layout.regions.values()]
        return [id_ for id_, box in boxes if box.x >= w or box.y >= h or box.right <= 0 or box.bottom <= 0]


def _identifier(texts: dict[str, str]) -> str:
    """Return what the file says it is a page of; of a path the name, for the folders are the workshop's."""
    for element in ("fileIdentifier", "documentIdentifier", "fileName"):
        if text := texts.get(element, ""):
            return re.split(r"[\\/]", text)[-1] if element == "fileName" else text
    return ""
