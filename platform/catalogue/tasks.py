"""Tasks: what a job is made of, where several processes share it.

The table is the truth: whoever works claims a task by its number, holds it by a lease that must be renewed, and ends it
together with the tasks that follow from it. So a message that is lost, or told twice, does no harm, and neither does a
worker that dies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, true, update

from ..errors import UsageError
from . import tables
from .changes import now, take
from .codec import clean
from .dialect import Clock
from .results import Ended, Job, NewTask, Task
from .task_rows import (
    GOES_ON,
    OPEN,
    OVER,
    claiming,
    count_open,
    held_by,
    insert_tasks,
    lock_job,
    of_a_running_job,
    ready,
    task_of,
    turn_job,
)
from .work import add_up, counters_text, has_begun, last_runs, start_job
from .work import job as job_of

_T = TypeVar("_T")
_TASKS, _JOBS = tables.tasks, tables.jobs
_C = _TASKS.c
# A hint that was given so many seconds ago, and that nobody took, was lost.
_LOST: Final = 60.0
#: Seconds after which the tasks of an ended job are swept away.
_KEPT: Final = 24 * 3600.0
_SWEPT_AT_ONCE: Final = 5000


class Transaction(Protocol):
    """Runs a function in one transaction, and again where another writer was met."""

    def __call__(self, function: Callable[[Connection], _T], /) -> _T:
        """Return what the function returns."""
        ...


class Tasks:
    """The tasks of a catalogue; `Catalogue.tasks` has them."""

    def __init__(self, read: Transaction, write: Transaction) -> None:
        self._read, self._write = read, write

    # --- whoever has work

    def begin(
        self, kind: str, detail: str, first: NewTask, unless_since: str | None = None
    ) -> tuple[int, tuple[int, ...]] | None:
        """Begin a job with its first task; return the numbers of the job and of what workers can be told of.

        None where a job of this detail is under way, or began ``unless_since`` (ISO 8601, in UTC) or later: of several
        who begin the same at once, one does.
        """

        def run(connection: Connection) -> tuple[int, tuple[int, ...]] | None:
            if unless_since is not None and has_begun(connection, detail, unless_since):
                return None
            number = start_job(connection, kind, detail)
            return number, insert_tasks(connection, number, [first])

        return self._write(run)

    def add(
        self, job: int, tasks: Sequence[NewTask], *, holder: tuple[int, str] | None = None
    ) -> tuple[int, ...] | None:
        """Add tasks to a job; return the numbers of those that may begin at once.

        None where the job is over, or whoever adds them as part of a task (``holder``: its number, and the worker) does
        not hold that any more. Raises NotFoundError.
        """

        def run(connection: Connection) -> tuple[int, ...] | None:
            lock_job(connection, job)
            goes_on = select(_JOBS.c.number).where(_JOBS.c.number == job, _JOBS.c.state.in_(GOES_ON))
            if holder:
                goes_on = goes_on.where(select(_C.number).where(held_by(*holder)).exists())
            return insert_tasks(connection, job, tasks) if connection.execute(goes_on).first() else None

        return self._write(run)

    def to_hint(self, queues: Collection[str] = (), *, older: float = _LOST, limit: int = 1000) -> list[Task]:
        """Return tasks that wait, or whose worker has let its lease lapse, and that nobody was told of for a while.

        They count as told now. ``older`` is that while, in seconds.
        """

        def run(connection: Connection) -> list[Task]:
            dropped = and_(_C.state == "running", _C.hinted < _C.lease)
            wanted = and_(ready(), or_(_C.hinted < Clock() - older, dropped), of_a_running_job())
            query = select(_TASKS).where(wanted).order_by(_C.priority, _C.number).limit(limit)
            if queues:
                query = query.where(_C.queue.in_(queues))
            found = [task_of(row) for row in connection.execute(query.with_for_update(skip_locked=True))]
            if found:
                numbers = [task.number for task in found]
                connection.execute(update(_TASKS).where(_C.number.in_(numbers)).values(hinted=Clock()))
            return found

        return self._write(run)

    # --- whoever works

    def claim(self, number: int, worker: str, seconds: float) -> Task | None:
        """Take a task, for so many seconds unless it is renewed; None where it is not to be had."""

        def run(connection: Connection) -> Task | None:
            # Whoever does not know whether it came through asks again.
            own = held_by(number, worker)
            mine = claiming(worker, seconds).where(_C.number == number, or_(ready(), own), of_a_running_job())
            row = connection.execute(mine.returning(*_C)).one_or_none()
            return task_of(row) if row else None

        return self._write(run)

    def claim_any(self, job: int, kind: str, worker: str, seconds: float) -> Task | None:
        """Take the first task of a kind that a job has to be done."""

        def run(connection: Connection) -> Task | None:
            wanted = select(_C.number).where(_C.job == job, _C.kind == kind, ready(), of_a_running_job())
            first = wanted.order_by(_C.priority, _C.number).limit(1).with_for_update(skip_locked=True)
            number = connection.execute(first).scalar_one_or_none()
            if number is None:
                return None
            mine = claiming(worker, seconds).where(_C.number == number, ready())
            row = connection.execute(mine.returning(*_C)).one_or_none()
            return task_of(row) if row else None

        return self._write(run)

    def renew(self, number: int, worker: str, seconds: float, outcome: Mapping[str, Any]) -> str:
        """Hold a task for longer, and note how far it has come; return the state of its job, empty where it is lost."""

        def run(connection: Connection) -> str:
            values = {"lease": Clock() + seconds, "outcome": json.dumps(outcome)}
            if not connection.execute(update(_TASKS).where(held_by(number, worker)).values(values)).rowcount:
                return ""
            state = select(_JOBS.c.state).where(_JOBS.c.number == _C.job, _C.number == number)
            return str(connection.execute(state).scalar_one())

        return self._write(run)

    def end(
        self,
        task: Task,
        worker: str,
        state: str,
        *,
        outcome: Mapping[str, Any],
        cause: str = "",
        following: Sequence[NewTask] = (),
        last: NewTask | None = None,
    ) -> Ended:
        """End a task as ``done`` or ``failed``, with what came of it, and add those that follow from it.

        The numbers of ``outcome["counters"]`` go to the job's. Where no task of the job is open any more, ``last``
        follows. Nothing is done where somebody else holds the task by now.
        """

        def run(connection: Connection) -> Ended:
            counters = lock_job(connection, task.job)
            values = {"state": state, "outcome": json.dumps(outcome), "cause": clean(cause)}
            ending = update(_TASKS).where(held_by(task.number, worker)).values(values)
            if not connection.execute(ending.values(ended=take(connection, "ended"))).rowcount:
                return Ended(held=False)
            added = add_up(json.loads(counters), outcome.get("counters", {}))
            connection.execute(update(_JOBS).where(_JOBS.c.number == task.job).values(counters=counters_text(added)))
            new = list(following)
            if last and not new and not count_open(connection, task.job):
                new.append(last)
            return Ended(held=True, following=insert_tasks(connection, task.job, new))

        return self._write(run)

    def close(self, task: Task, worker: str, state: str, *, counters: Mapping[str, int], message: str = "") -> bool:
        """End the last task of a job, and the job with it, as ``done`` or ``partly``; say whether that was to be done.

        Where other tasks came meanwhile, as some that failed and were sent again, the job goes on: when these have
        ended there is another last one.
        """

        def run(connection: Connection) -> bool:
            held = lock_job(connection, task.job)
            ending = update(_TASKS).where(held_by(task.number, worker)).values(state="done")
            if not connection.execute(ending.values(ended=take(connection, "ended"))).rowcount:
                return False
            if count_open(connection, task.job):
                return False
            added = counters_text(add_up(json.loads(held), counters))
            turn_job(connection, task.job, GOES_ON, state, finished=now(), counters=added, message=clean(message))
            return True

        return self._write(run)

    def release(self, number: int, worker: str, outcome: Mapping[str, Any]) -> None:
        """Give a task back unfinished; that it was begun does not count."""
        values = {"state": "waiting", "lease": 0.0, "hinted": 0.0, "outcome": json.dumps(outcome)}
        giving = update(_TASKS).where(held_by(number, worker)).values(attempts=_C.attempts - 1, **values)
        self._write(lambda connection: connection.execute(giving))

    def postpone(
        self, number: int, worker: str, wait: float, *, outcome: Mapping[str, Any], cause: str, counts: bool = False
    ) -> None:
        """Put a task off for so many seconds; ``counts`` says whether that it was begun counts."""
        values = {
            "state": "waiting",
            "lease": 0.0,
            "hinted": 0.0,
            "outcome": json.dumps(outcome),
            "cause": clean(cause),
        }
        later = update(_TASKS).where(held_by(number, worker))
        later = later.values(due=Clock() + wait, attempts=_C.attempts - (0 if counts else 1), **values)
        self._write(lambda connection: connection.execute(later))

    def lapse(self, worker: str = "", number: int | None = None) -> None:
        """Let another take at once what a worker held that died: all that one of this name held, or one task."""
        mine = _C.number == number if number is not None else _C.worker.startswith(f"{worker} ", autoescape=True)
        lapsing = update(_TASKS).where(_C.state == "running", mine).values(lease=0.0, hinted=0.0)
        self._write(lambda connection: connection.execute(lapsing))

    # --- whoever asks

    def job(self, number: int) -> Job | None:
        """Return a job."""
        return self._read(lambda connection: job_of(connection, number))

    def last_runs(self, endings: Collection[str]) -> dict[str, str]:
        """Return when the last run of each detail began that has a word with one of these endings."""
        return self._read(lambda connection: last_runs(connection, endings))

    def task(self, number: int) -> Task | None:
        """Return a task."""
        found = self._tasks(select(_TASKS).where(_C.number == number))
        return found[0] if found else None

    def has_any(self, job: int) -> bool:
        """Say whether a job is made of tasks: what one process does by itself is not."""
        return bool(self._tasks(select(_TASKS).where(_C.job == job).limit(1)))

    def running(self, job: int) -> list[Task]:
        """Return the tasks of a job that are under way."""
        return self._tasks(select(_TASKS).where(_C.job == job, _C.state == "running").order_by(_C.number))

    def ended_since(self, job: int, ended: int, limit: int = 1000) -> list[Task]:
        """Return tasks of a job that ended after a certain one, in that order."""
        return self._tasks(select(_TASKS).where(_C.job == job, _C.ended > ended).order_by(_C.ended).limit(limit))

    def of_job(self, job: int, kind: str, after: int = 0, limit: int = 1000) -> list[Task]:
        """Return the tasks of a kind that a job has, in the order of their numbers, after one of them."""
        wanted = select(_TASKS).where(_C.job == job, _C.kind == kind, _C.number > after)
        return self._tasks(wanted.order_by(_C.number).limit(limit))

    def failed(self, job: int | None = None, limit: int = 100) -> list[Task]:
        """Return tasks that failed for good, newest first, of one job or of all."""
        wanted = select(_TASKS).where(_C.state == "failed").order_by(_C.number.desc()).limit(limit)
        return self._tasks(wanted if job is None else wanted.where(_C.job == job))

    def open_among(self, numbers: Iterable[int]) -> set[int]:
        """Return which of some tasks are still to be ended."""
        wanted = select(_C.number).where(_C.number.in_(list(numbers)), _C.state.in_(OPEN))
        return self._read(lambda connection: set(connection.execute(wanted).scalars()))

    def tally(self, job: int | None = None) -> dict[tuple[str, str], int]:
        """Return how many tasks are open or failed for good, by queue and state, of one job or of all."""
        told = _C.state.in_([*OPEN, "failed"])
        wanted = select(_C.queue, _C.state, func.count()).where(told).group_by(_C.queue, _C.state)
        if job is not None:
            wanted = wanted.where(_C.job == job)
        return self._read(
            lambda connection: {(queue, state): count for queue, state, count in connection.execute(wanted)}
        )

    def count_open(self, job: int) -> int:
        """Return how many tasks of a job are still to be ended."""
        return self._read(lambda connection: count_open(connection, job))

    def count_under_way(self) -> int:
        """Return how many tasks are held by workers that were heard of."""
        held = select(func.count()).select_from(_TASKS).where(_C.state == "running", _C.lease >= Clock())
        return self._read(lambda connection: int(connection.execute(held).scalar_one()))

    # --- whoever directs

    def retry(self, job: int, number: int | None = None) -> int:
        """Let what failed for good of a job be done once more, or one task of it; return how many they are.

        A job that was over goes on, one that is paused stays so. Raises NotFoundError; UsageError for a job that was
        cancelled.
        """

        def run(connection: Connection) -> int:
            counters = lock_job(connection, job)
            if connection.execute(select(_JOBS.c.state).where(_JOBS.c.number == job)).scalar_one() == "cancelled":
                raise UsageError(f"job {job} was cancelled; give its command again, which goes on where it was")
            which = and_(_C.job == job, _C.state == "failed", _C.number == number if number is not None else true())
            # What they counted is counted again when they end.
            told = connection.execute(select(_C.outcome).where(which)).scalars()
            for outcome in told.all():
                before = json.loads(outcome).get("counters", {})
                counters = counters_text(add_up(json.loads(counters), {name: -count for name, count in before.items()}))
            values = {
                "state": "waiting",
                "attempts": 0,
                "due": 0.0,
                "lease": 0.0,
                "hinted": 0.0,
                "cause": "",
                "ended": 0,
            }
            count = connection.execute(update(_TASKS).where(which).values(values)).rowcount
            if count:
                turn_job(connection, job, OVER, "running", finished="", message="")
                connection.execute(update(_JOBS).where(_JOBS.c.number == job).values(counters=counters))
            return count

        return self._write(run)

    def cancel(self, job: int, message: str) -> bool:
        """End a job: what waits is not done, what is under way stops at its next page; say whether it was to be ended.

        Raises NotFoundError.
        """

        def run(connection: Connection) -> bool:
            if not turn_job(connection, job, GOES_ON, "cancelled", finished=now(), message=clean(message)):
                return False
            waiting = update(_TASKS).where(_C.job == job, _C.state.in_(OPEN))
            connection.execute(waiting.values(state="cancelled"))
            return True

        return self._write(run)

    def pause(self, job: int) -> bool:
        """Begin none of a job's tasks until it is resumed; say whether it was running."""
        return self._write(lambda connection: turn_job(connection, job, ("running",), "paused"))

    def resume(self, job: int) -> bool:
        """Go on with a job; say whether it was paused."""

        def run(connection: Connection) -> bool:
            waiting = update(_TASKS).where(_C.job == job, _C.state == "waiting").values(hinted=0.0)
            connection.execute(waiting)
            return turn_job(connection, job, ("paused",), "running")

        return self._write(run)

    def forget(self, document: str) -> None:
        """Clear what is told of a document in tasks that have ended."""
        of_it = and_(_C.state.not_in(OPEN), _C.outcome.contains(document, autoescape=True))
        clearing = update(_TASKS).where(of_it).values(outcome="{}")
        self._write(lambda connection: connection.execute(clearing))

    def sweep(self) -> int:
        """Delete some tasks of jobs that ended a day ago, but none that failed; return how many they were."""

        def run(connection: Connection) -> int:
            over = select(_JOBS.c.number).where(_JOBS.c.state.not_in(GOES_ON))
            old = and_(_C.job.in_(over), _C.state.in_(["done", "cancelled"]), _C.due < Clock() - _KEPT)
            some = select(_C.number).where(old).limit(_SWEPT_AT_ONCE)
            return connection.execute(delete(_TASKS).where(_C.number.in_(some))).rowcount

        return self._write(run)

    def _tasks(self, query: Select[Any]) -> list[Task]:
        return self._read(lambda connection: [task_of(row) for row in connection.execute(query)])
