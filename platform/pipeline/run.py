"""Sources in; documents, pages and illustrations in the catalogue, and the index up to date, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path

from ..catalogue import Catalogue
from ..errors import UnavailableIndexError
from ..harvest import Harvester
from ..net import Door
from ..records import Diagnostic
from ..search import Index
from .company import tell_together
from .eye import runs_of, troubles_of
from .intake import Intake
from .jobs import alive, bury, goes_on_from
from .keeping import Keeping
from .ledger import Ledger
from .matching import Matching
from .outlines import Outlines
from .pages import Pages
from .readers import Readers
from .stopping import Stopped, Stopping
from .watch import Summary, Watcher


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
        self._watcher = watcher
        self._outlines = Outlines()

    def run(self, harvester: Harvester, sources: Iterable[str]) -> Summary:
        """Harvest the sources and process each document that comes. A refused one never stops the others."""
        sources = list(sources)
        self._catalogue.put_runs(runs_of(self._readers.sight))
        with self._stopping.held(), self._noted(" ".join(sources)) as ledger:
            summary = ledger.summary
            for diagnostic in troubles_of(self._readers.sight):
                ledger.remark("this home", diagnostic)
            with closing(self._readers), Keeping(self._catalogue, self._index) as keeping:
                try:
                    self._take_in(harvester, sources, ledger, keeping)
                    tell_together(self._catalogue, self._readers.sight, self._stopping)
                except Stopped:
                    self._readers.close()
                    _finish(keeping, ledger)
                    raise
                if _finish(keeping, ledger) and self._match():
                    _finish(keeping, ledger)
        return summary

    def _match(self) -> int:
        """Compare what is new with all pictures, unless nobody looks for copies."""
        sight = self._readers.sight
        if sight is None or not sight.eye.runs_of("copies"):
            return 0
        door = self._door if self._pictures else None
        return Matching(
            self._catalogue, self._index, door, self._stopping, outlines=self._outlines, laying=self._readers.lay
        ).run()

    @contextmanager
    def _noted(self, detail: str) -> Iterator[Ledger]:
        """Note the run as a job, and what became of it."""
        others = bury(self._catalogue, self._jobs) if self._jobs else 0
        began = goes_on_from(self._catalogue, detail)
        if self._door and began is not None:
            self._door.resume(began)
        job = self._catalogue.start_job("run", detail)
        ledger = Ledger(self._catalogue, self._watcher, job)
        if others:
            message = "another run is at work on it; what both have to do may be done twice, with the same result"
            ledger.remark("this home", Diagnostic("another-run", message))

        def finish(state: str, message: str = "") -> None:
            self._catalogue.finish_job(job, state, asdict(ledger.summary), message)

        with alive(self._jobs, job) if self._jobs else nullcontext():
            try:
                yield ledger
            except Stopped as error:
                finish("failed", f"{error}; the same command goes on where it was")
                raise
            except BaseException as error:
                finish("failed", str(error) or repr(error))
                raise
            finish("partly" if ledger.summary.refused or ledger.summary.failed else "done")

    def _take_in(self, harvester: Harvester, sources: Iterable[str], ledger: Ledger, keeping: Keeping) -> None:
        intake = Intake(
            self._catalogue,
            self._door,
            ledger=ledger,
            stopping=self._stopping,
            revive=self._revive,
            sight=self._readers.sight,
        )
        with Pages(
            self._catalogue,
            self._door,
            pictures=self._pictures,
            readers=self._readers,
            ledger=ledger,
            stopping=self._stopping,
            outlines=self._outlines,
        ) as pages:
            for is_document in intake.take_in(harvester, sources, pages):
                ledger.summary.changes += keeping.now_and_then()
                if is_document:
                    self._catalogue.count_job(ledger.job, asdict(ledger.summary))


def _finish(keeping: Keeping, ledger: Ledger) -> bool:
    """Have the index follow to the end, and say whether it did; where it is away, the run is as good without it."""
    try:
        ledger.summary.changes += keeping.finish()
        return True
    except UnavailableIndexError as error:
        message = f"{error} It catches up with the next run, or with: estampe index rebuild"
        ledger.remark("this home", Diagnostic("index-away", message))
        return False
