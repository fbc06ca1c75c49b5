"""The rule by which GallicaPix finds a caption where there is no METS, as its script is published.

``OCR/extractMD.pl`` of https://github.com/altomator/Image_Retrieval: the text block whose number follows that of the
last one before the picture, in the order of the file (in Europeana's dialect, where pictures are numbered too, the next
but one); where that holds fewer than 50 characters, more blocks (``$maxTxtBlock``); 2,500 characters at most. With two
more blocks it gives all captions that the prototype published for such documents, which `bench.gallicapix` checks.
Where METS tells articles, GallicaPix takes the label that METS has for the picture.
"""

from __future__ import annotations

import re

from estampe.records import Box, OcrPage

SHORT, LONGEST, MORE = 50, 2_500, 2
_NUMBERED = re.compile(r"(.*?)(\d+)$")


def published_blocks(ocr: OcrPage, box: Box, *, step: int = 1) -> tuple[str, ...]:
    """Return the ids of the blocks that the rule takes for the caption of the picture with a box."""
    texts = {block.id: block.text for block in ocr.blocks}
    places = [place for place, id_ in enumerate(ocr.order) if id_ in {r.id for r in ocr.regions if r.box == box}]
    before = [id_ for id_ in ocr.order[: places[0]] if id_ in texts] if places else []
    first = _following(before[-1], step) if before else next(id_ for id_ in ocr.order if id_ in texts)
    ids = [first]
    if len(texts.get(first, "").strip()) < SHORT:
        for _ in range(MORE):
            ids.append(_following(ids[-1], 1))
    return tuple(id_ for id_ in ids if id_ in texts)


def published_caption(ocr: OcrPage, box: Box, *, step: int = 1) -> str:
    """Return the caption that the rule gives for a picture; ``step`` is 1 for the BnF's ids, 2 for Europeana's."""
    printed = {block.id: " ".join(word.text for line in block.lines for word in line.words) for block in ocr.blocks}
    text = " ".join(printed[id_] for id_ in published_blocks(ocr, box, step=step))
    # The script takes hyphens at the ends of lines away, and dashes with them.
    return " ".join(text.replace("- ", "")[:LONGEST].split())


def _following(id_: str, step: int) -> str:
    """Return the id that is so many numbers on, filled with zeros as this one is."""
    match = _NUMBERED.match(id_)
    assert match is not None
    width = len(match[2]) if match[2].startswith("0") else 1
    return f"{match[1]}{int(match[2]) + step:0{width}d}"
