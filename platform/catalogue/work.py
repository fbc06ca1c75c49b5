"""Runs that speak, jobs that work, and the sources that were refused."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from ..errors import NotFoundError, UsageError
from ..records import Run
from . import tables
from .changes import now, take
from .codec import clean, decode, encode
from .results import Job, Refused


def put_runs(connection: Connection, runs: Iterable[Run]) -> None:
    """Register runs; see `Catalogue.put_runs`."""
    table = tables.runs
    # One at a time, so that one of a facet is current in the end.
    take(connection, "run", 0)
    known = {row.id: row.record for row in connection.execute(select(table.c.id, table.c.record))}
    for run in runs:
        record = encode(run)
        if run.id in known:
            if known[run.id] != record:
                raise UsageError(f"the run {run.id} was registered before with another configuration; give it a new id")
            continue
        if not run.id or run.id != clean(run.id) or run.id.startswith("person:"):
            raise UsageError(f"{run.id!r} cannot be the id of a run")
        known[run.id] = record
        connection.execute(update(table).where(table.c.facet == run.facet).values(current=False))
        connection.execute(
            insert(table).values(id=run.id, facet=run.facet, record=record, place=take(connection, "run"), current=True)
        )


def start_job(connection: Connection, kind: str, detail: str) -> int:
    """Note that work begins, and return its number."""
    number = take(connection, "job")
    connection.execute(
        insert(tables.jobs).values(
            number=number,
            kind=kind,
            detail=clean(detail),
            state="running",
            started=now(),
            finished="",
            counters="{}",
            message="",
        )
    )
    return number


def has_begun(connection: Connection, detail: str, since: str) -> bool:
    """Say whether workers do work of this detail, or it began at this time or later; empty: ever.

    What one process does by itself does not count as under way: it may have died. Until this transaction is over, no
    other work begins.
    """
    take(connection, "job", 0)
    table, tasks = tables.jobs, tables.tasks
    open_ = select(tasks.c.number).where(tasks.c.job == table.c.number, tasks.c.state.in_(["waiting", "running"]))
    recent = or_(and_(table.c.state.in_(["running", "paused"]), open_.exists()), table.c.started >= since)
    return connection.execute(select(table.c.number).where(table.c.detail == clean(detail), recent)).first() is not None


def change_job(connection: Connection, number: int, values: Mapping[str, Any]) -> None:
    """Write columns of a job. Raises NotFoundError."""
    table = tables.jobs
    if not connection.execute(update(table).where(table.c.number == number).values(values)).rowcount:
        raise NotFoundError(f"the catalogue has no job {number}")


def counters_text(counters: Mapping[str, int]) -> str:
    """Return counters as they are kept."""
    return json.dumps(dict(counters), sort_keys=True)


def add_up(counters: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of counters by name."""
    return {name: counters.get(name, 0) + more.get(name, 0) for name in {**counters, **more}}


def jobs(connection: Connection, limit: int) -> list[Job]:
    """Return the newest jobs, newest first."""
    table = tables.jobs
    return [_job(row) for row in connection.execute(select(table).order_by(table.c.number.desc()).limit(limit))]


def last_runs(connection: Connection, endings: Collection[str]) -> dict[str, str]:
    """Return when the last run of each detail began that has a word with one of these endings."""
    table = tables.jobs
    named = or_(*(table.c.detail.contains(ending, autoescape=True) for ending in endings))
    query = select(table.c.detail, func.max(table.c.started).label("began")).where(table.c.kind == "run", named)
    return {row.detail: row.began for row in connection.execute(query.group_by(table.c.detail))}


def job(connection: Connection, number: int) -> Job | None:
    """Return a job."""
    row = connection.execute(select(tables.jobs).where(tables.jobs.c.number == number)).one_or_none()
    return _job(row) if row else None


def add_refusal(connection: Connection, number: int, source: str, cause: str) -> None:
    """Note a source that a job could not use; once, however often it is tried."""
    table = tables.refusals
    values = {"job": number, "source": clean(source), "cause": clean(cause)}
    same = select(table.c.number).filter_by(**values).limit(1)
    if connection.execute(same).first() is None:
        connection.execute(insert(table).values(number=take(connection, "refusal"), at=now(), **values))


def refusals(connection: Connection, number: int | None, limit: int) -> list[Refused]:
    """Return the newest refusals, of one job or of all, newest first."""
    table = tables.refusals
    query = select(table).order_by(table.c.number.desc()).limit(limit)
    if number is not None:
        query = query.where(table.c.job == number)
    return [Refused(row.job, row.source, row.cause, row.at) for row in connection.execute(query)]


def current_runs(connection: Connection) -> dict[str, Run]:
    """Return the current run of each facet."""
    table = tables.runs
    rows = connection.execute(select(table).where(table.c.current.is_(True)).order_by(table.c.place))
    return {row.facet: decode(Run, row.record) for row in rows}


def _job(row: Row[Any]) -> Job:
    return Job(
        row.number, row.kind, row.detail, row.state, row.started, row.finished, json.loads(row.counters), row.message
    )
