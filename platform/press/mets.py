"""The structure of an issue as METS, in the profile of Europeana Newspapers (ENMAP): articles, titles, captions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lxml import etree

from .alto import stories
from .sheet import SetBlock, Sheet

_METS = "http://www.loc.gov/METS/"
_MODS = "http://www.loc.gov/mods/v3"
_XLINK = "http://www.w3.org/1999/xlink"


def write_mets(
    sheets: Sequence[Sheet],
    *,
    identifier: str,
    title: str,
    day: date | None,
    language: str,
    files: Sequence[tuple[str, str]],
) -> bytes:
    """Return the METS of an issue. ``files`` are the ALTO and image file of each sheet, relative to the METS."""
    root = etree.Element(
        f"{{{_METS}}}mets",
        {"OBJID": identifier, "LABEL": title, "TYPE": "Newspaper" if day else "Monograph"},
        nsmap={"mets": _METS, "mods": _MODS, "xlink": _XLINK},
    )
    _describe(root, identifier, title, day, language)
    section = _add(root, "fileSec")
    for group, kind, place in (("ALTOGRP", "ALTO", 0), ("IMGGRP", "IMG", 1)):
        element = _add(section, "fileGrp", ID=group, USE="Text" if kind == "ALTO" else "Images")
        for number, names in enumerate(files, start=1):
            mime = "text/xml" if kind == "ALTO" else "image/jpeg"
            file = _add(element, "file", ID=f"{kind}{number:05d}", MIMETYPE=mime, SEQ=str(number))
            _add(file, "FLocat", {f"{{{_XLINK}}}href": f"file://./{names[place]}"}, LOCTYPE="URL")
    _physical(root, len(sheets), title)
    _logical(root, sheets, title)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, tag: str, extra: dict[str, str] | None = None, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_METS}}}{tag}", attributes | (extra or {}))


def _describe(root: etree._Element, identifier: str, title: str, day: date | None, language: str) -> None:
    wrap = _add(_add(root, "dmdSec", ID="MODSMD_ISSUE1"), "mdWrap", MIMETYPE="text/xml", MDTYPE="MODS")
    mods = etree.SubElement(_add(wrap, "xmlData"), f"{{{_MODS}}}mods")
    etree.SubElement(etree.SubElement(mods, f"{{{_MODS}}}titleInfo"), f"{{{_MODS}}}title").text = title
    term = etree.SubElement(etree.SubElement(mods, f"{{{_MODS}}}language"), f"{{{_MODS}}}languageTerm")
    term.set("type", "code")
    term.text = language
    if day:
        origin = etree.SubElement(mods, f"{{{_MODS}}}originInfo")
        etree.SubElement(origin, f"{{{_MODS}}}dateIssued").text = day.isoformat()
    etree.SubElement(mods, f"{{{_MODS}}}identifier", {"type": "local"}).text = identifier


def _physical(root: etree._Element, count: int, title: str) -> None:
    top = _add(_add(root, "structMap", TYPE="PHYSICAL"), "div", ID="DIVP1", LABEL=title, TYPE="Newspaper")
    for number in range(1, count + 1):
        page = _add(top, "div", ID=f"DIVP{number + 1}", ORDER=str(number), ORDERLABEL=str(number), TYPE="PAGE")
        together = _add(_add(page, "fptr"), "par")
        _add(together, "area", FILEID=f"IMG{number:05d}")
        _add(together, "area", FILEID=f"ALTO{number:05d}", BETYPE="IDREF", BEGIN=f"P{number}")


def _logical(root: etree._Element, sheets: Sequence[Sheet], title: str) -> None:
    top = _add(_add(root, "structMap", TYPE="LOGICAL"), "div", ID="DIVL1", LABEL=title, TYPE="ISSUE")
    content = _add(top, "div", ID="DIVL2", TYPE="CONTENT")
    for sheet in sheets:
        for story, blocks in stories(sheet).items():
            _story(content, sheet, story, blocks)


def _story(content: etree._Element, sheet: Sheet, story: int, blocks: Sequence[SetBlock]) -> None:
    file = f"ALTO{sheet.number:05d}"
    pictures = [picture for picture in sheet.pictures if picture.story == story]
    kind = "ADVERTISEMENT" if any(picture.advertisement for picture in pictures) else "ARTICLE"
    titles = [block for block in blocks if block.role == "title"]
    label = " ".join(word.text for block in titles for line in block.lines for word in line)
    named = {"LABEL": label} if label else {}
    article = _add(content, "div", named, ID=f"S{sheet.number}_{story}", TYPE=kind)
    heading = _add(article, "div", TYPE="HEADING") if titles else article
    body = _add(article, "div", TYPE="BODY")
    for block in blocks:
        if block.role == "title":
            _point(_add(heading, "div", TYPE="TITLE"), file, block.id)
        elif block.role != "caption":
            _point(_add(_add(body, "div", TYPE="PARAGRAPH"), "div", TYPE="TEXT"), file, block.id)
    for picture in pictures:
        shown = _add(body, "div", TYPE="ILLUSTRATION")
        _point(_add(shown, "div", TYPE="IMAGE"), file, picture.id)
        for block in blocks:
            if block.role == "caption":
                _point(_add(shown, "div", TYPE="CAPTION"), file, block.id)


def _point(parent: etree._Element, file: str, block: str) -> None:
    _add(_add(parent, "fptr"), "area", BETYPE="IDREF", FILEID=file, BEGIN=block)
