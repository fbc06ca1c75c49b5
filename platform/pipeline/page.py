"""Pages through the stages: their OCR is read, their pictures are found and described, many pages at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ..catalogue import PageText
from ..errors import EstampeError, FormatError, RefusedError
from ..identity import digest
from ..images import PIXEL_RUN, describe
from ..ocr import read_alto
from ..records import (
    Article,
    Box,
    Diagnostic,
    Document,
    Illustration,
    OcrPage,
    Page,
    Run,
    Severity,
    Vector,
    is_local,
)
from ..segmentation import RUNS, ArticleIndex, Seen, illustrate
from .eye import Eye
from .inputs import Opened, Picture, Text, open_scan
from .watch import Missing

if TYPE_CHECKING:
    from PIL import Image

#: The code of the diagnostic of a page on which Estampe itself failed, and those of pages that cannot be read.
FAILED: Final = "page-failed"
UNREADABLE: Final = frozenset({"ocr-unreadable", "scan-unreadable"})
#: How large an illustration is looked at for its palette and hash, and by the models.
_LOOK, LOOK_CLOSELY = 512, 1024
#: Words of an illustration in which names are looked for.
_TEXTS: Final = ("caption", "title", "text_before", "text_after")


def methods(runs: Iterable[Run]) -> frozenset[str]:
    """Return what stands for runs in a fingerprint."""
    return frozenset(digest(run.id, 6) for run in runs)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a page was made from: when it is the same, the page need not be read again.

    ``basis`` covers text, frame, articles and the versions of what reads them; it is empty where reading failed in a
    way that may pass. ``seen`` says whether the pixels of its illustrations were looked at, or there were none to look
    at. ``methods`` are those by which it was made, so that one need not ask for its text to know that they are enough.
    """

    basis: str
    seen: bool
    methods: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.basis}{'+' if self.seen else '-'}{'.'.join(sorted(self.methods))}" if self.basis else ""

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read what ``str`` wrote."""
        basis, seen, made_by = text.partition("+") if "+" in text else text.partition("-")
        return cls(basis, seen == "+", frozenset(made_by.split(".")) - {""})

    def stands(self, page: Page, wanted: frozenset[str]) -> bool:
        """Say whether a page is done as it would be now by these methods, as long as its source has nothing new."""
        own = [text.address for text in page.texts] + ([page.image.address] if page.image else [])
        return bool(self.basis) and self.seen and wanted <= self.methods and not any(map(is_local, own))


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a page: the page with what is now known of it, its words, its illustrations, and what was odd.

    ``asked`` are the runs that looked at it.
    """

    page: Page
    fingerprint: Fingerprint
    words: PageText | None = None
    illustrations: tuple[Illustration, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[Missing, ...] = ()
    vectors: tuple[Vector, ...] = ()
    asked: frozenset[str] = frozenset()

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


@dataclass(frozen=True, slots=True)
class ToRead:
    """A page that is to be read: its document, its text and its distant scan, or why that cannot be had."""

    whole: Whole
    page: Page
    text: Text | None
    picture: Picture | None = None
    missing: Missing | None = None


def read_pages(some: Sequence[ToRead], eye: Eye | None = None) -> list[Reading]:
    """Take pages through the stages. What is wrong with a text or scan is a diagnostic, and never raised.

    Each scan is decoded once; models see all pages, and then all pictures of them, at once.
    """
    drafts = [_Draft.of(one) for one in some]
    finds = eye is not None and eye.finds
    if eye is not None and finds:
        for draft in drafts:
            draft.open()
        open_ones = [draft for draft in drafts if draft.opened]
        seen = eye.look([draft.opened.scan for draft in open_ones if draft.opened])
        for draft, sights in zip(open_ones, seen, strict=True):
            draft.seen = sights
    for draft in drafts:
        draft.illustrate(eye.least if eye else 1.0)
        if not finds and draft.illustrations:
            draft.open()
        draft.describe()
    if eye is not None:
        _describe(drafts, eye)
        _find_names(drafts, eye)
    return [draft.reading(eye) for draft in drafts]


@dataclass(slots=True)
class _Draft:
    """A page on its way through the stages."""

    whole: Whole
    page: Page
    text: Text | None
    picture: Picture | None
    ocr: OcrPage | None = None
    opened: Opened | None = None
    seen: tuple[Seen, ...] = ()
    illustrations: tuple[Illustration, ...] = ()
    vectors: list[Vector] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @classmethod
    def of(cls, one: ToRead) -> _Draft:
        """Read the OCR of a page."""
        draft = cls(one.whole, one.page, one.text, one.picture, missing=[one.missing] if one.missing else [])
        if one.text is None:
            return draft
        try:
            draft.ocr = read_alto(one.text.data, name=one.text.source.address, frame=one.page.size)
        except EstampeError as error:
            draft.diagnostics.append(Diagnostic("ocr-unreadable", str(error), Severity.ERROR, one.page.key))
            return draft
        # The frame is the canvas where there is one; a folder's page gets it from its ALTO, and keeps it.
        draft.page = replace(one.page, size=one.page.size or draft.ocr.size)
        draft.diagnostics += [replace(diagnostic, where=one.page.key) for diagnostic in draft.ocr.diagnostics]
        return draft

    def open(self) -> None:
        """Decode the scan, if it is at hand."""
        try:
            self.opened = open_scan(self.page, self.picture)
        except EstampeError as error:
            self.diagnostics.append(Diagnostic("scan-unreadable", str(error), Severity.ERROR, self.page.key))
        if self.opened:
            # Of a page without canvas and OCR, the scan is the frame.
            self.page = replace(self.opened.page, size=self.page.size or self.opened.scan.size)

    def illustrate(self, least: float) -> None:
        """Find what is pictured on the page; the detector is believed from the confidence ``least`` on."""
        if self.ocr is None and not self.seen:
            return
        self.illustrations = illustrate(
            self.whole.document,
            self.page,
            self.ocr or OcrPage(self.page.size),
            self.whole.articles,
            page_count=self.whole.page_count,
            seen=self.seen,
            least=least,
        )

    def describe(self) -> None:
        """Describe the pixels of all illustrations."""
        if self.opened is None or self.page.size is None:
            return
        try:
            self.illustrations = tuple(
                replace(found, pixels=describe(self.cut(found, _LOOK)), pixel_run=PIXEL_RUN.id)
                for found in self.illustrations
            )
        except EstampeError as error:
            self.opened = None
            self.diagnostics.append(Diagnostic("scan-unreadable", str(error), Severity.ERROR, self.page.key))

    def cut(self, found: Illustration, longest: int) -> Image.Image:
        """Cut an illustration out of the scan."""
        if self.opened is None or self.page.size is None:
            raise FormatError(self.page.id, "its scan was not opened")
        return self.opened.scan.crop(found.box, self.page.size, longest)

    def reading(self, eye: Eye | None) -> Reading:
        """Return what became of the page."""
        unreadable = self.text is not None and self.ocr is None
        # What came over the network may be better next time.
        lasting = self.text is None or not unreadable or is_local(self.text.source.address)
        broken = any(diagnostic.code == "scan-unreadable" for diagnostic in self.diagnostics)
        nothing_to_see = not (self.illustrations or (eye and eye.finds)) or self.page.image is None
        seen = bool(self.opened) or nothing_to_see or (broken and self.page.local_scan is not None)
        asked = (*RUNS, PIXEL_RUN, *(eye.runs if eye and seen else ()))
        return Reading(
            self.page,
            Fingerprint(
                basis(self.whole, self.page, self.text) if lasting else "",
                seen,
                methods(asked),
            ),
            PageText.from_ocr(self.ocr) if self.ocr else None,
            self.illustrations,
            tuple(self.diagnostics),
            tuple(self.missing),
            tuple(self.vectors),
            frozenset(run.id for run in asked),
        )


def _describe(drafts: Sequence[_Draft], eye: Eye) -> None:
    """Have the models look at all pictures of some pages."""
    pictures = [
        (draft, place)
        for draft in drafts
        if draft.opened
        for place, found in enumerate(draft.illustrations)
        if found.noise is None
    ]
    known = [draft.illustrations[place].labels for draft, place in pictures]
    cut = [draft.cut(draft.illustrations[place], LOOK_CLOSELY) for draft, place in pictures]
    for (draft, place), picture, said in zip(pictures, cut, eye.describe(cut, known), strict=True):
        found = draft.illustrations[place]
        detections = tuple(replace(one, box=on_page(one.box, found.box, picture)) for one in said.detections)
        described = replace(found, labels=(*found.labels, *said.labels), detections=detections)
        draft.illustrations = (*draft.illustrations[:place], described, *draft.illustrations[place + 1 :])
        draft.vectors += [Vector(found.id, run, values) for run, values in said.vectors.items()]


def _find_names(drafts: Sequence[_Draft], eye: Eye) -> None:
    """Have names found in the words of all pictures of some pages."""
    told = [(draft, place) for draft in drafts for place, found in enumerate(draft.illustrations) if not found.noise]
    texts = [{field: getattr(draft.illustrations[place], field) for field in _TEXTS} for draft, place in told]
    languages = [draft.whole.document.languages for draft, _ in told]
    for (draft, place), mentions in zip(told, eye.names(texts, languages), strict=True):
        named = replace(draft.illustrations[place], mentions=mentions)
        draft.illustrations = (*draft.illustrations[:place], named, *draft.illustrations[place + 1 :])


def on_page(box: Box, around: Box, picture: Image.Image) -> Box:
    """Return a box of a picture, in its pixels, in the frame of the page that it was cut from."""
    placed = box.scaled(around.w / picture.width, around.h / picture.height)
    moved = Box(placed.x + around.x, placed.y + around.y, placed.w, placed.h)
    return moved.intersection(around) or around


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
