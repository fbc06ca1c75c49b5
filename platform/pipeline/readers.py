"""Pages are read by several processes at once, where a run is long enough to be worth starting them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import count
from multiprocessing.connection import wait
from typing import Final, TypeAlias

from ..records import Page
from .inputs import Text, fetch_scan
from .memory import give_back
from .page import Reading, Whole, failed, read_page

#: Seconds of reading after which others are started; each takes one to be ready.
ALONE: Final = 2.0
# More than that no disk serves, and no machine has.
_MOST = 256
#: After how many pages a process gives back what memory it can.
_OFTEN = 200
_COUNT = count(1)
_Task: TypeAlias = tuple[Whole, Page, Text | None]
#: Pages that wait for each process, so that none is idle while the run is busy with something else.
_WAITING = 4


class ReaderDiedError(Exception):
    """A process that read a page came to a sudden end: memory ran out, or a library crashed."""

    def __init__(self) -> None:
        super().__init__("the process that read it died, for want of memory or by a fault in a library")


class Readers:
    """Read pages, in this process or in others, with the same results.

    What brings a process down, as a picture may that a library cannot bear, costs its own page and no other.

    Args:
        processes: how many read at once; with 1 it is this one alone, 0 is one for each core.
        alone: seconds of reading after which the others are started.

    """

    def __init__(self, processes: int, *, alone: float = ALONE) -> None:
        self._processes, self._alone = min(processes, _MOST) or len(os.sched_getaffinity(0)), alone
        self._spent = 0.0
        self._pool: ProcessPoolExecutor | None = None

    @property
    def depth(self) -> int:
        """How many pages to have under way."""
        return self._processes * _WAITING if self._pool else 0

    def submit(self, whole: Whole, page: Page, text: Text | None) -> Callable[[], Reading]:
        """Begin to read a page; the call it gives waits for what became of it, and raises nothing."""
        if self._processes == 1 or self._spent < self._alone:
            started = time.perf_counter()
            reading = read(whole, page, text)
            self._spent += time.perf_counter() - started
            return lambda: reading
        task = (whole.of_page(page), page, text)
        try:
            self._pool = self._pool or _pool(self._processes)
            future = _submit(self._pool, task)
        except BrokenProcessPool:
            self._pool = _pool(self._processes)
            future = _submit(self._pool, task)
        return partial(_result, future, task)

    def close(self) -> None:
        """Let the processes go when they have read what they are at; what they have not begun is not done."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def read(whole: Whole, page: Page, text: Text | None) -> Reading:
    """Read a page, and look at its scan if that is a file. A fault of ours is a diagnostic, and never raised."""
    if next(_COUNT) % _OFTEN == 0:
        give_back()
    try:
        return read_page(whole, page, text, lambda page: fetch_scan(page, None) if page.local_scan else None)
    except Exception as error:  # noqa: BLE001 - one bad page never stops a run
        return failed(page, error)


def _submit(pool: ProcessPoolExecutor, task: _Task) -> Future[Reading]:
    """Begin a task, for which the pool may start a process; that never hears of Ctrl-C, not even while it starts."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(read, *task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _result(future: Future[Reading], task: _Task) -> Reading:
    try:
        return future.result()
    except BrokenProcessPool:
        pass
    # One of those under way brought all down; which one shows where each is read by itself.
    with _pool(1) as alone:
        try:
            return _submit(alone, task).result()
        except BrokenProcessPool:
            return failed(task[1], ReaderDiedError())


def _pool(processes: int) -> ProcessPoolExecutor:
    # A fork would copy the locks that threads of this process hold just then.
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Go down with the run's own process, however that ends."""
    threading.Thread(target=_go_down, daemon=True).start()


def _go_down() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)
