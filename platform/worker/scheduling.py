"""Lists are harvested again when they say: a clock asks every minute, and some worker looks which are due."""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ..catalogue import Catalogue
from ..harvest.schedule import due, last_harvests, read_lists
from ..settings import Settings
from .broker import SCHEDULE, Broker, make_app
from .client import start_job
from .tasks import NETWORK, NIGHTLY, Order

_LOG = logging.getLogger(__name__)
#: Seconds between two looks.
_EVERY: Final = 60.0
#: Is touched each time that the clock has asked: an old one is the trace of a clock that stands still.
TRACE: Final = "estampe-beat"


def start_due(catalogue: Catalogue, broker: Broker, folder: Path, now: datetime) -> list[int]:
    """Begin the harvest of each list that is due, once however many ask at the same time; return the jobs."""
    lists, wrong = read_lists(folder.absolute())
    for refusal in wrong:
        _LOG.warning("%s", refusal.error)
    last = last_harvests(lists, catalogue.tasks.last_runs((".yaml", ".yml")))
    jobs = []
    for one in due(lists, last, now):
        source = str(one.listed.path)
        since = one.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if one.since else ""
        job = start_job(
            catalogue, broker, Order((source,), only_changed=True), detail=source, priority=NIGHTLY, unless_since=since
        )
        if job is not None:
            jobs.append(job)
    return jobs


def beat(settings: Settings) -> None:
    """Ask again and again what is due, until a signal ends it. Raises SettingsError."""
    app = make_app(settings)
    from celery.apps.beat import Beat
    from celery.signals import after_task_publish, beat_init

    def leave_trace(**_: object) -> None:
        (Path(tempfile.gettempdir()) / TRACE).touch()

    for signal in (beat_init, after_task_publish):
        signal.connect(leave_trace, weak=False)
    entry: dict[str, Any] = {"task": SCHEDULE, "schedule": _EVERY, "options": {"queue": NETWORK, "expires": _EVERY}}
    app.conf.beat_schedule = {"lists": entry}
    Broker(app).ask_what_is_due()
    # What is due stands in the catalogue; the clock itself remembers nothing.
    Beat(app=app, scheduler="celery.beat:Scheduler", loglevel=settings.log_level.upper(), quiet=True).run()
