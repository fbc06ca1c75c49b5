"""Sources in; documents, pages and illustrations in the catalogue, and the index up to date, out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from pathlib import Path

from ..catalogue import Catalogue, PageText
from ..errors import (
    BusyError,
    CatalogueError,
    EstampeError,
    ForgottenError,
    NetworkError,
    OfflineError,
    RefusedError,
    UsageError,
)
from ..harvest import Harvested, Harvester, Refusal
from ..images import PIXEL_RUN
from ..net import Door
from ..records import Diagnostic, Document, Page, Severity
from ..search import Index, follow
from ..segmentation import RUNS
from .ahead import ahead
from .erasing import erase
from .inputs import Opened, Text, drop, fetch_scan, fetch_text, is_local
from .jobs import alive, bury, goes_on_from
from .page import Fingerprint, OpenScan, Reading, Whole, basis, failed, read_page
from .stopping import Stopped, Stopping
from .watch import Missing, Summary, Watcher

#: How many pages' texts are asked for before they are needed; the door keeps the pace of each host.
_AHEAD = 4
#: How often the index follows during a run, in seconds.
_FOLLOW = 30.0
#: Formats of OCR that a harvest may find, and that no reader is for.
_UNREAD = {"page": "PAGE XML", "hocr": "hOCR", "text": "plain text"}


class Pipeline:
    """Takes documents through the stages and into the stores.

    Everything resumes by nature: a page keeps the fingerprint of what it was made from, and is read again only where
    that has changed. So a run that was killed goes on where it was, and running twice changes nothing. A run of the
    same sources as one that did not come to its end asks the network for nothing that this one had asked already.

    Args:
        catalogue: the store of record.
        index: follows the catalogue while the work goes on, and at its end.
        door: the network; None where only files are read.
        pictures: look at distant scans too; those beside their ALTO are always looked at.
        watcher: is told how the work goes on.
        revive: take in again what was forgotten.
        jobs: the folder in which runs show that they are alive; None where nobody asks.
        stopping: where a person may stop the run: `run` then raises Stopped, with all done pages in the stores.

    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        door: Door | None,
        *,
        pictures: bool,
        watcher: Watcher,
        revive: bool = False,
        jobs: Path | None = None,
        stopping: Stopping | None = None,
    ) -> None:
        self._catalogue, self._index, self._door = catalogue, index, door
        self._pictures, self._watcher, self._revive, self._jobs = pictures, watcher, revive, jobs
        self._stopping = stopping or Stopping()
        self.summary = Summary()
        self._job = 0
        self._followed = 0.0
        self._page_counts: dict[str, int] = {}
        self._forgotten: set[str] = set()

    def run(self, harvester: Harvester, sources: Iterable[str]) -> Summary:
        """Harvest the sources and process each document that comes. A refused one never stops the others."""
        sources = list(sources)
        self._followed = time.monotonic()
        with self._stopping.held():
            self._catalogue.put_runs((*RUNS, PIXEL_RUN))
            with self._noted(" ".join(sources)):
                try:
                    self._harvest(harvester, sources)
                except Stopped:
                    self._follow()
                    raise
                self._follow()
                if self._forgotten and self._door:
                    # Before it was known which document it is, something of it was asked for.
                    erase(self._door, self._forgotten)
        return self.summary

    @contextmanager
    def _noted(self, detail: str) -> Iterator[None]:
        """Note the run as a job, and what became of it."""
        if self._jobs:
            bury(self._catalogue, self._jobs)
        began = goes_on_from(self._catalogue, detail)
        if self._door and began is not None:
            self._door.resume(began)
        self._job = self._catalogue.start_job("run", detail)
        with alive(self._jobs, self._job) if self._jobs else nullcontext():
            try:
                yield
            except Stopped as error:
                self._finish("failed", f"{error}; the same command goes on where it was")
                raise
            except BaseException as error:
                self._finish("failed", str(error) or repr(error))
                raise
            self._finish("partly" if self.summary.refused else "done")

    def _finish(self, state: str, message: str = "") -> None:
        self._catalogue.finish_job(self._job, state, asdict(self.summary), message)

    def _follow(self) -> None:
        self.summary.changes += follow(self._catalogue, self._index)
        self._followed = time.monotonic()

    # --- documents

    def _harvest(self, harvester: Harvester, sources: Iterable[str]) -> None:
        executor = ThreadPoolExecutor(_AHEAD, thread_name_prefix="fetch")
        try:
            for source in sources:
                for found in self._found(harvester, source):
                    if isinstance(found, Refusal):
                        self._refuse(found.source, found.error)
                    else:
                        self._take(found, executor)
        finally:
            # What they still ask for is of no use any more, and may take minutes.
            executor.shutdown(wait=False, cancel_futures=True)

    def _found(self, harvester: Harvester, source: str) -> Iterator[Harvested | Refusal]:
        """Give what a harvest finds; where Estampe itself fails on it, the other sources go on."""
        found = harvester.harvest(source)
        while True:
            try:
                with self._stopping.released():
                    one = next(found, None)
            except Exception as error:  # noqa: BLE001 - one bad source never stops a run
                one = Refusal(source, _our_failure(source, error))
            if one is None:
                return
            yield one

    def _take(self, harvested: Harvested, executor: Executor) -> None:
        """Process a document; where that fails, the other documents go on. Raises CatalogueError, BusyError."""
        name = next(iter(harvested.document.aliases), harvested.document.id)
        try:
            self._document(_with_unread_formats(harvested), executor)
        except (CatalogueError, BusyError):
            raise
        except EstampeError as error:
            if isinstance(error, ForgottenError):
                self._forgotten.update(harvested.document.aliases)
            self._refuse(name, error)
        except Exception as error:  # noqa: BLE001 - one bad document never stops a run
            self._refuse(name, _our_failure(name, error))

    def _refuse(self, name: str, error: EstampeError) -> None:
        if isinstance(error, OfflineError):
            # That was to be expected: whoever is offline gets what is there.
            self._miss(Missing(name, "", "document", error.cause))
            return
        self.summary.refused += 1
        self.summary.misused += isinstance(error, UsageError)
        # Of a forgotten document nothing is kept but its name.
        self._catalogue.add_refusal(self._job, name, error.cause if isinstance(error, ForgottenError) else str(error))
        self._watcher.refusal(error.document if isinstance(error, ForgottenError) else name, str(error))

    def _document(self, harvested: Harvested, executor: Executor) -> None:
        identifier = self._catalogue.put_document(
            harvested.document,
            route=harvested.route,
            original=harvested.original,
            pages=harvested.pages,
            articles=harvested.articles,
            diagnostics=harvested.diagnostics,
            revive=self._revive,
        )
        document = self._catalogue.document(identifier) or harvested.document
        for diagnostic in harvested.diagnostics:
            self._remark(document, diagnostic)
        pages = self._catalogue.pages(identifier)
        self._count(identifier, len(pages))
        self._watcher.document(document, len(pages))
        whole = Whole.of(document, self._catalogue.articles(identifier), len(pages))
        fingerprints = self._catalogue.fingerprints(identifier)
        for page, text in ahead(executor, self._fetch, pages, _AHEAD):
            self._page(whole, page, text, Fingerprint.parse(fingerprints.get(page.id, "")))
            self._watcher.page(page)
            if time.monotonic() - self._followed > _FOLLOW:
                # Another process that writes into the index follows, too.
                with suppress(BusyError):
                    self._follow()
        self._catalogue.count_job(self._job, asdict(self.summary))

    def _count(self, document: str, pages: int) -> None:
        """Count a document and its pages once, by however many routes it comes."""
        self.summary.pages += pages - self._page_counts.get(document, 0)
        self._page_counts[document] = pages
        self.summary.documents = len(self._page_counts)

    # --- pages

    def _fetch(self, page: Page) -> Text | None:
        return fetch_text(page, self._door)

    def _page(self, whole: Whole, page: Page, text: Callable[[], Text | None], before: Fingerprint) -> None:
        document = whole.document
        try:
            with self._stopping.released():
                found = text()
        except NetworkError as error:
            # What an earlier run read of the page stays; a later run asks again.
            self._miss(Missing(document.id, page.key, "text", error.cause))
            return
        except EstampeError as error:
            remark = Diagnostic("ocr-unreadable", str(error), Severity.ERROR, page.key)
            self._put(document, Reading(page, Fingerprint("", seen=False), diagnostics=(remark,)))
            return
        if before.basis != basis(whole, page, found):
            self._read(whole, page, found, self._open)
        elif not before.seen:
            self._see(whole, page, found)

    def _see(self, whole: Whole, page: Page, text: Text | None) -> None:
        """Read a page again of which all but the pixels was seen, if these can be had now."""
        try:
            opened = self._open(page)
        except NetworkError as error:
            self._miss(Missing(whole.document.id, page.key, "picture", error.cause))
        except EstampeError as error:
            self._remark(whole.document, Diagnostic("scan-unreadable", str(error), Severity.ERROR, page.key))
        else:
            if opened:
                self._read(whole, page, text, lambda _: opened)

    def _open(self, page: Page) -> Opened | None:
        """Open the scan of a page, if it is to be looked at."""
        if page.image is None or not (is_local(page.image.address) or (self._pictures and self._door)):
            return None
        with self._stopping.released():
            return fetch_scan(page, self._door)

    def _read(self, whole: Whole, page: Page, text: Text | None, open_scan: OpenScan) -> None:
        try:
            reading = read_page(whole, page, text, open_scan)
        except Exception as error:  # noqa: BLE001 - one bad page never stops a run
            reading = failed(page, error)
        if text and not reading.fingerprint.basis:
            drop(text.source.address, self._door)
        self._put(whole.document, reading)

    def _put(self, document: Document, reading: Reading) -> None:
        try:
            self._catalogue.put_page(
                reading.page,
                fingerprint=str(reading.fingerprint),
                words=PageText.from_ocr(reading.ocr) if reading.ocr else None,
                illustrations=reading.illustrations,
                diagnostics=reading.diagnostics,
            )
        except (RefusedError, ValueError) as error:
            self._put(document, failed(reading.page, error))
            return
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


def _our_failure(name: str, error: Exception) -> RefusedError:
    return RefusedError(name, f"Estampe itself failed on it ({type(error).__name__}: {error})", "please report it")


def _with_unread_formats(harvested: Harvested) -> Harvested:
    """Say of how many pages the OCR is in a format that is not read."""
    unread = [page for page in harvested.pages if page.texts and not any(t.format == "alto" for t in page.texts)]
    formats = sorted({text.format for page in unread for text in page.texts} & _UNREAD.keys())
    if not formats:
        return harvested
    kinds = ", ".join(_UNREAD[format_] for format_ in formats)
    message = f"the OCR of {len(unread)} of {len(harvested.pages)} pages is {kinds}, which is not read; only ALTO is"
    return replace(harvested, diagnostics=(*harvested.diagnostics, Diagnostic("ocr-format", message)))
