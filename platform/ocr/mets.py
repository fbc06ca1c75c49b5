"""METS as the BnF, Europeana, the Library of Congress (NDNP) and Luxembourg write it; see `estampe.ocr.structure`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ..errors import FormatError, UnsupportedError
from ..records import Diagnostic, Size
from .divisions import read_divisions
from .geometry import length
from .refnum import read_refnum
from .rights import read_rights
from .safexml import Source, safe_parse
from .structure import Mets, MetsPage, kind_of, local_path, page_name

#: The longest METS that is read, in bytes.
METS_LIMIT = 32 * 1024 * 1024

_IMAGE = re.compile(r"\.(?:jpe?g|tiff?|png|jp2|jpx|j2k|webp|gif)$", re.IGNORECASE)
_TOP_DIVISIONS = {"newspaper", "volume", "issue", "set", "group", "physsequence", "periodical", "monograph", "book"}
# Which of several images of a page is best to read; the others follow in the order of the file.
_BEST = ("reference", "service", "viewing", "default", "images", "master", "preservation")
_WORST = ("thumb", "blackwhite", "derivative")


def read_mets(source: Source, *, name: str) -> Mets:
    """Read what a METS file, or a BnF ``refNum``, says of a document.

    Args:
        source: a path, a binary file or the bytes.
        name: what to call the file in errors and diagnostics.

    Raises:
        FormatError: neither of them, cut off, hostile or too long.
        UnsupportedError: an ALTO page.

    """
    root = safe_parse(source, name=name, limit=METS_LIMIT)
    kind = etree.QName(root).localname
    if kind == "refNum":
        return read_refnum(root, name)
    if kind.lower() == "alto":
        raise UnsupportedError(name, "this is a page of ALTO, not METS")
    if kind != "mets":
        raise FormatError(name, f"line 1: this is not METS: it begins with <{kind[:40]}>")
    return _Reader(root, name).mets()


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    use: str
    admin: tuple[str, ...]

    @property
    def is_image(self) -> bool:
        return bool(_IMAGE.search(self.path))

    @property
    def is_alto(self) -> bool:
        return self.path.lower().endswith((".xml", ".alto"))

    @property
    def rank(self) -> int:
        """The smaller, the better to read; see ``_BEST``."""
        if any(word in self.use for word in _WORST):
            return len(_BEST) + 1
        return next((place for place, word in enumerate(_BEST) if word in self.use), len(_BEST))


class _Reader:
    """One METS tree and the tables made from it."""

    def __init__(self, root: etree._Element, name: str) -> None:
        self.root, self.name = root, name
        self.diagnostics: list[Diagnostic] = []
        self.files = dict(self._files())
        self.described = {section.get("ID", ""): section for section in root.iterfind("{*}dmdSec")}
        self.scans = {s.get("ID", ""): s for s in root.iterfind("{*}amdSec/{*}techMD")}
        # Some have the id on the section around a single description (CCS docWorks for Luxembourg).
        self.scans |= {s.get("ID", ""): s for s in root.iterfind("{*}amdSec") if s.get("ID")}
        maps = root.findall("{*}structMap")
        self.logical = [m for m in maps if m.get("TYPE", "").lower() == "logical"]
        self.physical = [m for m in maps if m not in self.logical]

    def mets(self) -> Mets:
        pages = tuple(self._pages())
        if not pages:
            self._odd("mets-no-pages", "The METS names no page that has an image or ALTO.")
        sections = list(self._top_sections())
        page_of = {id_: page_name(file.path) for id_, file in self.files.items() if file.is_alto}
        return Mets(
            identifiers=tuple(self._identifiers(sections)),
            title=self._first(sections, "titleInfo/title", "title"),
            label=self.root.get("LABEL", "").strip(),
            date=self._first(sections, "dateIssued", "date", "dateCreated"),
            languages=tuple(dict.fromkeys(self._languages(sections))),
            creators=tuple(dict.fromkeys(self._all(sections, "name/namePart", "creator"))),
            publisher=self._first(sections, "publisher"),
            rights=read_rights(self.root, sections),
            kind=self._kind(sections),
            pages=pages,
            articles=read_divisions(
                self.logical,
                {id_: _title(section) for id_, section in self.described.items()},
                {id_: said for id_, section in self.described.items() if (said := _class(section))},
                lambda id_: page_of.get(id_, ""),
            ),
            diagnostics=tuple(self.diagnostics),
        )

    # --- files and pages -----------------------------------------------------------------------------

    def _files(self) -> Iterator[tuple[str, _File]]:
        for file in self.root.iterfind("{*}fileSec//{*}file"):
            place = file.find("{*}FLocat")
            address = place.get("{http://www.w3.org/1999/xlink}href", "") if place is not None else ""
            if not address:
                continue
            group = file.getparent()
            use = file.get("USE") or (group.get("USE") or group.get("ID") or "" if group is not None else "")
            yield file.get("ID", ""), _File(local_path(address), use.lower(), tuple(file.get("ADMID", "").split()))

    def _pages(self) -> Iterator[MetsPage]:
        found = [p for map_ in self.physical if (p := list(self._physical_pages(map_)))]
        if found:
            # A file may repeat its pages, as one document each page and as one for all.
            yield from max(found, key=len)
            return
        # A table of contents by itself has no physical structure: its pages are its ALTO files, in their order.
        for number, file in enumerate((f for f in self.files.values() if f.is_alto), start=1):
            yield MetsPage(number, page_name(file.path), alto=file.path)

    def _physical_pages(self, map_: etree._Element) -> Iterator[MetsPage]:
        number = 0
        for division in map_.iter("{*}div"):
            own = [e for e in _pointers(division) if e.get("FILEID", "") in self.files]
            files = [self.files[e.get("FILEID", "")] for e in own]
            alto = next((file.path for file in files if file.is_alto), "")
            images = sorted((file for file in files if file.is_image), key=lambda file: file.rank)
            if alto or images:
                number += 1
                yield self._page(number, division, alto, images)

    def _page(self, number: int, division: etree._Element, alto: str, images: list[_File]) -> MetsPage:
        size, dpi = None, None
        for file in images:
            for scan in (self.scans[id_] for id_ in file.admin if id_ in self.scans):
                size, dpi = size or _image_size(scan), dpi or _resolution(scan)
        sections = [self.described[id_] for id_ in division.get("DMDID", "").split() if id_ in self.described]
        label = division.get("ORDERLABEL", "") or self._first(sections, "start", "title") or division.get("LABEL", "")
        type_ = division.get("TYPE", "").rpartition(":")[2].lower()
        kind = self._first(sections, "description") or ("" if type_ in {"page", "object"} else type_)
        paths = tuple(file.path for file in images)
        return MetsPage(
            order=number,
            key=page_name(alto or paths[0]),
            # The BnF's word for a page without a number.
            label="" if label.strip() == "NP" else label.strip(),
            alto=alto,
            image=paths[0] if paths else "",
            images=paths,
            size=size,
            dpi=dpi,
            kind=kind.lower(),
        )

    # --- description ---------------------------------------------------------------------------------

    def _top_sections(self) -> Iterator[etree._Element]:
        """Yield the descriptions of the whole, the innermost first: an issue's before its newspaper's."""
        found: dict[str, int] = {}
        for map_ in self.root.iterfind("{*}structMap"):
            for division in map_.iter("{*}div"):
                depth = sum(1 for _ in division.iterancestors("{*}div"))
                if depth == 0 or division.get("TYPE", "").rpartition(":")[2].lower() in _TOP_DIVISIONS:
                    for id_ in division.get("DMDID", "").split():
                        found[id_] = max(depth, found.get(id_, 0))
        for id_ in sorted(found, key=lambda id_: -found[id_]):
            if id_ in self.described:
                yield self.described[id_]
        if not found:
            yield from list(self.described.values())[:1]

    def _identifiers(self, sections: list[etree._Element]) -> Iterator[tuple[str, str]]:
        pairs: list[tuple[str, str]] = [("OBJID", self.root.get("OBJID", ""))]
        for record in self.root.iterfind("{*}metsHdr/{*}altRecordID"):
            scheme = record.get("TYPE", "record")
            pairs.append(("number" if scheme == "productionIdentifier" else scheme, record.text or ""))
        for section in sections:
            pairs += [(e.get("type", "identifier"), e.text or "") for e in section.iter("{*}identifier")]
            pairs += [
                (detail.get("type", "detail"), number.text or "")
                for detail in section.iter("{*}detail")
                for number in detail.iterfind("{*}number")
            ]
            pairs += [("notice", e.text or "") for e in section.iter("{*}relation") if "ark:/" in (e.text or "")]
            pairs += [
                ("set", e.get("{http://www.w3.org/1999/xlink}href", ""))
                for e in section.iter("{*}mdRef")
                if e.get("LOCTYPE") == "ARK"
            ]
        yield from dict.fromkeys((scheme, value.strip()) for scheme, value in pairs if value.strip())

    def _kind(self, sections: list[etree._Element]) -> str:
        kind = kind_of(self.root.get("TYPE", "") or self._first(sections, "type", "genre"))
        if kind in {"", "periodical"}:
            # Where the structure of articles was made, it may say what the description leaves open.
            tops = (division.get("TYPE", "") for map_ in self.logical for division in map_.iterchildren("{*}div"))
            kind = next((top for type_ in tops if (top := kind_of(type_)) in {"newspaper", "magazine"}), kind)
        return kind

    def _languages(self, sections: list[etree._Element]) -> Iterator[str]:
        terms = [e for section in sections for e in section.iter("{*}languageTerm")]
        codes = [e for e in terms if e.get("type") == "code"] or terms
        yield from ((e.text or "").strip() for e in codes if (e.text or "").strip())
        yield from self._all(sections, "language")

    def _first(self, sections: list[etree._Element], *paths: str) -> str:
        return next(self._all(sections, *paths), "")

    def _all(self, sections: list[etree._Element], *paths: str) -> Iterator[str]:
        for path in paths:
            query = ".//" + "/".join(f"{{*}}{part}" for part in path.split("/"))
            for section in sections:
                for element in section.iterfind(query):
                    if text := (element.text or "").strip():
                        yield text

    def _odd(self, code: str, message: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, where=self.name))


def _pointers(division: etree._Element) -> Iterator[etree._Element]:
    """Yield what points to a file from this division itself."""
    for pointer in division.iterfind("{*}fptr"):
        yield pointer
        yield from pointer.iter("{*}area")


def _title(section: etree._Element) -> str:
    """Return the titles of a description, in all its languages, each with its article and its second part."""
    titles = []
    for info in section.iter("{*}titleInfo"):
        parts = [(info.findtext(f"{{*}}{part}") or "").strip() for part in ("nonSort", "title", "subTitle")]
        titles.append(" ".join(part for part in parts if part))
    text = " ".join(dict.fromkeys(titles))
    return "" if text.lower() in {"untitled", "[untitled]"} else text


def _class(section: etree._Element) -> str:
    return (section.findtext(".//{*}classification") or "").strip().lower()


def _image_size(scan: etree._Element) -> Size | None:
    w, h = length(scan.findtext(".//{*}imageWidth")), length(scan.findtext(".//{*}imageHeight"))
    return Size(round(w), round(h)) if w and h else None


def _resolution(scan: etree._Element) -> float | None:
    """Return dots an inch from MIX 0.2, 1 or 2, whose units are ``in.`` or 2 and ``cm`` or 3."""
    sampling = scan.find(".//{*}xSamplingFrequency")
    if sampling is None:
        unit = scan.findtext(".//{*}opticalResolutionUnit") or ""
        value = length(scan.findtext(".//{*}xOpticalResolution"))
    else:
        unit = scan.findtext(".//{*}samplingFrequencyUnit") or ""
        value = length(sampling.findtext("{*}numerator") or sampling.text)
        if value:
            value /= length(sampling.findtext("{*}denominator")) or 1.0
    if not value:
        return None
    unit = unit.strip().lower()
    if unit in {"cm", "cm.", "3"}:
        value *= 2.54
    return value if 20 <= value <= 10_000 and unit not in {"1", "no absolute unit of measurement"} else None
