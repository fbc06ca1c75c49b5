"""ALTO 1 to 4 in the dialects that libraries really deliver, read in one pass.

The file is heard element by element and never held as a tree, so that memory grows with the words and not with the XML.
What counts is the local name of an element: there are four namespaces in use, and files with none. What the elements
mean is said at https://www.loc.gov/standards/alto/; where files do otherwise, the comments say who does so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from ..errors import FormatError, UnsupportedError
from ..records import Diagnostic, OcrPage, Severity, Size
from .geometry import ASSUMED_DPI, PER_INCH, Ruler, length
from .layout import Attributes, Layout
from .safexml import Source, WrongBytesError, encoding_conflict, feed, peek, refuse_doctype
from .zones import Tag

_OTHER_FORMATS = {"PcGts": "PAGE", "mets": "METS", "document": "ABBYY FineReader", "refNum": "a BnF table of contents"}
_MARGINS = ("TopMargin", "BottomMargin", "LeftMargin", "RightMargin")
_BLOCKS = ("TextBlock", "Illustration", "GraphicalElement", "ComposedBlock")
_TAGS = ("LayoutTag", "StructureTag", "RoleTag", "NamedEntityTag", "OtherTag")
_TEXTS = ("MeasurementUnit", "fileName", "fileIdentifier", "documentIdentifier", "softwareName", "softwareVersion")
# What the counted oddities mean, and how bad they are.
_ODDITIES = {
    "alto-box-missing": ("have no position and nothing in them that has; left out", Severity.WARNING),
    "alto-box-absurd": ("have a position that cannot be; what they hold is used instead", Severity.WARNING),
    "alto-id-twice": ("have the id of another element; given one of their own", Severity.WARNING),
    "alto-rotation": ("have a rotation that is no number; taken as upright", Severity.WARNING),
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
    reader = _Reader(name, frame, dpi)
    if declared := encoding_conflict(peek(source)):
        reader.odd("alto-encoding-conflict", f"declares {declared} behind a UTF-8 byte order mark; read as UTF-8")
    try:
        feed(source, reader, name=name)
    except WrongBytesError:
        if not isinstance(source, bytes | Path):
            if not source.seekable():
                raise
            source.seek(0)
        reader = _Reader(name, frame, dpi)
        reader.odd("alto-encoding-wrong", "has bytes that are no text in its declared encoding; read as ISO-8859-1")
        feed(source, reader, name=name, encoding="ISO-8859-1")
    return reader.page()


_INFO = Severity.INFO
_Handler = TypeVar("_Handler", bound=Callable[..., None])


class _Handlers(dict[str, _Handler | None]):
    """What to do by qualified name, found by the local name the first time."""

    def __init__(self, by_name: Mapping[str, _Handler]) -> None:
        super().__init__()
        self.by_name = by_name

    def __missing__(self, tag: str) -> _Handler | None:
        handler = self[tag] = self.by_name.get(tag.rpartition("}")[2])
        return handler


class _Reader:
    """Hears the elements of an ALTO file; `page` gives the result."""

    def __init__(self, name: str, frame: Size | None, dpi: float | None) -> None:
        self.name, self.frame, self.dpi = name, frame, dpi
        self.layout = layout = Layout(name)
        self.size = frame
        self.root = ""
        self.pages = 0
        self.language = ""
        self.orders = 0
        self.texts: dict[str, str] = {}
        self.heard: list[str] | None = None
        self.diagnostics: list[Diagnostic] = []
        self.starts: _Handlers[Callable[[Attributes], None]] = _Handlers(
            {
                "String": layout.string,
                "HYP": layout.hyphen,
                "TextLine": layout.open_line,
                "Polygon": self.polygon,
                "Ellipse": self.ellipse,
                "Circle": self.ellipse,
                "Page": self.open_page,
                "OrderedGroup": self.open_group,
                "ElementRef": self.reference,
                **{block: partial(layout.open_block, block) for block in _BLOCKS},
                **{margin: partial(self.open_margin, margin) for margin in _MARGINS},
                **{tag: partial(self.tag, tag) for tag in _TAGS},
                **dict.fromkeys(_TEXTS, self.listen),
            }
        )
        self.ends: _Handlers[Callable[[], None]] = _Handlers(
            {
                "TextLine": layout.close_line,
                "Page": self.close_page,
                "OrderedGroup": self.close_group,
                **dict.fromkeys(_BLOCKS, layout.close_block),
                **dict.fromkeys(_MARGINS, partial(self.open_margin, "", {})),
                **{text: partial(self.keep, text) for text in _TEXTS},
            }
        )

    # --- what the parser calls -----------------------------------------------------------------------

    def start(self, tag: str, attrib: Attributes) -> None:
        handler = self.starts[tag]
        if handler is not None:
            handler(attrib)
        elif not self.root:
            self.begin(tag.rpartition("}")[2])

    def end(self, tag: str) -> None:
        handler = self.ends[tag]
        if handler is not None:
            handler()

    def data(self, text: str) -> None:
        if self.heard is not None:
            self.heard.append(text)

    def doctype(self, name: str | None, _public: str | None, _system: str | None) -> None:
        refuse_doctype(self.name, name)

    def close(self) -> None:
        """Nothing is left to do at the end; lxml asks for the method."""

    # --- description, tags, reading order ------------------------------------------------------------

    def begin(self, root: str) -> None:
        """Refuse what is not ALTO by its first element."""
        self.root = root
        if root.lower() == "alto":
            return
        if root in _OTHER_FORMATS:
            raise UnsupportedError(self.name, f"this is {_OTHER_FORMATS[root]}, not ALTO")
        if root.lower() == "html":
            refuse_doctype(self.name, root)
        raise FormatError(self.name, f"line 1: this is not ALTO: it begins with <{root[:40]}>")

    def listen(self, _attributes: Attributes) -> None:
        self.heard = []

    def keep(self, element: str) -> None:
        text = "".join(self.heard or []).strip()
        self.heard = None
        if text and element not in self.texts:
            self.texts[element] = text[:1000]

    def tag(self, element: str, attributes: Attributes) -> None:
        if id_ := attributes.get("ID"):
            self.layout.tags[id_] = Tag(element, attributes.get("LABEL", "")[:200], attributes.get("TYPE", ""))

    def open_group(self, _attributes: Attributes) -> None:
        self.orders += 1 if self.orders >= 0 else 0

    def close_group(self) -> None:
        # A file may hold several orders, as alternatives: the first counts, with all groups in it.
        self.orders -= 1 if self.orders > 0 else 0
        if self.orders == 0 and self.layout.told:
            self.orders = -1

    def reference(self, attributes: Attributes) -> None:
        if self.orders >= 0 and (ref := attributes.get("REF")):
            self.layout.told.setdefault(ref, len(self.layout.told))

    # --- the page ------------------------------------------------------------------------------------

    def open_page(self, attributes: Attributes) -> None:
        self.pages += 1
        if self.pages > 1:
            # Only the first is read: the others' elements have no handler any more.
            self.starts.clear()
            self.starts.by_name = {"Page": self.open_page}
            self.ends.clear()
            self.ends.by_name = {}
            return
        self.language = attributes.get("LANG", "")
        width, height = length(attributes.get("WIDTH")), length(attributes.get("HEIGHT"))
        scale = self.unit_scale(needed=self.frame is None or width is None or height is None)
        if width is None or height is None:
            self.odd("alto-page-size", "does not say how large its page is; boxes are not scaled to the canvas")
            self.layout.ruler = Ruler(scale, scale)
        elif self.frame is None:
            self.layout.ruler = Ruler(scale, scale)
            self.size = Size(max(1, round(width * scale)), max(1, round(height * scale)))
        else:
            self.layout.ruler = self.framed(width, height, self.frame)

    def close_page(self) -> None:
        self.open_margin("", {})

    def unit_scale(self, *, needed: bool) -> float:
        """Return how many pixels one unit of the file is."""
        unit = self.texts.get("MeasurementUnit", "")
        if unit in PER_INCH:
            if self.dpi is None and needed:
                self.odd(
                    "alto-dpi-assumed", f"measures in {unit} and its resolution is not known; 300 dpi assumed", _INFO
                )
            return (self.dpi or ASSUMED_DPI) / PER_INCH[unit]
        if unit != "pixel" and needed:
            said = f"has the unit {unit[:40]!r}, which ALTO does not know" if unit else "does not say its unit"
            self.odd("alto-unit", f"{said}; taken as pixels", Severity.WARNING if unit else _INFO)
        return 1.0

    def framed(self, width: float, height: float, frame: Size) -> Ruler:
        """Return the ruler from a page of ALTO to the frame."""
        if (round(width), round(height)) == (frame.w, frame.h):
            return Ruler()
        sx, sy = frame.w / width, frame.h / height
        if abs(sx - sy) > 0.01 * max(sx, sy):
            self.odd(
                "alto-frame-shape",
                f"has a page of {width:g} × {height:g}, and the canvas is {frame.w} × {frame.h}, of another shape; "
                "boxes may lie beside what they show",
            )
        return Ruler(sx, sy)

    def open_margin(self, margin: str, _attributes: Attributes) -> None:
        self.layout.margin = margin

    def polygon(self, attributes: Attributes) -> None:
        if self.layout.wants_shape():
            self.layout.shape(self.layout.ruler.around(attributes.get("POINTS", "")))

    def ellipse(self, attributes: Attributes) -> None:
        if self.layout.wants_shape():
            self.layout.shape(self.layout.ruler.oval(attributes))

    # --- the result ----------------------------------------------------------------------------------

    def page(self) -> OcrPage:
        """Return what was heard. Raises FormatError where there was no page."""
        if not self.pages:
            raise FormatError(self.name, "there is no <Page> in it")
        if self.pages > 1:
            self.odd("alto-pages", f"holds {self.pages} pages; only the first was read")
        layout = self.layout
        self.count_oddities()
        order = layout.order()
        software = " ".join(self.texts[part] for part in ("softwareName", "softwareVersion") if part in self.texts)
        return OcrPage(
            size=self.size,
            blocks=tuple(layout.blocks[id_] for id_ in order if id_ in layout.blocks),
            regions=tuple(layout.regions[id_] for id_ in order if id_ in layout.regions),
            order=tuple(order),
            identifier=self.identifier(),
            software=software,
            language=self.language or max(layout.languages, key=lambda said: layout.languages[said], default=""),
            diagnostics=tuple(self.diagnostics),
        )

    def identifier(self) -> str:
        """Return what the file says it is a page of: the name by itself, for the folders are the workshop's."""
        for element in ("fileIdentifier", "documentIdentifier", "fileName"):
            if text := self.texts.get(element, ""):
                return re.split(r"[\\/]", text)[-1] if element == "fileName" else text
        return ""

    def odd(self, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
        """Keep a diagnostic."""
        self.diagnostics.append(Diagnostic(code, f"The ALTO {message}.", severity, self.name))

    def count_oddities(self) -> None:
        words = self.layout.words
        counted = {code: (len(ids), f" (first: {ids[0][:80]})") for code, ids in self.layout.odd.items()}
        counted["alto-words-unplaced"] = (words.unplaced, "")
        counted["alto-words-estimated"] = (words.estimated, "")
        counted["alto-confidence"] = (words.doubtful, "")
        for code, (count, example) in sorted(counted.items()):
            if count:
                text, severity = _ODDITIES[code]
                self.diagnostics.append(Diagnostic(code, f"{count} {text}{example}.", severity, self.name))
