"""What stands before the layout in an ALTO file: its unit, its names, its tags and the order to read in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from ..errors import FormatError, UnsupportedError
from .handlers import Attributes, Ear, Handlers
from .safexml import Source, feed, refuse_doctype
from .zones import Tag

_OTHER_FORMATS = {"PcGts": "PAGE", "mets": "METS", "document": "ABBYY FineReader", "refNum": "a BnF table of contents"}
_TAGS = ("LayoutTag", "StructureTag", "RoleTag", "NamedEntityTag", "OtherTag")
_TEXTS = ("MeasurementUnit", "fileName", "fileIdentifier", "documentIdentifier", "softwareName", "softwareVersion")


#: The ceiling of tags, and of the places of a reading order, which lists words where a dialect likes to.
MAX_ENTRIES = 250_000


@dataclass(slots=True)
class Head:
    """``texts`` are by element, the first of each; ``told`` are the places that a ReadingOrder gives to ids."""

    texts: dict[str, str] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)


def read_head(source: Source, *, name: str, encoding: str | None = None) -> Head:
    """Read an ALTO file up to its layout. Raises FormatError and UnsupportedError for what is not ALTO."""
    reader = _Reader(name)
    try:
        feed(source, Ear(name, reader.starts, reader.ends, reader.data), name=name, encoding=encoding)
    except _LayoutReached:
        return reader.head
    finally:
        reader.starts.change({})
        reader.ends.change({})
    if not reader.root:
        raise FormatError(name, "there is no element in it")
    raise FormatError(name, "there is no <Layout> in it")


class _LayoutReached(Exception):  # noqa: N818 (it ends the reading, and is no error)
    """All of the head was heard."""


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.head = Head()
        self.root = ""
        self.heard: list[str] | None = None
        self.depth = 0
        self.ordered = False
        self.starts = Handlers(
            {
                "Layout": self.layout,
                "OrderedGroup": self.open_group,
                "ElementRef": self.reference,
                **{tag: partial(self.tag, tag) for tag in _TAGS},
                **dict.fromkeys(_TEXTS, self.listen),
            },
            first=self.begin,
        )
        self.ends = Handlers({"OrderedGroup": self.close_group, **{text: partial(self.keep, text) for text in _TEXTS}})

    def data(self, text: str) -> None:
        if self.heard is not None:
            self.heard.append(text)

    def begin(self, root: str) -> None:
        self.root = root
        if root.lower() == "alto":
            return
        if root in _OTHER_FORMATS:
            raise UnsupportedError(self.name, f"this is {_OTHER_FORMATS[root]}, not ALTO")
        if root.lower() == "html":
            refuse_doctype(self.name, root)
        raise FormatError(self.name, f"line 1: this is not ALTO: it begins with <{root[:40]}>")

    def layout(self, _attributes: Attributes) -> None:
        raise _LayoutReached

    def listen(self, _attributes: Attributes) -> None:
        self.heard = []

    def keep(self, element: str, _attributes: Attributes) -> None:
        text = "".join(self.heard or []).strip()
        self.heard = None
        if text:
            self.head.texts.setdefault(element, text[:1000])

    def tag(self, element: str, attributes: Attributes) -> None:
        if id_ := attributes.get("ID"):
            self.room_for(len(self.head.tags))
            self.head.tags[id_] = Tag(element, attributes.get("LABEL", "")[:200], attributes.get("TYPE", ""))

    # A file may hold several orders as alternatives: the first ordered group counts, with all groups in it.

    def open_group(self, _attributes: Attributes) -> None:
        self.depth += 1

    def close_group(self, _attributes: Attributes) -> None:
        self.depth -= 1
        self.ordered = self.ordered or (self.depth == 0 and bool(self.head.told))

    def reference(self, attributes: Attributes) -> None:
        if not self.ordered and (ref := attributes.get("REF")):
            self.room_for(len(self.head.told))
            self.head.told.setdefault(ref, len(self.head.told))

    def room_for(self, there: int) -> None:
        if there >= MAX_ENTRIES:
            raise FormatError(self.name, f"more than {MAX_ENTRIES:,} tags, or places in the reading order")
