"""Sources in; documents, pages and illustrations in the catalogue, and the index up to date, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from ..catalogue import Catalogue
from ..errors import BusyError, CatalogueError, EstampeError, ForgottenError
from ..harvest import Harvested, Harvester, Refusal
from ..images import PIXEL_RUN
from ..net import Door
from ..records import Diagnostic
from ..search import Index
from ..segmentation import RUNS
from .erasing import erase
from .jobs import alive, bury, goes_on_from
from .keeping import Keeping
from .ledger import Ledger
from .page import Fingerprint, Whole, our_failure
from .pages import Pages
from .readers import Readers
from .stopping import Stopped, Stopping
from .watch import Summary, Watcher

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
        readers: read the pages, and are let go with the run; by default in this process alone.

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
        readers: Readers | None = None,
    ) -> None:
        self._catalogue, self._index, self._door = catalogue, index, door
        self._pictures, self._revive, self._jobs = pictures, revive, jobs
        self._stopping = stopping or Stopping()
        self._readers = readers or Readers(1)
        self._ledger = Ledger(catalogue, watcher)
        self._forgotten: set[str] = set()

    def run(self, harvester: Harvester, sources: Iterable[str]) -> Summary:
        """Harvest the sources and process each document that comes. A refused one never stops the others."""
        sources = list(sources)
        summary = self._ledger.summary
        with self._stopping.held():
            self._catalogue.put_runs((*RUNS, PIXEL_RUN))
            with self._noted(" ".join(sources)), Keeping(self._catalogue, self._index) as keeping:
                try:
                    self._harvest(harvester, sources, keeping)
                except Stopped:
                    summary.changes += keeping.finish()
                    raise
                summary.changes += keeping.finish()
        return summary

    @contextmanager
    def _noted(self, detail: str) -> Iterator[None]:
        """Note the run as a job, and what became of it."""
        ledger = self._ledger
        others = bury(self._catalogue, self._jobs) if self._jobs else 0
        began = goes_on_from(self._catalogue, detail)
        if self._door and began is not None:
            self._door.resume(began)
        ledger.begin(detail)
        if others:
            message = "another run is at work on it; what both have to do may be done twice, with the same result"
            ledger.remark("this home", Diagnostic("another-run", message))
        with alive(self._jobs, ledger.job) if self._jobs else nullcontext():
            try:
                yield
            except Stopped as error:
                ledger.finish("failed", f"{error}; the same command goes on where it was")
                raise
            except BaseException as error:
                ledger.finish("failed", str(error) or repr(error))
                raise
            ledger.finish("partly" if ledger.summary.refused or ledger.summary.failed else "done")

    def _harvest(self, harvester: Harvester, sources: Iterable[str], keeping: Keeping) -> None:
        with Pages(
            self._catalogue,
            self._door,
            pictures=self._pictures,
            readers=self._readers,
            ledger=self._ledger,
            stopping=self._stopping,
        ) as pages:
            for source in sources:
                for found in self._found(harvester, source):
                    if isinstance(found, Refusal):
                        self._ledger.refuse(found.source, found.error)
                    else:
                        self._take(found, pages, keeping)
            pages.finish()
            if self._door:
                # Before it was known that they are forgotten, something of them was asked for.
                if self._forgotten:
                    erase(self._door, self._forgotten)
                for document, some in pages.forgotten.values():
                    erase(self._door, document.aliases, document, some)

    def _found(self, harvester: Harvester, source: str) -> Iterator[Harvested | Refusal]:
        """Give what a harvest finds; where Estampe itself fails on it, the other sources go on."""
        found = harvester.harvest(source)
        while True:
            try:
                with self._stopping.released():
                    one = next(found, None)
            except Exception as error:  # noqa: BLE001 - one bad source never stops a run
                one = Refusal(source, our_failure(source, error))
            if one is None:
                return
            yield one

    def _take(self, harvested: Harvested, pages: Pages, keeping: Keeping) -> None:
        """Take in a document; where that fails, the other documents go on. Raises CatalogueError, BusyError."""
        name = next(iter(harvested.document.aliases), harvested.document.id)
        # What is under way of it by another route is made of what was known of it then.
        pages.finish(harvested.document.aliases)
        try:
            whole = self._note(_with_unread_formats(harvested))
        except (CatalogueError, BusyError):
            raise
        except EstampeError as error:
            if isinstance(error, ForgottenError):
                self._forgotten.update(harvested.document.aliases)
            self._ledger.refuse(name, error)
            return
        except Exception as error:  # noqa: BLE001 - one bad document never stops a run
            self._ledger.refuse(name, our_failure(name, error))
            return
        fingerprints = self._catalogue.fingerprints(whole.document.id)
        for page in self._catalogue.pages(whole.document.id):
            pages.add(whole, page, Fingerprint.parse(fingerprints.get(page.id, "")))
            self._ledger.summary.changes += keeping.now_and_then()
        self._ledger.note()

    def _note(self, harvested: Harvested) -> Whole:
        """Put what a harvest tells of a document into the catalogue."""
        catalogue = self._catalogue
        identifier = catalogue.put_document(
            harvested.document,
            route=harvested.route,
            original=harvested.original,
            pages=harvested.pages,
            articles=harvested.articles,
            diagnostics=harvested.diagnostics,
            unlearnt=harvested.unlearnt,
            revive=self._revive,
        )
        document = catalogue.document(identifier) or harvested.document
        for diagnostic in harvested.diagnostics:
            self._ledger.remark(document.id, diagnostic)
        whole = Whole.of(document, catalogue.articles(identifier), len(catalogue.pages(identifier)))
        self._ledger.document(document, whole.page_count)
        return whole


def _with_unread_formats(harvested: Harvested) -> Harvested:
    """Say of how many pages the OCR is in a format that is not read."""
    unread = [page for page in harvested.pages if page.texts and not any(t.format == "alto" for t in page.texts)]
    formats = sorted({text.format for page in unread for text in page.texts} & _UNREAD.keys())
    if not formats:
        return harvested
    kinds = ", ".join(_UNREAD[format_] for format_ in formats)
    message = f"the OCR of {len(unread)} of {len(harvested.pages)} pages is {kinds}, which is not read; only ALTO is"
    return replace(harvested, diagnostics=(*harvested.diagnostics, Diagnostic("ocr-format", message)))
