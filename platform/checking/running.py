"""Jobs that seem to run for ever: whose process is gone, and that nobody works on."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ..catalogue import Catalogue, Job
from .finding import Finding

#: Jobs that are looked at, the newest.
_RECENT: Final = 10_000
#: A job may run on another machine, though not for longer than this.
_LONGEST: Final = timedelta(days=7)


def check_jobs(catalogue: Catalogue, folder: Path, *, mend: bool) -> Iterator[Finding]:
    """Check that jobs which are noted as running are worked on: by a process of this machine, or by tasks."""
    for job in catalogue.jobs(_RECENT):
        if job.state != "running" or _has_tasks(catalogue, job):
            continue
        alive = _is_alive(folder / str(job.number))
        if alive or (alive is None and datetime.fromisoformat(job.started) > datetime.now(UTC) - _LONGEST):
            continue
        if mend:
            message = "its process was killed, or went down with the machine"
            catalogue.finish_job(job.number, "failed", job.counters, message)
            (folder / str(job.number)).unlink(missing_ok=True)
        what = f"it runs since {job.started}, and its process is gone"
        yield Finding("jobs", f"job {job.number}", what, "noted as failed; the same run goes on where it was", mend)


def _has_tasks(catalogue: Catalogue, job: Job) -> bool:
    return catalogue.tasks.count_open(job.number) > 0


def _is_alive(lock: Path) -> bool | None:
    """Say whether a process holds a job's lock; None where this machine has none."""
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return True
    return False
