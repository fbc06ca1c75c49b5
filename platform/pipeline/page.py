"""One page through the stages: its OCR is read, its illustrations are found and described."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..catalogue import PageText
from ..errors import EstampeError, NetworkError, RefusedError
from ..identity import digest
from ..images import PIXEL_RUN, describe
from ..ocr import read_alto
from ..records import Article, Diagnostic, Document, Illustration, Page, Severity, is_local
from ..segmentation import RUNS, ArticleIndex, illustrate
from .inputs import Opened, Text
from .watch import Missing

#: The code of the diagnostic of a page on which Estampe itself failed, and those of pages that cannot be read.
FAILED: Final = "page-failed"
UNREADABLE: Final = frozenset({"ocr-unreadable", "scan-unreadable"})
#: How large an illustration is looked at for its palette and hash.
_LOOK = 512
_METHODS: Final = digest(json.dumps(sorted(run.id for run in (*RUNS, PIXEL_RUN))), 8)
#: Opens the scan of a page; gives None where it is not to be looked at. Raises EstampeError.
OpenScan = Callable[[Page], Opened | None]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a page was made from: when it is the same, the page need not be read again.

    ``basis`` covers text, frame, articles and the versions of the methods; it is empty where reading failed in a way
    that may pass. ``seen`` says whether the pixels of its illustrations were looked at, or there were none to look at.
    ``methods`` are those by which it was made, so that one need not ask for its text to know that they are the same.
    """

    basis: str
    seen: bool
    methods: str = ""

    def __str__(self) -> str:
        return f"{self.basis}{'+' if self.seen else '-'}{_METHODS}" if self.basis else ""

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read what ``str`` wrote."""
        basis, seen, methods = text.partition("+") if "+" in text else text.partition("-")
        return cls(basis, seen == "+", methods)

    def stands(self, page: Page) -> bool:
        """Say whether a page is done as it would be now, as long as its source has nothing new."""
        own = [text.address for text in page.texts] + ([page.image.address] if page.image else [])
        return bool(self.basis) and self.seen and self.methods == _METHODS and not any(map(is_local, own))


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a page: the page with what is now known of it, its words, its illustrations, and what was odd."""

    page: Page
    fingerprint: Fingerprint
    words: PageText | None = None
    illustrations: tuple[Illustration, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def unseen(self) -> bool:
        """Whether there are illustrations whose pixels were not looked at, and might be."""
        page = self.page
        return bool(self.illustrations) and not (self.fingerprint.seen or page.image is None or page.size is None)


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
        written = json.dumps(
            [
                (one.id, one.kind, one.title, one.parents, [(part.page, part.block, part.role) for part in one.parts])
                for one in articles
            ],
            ensure_ascii=False,
        )
        return cls(document, ArticleIndex(articles), digest(written, 32), page_count)

    def of_page(self, page: Page) -> Whole:
        """Return as little of it as the reading of this page needs."""
        return replace(self, articles=self.articles.of_page(page.key))


def basis(whole: Whole, page: Page, text: Text | None) -> str:
    """Return the digest of all that a page's illustrations are made from, pixels aside."""
    image = page.image
    made_from = [
        text.sha256 if text else "",
        page.number,
        whole.page_count,
        whole.structure,
        [page.size.w, page.size.h] if page.size else None,
        # A file that was replaced is another scan; what is distant has one address for ever.
        [image.address, image.bytes if is_local(image.address) else None] if image else None,
        sorted(run.id for run in (*RUNS, PIXEL_RUN)),
    ]
    return digest(json.dumps(made_from, ensure_ascii=False), 32)


def read_page(whole: Whole, page: Page, text: Text | None, open_scan: OpenScan) -> Reading:
    """Take one page through the stages. What is wrong with its text or scan is a diagnostic, and never raised."""
    if text is None:
        return Reading(page, Fingerprint(basis(whole, page, None), seen=True))
    try:
        ocr = read_alto(text.data, name=text.source.address, frame=page.size)
    except EstampeError as error:
        return unreadable(whole, page, text, error)
    # The frame is the canvas where there is one; a folder's page gets it from its ALTO, and keeps it.
    framed = replace(page, size=page.size or ocr.size)
    illustrations = illustrate(whole.document, framed, ocr, whole.articles, page_count=whole.page_count)
    diagnostics = tuple(replace(diagnostic, where=page.key) for diagnostic in ocr.diagnostics)
    to_see = bool(illustrations) and framed.image is not None and framed.size is not None
    made_from = Fingerprint(basis(whole, framed, text), seen=not to_see)
    reading = Reading(framed, made_from, PageText.from_ocr(ocr), illustrations, diagnostics)
    return look(whole.document, reading, open_scan) if to_see else reading


def unreadable(whole: Whole, page: Page, text: Text, error: EstampeError) -> Reading:
    """Return what is left of a page whose OCR cannot be read. What came over the network may be better next time."""
    made_from = basis(whole, page, text) if is_local(text.source.address) else ""
    return _left(page, Fingerprint(made_from, seen=True), "ocr-unreadable", str(error))


def unfetched(page: Page, error: EstampeError) -> Reading:
    """Return what is left of a page whose OCR is there and cannot be had; it is tried again by each run."""
    return _left(page, Fingerprint("", seen=False), "ocr-unreadable", str(error))


def failed(page: Page, error: Exception) -> Reading:
    """Return what is left of a page on which Estampe itself failed; it is tried again by each run."""
    message = f"Estampe itself failed on this page ({type(error).__name__}: {error}); please report it"
    return _left(page, Fingerprint("", seen=False), FAILED, message)


def _left(page: Page, fingerprint: Fingerprint, code: str, message: str) -> Reading:
    return Reading(page, fingerprint, diagnostics=(Diagnostic(code, message, Severity.ERROR, page.key),))


def our_failure(name: str, error: Exception) -> RefusedError:
    """Return what to say of a document or source on which Estampe itself failed."""
    return RefusedError(name, f"Estampe itself failed on it ({type(error).__name__}: {error})", "please report it")


def look(document: Document, reading: Reading, open_scan: OpenScan) -> Reading:
    """Describe the pixels of all illustrations of a page, if its scan is to be had; it is decoded once."""
    page = reading.page
    try:
        opened = open_scan(page)
        if opened is None or page.size is None:
            return reading
        described = tuple(
            replace(found, pixels=describe(opened.scan.crop(found.box, page.size, _LOOK)), pixel_run=PIXEL_RUN.id)
            for found in reading.illustrations
        )
    except NetworkError as error:
        return replace(reading, missing=(Missing.of(error, document.id, page.key, "picture"),))
    except EstampeError as error:
        remark = Diagnostic("scan-unreadable", str(error), Severity.ERROR, page.key)
        seen = page.local_scan is not None
        return replace(
            reading,
            diagnostics=(*reading.diagnostics, remark),
            fingerprint=replace(reading.fingerprint, seen=seen),
        )
    return replace(
        reading,
        page=opened.page,
        illustrations=described,
        fingerprint=replace(reading.fingerprint, seen=True),
    )
