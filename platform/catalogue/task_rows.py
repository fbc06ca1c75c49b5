"""The statements that tasks are taken, held and added by, and their rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from ..errors import NotFoundError
from . import tables
from .changes import take
from .dialect import Clock
from .results import NewTask, Task

_TASKS, _JOBS = tables.tasks, tables.jobs
_C = _TASKS.c
#: A task in one of these states is still to be ended.
OPEN: Final = ("waiting", "running")
#: States of jobs that are not over, and of those that ended by themselves.
GOES_ON: Final = ("running", "paused")
OVER: Final = ("done", "partly", "failed")


def ready() -> Any:
    """Say whether a task may be taken."""
    waiting = and_(_C.state == "waiting", _C.due <= Clock())
    return or_(waiting, and_(_C.state == "running", _C.lease < Clock()))


def of_a_running_job() -> Any:
    """Say whether a task's job is neither paused nor over."""
    return select(_JOBS.c.number).where(_JOBS.c.number == _C.job, _JOBS.c.state == "running").exists()


def claiming(worker: str, seconds: float) -> Any:
    """Return the statement that gives tasks to a worker for so many seconds."""
    values = {"state": "running", "worker": worker, "lease": Clock() + seconds, "attempts": _C.attempts + 1}
    return update(_TASKS).values(values)


def held_by(number: int, worker: str) -> Any:
    """Say whether it is this task, and this worker holds it."""
    return and_(_C.number == number, _C.worker == worker, _C.state == "running")


def lock_job(connection: Connection, job: int) -> str:
    """Let no other end a task of this job until this transaction is over; return the job's counters."""
    query = select(_JOBS.c.counters).where(_JOBS.c.number == job).with_for_update()
    counters: str | None = connection.execute(query).scalar_one_or_none()
    if counters is None:
        raise NotFoundError(f"the catalogue has no job {job}")
    return counters


def turn_job(connection: Connection, job: int, before: Collection[str], state: str, **values: str) -> bool:
    """Give a job that is in one of some states another one; say whether it was. Raises NotFoundError."""
    known = select(_JOBS.c.state).where(_JOBS.c.number == job).with_for_update()
    found = connection.execute(known).scalar_one_or_none()
    if found is None:
        raise NotFoundError(f"the catalogue has no job {job}")
    if found not in before:
        return False
    connection.execute(update(_JOBS).where(_JOBS.c.number == job).values(state=state, **values))
    return True


def count_open(connection: Connection, job: int) -> int:
    """Return how many tasks of a job are still to be ended."""
    query = select(func.count()).select_from(_TASKS).where(_C.job == job, _C.state.in_(OPEN))
    return int(connection.execute(query).scalar_one())


def insert_tasks(connection: Connection, job: int, new: Sequence[NewTask]) -> tuple[int, ...]:
    """Add tasks to a job; return the numbers of those that may begin at once."""
    if not new:
        return ()
    last = take(connection, "task", len(new))
    numbers = range(last - len(new) + 1, last + 1)
    clock: float = connection.execute(select(Clock())).scalar_one()
    connection.execute(
        insert(_TASKS),
        [
            {
                "number": number,
                "job": job,
                "kind": task.kind,
                "queue": task.queue,
                "priority": task.priority,
                "payload": json.dumps(task.payload),
                "state": "waiting",
                "attempts": task.attempts,
                "worker": "",
                "due": clock + task.wait,
                "lease": 0.0,
                # What may begin at once is told at once, by whoever added it.
                "hinted": 0.0 if task.wait > 0 else clock,
                "outcome": "{}",
                "cause": "",
                "ended": 0,
            }
            for number, task in zip(numbers, new, strict=True)
        ],
    )
    return tuple(number for number, task in zip(numbers, new, strict=True) if task.wait <= 0)


def task_of(row: Row[Any]) -> Task:
    """Return the task of a row."""
    return Task(
        row.number,
        row.job,
        row.kind,
        row.queue,
        row.priority,
        json.loads(row.payload),
        row.state,
        row.attempts,
        row.worker,
        json.loads(row.outcome),
        row.cause,
        row.ended,
    )
