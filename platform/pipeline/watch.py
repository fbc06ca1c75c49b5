"""Who is told how the work goes on, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import NetworkError, UnavailableError
from ..records import Diagnostic


@dataclass(frozen=True, slots=True)
class Missing:
    """Something of a document, its text or picture, that could not be had. No failure: a later run asks again.

    ``passing`` says whether it may be had in a while.
    """

    document: str
    page: str
    what: str
    cause: str
    passing: bool = False

    @classmethod
    def of(cls, error: NetworkError, document: str, page: str, what: str) -> Self:
        """Note what a question to the network did not bring."""
        return cls(document, page, what, error.cause, passing=isinstance(error, UnavailableError))


@dataclass(slots=True)
class Summary:
    """What a run came to.

    ``misused`` are those of the refused sources that are nothing a harvest knows; ``read`` are the pages that were new
    or had changed, and ``illustrations`` and ``noise`` are those of them; of these ``unreadable`` had a text or scan
    that cannot be read, and on ``failed`` Estampe itself failed; ``changes`` went into the index. ``withdrawn`` are the
    documents that the sources were found not to have any more.
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
    withdrawn: int = 0


class Watcher(Protocol):
    """The progress bar, a worker's log, a test."""

    def document(self, title: str, pages: int) -> None:
        """Take notice of a document that came in, and of how many pages it has."""

    def pages(self, count: int) -> None:
        """Take notice of pages that are done, or were done already."""

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Take notice of something odd."""

    def refusal(self, name: str, cause: str) -> None:
        """Take notice of a source, or a document of it, that could not be used."""

    def missing(self, missing: Missing) -> None:
        """Take notice of something that could not be had."""


class Silence:
    """A watcher that takes no notice."""

    def document(self, title: str, pages: int) -> None:
        """Pass."""

    def pages(self, count: int) -> None:
        """Pass."""

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Pass."""

    def refusal(self, name: str, cause: str) -> None:
        """Pass."""

    def missing(self, missing: Missing) -> None:
        """Pass."""
