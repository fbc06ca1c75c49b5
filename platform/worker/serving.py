"""Processes that do tasks: a Celery worker, whose messages are hints with the numbers of tasks."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, Final

from celery import Celery, bootsteps
from celery.signals import worker_shutting_down

from ..catalogue import Catalogue
from ..errors import BrokerError, BusyError, EstampeError, UsageError
from ..search import follow
from ..settings import Settings
from .broker import KEEP, SCHEDULE, WORK, Broker, make_app
from .holding import Event
from .scheduling import start_due
from .working import Worker

_LOG = logging.getLogger(__name__)
#: How often somebody looks after what was lost, and has the index follow, in seconds.
EVERY: Final = 5.0
#: A hint that an empty queue does not hold any more, after so many seconds, was lost.
_PROMPT: Final = 2.0
#: So many messages in a queue are enough: more are sent when these have been taken.
_ENOUGH: Final = 200
#: A worker whose broker failed in a way that Celery does not bear begins anew after so many seconds.
_PAUSE: Final = 5.0


def serve(settings: Settings, queues: Sequence[str], concurrency: int, name: str) -> int:
    """Do tasks of some queues until a signal ends it; return the exit status. Raises SettingsError.

    With SIGTERM each process ends the page that it is at; what it leaves goes to others. Raises UsageError where a
    worker of this name is at work already.

    Args:
        settings: as everywhere.
        queues: of `QUEUES`.
        concurrency: how many processes.
        name: of this worker; two of one name at once would take what the other one does for lost.

    """
    app = make_app(settings)
    with suppress(BrokerError), closing(Broker(make_app(settings))) as broker:
        if name in broker.workers():
            raise UsageError(f"a worker called {name} is at work already; give this one another --name")
    ending = multiprocessing.get_context("fork").Event()
    office = _Office(settings, queues, name, ending)
    _register(app, office)
    worker_shutting_down.connect(lambda **_: ending.set(), weak=False)
    with Catalogue.open(settings.catalogue_url) as catalogue:
        # What one of this name held that was killed.
        catalogue.tasks.lapse(name)
    worker: Any = app.Worker(
        hostname=name,
        queues=list(queues),
        concurrency=concurrency,
        pool="prefork",
        loglevel=settings.log_level.upper(),
        quiet=True,
        without_mingle=True,
        without_gossip=True,
        optimization="fair",
    )
    worker.start()
    status = int(worker.exitcode or 0)
    if status and not ending.is_set():
        # Redis was full, say: Celery gives up then, and holds much that cannot be put right.
        _LOG.warning("the worker ended by itself; it begins anew in %.0f seconds", _PAUSE)
        time.sleep(_PAUSE)
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - it is this very program
    return status


class _Office:
    """What each process of a worker needs, opened when it first works: connections do not survive a fork."""

    def __init__(self, settings: Settings, queues: Sequence[str], name: str, ending: Event) -> None:
        self.settings, self.queues, self._name, self._ending = settings, queues, name, ending
        self._process = 0
        self._worker: Worker | None = None
        self._catalogue: Catalogue | None = None
        self._broker: Broker | None = None

    def open(self, app: Celery) -> tuple[Worker, Catalogue, Broker]:
        """Return the worker of this process, its catalogue and its broker. Raises CatalogueError."""
        if self._process != os.getpid() or not (self._worker and self._catalogue and self._broker):
            self._catalogue = Catalogue.open(self.settings.catalogue_url)
            self._broker = Broker(app)
            self._worker = Worker(self.settings, self._catalogue, self._broker, self._name, self._ending)
            self._process = os.getpid()
        return self._worker, self._catalogue, self._broker


def _register(app: Celery, office: _Office) -> None:
    def work(number: int) -> None:
        try:
            worker, _, _ = office.open(app)
            worker.do(number)
        except EstampeError as error:
            # The catalogue is away: the task stands there, and is told of again.
            _LOG.error("task %d: %s", number, error)

    def keep() -> None:
        try:
            worker, catalogue, broker = office.open(app)
            tell_again(catalogue, broker, office.queues)
            follow(catalogue, worker.index)
        except BusyError:
            # Another one follows.
            pass
        except EstampeError as error:
            _LOG.warning("%s", error)

    def schedule() -> None:
        try:
            _, catalogue, broker = office.open(app)
            start_due(catalogue, broker, office.settings.lists, datetime.now(UTC))
        except EstampeError as error:
            _LOG.warning("%s", error)

    app.task(work, name=WORK)
    app.task(keep, name=KEEP)
    app.task(schedule, name=SCHEDULE)
    app.steps["worker"].add(_Keeper)
    app.conf.estampe_queue = office.queues[0]


def tell_again(catalogue: Catalogue, broker: Broker, queues: Sequence[str]) -> None:
    """Tell workers of tasks that nobody was told of, or whose message was lost; of no more than they need to know."""
    try:
        lengths = broker.lengths()
    except BrokerError as error:
        # Nothing counts as told that was not.
        _LOG.warning("%s", error)
        return
    for queue in queues:
        if (room := _ENOUGH - lengths[queue]) > 0:
            lost = {} if lengths[queue] else {"older": _PROMPT}
            for task in catalogue.tasks.to_hint([queue], limit=room, **lost):
                broker.send([task.number], task.queue, task.priority)


class _Keeper(bootsteps.StartStopStep):  # type: ignore[misc]
    """Has one process of the worker look after what was lost, again and again."""

    requires = {"celery.worker.components:Timer"}  # noqa: RUF012 - as Celery wants it

    def __init__(self, _parent: Any, **_: Any) -> None:
        self._entry: Any = None

    def start(self, parent: Any) -> None:
        """Begin."""
        broker, queue = Broker(parent.app), parent.app.conf.estampe_queue
        self._entry = parent.timer.call_repeatedly(EVERY, broker.keep, (queue,))

    def stop(self, _parent: Any) -> None:
        """End."""
        if self._entry:
            self._entry.cancel()
