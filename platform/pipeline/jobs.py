"""Which runs are alive: each holds a lock that falls with its process, so that none seems to run for ever."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..catalogue import Catalogue

#: The dead are among so many jobs, for the next run buries them; and so are those that a run goes on with.
_RECENT = 1000
#: A run goes on with one that began so long ago at most.
_OLDEST = timedelta(days=7)


@contextmanager
def alive(folder: Path, number: int) -> Iterator[None]:
    """Hold the lock of a job: a file in this folder, called by its number."""
    folder.mkdir(parents=True, exist_ok=True)
    path, unseen = folder / str(number), folder / f".{number}"
    with unseen.open("w") as file:
        # It has its name only when it is locked, so that nobody takes it for that of a dead run.
        fcntl.flock(file, fcntl.LOCK_EX)
        unseen.rename(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def bury(catalogue: Catalogue, folder: Path) -> int:
    """Note the jobs as failed whose process was killed, or went down with its machine; return how many are alive."""
    living = 0
    for path in folder.glob("[0-9]*"):
        # Another run that begins may have buried it just now.
        with suppress(FileNotFoundError), path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                living += 1
                continue
            for job in catalogue.jobs(_RECENT):
                if str(job.number) == path.name and job.state == "running":
                    message = "its process was killed, or went down with the machine"
                    catalogue.finish_job(job.number, "failed", job.counters, message)
            path.unlink(missing_ok=True)
    return living


def goes_on_from(catalogue: Catalogue, detail: str) -> float | None:
    """Return when the work began that a run of these sources goes on with, in seconds since 1970.

    That is the first of the runs of the same sources that, up to the last one, did not come to their end; None where
    the last one did.
    """
    began: datetime | None = None
    for job in catalogue.jobs(_RECENT):
        if job.kind != "run" or job.detail != detail or job.state == "running":
            continue
        if job.state not in {"failed", "cancelled"}:
            break
        began = datetime.fromisoformat(job.started)
    return max(began, datetime.now(UTC) - _OLDEST).timestamp() if began else None
