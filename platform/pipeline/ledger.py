"""What a run did: counted, told to whoever watches, and noted in the catalogue."""

from __future__ import annotations

from ..catalogue import Catalogue
from ..errors import EstampeError, ForgottenError, OfflineError, UsageError
from ..records import Diagnostic, Document
from .page import FAILED, UNREADABLE, Reading
from .watch import Missing, Summary, Watcher


class Ledger:
    """Keeps the summary of a run, which is the job of this number in the catalogue."""

    def __init__(self, catalogue: Catalogue, watcher: Watcher, job: int) -> None:
        self._catalogue, self._watcher, self.job = catalogue, watcher, job
        self.summary = Summary()
        self._page_counts: dict[str, int] = {}

    def document(self, document: Document, pages: int) -> None:
        """Count a document and its pages once, by however many routes it comes."""
        self.summary.pages += pages - self._page_counts.get(document.id, 0)
        self._page_counts[document.id] = pages
        self.summary.documents = len(self._page_counts)
        self._watcher.document(document.title or document.id, pages)

    def page(self) -> None:
        """Tell that a page is done."""
        self._watcher.pages(1)

    def reading(self, document: Document, reading: Reading) -> None:
        """Count what a page had that was put into the catalogue."""
        self.summary.read += 1
        noise = sum(found.noise is not None for found in reading.illustrations)
        self.summary.noise += noise
        self.summary.illustrations += len(reading.illustrations) - noise
        codes = {diagnostic.code for diagnostic in reading.diagnostics}
        self.summary.failed += FAILED in codes
        self.summary.unreadable += bool(codes & UNREADABLE)
        for diagnostic in reading.diagnostics:
            self.remark(document.id, diagnostic)
        for missing in reading.missing:
            self.miss(missing)

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Tell of something odd."""
        self.summary.diagnostics += 1
        self._watcher.remark(document, diagnostic)

    def miss(self, missing: Missing) -> None:
        """Tell of something that could not be had."""
        self.summary.missing += 1
        self._watcher.missing(missing)

    def refuse(self, name: str, error: EstampeError) -> None:
        """Tell of a source, or a document of it, that could not be used."""
        if isinstance(error, OfflineError):
            # That was to be expected: whoever is offline gets what is there.
            self.miss(Missing(name, "", "document", error.cause))
            return
        self.summary.refused += 1
        self.summary.misused += isinstance(error, UsageError)
        # Of a forgotten document nothing is kept but its name.
        self._catalogue.add_refusal(self.job, name, error.cause if isinstance(error, ForgottenError) else str(error))
        self._watcher.refusal(error.document if isinstance(error, ForgottenError) else name, str(error))
