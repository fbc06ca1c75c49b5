"""Who is told how the work goes on, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..records import Diagnostic, Document, Page


@dataclass(frozen=True, slots=True)
class Missing:
    """Something of a document, its text or picture, that could not be had. No failure: a later run asks again."""

    document: str
    page: str
    what: str
    cause: str


@dataclass(slots=True)
class Summary:
    """What a run came to.

    ``misused`` are those of the refused sources that are nothing a harvest knows; ``read`` are the pages that were new
    or had changed, and ``illustrations`` and ``noise`` are those of them; of these ``unreadable`` had a text or scan
    that cannot be read, and on ``failed`` Estampe itself failed; ``changes`` went into the index.
    """

    documents: int = 0
    refused: int = 0
    misused: int = 0
    pages: int = 0
    read: int = 0
    unreadable: int = 0
    failed: int = 0
    illustrations: int = 0
    noise: int = 0
    diagnostics: int = 0
    missing: int = 0
    changes: int = 0


class Watcher(Protocol):
    """The progress bar, a worker's log, a test."""

    def document(self, document: Document, pages: int) -> None:
        """Take notice of a document that came in, and of how many pages it has."""

    def page(self, page: Page) -> None:
        """Take notice of a page that is done, or was done already."""

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Take notice of something odd."""

    def refusal(self, name: str, cause: str) -> None:
        """Take notice of a source, or a document of it, that could not be used."""

    def missing(self, missing: Missing) -> None:
        """Take notice of something that could not be had."""


class Silence:
    """A watcher that takes no notice."""

    def document(self, document: Document, pages: int) -> None:
        """Pass."""

    def page(self, page: Page) -> None:
        """Pass."""

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Pass."""

    def refusal(self, name: str, cause: str) -> None:
        """Pass."""

    def missing(self, missing: Missing) -> None:
        """Pass."""
