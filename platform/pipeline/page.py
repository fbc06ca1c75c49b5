"""One page through the stages: its OCR is read, its illustrations are found and described."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from ..errors import EstampeError, NetworkError
from ..identity import digest
from ..images import PIXEL_RUN, describe
from ..net import Door
from ..ocr import read_alto
from ..records import Article, Diagnostic, Document, Illustration, OcrPage, Page, Severity
from ..segmentation import RUNS, ArticleIndex, illustrate
from .inputs import Text, fetch_scan, is_local
from .watch import Missing

#: How large an illustration is looked at for its palette and hash.
_LOOK = 512


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a page: the page with what is now known of it, its OCR, its illustrations, and what was odd."""

    page: Page
    ocr: OcrPage | None
    illustrations: tuple[Illustration, ...]
    diagnostics: tuple[Diagnostic, ...]
    missing: tuple[Missing, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a page was made from: when it is the same, the page need not be read again.

    ``basis`` covers text, frame, articles and the versions of the methods; ``seen`` says whether the pixels of its
    illustrations were looked at, or there were none to look at.
    """

    basis: str
    seen: bool

    def __str__(self) -> str:
        return f"{self.basis}{'+' if self.seen else '-'}"

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read what ``str`` wrote."""
        return cls(text[:-1], text.endswith("+"))


@dataclass(frozen=True, slots=True)
class Whole:
    """What the reading of a page needs of its document; ``structure`` is the digest of its articles."""

    document: Document
    articles: ArticleIndex
    structure: str
    page_count: int

    @classmethod
    def of(cls, document: Document, articles: Sequence[Article], page_count: int) -> Whole:
        """Index the articles, once for all pages."""
        written = json.dumps([astuple(article) for article in articles], ensure_ascii=False)
        return cls(document, ArticleIndex(articles), digest(written, 32), page_count)


def basis(whole: Whole, page: Page, text: Text | None) -> str:
    """Return the digest of all that a page's illustrations are made from, pixels aside."""
    image = page.image.address if page.image else ""
    made_from = [
        text.sha256 if text else "",
        page.number,
        whole.page_count,
        whole.structure,
        [page.size.w, page.size.h] if page.size else None,
        image,
        sorted(run.id for run in (*RUNS, PIXEL_RUN)),
    ]
    return digest(json.dumps(made_from, ensure_ascii=False), 32)


def read_page(whole: Whole, page: Page, text: Text | None, *, door: Door | None, pictures: bool) -> Reading:
    """Take one page through the stages. Never raises for what is wrong with the page: that becomes a diagnostic."""
    if text is None:
        made_from = basis(whole, page, None)
        return Reading(page, None, (), (), (), str(Fingerprint(made_from, seen=True)))
    try:
        ocr = read_alto(text.data, name=text.source.address, frame=page.size)
    except EstampeError as error:
        made_from = basis(whole, page, text)
        unreadable = Diagnostic("ocr-unreadable", str(error), Severity.ERROR, page.key)
        return Reading(page, None, (), (unreadable,), (), str(Fingerprint(made_from, seen=True)))
    # The frame is the canvas where there is one; a folder's page gets it from its ALTO, and keeps it.
    framed = replace(page, size=page.size or ocr.size)
    made_from = basis(whole, framed, text)
    illustrations = illustrate(whole.document, framed, ocr, whole.articles, page_count=whole.page_count)
    diagnostics = tuple(replace(diagnostic, where=page.key) for diagnostic in ocr.diagnostics)
    seen = not illustrations or page.image is None
    reading = Reading(framed, ocr, illustrations, diagnostics, (), str(Fingerprint(made_from, seen=seen)))
    if not seen and page.image and (pictures or is_local(page.image.address)):
        reading = _look(whole.document, reading, made_from, door)
    return reading


def _look(document: Document, reading: Reading, made_from: str, door: Door | None) -> Reading:
    """Describe the pixels of all illustrations of a page; its scan is decoded once."""
    page = reading.page
    try:
        opened = fetch_scan(page, door)
        if opened is None or page.size is None:
            return reading
        scan, known = opened
        described = tuple(
            replace(found, pixels=describe(scan.crop(found.box, page.size, _LOOK)), pixel_run=PIXEL_RUN.id)
            for found in reading.illustrations
        )
    except NetworkError as error:
        missing = Missing(document.id, page.key, "picture", error.cause)
        return replace(reading, missing=(missing,))
    except EstampeError as error:
        unreadable = Diagnostic("scan-unreadable", str(error), Severity.ERROR, page.key)
        diagnostics = (*reading.diagnostics, unreadable)
        return replace(reading, diagnostics=diagnostics, fingerprint=str(Fingerprint(made_from, seen=True)))
    return replace(reading, page=known, illustrations=described, fingerprint=str(Fingerprint(made_from, seen=True)))
