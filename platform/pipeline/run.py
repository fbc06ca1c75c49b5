"""Sources in; documents, pages and illustrations in the catalogue, and the index up to date, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict

from ..catalogue import Catalogue, PageText
from ..errors import EstampeError, NetworkError
from ..harvest import Harvested, Harvester, Refusal
from ..images import PIXEL_RUN
from ..net import Door
from ..records import Diagnostic, Document, Page, Severity
from ..search import Index, follow
from ..segmentation import RUNS
from .ahead import ahead
from .inputs import Text, fetch_text, is_local
from .page import Fingerprint, Reading, Whole, basis, read_page
from .watch import Missing, Summary, Watcher

#: How many pages' texts are asked for before they are needed; the door keeps the pace of each host.
_AHEAD = 4


class Pipeline:
    """Takes documents through the stages and into the stores.

    Everything resumes by nature: a page keeps the fingerprint of what it was made from, and is read again only where
    that has changed. So a run that was killed goes on where it was, and running twice changes nothing.

    Args:
        catalogue: the store of record.
        index: follows the catalogue at the end of each document.
        door: the network; None where only files are read.
        pictures: look at distant scans too; those beside their ALTO are always looked at.
        watcher: is told how the work goes on.

    """

    def __init__(
        self, catalogue: Catalogue, index: Index, door: Door | None, *, pictures: bool, watcher: Watcher
    ) -> None:
        self._catalogue, self._index, self._door = catalogue, index, door
        self._pictures, self._watcher = pictures, watcher
        self.summary = Summary()
        self._job = 0

    def run(self, harvester: Harvester, sources: Iterable[str]) -> Summary:
        """Harvest the sources and process each document that comes. A refused one never stops the others."""
        sources = list(sources)
        self._catalogue.put_runs((*RUNS, PIXEL_RUN))
        self._job = self._catalogue.start_job("run", " ".join(sources))
        try:
            self._harvest(harvester, sources)
        except BaseException as error:
            self._catalogue.finish_job(self._job, "failed", asdict(self.summary), repr(error))
            raise
        self._catalogue.finish_job(self._job, "partly" if self.summary.refused else "done", asdict(self.summary))
        return self.summary

    def _harvest(self, harvester: Harvester, sources: Iterable[str]) -> None:
        with ThreadPoolExecutor(_AHEAD, thread_name_prefix="fetch") as executor:
            for source in sources:
                for found in harvester.harvest(source):
                    if isinstance(found, Refusal):
                        self._refuse(found.source, found.error)
                    else:
                        self._document(found, executor)
        self.summary.changes += follow(self._catalogue, self._index)

    def _refuse(self, name: str, error: EstampeError) -> None:
        self.summary.refused += 1
        self._catalogue.add_refusal(self._job, name, str(error))
        self._watcher.refusal(name, str(error))

    def _document(self, harvested: Harvested, executor: Executor) -> None:
        try:
            identifier = self._catalogue.put_document(
                harvested.document,
                route=harvested.route,
                original=harvested.original,
                pages=harvested.pages,
                articles=harvested.articles,
                diagnostics=harvested.diagnostics,
            )
        except EstampeError as error:
            self._refuse(harvested.document.id, error)
            return
        document = self._catalogue.document(identifier) or harvested.document
        for diagnostic in harvested.diagnostics:
            self._remark(document, diagnostic)
        pages = self._catalogue.pages(identifier)
        self._watcher.document(document, len(pages))
        whole = Whole.of(document, self._catalogue.articles(identifier), len(pages))
        fingerprints = self._catalogue.fingerprints(identifier)
        self.summary.documents += 1
        self.summary.pages += len(pages)
        for page, text in ahead(executor, self._fetch, pages, _AHEAD):
            self._page(whole, page, text, fingerprints.get(page.id, ""))
            self._watcher.page(page)
        self._catalogue.count_job(self._job, asdict(self.summary))

    def _fetch(self, page: Page) -> Text | None:
        return fetch_text(page, self._door)

    def _page(self, whole: Whole, page: Page, text: Callable[[], Text | None], fingerprint: str) -> None:
        document = whole.document
        try:
            found = text()
        except NetworkError as error:
            # What an earlier run read of the page stays; a later run asks again.
            self._miss(Missing(document.id, page.key, "text", error.cause))
            return
        except EstampeError as error:
            self._remark(document, Diagnostic("ocr-unreadable", str(error), Severity.ERROR, page.key))
            return
        before = Fingerprint.parse(fingerprint)
        if before.basis == basis(whole, page, found) and (before.seen or not self._can_look(page)):
            return
        self._put(document, read_page(whole, page, found, door=self._door, pictures=self._pictures))

    def _can_look(self, page: Page) -> bool:
        return page.image is not None and (is_local(page.image.address) or (self._pictures and self._door is not None))

    def _put(self, document: Document, reading: Reading) -> None:
        self._catalogue.put_page(
            reading.page,
            fingerprint=reading.fingerprint,
            words=PageText.from_ocr(reading.ocr) if reading.ocr else None,
            illustrations=reading.illustrations,
            diagnostics=reading.diagnostics,
        )
        self.summary.read += 1
        noise = sum(found.noise is not None for found in reading.illustrations)
        self.summary.noise += noise
        self.summary.illustrations += len(reading.illustrations) - noise
        for diagnostic in reading.diagnostics:
            self._remark(document, diagnostic)
        for missing in reading.missing:
            self._miss(missing)

    def _remark(self, document: Document, diagnostic: Diagnostic) -> None:
        self.summary.diagnostics += 1
        self._watcher.remark(document.id, diagnostic)

    def _miss(self, missing: Missing) -> None:
        self.summary.missing += 1
        self._watcher.missing(missing)
