"""A task is taken, done, and ended, or put off, by the kind of what stood in its way."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from ..catalogue import Catalogue, NewTask, Task
from ..errors import BusyError, CatalogueError, EstampeError, ForgottenError, UnavailableError, UnavailableIndexError
from ..harvest import Harvester
from ..images import PIXEL_RUN
from ..logs import logged
from ..net import Door, open_door
from ..pipeline import (
    Fingerprint,
    Intake,
    Ledger,
    Pages,
    ReaderDiedError,
    Readers,
    Reading,
    Stopped,
    Whole,
    erase,
    failed,
    our_failure,
)
from ..records import Document
from ..search import Index, follow, open_index
from ..segmentation import RUNS
from ..settings import Settings
from .batches import Batches
from .broker import Broker
from .holding import LEASE, Event, Holding
from .notes import Notes, outcome_of
from .tasks import FINISH, HARVEST, PAGES, Order, Part, finish_task, pages_task, parts_of

_LOG = logging.getLogger(__name__)
#: How long to wait, in seconds, before what a host did not give is asked for once more, and how often that is done.
WAITS: Final = (5.0, 30.0, 120.0)
#: So often may a task bring its worker down: then its pages are read one by one, and it is seen which one does.
CRASHES: Final = 3
#: A harvest lasts long, and may see its worker die for other reasons.
HARVEST_CRASHES: Final = 30
#: How long to wait for what only one may write, and for an index that is away.
_BUSY_WAIT, _AWAY_WAIT = 5.0, 10.0
#: So often a job waits for an index that is away before it ends without it.
_AWAY_TRIES: Final = 30


class _LaterError(Exception):
    """A task is to be begun again after so many seconds."""

    def __init__(self, wait: float, cause: str) -> None:
        super().__init__(cause)
        self.wait = wait


class Worker:
    """Does tasks, one after the other; one for each process.

    Args:
        settings: as everywhere.
        catalogue: where tasks stand, and where what comes of them goes.
        broker: tells other workers what follows.
        name: of this worker; no other has it.
        ending: is set when it is to stop.

    """

    def __init__(self, settings: Settings, catalogue: Catalogue, broker: Broker, name: str, ending: Event) -> None:
        self._settings, self._catalogue, self._broker = settings, catalogue, broker
        self._name, self._ending = name, ending
        self._door: tuple[int, Door | None] = (0, None)
        self._index: Index | None = None
        self._kinds: Mapping[str, Callable[[Task, Holding], _Done | None]] = {
            HARVEST: self._harvest,
            PAGES: self._pages,
            FINISH: self._finish,
        }

    def do(self, number: int) -> None:
        """Do the task of this number, if it is to be had. What goes wrong stands in the catalogue and the log."""
        tasks, worker = self._catalogue.tasks, self._signature()
        task = tasks.claim(number, worker, LEASE)
        if task is None and self._is_orphan(tasks.task(number)):
            tasks.lapse(number=number)
            task = tasks.claim(number, worker, LEASE)
        if task:
            self._work(task, worker)

    def _signature(self) -> str:
        """Return what tells this attempt from all others, with the process that makes it."""
        return f"{self._name} {os.getpid()} {uuid4().hex}"

    def _is_orphan(self, task: Task | None) -> bool:
        """Say whether a task was begun by a process of this very worker that died since."""
        name, _, rest = task.worker.partition(" ") if task else ("", "", "")
        process = rest.partition(" ")[0]
        return name == self._name and process.isdecimal() and not _lives(int(process))

    @property
    def index(self) -> Index:
        """The search index, opened when it is needed. Raises UnavailableIndexError."""
        if self._index is None:
            self._index = open_index(self._settings, self._catalogue)
        return self._index

    def _work(self, task: Task, worker: str) -> None:
        tasks, number = self._catalogue.tasks, task.number
        with logged(job=task.job, task=number), Holding(self._catalogue, number, worker, self._ending) as held:
            try:
                if done := self._kinds[task.kind](task, held):
                    self._end(task, worker, done)
            except Stopped:
                tasks.release(number, worker, task.outcome)
            except BusyError as error:
                tasks.postpone(number, worker, _BUSY_WAIT, outcome=task.outcome, cause=str(error))
            except _LaterError as error:
                outcome = {"tries": task.outcome.get("tries", 0) + 1}
                tasks.postpone(number, worker, error.wait, outcome=outcome, cause=str(error))
            except CatalogueError:
                # Nothing can be noted; its lease lapses, and another one takes it.
                raise
            except Exception as error:  # noqa: BLE001 - one bad task never stops a worker
                self._fault(task, worker, error)

    def _end(self, task: Task, worker: str, done: _Done) -> None:
        """End a task, and tell workers what follows."""
        ended = self._catalogue.tasks.end(
            task,
            worker,
            done.state,
            outcome=done.outcome,
            cause=done.cause,
            following=done.following,
            last=finish_task(task.priority),
        )
        for number in ended.following:
            if following := self._catalogue.tasks.task(number):
                self._broker.send([number], following.queue, following.priority)

    def _fault(self, task: Task, worker: str, error: Exception) -> None:
        """Put off what Estampe itself failed on; a fault that stays is kept for somebody to read."""
        _LOG.error("task %d failed", task.number, exc_info=error)
        cause = str(error) if isinstance(error, EstampeError) else str(our_failure(task.kind, error))
        if task.attempts < CRASHES:
            wait = WAITS[task.attempts - 1]
            self._catalogue.tasks.postpone(task.number, worker, wait, outcome={}, cause=cause, counts=True)
        else:
            self._end(task, worker, _Done({}, "failed", cause))

    # --- the kinds of tasks

    def _harvest(self, task: Task, held: Holding) -> _Done:
        """Harvest the sources of a job, and hand their pages on."""
        order, tries = Order.of(task.payload), int(task.outcome.get("tries", 0))
        if task.attempts > HARVEST_CRASHES:
            return _Done({}, "failed", f"it was begun {task.attempts} times, and its worker died each time")
        notes = Notes()
        ledger = _Harvesting(self._catalogue, notes, task.job, last=tries == len(WAITS))
        held.outcome = lambda: outcome_of(ledger, notes) | {"tries": tries}
        self._catalogue.put_runs((*RUNS, PIXEL_RUN))
        door = self._door_of(task.job, order)
        intake = Intake(self._catalogue, door, ledger=ledger, stopping=held.stopping, revive=order.revive)
        batches = Batches(self._catalogue, task, self._broker.send, lambda: self._help_out(task.job), held.stopping)
        harvester = Harvester(
            door,
            self._settings,
            ocr_folder=Path(order.ocr) if order.ocr else None,
            only_changed=order.only_changed,
            since=self._catalogue.origins.until,
        )
        for _ in intake.take_in(harvester, order.sources, batches):
            pass
        if ledger.away:
            raise _LaterError(WAITS[tries], ledger.away[0])
        return _Done(outcome_of(ledger, notes))

    def _pages(self, task: Task, held: Holding) -> _Done:
        """Read pages; what a host did not give is asked for again by a task that follows."""
        order, parts, tries = Order.of(task.payload), parts_of(task.payload), int(task.payload["tries"])
        notes = Notes()
        ledger = _Reading(self._catalogue, notes, task.job, last=tries == len(WAITS))
        held.outcome = lambda: outcome_of(ledger, notes)
        if task.attempts > CRASHES:
            return self._one_by_one(task, order, parts, ledger, notes)
        door = self._door_of(task.job, order)
        pages = Pages(
            self._catalogue,
            door,
            pictures=order.pictures,
            readers=Readers(1),
            ledger=ledger,
            stopping=held.stopping,
        )
        with pages:
            for part in parts:
                self._read(part, pages, ledger)
            pages.finish()
        for document, some in pages.forgotten.values():
            erase(door, document.aliases, document, some)
        return self._again(task, order, tries, ledger, notes)

    def _finish(self, task: Task, held: Holding) -> None:
        """End a job: the index follows to the end, and what old jobs have left is swept away."""
        catalogue, tries = self._catalogue, int(task.outcome.get("tries", 0))
        messages, changes = [], 0
        try:
            changes = follow(catalogue, self.index)
        except UnavailableIndexError as error:
            if tries < _AWAY_TRIES:
                raise _LaterError(_AWAY_WAIT, str(error)) from error
            messages.append(f"{error} It catches up later.")
        while catalogue.tasks.sweep() and not self._ending.is_set():
            pass
        if failures := sum(count for (_, state), count in catalogue.tasks.tally(task.job).items() if state == "failed"):
            messages.append(f"{failures} tasks failed for good; `estampe jobs failures {task.job}` says why")
        job = catalogue.tasks.job(task.job)
        partly = job and (job.counters.get("refused") or job.counters.get("failed") or len(messages))
        catalogue.tasks.close(
            task, held.worker, "partly" if partly else "done", counters={"changes": changes}, message=" ".join(messages)
        )

    # --- parts of them

    def _help_out(self, job: int) -> bool:
        worker = self._signature()
        task = self._catalogue.tasks.claim_any(job, PAGES, worker, LEASE)
        if task:
            self._work(task, worker)
        return task is not None

    def _read(self, part: Part, pages: Pages, ledger: Ledger) -> None:
        """Read the pages of a document; some of them may be gone by now."""
        catalogue = self._catalogue
        document = catalogue.document(part.document)
        if document is None:
            if catalogue.tombstone(part.document):
                ledger.refuse(part.document, ForgottenError(part.document, "it was forgotten while it was read"))
            return
        every = catalogue.pages(document.id)
        wanted = set(part.pages)
        whole = Whole.of(document, catalogue.articles(document.id), len(every))
        fingerprints = catalogue.fingerprints(document.id)
        with logged(document=document.id):
            for page in every:
                if page.id in wanted:
                    pages.add(whole, page, Fingerprint.parse(fingerprints.get(page.id, "")))

    def _again(self, task: Task, order: Order, tries: int, ledger: Ledger, notes: Notes) -> _Done:
        """Return what came of some pages, and the task that asks again for those that may be had in a while."""
        if not notes.missing_now:
            return _Done(outcome_of(ledger, notes))
        if tries == len(WAITS):
            cause = "; ".join(dict.fromkeys(missing.cause for missing in notes.missing_now))
            notes.give_up()
            return _Done(outcome_of(ledger, notes), "failed", cause)
        wanted = {(missing.document, missing.page) for missing in notes.missing_now}
        parts = []
        for document in dict.fromkeys(document for document, _ in wanted):
            some = tuple(page.id for page in self._catalogue.pages(document) if (document, page.key) in wanted)
            parts.append(Part(document, some))
        outcome = outcome_of(ledger, notes)
        outcome["done"] -= sum(len(part.pages) for part in parts)
        more = pages_task(order, parts, task.queue, task.priority, tries=tries + 1, wait=WAITS[tries])
        return _Done(outcome, following=[more])

    def _one_by_one(self, task: Task, order: Order, parts: Sequence[Part], ledger: Ledger, notes: Notes) -> _Done:
        """Let pages that brought down their workers be read each by itself; note the one that does it also then."""
        single = [Part(part.document, (page,)) for part in parts for page in part.pages]
        if len(single) > 1:
            each = [pages_task(order, [part], task.queue, task.priority) for part in single]
            return _Done(outcome_of(ledger, notes), following=each)
        [part] = single
        document, page = self._catalogue.document(part.document), self._catalogue.page(part.pages[0])
        if document and page:
            reading = failed(page, ReaderDiedError())
            with suppress(ForgottenError):
                self._catalogue.put_page(
                    page, fingerprint="", words=None, illustrations=(), diagnostics=reading.diagnostics
                )
            ledger.reading(document, reading)
        ledger.page()
        return _Done(outcome_of(ledger, notes))

    def _door_of(self, job: int, order: Order) -> Door:
        """Return a door that remembers what this job has asked."""
        number, door = self._door
        if door is None or number != job:
            if door:
                door.close()
            door = open_door(replace(self._settings, offline=self._settings.offline or order.offline))
            door.resume(order.since)
            self._door = (job, door)
        return door


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class _Done:
    """What came of a task, and what follows from it."""

    def __init__(
        self, outcome: Mapping[str, Any], state: str = "done", cause: str = "", following: Sequence[NewTask] = ()
    ) -> None:
        self.outcome, self.state, self.cause, self.following = outcome, state, cause, following


class _Reading(Ledger):
    """Leaves a page whose picture may be had in a while to be counted then, unless it is the last time."""

    def __init__(self, catalogue: Catalogue, notes: Notes, job: int, *, last: bool) -> None:
        super().__init__(catalogue, notes, job)
        self._last = last

    def reading(self, document: Document, reading: Reading) -> None:
        """Count what a page had."""
        passing = [missing for missing in reading.missing if missing.passing]
        if passing and not self._last:
            for missing in passing:
                self.miss(missing)
        else:
            super().reading(document, reading)


class _Harvesting(Ledger):
    """Keeps apart the sources whose hosts are away, unless it is the last time that they are asked."""

    def __init__(self, catalogue: Catalogue, notes: Notes, job: int, *, last: bool) -> None:
        super().__init__(catalogue, notes, job)
        self._last = last
        self.away: list[str] = []

    def refuse(self, name: str, error: EstampeError) -> None:
        """Tell of what could not be used, or ask again later."""
        if isinstance(error, UnavailableError) and not self._last:
            self.away.append(str(error))
        else:
            super().refuse(name, error)
