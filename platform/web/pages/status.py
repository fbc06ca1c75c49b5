"""The status: what each source has, what is left to do, what failed and why; and the reference of the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from ...catalogue import Job
from ..api.openapi import reference
from ..services import services
from . import blueprint

_DAYS = 14
_JOBS = 500
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Day:
    """A day's work: jobs by how they ended; the height of each part is 0 to 1 of the busiest day."""

    day: date
    done: int
    partly: int
    failed: int
    tallest: int

    @property
    def total(self) -> int:
        """All jobs that began on the day."""
        return self.done + self.partly + self.failed


@dataclass(frozen=True, slots=True)
class Queue:
    """What workers have to do: tasks by how far they are."""

    name: str
    waiting: int
    running: int
    failed: int


@blueprint.get("/status", endpoint="status")
def show() -> ResponseReturnValue:
    """What was harvested, what is left to do, and what went wrong."""
    catalogue, index = services().catalogue, services().index
    jobs = catalogue.jobs(_JOBS)
    return render_template(
        "status.html",
        counts=catalogue.counts(),
        sources=catalogue.providers(),
        jobs=jobs[:_SHOWN],
        days=days(jobs, datetime.now(UTC).date()),
        queues=queues(catalogue.tasks.tally()),
        given_up=catalogue.tasks.failed(limit=_SHOWN),
        refusals=catalogue.refusals(limit=_SHOWN),
        failures=catalogue.failures(),
        noise=catalogue.noise_tallies(),
        oddities=catalogue.diagnostic_tallies(),
        runs=catalogue.current_runs(),
        behind=catalogue.last_change() - index.position(),
    )


@blueprint.get("/api", endpoint="api_guide")
def api_guide() -> ResponseReturnValue:
    """The reference of the API, with examples that run."""
    return render_template(
        "api.html",
        reference=reference(),
        base=services().addresses.api(),
        root=services().settings.base_url.rstrip("/"),
    )


def queues(tally: Mapping[tuple[str, str], int]) -> list[Queue]:
    """Return the queues in which there is something, by name."""
    names = sorted({queue for queue, _ in tally})
    return [Queue(name, *(tally.get((name, state), 0) for state in ("waiting", "running", "failed"))) for name in names]


def days(jobs: Sequence[Job], today: date) -> list[Day]:
    """Return the last days' work, oldest first; days without any included."""
    by_day: dict[date, Counter[str]] = {}
    for job in jobs:
        by_day.setdefault(datetime.fromisoformat(job.started).date(), Counter())[job.state] += 1
    span = [today - timedelta(days=before) for before in reversed(range(_DAYS))]
    tallest = max((sum(by_day.get(day, Counter()).values()) for day in span), default=0)
    return [
        Day(
            day,
            found["done"] + found["running"] + found["paused"],
            found["partly"],
            found["failed"] + found["cancelled"],
            tallest,
        )
        for day in span
        for found in [by_day.get(day, Counter())]
    ]
