"""A task is held while it is worked on: its lease is renewed, its progress is noted, and a call to stop is heard."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Protocol, Self

from ..catalogue import Catalogue
from ..errors import CatalogueError
from ..pipeline import Stopping

#: A task whose worker was not heard of for so many seconds goes to another one.
LEASE: Final = 30.0
#: How often progress is noted, and the lease renewed.
_EVERY: Final = 3.0
#: How often it is looked whether the worker is to stop.
_LOOK: Final = 0.5
#: Who is to stop and has not after so many seconds is ended; services are killed some 90 seconds after they are asked.
_GRACE: Final = 20.0
_LOG = logging.getLogger(__name__)


class Event(Protocol):
    """That a worker is to stop, as threads and processes know it."""

    def is_set(self) -> bool:
        """Say whether it is."""
        ...


class Holding:
    """Holds a task while it is entered.

    Args:
        catalogue: where the task stands.
        number: the task.
        worker: who has claimed it.
        ending: is set when the worker is to stop.

    """

    def __init__(self, catalogue: Catalogue, number: int, worker: str, ending: Event) -> None:
        self._catalogue, self._number, self.worker, self._ending = catalogue, number, worker, ending
        self.stopping = Stopping()
        #: Gives what the task came to so far.
        self.outcome: Callable[[], Mapping[str, Any]] = dict
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._hold, name=f"hold {number}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _hold(self) -> None:
        renewed, ended = time.monotonic(), 0.0
        while not self._done.wait(_LOOK):
            if self._ending.is_set():
                self.stopping.ask()
                self._give_up(ended := ended or time.monotonic())
            if time.monotonic() - renewed < _EVERY:
                continue
            try:
                state = self._catalogue.tasks.renew(self._number, self.worker, LEASE, self.outcome())
            except CatalogueError as error:
                # If that lasts, the work itself fails on it.
                _LOG.warning("the lease of task %d is not renewed: %s", self._number, error)
                continue
            renewed = time.monotonic()
            if state != "running":
                # Somebody paused or cancelled the job, or another worker has the task by now.
                self.stopping.ask()

    def _give_up(self, since: float) -> None:
        """Leave the task to others and end this process, if it has not stopped by now: it waits for a slow host."""
        if time.monotonic() - since > _GRACE:
            with suppress(CatalogueError):
                self._catalogue.tasks.release(self._number, self.worker, self.outcome())
            os._exit(0)
