"""Which folders are documents: where a workshop's delivery begins, and which files belong to it.

A folder with a METS (or a BnF ``refNum``) is one document, with the page files in folders like ``alto``, ``ocr``, ``X``
or ``images`` within it. A folder of page files, or of such folders, is one too. Everything else leads to more folders.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..identity import bnf_ark
from ..records import Diagnostic, Severity
from .files import Folder
from .heads import peek_kind
from .names import SCANS, UNREAD, ark_name, is_number, natural, stem

#: Folders that hold the page files of the document around them.
PAGE_FOLDERS = frozenset(
    [
        *(
            "x",
            "ocr",
            "alto",
            "page",
            "pages",
            "pagexml",
            "page-xml",
            "xml",
            "hocr",
            "text",
            "texts",
            "texte",
            "textes",
        ),
        *("t", "image", "images", "img", "imgs", "scan", "scans", "jpg", "jpeg", "jp2", "tif", "tiff", "png"),
        *("master", "masters", "ocrmaster", "access", "view", "full", "toc"),
    ]
)
# Some manifests, such as Gallica's, say only at their end what they are.
_MANIFEST = re.compile(rb'iiif\.io/api/presentation|shared-canvas\.org|"sc:\w+"|"(?:Manifest|Collection|Canvas)"')


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one document (or of several that share a folder, see `split_by_name`).

    ``ark`` is the ARK that names tell, empty where they tell none. ``structures`` are METS and their like, ``texts``
    pages of OCR with their format.
    """

    folder: Path
    structures: tuple[Path, ...] = ()
    texts: tuple[tuple[Path, str], ...] = ()
    scans: tuple[Path, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    ark: str = ""

    @property
    def page_files(self) -> tuple[Path, ...]:
        """The texts and scans."""
        return (*(path for path, _ in self.texts), *self.scans)


@dataclass(slots=True)
class _Contents:
    """The own files of a folder by what they are."""

    structures: list[Path] = field(default_factory=list)
    texts: list[tuple[Path, str]] = field(default_factory=list)
    scans: list[Path] = field(default_factory=list)
    manifests: list[Path] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)
    remarks: list[Diagnostic] = field(default_factory=list)

    @property
    def has_pages(self) -> bool:
        return bool(self.texts or self.scans)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a tree of folders holds: deliveries, IIIF manifests, and files that are broken and belong to no document."""

    deliveries: tuple[Delivery, ...]
    manifests: tuple[Path, ...]
    broken: tuple[Path, ...]
    remarks: tuple[Diagnostic, ...]


def find_deliveries(root: Folder) -> Findings:
    """Return the documents below a folder, in natural order; parts of one document that lie apart come as one."""
    finder = _Finder()
    finder.visit(root)
    merged: dict[str, Delivery] = {}
    for place, delivery in enumerate(found for whole in finder.deliveries for found in split_by_name(whole)):
        key = delivery.ark or str(place)
        merged[key] = _together(merged[key], delivery) if key in merged else delivery
    return Findings(tuple(merged.values()), tuple(finder.manifests), tuple(finder.broken), tuple(finder.remarks))


class _Finder:
    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.manifests: list[Path] = []
        self.broken: list[Path] = []
        self.remarks: list[Diagnostic] = []

    def visit(self, folder: Folder) -> None:
        """Take a folder for a document, or look for documents below it."""
        own = _contents(folder)
        claimed = {} if folder.path.name.lower() == "toc" else dict(_claim(folder))
        self.manifests += own.manifests
        if own.structures or own.has_pages or any(contents.has_pages for contents in claimed.values()):
            self.deliveries.append(_delivery(folder, [own, *claimed.values()]))
        else:
            self.broken += own.broken
            self.remarks += own.remarks
            claimed = {}
        for child in folder.folders:
            if child.path not in claimed:
                self.visit(child)


def _claim(folder: Folder) -> Iterator[tuple[Path, _Contents]]:
    """Yield the folders within a folder that hold its page files, by their names and by what is in them."""
    for child in folder.folders:
        if child.path.name.lower() not in PAGE_FOLDERS:
            continue
        contents = _contents(child)
        below = dict(_claim(child))
        # A folder with no page files of its own, nor in folders like it, is a way to other documents.
        if contents.has_pages or contents.structures or below:
            yield child.path, contents
            yield from below.items()


def _contents(folder: Folder) -> _Contents:
    found = _Contents(remarks=list(folder.remarks))
    for path in folder.files:
        ending = path.suffix.lower()
        if ending in SCANS:
            found.scans.append(path)
        elif ending == UNREAD:
            message = "BMP is not read; save it as PNG or TIFF"
            found.remarks.append(Diagnostic("file-not-understood", message, Severity.WARNING, str(path)))
        elif ending == ".hocr":
            found.texts.append((path, "hocr"))
        elif ending == ".json" and _is_manifest(path):
            found.manifests.append(path)
        elif ending in {".xml", ".alto"}:
            _put_xml(found, path)
    if found.has_pages:
        # Beside pages, what cannot be read is a page that cannot be read.
        found.texts += [(path, "alto") for path in found.broken]
        found.broken = []
    return found


def _put_xml(found: _Contents, path: Path) -> None:
    kind = peek_kind(path)
    if kind in {"mets", "refnum"}:
        found.structures.append(path)
    elif kind in {"alto", "page"}:
        found.texts.append((path, kind))
    elif kind == "broken":
        found.broken.append(path)
    else:
        message = "this XML file is neither a page nor a description of a document; it was passed over"
        found.remarks.append(Diagnostic("file-not-understood", message, Severity.INFO, str(path)))


def _is_manifest(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _MANIFEST.search(file.read(16_384)) is not None
    except OSError:
        return False


def _delivery(folder: Folder, contents: list[_Contents]) -> Delivery:
    delivery = Delivery(
        folder.path,
        tuple(path for part in contents for path in part.structures),
        tuple(text for part in contents for text in part.texts),
        tuple(path for part in contents for path in part.scans),
        tuple(remark for part in contents for remark in part.remarks),
    )
    return replace(delivery, ark=_ark_of_folder(delivery))


def _ark_of_folder(delivery: Delivery) -> str:
    """Return the ARK that the name of a folder tells; where that only says what is in it, the name around it."""
    folder = delivery.folder
    name = folder.parent.name if folder.name.lower() in PAGE_FOLDERS else folder.name
    if ark_name(name) == name:
        return f"ark:/12148/{name}" if name else ""
    if is_number(name) and any(_is_bnf_file(path, name) for path in (*delivery.structures, *delivery.page_files)):
        return bnf_ark(name)
    return ""


def _is_bnf_file(path: Path, number: str) -> bool:
    """Tell whether a file is named as the BnF names those of a document with this number."""
    return stem(path.name).upper() in {"MANIFEST", f"X{number}", f"M{number}"} or path.parent.name in {"X", "ocr"}


def split_by_name(delivery: Delivery) -> list[Delivery]:
    """Return a delivery as one document, or as several where its files are named after several ARKs.

    HTR-United's collections put ``bpt6k70526g_f10.xml`` and ``btv1b8626243d_f9.xml`` side by side.
    """
    if delivery.structures or delivery.ark:
        return [delivery]
    groups: defaultdict[str, Delivery] = defaultdict(lambda: replace(delivery, texts=(), scans=(), remarks=()))
    for text in delivery.texts:
        name = ark_name(stem(text[0].name))
        groups[name] = replace(groups[name], texts=(*groups[name].texts, text))
    for scan in delivery.scans:
        name = ark_name(stem(scan.name))
        groups[name] = replace(groups[name], scans=(*groups[name].scans, scan))
    named = [replace(group, ark=f"ark:/12148/{name}" if name else "") for name, group in groups.items()]
    named.sort(key=lambda group: natural(group.ark))
    return [replace(named[0], remarks=delivery.remarks), *named[1:]] if named else [delivery]


def _together(first: Delivery, second: Delivery) -> Delivery:
    """Join two parts of one document; the one with the description leads."""
    lead, other = (second, first) if second.structures and not first.structures else (first, second)
    return replace(
        lead,
        structures=lead.structures + other.structures,
        texts=lead.texts + other.texts,
        scans=lead.scans + other.scans,
        remarks=lead.remarks + other.remarks,
    )
