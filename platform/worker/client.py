"""Beginning a job that workers do, and waiting for it with the same progress and the same summary as without them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ..catalogue import Catalogue, Job, Task
from ..pipeline import Stopping, Summary, Watcher, goes_on_from
from .broker import Broker
from .notes import replay, summary_of
from .tasks import HARVEST, Order, harvest_task

#: Seconds between two looks at how a job goes on.
_EVERY: Final = 0.5
#: States of a job that is not over.
_GOES_ON: Final = ("running", "paused")


def start_job(
    catalogue: Catalogue, broker: Broker, order: Order, *, detail: str, priority: int, unless_since: str | None = None
) -> int | None:
    """Begin a job; return its number. It goes on with an earlier one of this ``detail`` that was cut off.

    With ``unless_since`` (ISO 8601, in UTC), nothing begins and None is returned where one of this detail is under way,
    or began at that time or later.
    """
    began = goes_on_from(catalogue, detail)
    since = datetime.now(UTC).timestamp() if began is None else began
    task = harvest_task(replace(order, since=since), priority)
    begun = catalogue.tasks.begin("run", detail, task, unless_since)
    if begun is None:
        return None
    number, tasks = begun
    broker.send(tasks, task.queue, priority)
    return number


def follow_job(catalogue: Catalogue, number: int, watcher: Watcher, stopping: Stopping) -> tuple[Job, Summary]:
    """Wait until a job is over, and tell a watcher how it goes on; return it with what it came to. Raises Stopped."""
    following = _Following(catalogue, number, watcher)
    while True:
        # What ended before the job did must be told too.
        job = catalogue.tasks.job(number)
        following.look()
        if job is None or job.state not in _GOES_ON:
            break
        with stopping.released():
            time.sleep(_EVERY)
    if job is None:
        raise AssertionError("jobs are never deleted")
    return job, summary_of(job.counters)


class _Following:
    """What was told of a job so far."""

    def __init__(self, catalogue: Catalogue, number: int, watcher: Watcher) -> None:
        self._catalogue, self._tasks = catalogue, catalogue.tasks
        self._number, self._watcher = number, watcher
        self._last = 0
        self._ended: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._lines: dict[int, int] = {}
        self._at_hand = ""

    def look(self) -> None:
        """Tell what is new."""
        while ended := self._tasks.ended_since(self._number, self._last):
            for task in ended:
                self._ended.update(_progress(task))
                self._replay(task)
                self._lines.pop(task.number, None)
            self._last = ended[-1].ended
        now = Counter(self._ended)
        for task in self._tasks.running(self._number):
            now.update(_progress(task))
            self._replay(task)
        self._tell(now)

    def _tell(self, now: Counter[str]) -> None:
        """Tell how many pages there are, and are done; neither becomes fewer where a task is begun once more."""
        pages, done = (max(0, now[name] - self._told[name]) for name in ("pages", "done"))
        if pages:
            document = self._catalogue.document(self._at_hand) if self._at_hand else None
            self._watcher.document(document.title if document else self._at_hand, pages)
        if done:
            self._watcher.pages(done)
        self._told |= now

    def _replay(self, task: Task) -> None:
        self._at_hand = task.outcome.get("document") or self._at_hand
        lines = task.outcome.get("lines", [])
        replay(lines[self._lines.get(task.number, 0) :], self._watcher)
        self._lines[task.number] = len(lines)


def _progress(task: Task) -> dict[str, int]:
    counters: dict[str, Any] = task.outcome.get("counters", {})
    return {"pages": counters.get("pages", 0) if task.kind == HARVEST else 0, "done": task.outcome.get("done", 0)}


def absolute(sources: Sequence[str]) -> tuple[str, ...]:
    """Return sources with the paths of files as workers know them, wherever they were started."""
    return tuple(_absolute(source) for source in sources)


def _absolute(source: str) -> str:
    path = Path(source).expanduser()
    try:
        return str(path.absolute()) if "://" not in source and path.exists() else source
    except (OSError, ValueError):
        return source
