"""The truth about a sheet as ALTO 3, as a perfect OCR would write it."""

from __future__ import annotations

from itertools import groupby

from lxml import etree

from ..records import Box
from .sheet import SetBlock, SetPicture, SetWord, Sheet

_NS = "http://www.loc.gov/standards/alto/ns-v3#"


def write_alto(sheet: Sheet, image: str) -> bytes:
    """Return the ALTO of a sheet; ``image`` is the file name of its scan."""
    root = etree.Element(f"{{{_NS}}}alto", nsmap={None: _NS})
    description = _add(root, "Description")
    _add(description, "MeasurementUnit").text = "pixel"
    _add(_add(description, "sourceImageInformation"), "fileName").text = image
    step = _add(_add(_add(description, "OCRProcessing", ID="OCR1"), "ocrProcessingStep"), "processingSoftware")
    _add(step, "softwareName").text = "Estampe's press"
    size = {"WIDTH": str(sheet.size.w), "HEIGHT": str(sheet.size.h)}
    page = _add(_add(root, "Layout"), "Page", ID=f"P{sheet.number}", PHYSICAL_IMG_NR=str(sheet.number), **size)
    space = _add(page, "PrintSpace", HPOS="0", VPOS="0", **size)
    advertised = {picture.story for picture in sheet.pictures if picture.advertisement}
    for block in sheet.blocks:
        if block.story not in advertised:
            _block(space, block)
    for picture in sheet.pictures:
        if picture.story not in advertised:
            _picture(space, picture)
    for story in sorted(advertised):
        _advertisement(space, sheet, story)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NS}}}{tag}", attributes)


def _place(box: Box) -> dict[str, str]:
    return {"HPOS": str(box.x), "VPOS": str(box.y), "WIDTH": str(box.w), "HEIGHT": str(box.h)}


def _block(parent: etree._Element, block: SetBlock) -> None:
    element = _add(parent, "TextBlock", ID=block.id, **_place(block.box))
    for number, words in enumerate(block.lines, start=1):
        box = words[0].box
        for word in words[1:]:
            box = box.union(word.box)
        line = _add(element, "TextLine", ID=f"{block.id}_TL{number}", **_place(box))
        for place, word in enumerate(words):
            if place:
                before = words[place - 1].box
                gap = Box(before.right, before.y, max(1, word.box.x - before.right), before.h)
                _add(line, "SP", HPOS=str(gap.x), VPOS=str(gap.y), WIDTH=str(gap.w))
            _word(line, word, block)


def _word(line: etree._Element, word: SetWord, block: SetBlock) -> None:
    content = word.text.removesuffix("-") if word.broken == "first" else word.text
    attributes = {"CONTENT": content, "WC": "1.0"} | _place(word.box)
    if word.broken:
        whole = word.whole or _whole(word, block)
        part = "HypPart1" if word.broken == "first" else "HypPart2"
        attributes |= {"SUBS_TYPE": part, "SUBS_CONTENT": whole}
    _add(line, "String", **attributes)
    if word.broken == "first":
        _add(line, "HYP", CONTENT="-")


def _whole(second: SetWord, block: SetBlock) -> str:
    """Return the whole word whose second half this is; as printed where its first half stands in another block."""
    whole = second.text
    for words in block.lines:
        for word in words:
            if word is second:
                return whole
            whole = word.whole or whole if word.broken == "first" else second.text
    return whole


def _picture(parent: etree._Element, picture: SetPicture) -> None:
    tag = "Illustration" if picture.kind == "picture" else "GraphicalElement"
    kind = {} if picture.kind == "rule" else {"TYPE": picture.process or picture.kind}
    _add(parent, tag, ID=picture.id, **_place(picture.box), **kind)


def _advertisement(parent: etree._Element, sheet: Sheet, story: int) -> None:
    blocks = [block for block in sheet.blocks if block.story == story]
    pictures = [picture for picture in sheet.pictures if picture.story == story]
    box = pictures[0].box
    for part in blocks:
        box = box.union(part.box)
    element = _add(parent, "ComposedBlock", ID=f"P{sheet.number}_AD{story}", TYPE="Advertisement", **_place(box))
    for block in blocks:
        _block(element, block)
    for picture in pictures:
        _picture(element, picture)


def stories(sheet: Sheet) -> dict[int, list[SetBlock]]:
    """Return the blocks of each story of a sheet, in the order they were set."""
    ordered = sorted((block for block in sheet.blocks if block.story), key=lambda block: block.story)
    return {story: list(blocks) for story, blocks in groupby(ordered, key=lambda block: block.story)}
