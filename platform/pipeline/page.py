"""What a page is made from, and what becomes of it when it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ..catalogue import PageText
from ..errors import EstampeError, RefusedError
from ..identity import digest
from ..images import PIXEL_RUN
from ..records import (
    Article,
    Box,
    Diagnostic,
    Document,
    Illustration,
    Page,
    Run,
    Severity,
    Vector,
    is_local,
)
from ..segmentation import RUNS, ArticleIndex, Seen
from .inputs import Text
from .scans import Picture
from .watch import Missing

if TYPE_CHECKING:
    from PIL import Image

#: The code of the diagnostic of a page on which Estampe itself failed, and those of pages that cannot be read.
FAILED: Final = "page-failed"
UNREADABLE: Final = frozenset({"ocr-unreadable", "scan-unreadable"})


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

    ``asked`` are the runs that looked at it. ``wanted`` are boxes of which a larger view is to be had first: then it is
    not read to its end, ``seen`` is what the detector saw, and ``sought`` what detectors of one's own did.
    ``outlines`` is what illustrations are compared with others by, by their ids.
    """

    page: Page
    fingerprint: Fingerprint
    words: PageText | None = None
    illustrations: tuple[Illustration, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[Missing, ...] = ()
    vectors: tuple[Vector, ...] = ()
    asked: frozenset[str] = frozenset()
    wanted: tuple[Box, ...] = ()
    seen: tuple[Seen, ...] | None = None
    sought: tuple[Seen, ...] | None = None
    outlines: Mapping[str, Image.Image] = field(default_factory=dict)

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
    """A page that is to be read: its document, its text and its distant scan, or why that cannot be had.

    ``closer`` says that larger views of pictures can be had. They come as ``parts``, when the page is read once more;
    then ``seen`` is what the detector saw of it, and ``sought`` what detectors of one's own did.
    """

    whole: Whole
    page: Page
    text: Text | None
    picture: Picture | None = None
    missing: Missing | None = None
    closer: bool = False
    parts: tuple[Picture, ...] = ()
    seen: tuple[Seen, ...] | None = None
    sought: tuple[Seen, ...] | None = None


def unfetched(page: Page, error: EstampeError) -> Reading:
    """Return what is left of a page whose OCR is there and cannot be had; it is tried again by each run."""
    return _left(page, Fingerprint("", seen=False), "ocr-unreadable", str(error))


def blind(reading: Reading) -> Reading:
    """Return what was read of a page without models, which brought down the process; a later run asks them again."""
    message = "the models brought down the process that read it, for want of memory or by a fault in a library; it is "
    told = Diagnostic("look-failed", f"{message}read without them", Severity.WARNING, reading.page.key)
    return replace(reading, diagnostics=(*reading.diagnostics, told))


def failed(page: Page, error: Exception) -> Reading:
    """Return what is left of a page on which Estampe itself failed; it is tried again by each run."""
    message = f"Estampe itself failed on this page ({type(error).__name__}: {error}); please report it"
    return _left(page, Fingerprint("", seen=False), FAILED, message)


def _left(page: Page, fingerprint: Fingerprint, code: str, message: str) -> Reading:
    return Reading(page, fingerprint, diagnostics=(Diagnostic(code, message, Severity.ERROR, page.key),))


def our_failure(name: str, error: Exception) -> RefusedError:
    """Return what to say of a document or source on which Estampe itself failed."""
    return RefusedError(name, f"Estampe itself failed on it ({type(error).__name__}: {error})", "please report it")
