"""What is done for each kind of task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ..catalogue import Catalogue, NewTask, Task
from ..errors import ForgottenError, UnavailableIndexError
from ..harvest import Harvester
from ..logs import logged
from ..net import Door, open_door
from ..pipeline import (
    ALL,
    LOOKS,
    Fingerprint,
    Intake,
    Ledger,
    Matching,
    Pages,
    ReaderDiedError,
    Readers,
    Sight,
    Whole,
    erase,
    failed,
    runs_of,
    tell_together,
)
from ..search import Index, follow, open_index
from ..settings import Settings
from .batches import Batches
from .broker import Broker
from .holding import Holding
from .notes import Notes, go_on_from, outcome_of
from .patience import WAITS, HarvestLedger, ReadingLedger
from .tasks import Order, Part, pages_task, parts_of

#: So often may a task bring its worker down: then its pages are read one by one, and it is seen which one does.
CRASHES: Final = 3
#: A harvest lasts long, and may see its worker die for other reasons.
HARVEST_CRASHES: Final = 30
#: How long to wait for an index that is away, in seconds, and how often before a job ends without it.
_AWAY_WAIT, _AWAY_TRIES = 10.0, 30


class LaterError(Exception):
    """A task is to be begun again after so many seconds."""

    def __init__(self, wait: float, cause: str) -> None:
        super().__init__(cause)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task, and what follows from it."""

    outcome: Mapping[str, Any]
    state: str = "done"
    cause: str = ""
    following: Sequence[NewTask] = field(default=())


