"""One page's regions to illustrations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from ..identity import illustration_id
from ..records import Article, Box, Document, Illustration, OcrPage, Page, Size
from .detector import Seen
from .fragments import related
from .fusion import Finding, fuse, place_of
from .labels import find_labels
from .layout import Layout
from .regions import candidates
from .runs import REGION_RUN, TEXT_RUN
from .structure import ArticleIndex
from .words import PageWords

# Regions times blocks, and pictures: no page of paper has more, and the words around its regions are not looked for.
_CROWDED = 2_000_000
_MOST = 500
_SQUARE, _LONG = 1.15, 2.5


def illustrate(
    document: Document,
    page: Page,
    ocr: OcrPage,
    articles: Sequence[Article],
    *,
    page_count: int,
    seen: Sequence[Seen] = (),
    least: float = 0.5,
    sought: Sequence[Seen] = (),
) -> tuple[Illustration, ...]:
    """Return every region that the OCR of a page marks as something other than text, or a detector sees.

    They come in reading order. Each keeps its own box; what is no picture has the reason in ``noise``.

    Args:
        document: what the page is a page of.
        page: the page; its ``size`` is the frame of all boxes, else the size that the OCR tells.
        ocr: what the OCR says of the page, in that frame.
        articles: those of the document; an `ArticleIndex` saves the work of finding this page's in them.
        page_count: how many pages the document has.
        seen: what the detector saw on the page, the surest first.
        least: the confidence from which it is believed.
        sought: what detectors of one's own saw, as far as it is to be believed. What lies in no other picture is one.

    """
    frame = _frame(page, ocr)
    crowded = len(ocr.regions) * len(ocr.blocks) > _CROWDED
    layout = Layout(OcrPage(ocr.size) if crowded else ocr, frame)
    index = articles if isinstance(articles, ArticleIndex) else ArticleIndex(articles)
    findings = fuse(candidates(ocr.regions, frame), seen, layout, least, sought)
    found, noise = [one.candidate for one in findings], [one.noise for one in findings]
    told = [index.told(page.key, candidate.ids) for candidate in found]
    pictures = [place for place, reason in enumerate(noise) if reason is None]
    if len(pictures) > _MOST:
        layout, pictures = Layout(OcrPage(ocr.size), frame), []
    ids = [illustration_id(page.id, candidate.box) for candidate in found]

    words = PageWords(page, layout, index)
    captions = words.captions([found[place] for place in pictures], [told[place] for place in pictures])
    used = frozenset(text for caption in captions for text in caption)
    captioned = dict(zip(pictures, captions, strict=True))
    # What METS or one caption holds together is one picture; what has captions of its own is not.
    divisions = [t.picture if (t := told[place]) else "" for place in pictures]
    fragments = related([found[place].box for place in pictures], divisions, captions, layout.body)
    siblings = {pictures[a]: [ids[pictures[b]] for b in others] for a, others in fragments.items()}

    result = []
    for place, candidate in enumerate(found):
        rank = place_of(candidate, layout)
        picture = noise[place] is None
        before, after = words.around(candidate.box, rank, told[place], used) if picture else ("", "")
        illustration = Illustration(
            id=ids[place],
            page=page.id,
            document=document.id,
            box=candidate.box,
            region_run=_found_by(findings[place]),
            text_run=TEXT_RUN.id,
            noise=noise[place],
            caption=words.caption(captioned.get(place, ()), told[place]),
            title=words.title(candidate.box, told[place], used, picture=picture),
            text_before=before,
            text_after=after,
            front_page=page.number == 1,
            last_page=page.number == page_count,
            share=candidate.box.area / frame.area,
            shape=shape(candidate.box),
            rotation=candidate.rotation,
            related=tuple(sorted(siblings.get(place, ()))),
            labels=(*find_labels(candidate, told[place]), *(sight.labels if (sight := findings[place].seen) else ())),
        )
        result.append((rank, candidate.box, illustration))
    return tuple(illustration for _, _, illustration in sorted(result, key=lambda entry: entry[:2]))


def _found_by(finding: Finding) -> str:
    return finding.run or (REGION_RUN.id if finding.by_ocr or finding.seen is None else finding.seen.run)


def shape(box: Box) -> str:
    """Return the shape of a box: ``portrait``, ``landscape``, ``square``, ``panorama`` or ``column``."""
    ratio = box.w / box.h
    if ratio >= _LONG:
        return "panorama"
    if ratio <= 1 / _LONG:
        return "column"
    if 1 / _SQUARE <= ratio <= _SQUARE:
        return "square"
    return "landscape" if ratio > 1 else "portrait"


def _frame(page: Page, ocr: OcrPage) -> Size:
    """Return the size of a page, or what holds all of it where nobody tells that."""
    for size in (page.size, ocr.size):
        if size is not None and size.area > 0:
            return size
    boxes = [block.box for block in ocr.blocks] + [region.box for region in ocr.regions]
    extent = reduce(Box.union, boxes, Box(0, 0, 1, 1))
    return Size(extent.right, extent.bottom)
