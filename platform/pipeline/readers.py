"""Pages are read by several processes at once, where a run is long enough to be worth starting them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count, zip_longest
from multiprocessing.connection import wait
from typing import Final, TypeAlias, TypeVar

from ..classify.reproductions import Alignment, Task, lay
from .eye import Sight
from .memory import give_back
from .page import Reading, ToRead, blind, failed
from .reading import read_pages

#: Seconds of reading after which others are started; each takes one to be ready.
ALONE: Final = 2.0
# More than that no disk serves, and no machine has.
_MOST = 256
#: After how many pages a process gives back what memory it can.
_OFTEN = 200
_COUNT = count(1)
_Task: TypeAlias = tuple[list[ToRead], Sight | None]
_Done = TypeVar("_Done")
#: Groups of pages that wait for each process, so that none is idle while the run is busy with something else.
_WAITING = 4
#: Pages that models look at at once.
_GROUP = 4
#: Seconds of reading with models after which others are started: each takes two to read the models anew.
_ALONE_SEEING: Final = 5.0
#: What tells libraries how many cores there are for them.
_CORES: Final = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")


class ReaderDiedError(Exception):
    """A process that read a page came to a sudden end: memory ran out, or a library crashed."""

    def __init__(self) -> None:
        super().__init__("the process that read it died, for want of memory or by a fault in a library")


class Readers:
    """Read pages, in this process or in others, with the same results.

    What brings a process down, as a picture may that a library cannot bear, costs its own page and no other.

    Args:
        processes: how many read at once; with 1 it is this one alone, 0 is one for each core.
        sight: the models that look; None where none do.
        alone: seconds of reading after which the others are started.

    """

    def __init__(self, processes: int, sight: Sight | None = None, *, alone: float | None = None) -> None:
        self._processes, self.sight = min(processes, _MOST) or len(os.sched_getaffinity(0)), sight
        self._alone = alone if alone is not None else ALONE if sight is None else _ALONE_SEEING
        self._spent = 0.0
        self._pool: ProcessPoolExecutor | None = None

    @property
    def group(self) -> int:
        """How many pages to read at once."""
        return 1 if self.sight is None else _GROUP

    @property
    def depth(self) -> int:
        """How many pages to have under way."""
        return self._processes * _WAITING * self.group if self._pool else self.group - 1

    def submit(self, some: Sequence[ToRead]) -> Callable[[], list[Reading]]:
        """Begin to read pages; the call it gives waits for what became of them, and raises nothing."""
        if self._processes == 1 or self._spent < self._alone:
            readings = self.read(some)
            return lambda: readings
        task = ([replace(one, whole=one.whole.of_page(one.page)) for one in some], self.sight)
        try:
            self._pool = self._pool or _pool(self._processes)
            future = _submit(self._pool, read, *task)
        except BrokenProcessPool:
            self._pool = _pool(self._processes)
            future = _submit(self._pool, read, *task)
        return partial(_result, future, task)

    def read(self, some: Sequence[ToRead]) -> list[Reading]:
        """Read pages in this process."""
        started = time.perf_counter()
        readings = read(some, self.sight)
        self._spent += time.perf_counter() - started
        return readings

    def lay(self, tasks: Sequence[Task]) -> Iterator[Sequence[Alignment]]:
        """Begin to lay pictures over others (see `find_matches`), in the other processes where there are some."""
        futures: list[Future[list[list[Alignment]]]] = []
        with suppress(BrokenProcessPool):
            futures += [_submit(self._pool, _lay, task) for task in tasks] if self._pool else ()
        return self._laid(tasks, futures)

    def _laid(
        self, tasks: Sequence[Task], futures: Sequence[Future[list[list[Alignment]]]]
    ) -> Iterator[Sequence[Alignment]]:
        for task, future in zip_longest(tasks, futures):
            try:
                yield from future.result() if future else lay([task])
            except BrokenProcessPool:
                self._pool = None
                yield from lay([task])

    def close(self) -> None:
        """Let the processes go when they have read what they are at; what they have not begun is not done."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def read(some: Sequence[ToRead], sight: Sight | None) -> list[Reading]:
    """Read pages, and look at their scans where they are at hand. A fault of ours is a diagnostic, and never raised."""
    if next(_COUNT) % _OFTEN == 0:
        give_back()
    try:
        return read_pages(some, sight.eye if sight else None)
    except Exception as error:  # noqa: BLE001 - one bad page never stops a run
        if len(some) == 1:
            return [failed(some[0].page, error)]
    return [reading for one in some for reading in read([one], sight)]


def _lay(task: Task) -> list[list[Alignment]]:
    return list(lay([task]))


def _submit(pool: ProcessPoolExecutor, function: Callable[..., _Done], *given: object) -> Future[_Done]:
    """Begin a task, for which the pool may start a process; that never hears of Ctrl-C, not even while it starts."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _one_core():
            return pool.submit(function, *given)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _result(future: Future[list[Reading]], task: _Task) -> list[Reading]:
    try:
        return future.result()
    except BrokenProcessPool:
        pass
    # One of those under way brought all down; which one shows where each is read by itself.
    some, sight = task
    return [_read_apart(one, sight) for one in some]


def _read_apart(one: ToRead, sight: Sight | None) -> Reading:
    with _pool(1) as alone:
        try:
            return _submit(alone, read, [one], sight).result()[0]
        except BrokenProcessPool:
            pass
    return failed(one.page, ReaderDiedError()) if sight is None else blind(_read_apart(one, None))


def _pool(processes: int) -> ProcessPoolExecutor:
    # A fork would copy the locks that threads of this process hold just then.
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin)


@contextmanager
def _one_core() -> Iterator[None]:
    """Have processes that start meanwhile use one core each; NumPy reads that before any code of ours runs there."""
    unset = [name for name in _CORES if name not in os.environ]
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            del os.environ[name]


def _begin() -> None:
    """Go down with the run's own process, however that ends."""
    threading.Thread(target=_go_down, daemon=True).start()


def _go_down() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)
