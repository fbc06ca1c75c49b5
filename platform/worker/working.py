"""A task is taken, done, and ended, or put off, by the kind of what stood in its way."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

from ..catalogue import Catalogue, Task
from ..errors import BusyError, CatalogueError, EstampeError
from ..logs import logged
from ..pipeline import Stopped, our_failure
from ..search import Index
from ..settings import Settings
from .broker import Broker
from .holding import LEASE, Event, Holding
from .patience import WAITS
from .steps import CRASHES, Done, LaterError, Steps
from .tasks import FINISH, HARVEST, PAGES, finish_task

_LOG = logging.getLogger(__name__)
#: How long to wait for what only one may write, in seconds.
_BUSY_WAIT: Final = 5.0


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
        self._catalogue, self._broker = catalogue, broker
        self._name, self._ending = name, ending
        self._steps = Steps(settings, catalogue, broker, self._help_out)
        self._kinds: Mapping[str, Callable[[Task, Holding], Done | None]] = {
            HARVEST: self._steps.harvest,
            PAGES: self._steps.pages,
            FINISH: self._steps.finish,
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
        return self._steps.index

    def _work(self, task: Task, worker: str) -> None:
        tasks, number = self._catalogue.tasks, task.number
        with logged(job=task.job, task=number), Holding(self._catalogue, number, worker, self._ending) as held:
            try:
                if done := self._kinds[task.kind](task, held):
                    self._end(task, worker, done)
            except Stopped:
                tasks.release(number, worker, held.outcome() or task.outcome)
            except BusyError as error:
                outcome = held.outcome() or task.outcome
                tasks.postpone(number, worker, _BUSY_WAIT, outcome=outcome, cause=str(error))
            except LaterError as error:
                outcome = {"tries": task.outcome.get("tries", 0) + 1}
                tasks.postpone(number, worker, error.wait, outcome=outcome, cause=str(error))
            except CatalogueError:
                # Nothing can be noted; its lease lapses, and another one takes it.
                raise
            except Exception as error:  # noqa: BLE001 - one bad task never stops a worker
                self._fault(task, worker, error)

    def _end(self, task: Task, worker: str, done: Done) -> None:
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
        tasks = self._catalogue.tasks
        cause = str(error) if isinstance(error, EstampeError) else str(our_failure(task.kind, error))
        if task.attempts < CRASHES:
            tasks.postpone(task.number, worker, WAITS[task.attempts - 1], outcome={}, cause=cause, counts=True)
        elif task.kind == FINISH:
            tasks.close(task, worker, "partly", counters={}, message=cause)
        else:
            self._end(task, worker, Done({}, "failed", cause))

    def _help_out(self, job: int) -> bool:
        worker = self._signature()
        task = self._catalogue.tasks.claim_any(job, PAGES, worker, LEASE)
        if task:
            self._work(task, worker)
        return task is not None


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