class Steps:
    """Harvests, reads pages and finishes jobs, for tasks that are held.

    Args:
        settings: as everywhere.
        catalogue: the store of record.
        broker: tells other workers what a harvest hands on.
        help_out: does one batch of pages of a job, if there is one, and says whether there was.

    """

    def __init__(
        self, settings: Settings, catalogue: Catalogue, broker: Broker, help_out: Callable[[int], bool]
    ) -> None:
        self._settings, self._catalogue, self._broker, self._help_out = settings, catalogue, broker, help_out
        self._door: tuple[int, Door | None] = (0, None)
        self._index: Index | None = None

    @property
    def index(self) -> Index:
        """The search index, opened when it is needed. Raises UnavailableIndexError."""
        if self._index is None:
            self._index = open_index(self._settings, self._catalogue)
        return self._index

    def harvest(self, task: Task, held: Holding) -> Done:
        """Harvest the sources of a job, and hand their pages on."""
        order, tries = Order.of(task.payload), int(task.outcome.get("tries", 0))
        if task.attempts > HARVEST_CRASHES:
            return Done({}, "failed", f"it was begun {task.attempts} times, and its worker died each time")
        notes = Notes()
        ledger = HarvestLedger(self._catalogue, notes, task.job, last=tries == len(WAITS))
        held.outcome = lambda: outcome_of(ledger, notes) | {"tries": tries}
        sight = order.sight(self._settings)
        self._catalogue.put_runs(runs_of(sight))
        door = self._door_of(task.job, order)
        intake = Intake(self._catalogue, door, ledger=ledger, stopping=held.stopping, revive=order.revive, sight=sight)
        batches = Batches(
            self._catalogue,
            task,
            held.worker,
            self._broker.send,
            lambda: self._help_out(task.job),
            held.stopping,
            gpu=self._settings.gpu and sight is not None,
        )
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
            raise LaterError(WAITS[tries], ledger.away[0])
        return Done(outcome_of(ledger, notes))

    def pages(self, task: Task, held: Holding) -> Done:
        """Read pages; what a host did not give is asked for again by a task that follows."""
        order, parts, tries = Order.of(task.payload), parts_of(task.payload), int(task.payload["tries"])
        notes = Notes()
        ledger = ReadingLedger(self._catalogue, notes, task.job, last=tries == len(WAITS))
        go_on_from(ledger, notes, task.outcome)
        held.outcome = lambda: outcome_of(ledger, notes)
        if task.attempts > CRASHES:
            return self._one_by_one(task, order, parts, ledger, notes)
        door = self._door_of(task.job, order)
        pages = Pages(
            self._catalogue,
            door,
            pictures=order.pictures,
            readers=Readers(1, order.sight(self._settings)),
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

    def finish(self, task: Task, held: Holding) -> None:
        """End a job: the index follows to the end, and what old jobs have left is swept away."""
        catalogue, tries = self._catalogue, int(task.outcome.get("tries", 0))
        messages, changes = [], 0
        tell_together(catalogue, Sight(self._settings, frozenset(LOOKS) - {"genre"}), held.stopping)
        try:
            changes = follow(catalogue, self.index)
            with closing(open_door(self._settings)) as door:
                if Matching(catalogue, self.index, door, held.stopping).run():
                    changes += follow(catalogue, self.index)
        except UnavailableIndexError as error:
            if tries < _AWAY_TRIES:
                raise LaterError(_AWAY_WAIT, str(error)) from error
            messages.append(f"{error} It catches up later.")
        while catalogue.tasks.sweep() and not held.stopping.asked:
            pass
        if failures := sum(count for (_, state), count in catalogue.tasks.tally(task.job).items() if state == "failed"):
            messages.append(f"{failures} tasks failed for good; `estampe jobs failures {task.job}` says why")
        job = catalogue.tasks.job(task.job)
        partly = job and (job.counters.get("refused") or job.counters.get("failed") or len(messages))
        catalogue.tasks.close(
            task, held.worker, "partly" if partly else "done", counters={"changes": changes}, message=" ".join(messages)
        )

    # --- parts of them

    def _read(self, part: Part, pages: Pages, ledger: Ledger) -> None:
        """Read the pages of a document; some of them may be gone by now."""
        catalogue = self._catalogue
        document = catalogue.document(part.document)
        if document is None:
            if catalogue.tombstone(part.document):
                ledger.refuse(part.document, ForgottenError(part.document, "it was forgotten while it was read"))
            return
        count = catalogue.page_count(document.id)
        whole = Whole.of(document, catalogue.articles(document.id), count)
        with logged(document=document.id):
            for page, fingerprint in catalogue.some_pages(part.pages):
                pages.add(whole, page, Fingerprint.parse(fingerprint))

    def _again(self, task: Task, order: Order, tries: int, ledger: Ledger, notes: Notes) -> Done:
        """Return what came of some pages, and the task that asks again for those that may be had in a while."""
        if not notes.missing_now:
            return Done(outcome_of(ledger, notes))
        if tries == len(WAITS):
            cause = "; ".join(dict.fromkeys(missing.cause for missing in notes.missing_now))
            notes.give_up()
            return Done(outcome_of(ledger, notes), "failed", cause)
        wanted = {(missing.document, missing.page) for missing in notes.missing_now}
        parts = []
        for document in dict.fromkeys(document for document, _ in wanted):
            some = tuple(page.id for page in self._catalogue.pages(document) if (document, page.key) in wanted)
            parts.append(Part(document, some))
        outcome = outcome_of(ledger, notes)
        outcome["done"] -= sum(len(part.pages) for part in parts)
        more = pages_task(order, parts, task.queue, task.priority, tries=tries + 1, wait=WAITS[tries])
        return Done(outcome, following=[more])

    def _one_by_one(self, task: Task, order: Order, parts: Sequence[Part], ledger: Ledger, notes: Notes) -> Done:
        """Let pages that brought down their workers be read each by itself; note the one that does it also then."""
        single = [Part(part.document, (page,)) for part in parts for page in part.pages]
        if len(single) > 1:
            each = [pages_task(order, [part], task.queue, task.priority) for part in single]
            return Done(outcome_of(ledger, notes), following=each)
        [part] = single
        if order.sight(self._settings):
            # It may be the models that do it; only without them it is the page's own fault.
            return Done(
                outcome_of(ledger, notes),
                following=[pages_task(replace(order, without=(ALL,)), [part], task.queue, task.priority)],
            )
        document, page = self._catalogue.document(part.document), self._catalogue.page(part.pages[0])
        if document and page:
            reading = failed(page, ReaderDiedError())
            with suppress(ForgottenError):
                self._catalogue.put_page(
                    page, fingerprint="", words=None, illustrations=(), diagnostics=reading.diagnostics
                )
            ledger.reading(document, reading)
        ledger.page()
        return Done(outcome_of(ledger, notes))

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
