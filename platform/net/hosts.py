"""Turns: who may ask which host, and when."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Protocol

from .clock import Clock
from .pacing import Pace, retry_after

#: Requests in flight towards one host.
CONCURRENCY = 2
#: Whoever asks us to wait longer than this, in seconds, is not waited for: the request fails, and says until when.
PATIENCE = 300.0


class TooLongError(Exception):
    """A host wants to be left alone for longer than we wait; ``seconds`` says for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class Turns(Protocol):
    """The pace and the places of each host, shared by all who ask."""

    def turn(self, host: str) -> AbstractContextManager[None]:
        """Wait for a place and a turn, and hold the place. Raises TooLongError where the wait has no sense.

        Whoever waits when the host complains waits on, as long as the host asked for.
        """

    def good(self, host: str) -> None:
        """Note a good answer of a host."""

    def complaint(self, host: str, header: str) -> None:
        """Note that a host asked for patience, with its ``Retry-After``, empty where it gave none."""

    def close(self) -> None:
        """Let go of what is held."""


class Hosts:
    """The turns of the threads of one process."""

    def __init__(self, clock: Clock, usual: float) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._paces: defaultdict[str, Pace] = defaultdict(lambda: Pace(usual))
        self._places: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(CONCURRENCY))

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for a place and a turn, and hold the place. Raises TooLongError where the wait has no sense."""
        with self._lock:
            places = self._places[host]
        with places:
            while wait := self._take(host):
                self._clock.sleep(wait)
            yield

    def good(self, host: str) -> None:
        """Note a good answer of a host."""
        with self._lock:
            self._paces[host].good()

    def complaint(self, host: str, header: str) -> None:
        """Note that a host asked for patience, with its ``Retry-After``, empty where it gave none."""
        seconds = retry_after(header, self._clock.now())
        with self._lock:
            self._paces[host].complaint(self._clock.monotonic(), seconds)

    def close(self) -> None:
        """Hold nothing."""

    def pace(self, host: str) -> Pace:
        """Return what is known of a host now."""
        with self._lock:
            return replace(self._paces[host])

    def learn(self, host: str, pace: Pace) -> None:
        """Take over what others know of a host, in times of this process's clock."""
        with self._lock:
            self._paces[host] = pace

    def _take(self, host: str) -> float:
        """Take the next turn if it is now, and return 0; else return the seconds until then."""
        with self._lock:
            pace, now = self._paces[host], self._clock.monotonic()
            wait = pace.wait(now)
            if wait > PATIENCE:
                raise TooLongError(wait)
            if not wait:
                pace.reserve(now)
            return wait
