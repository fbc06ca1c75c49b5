"""Time and chance, injected: so that tests of waiting take no time."""

from __future__ import annotations

import random
import time
from typing import Protocol


class Clock(Protocol):
    """What the door asks of time."""

    def now(self) -> float:
        """Return the seconds since 1970, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def jitter(self) -> float:
        """Return a random number from 0 to 1, so that clients which failed together do not come back together."""


class SystemClock:
    """The real time."""

    def now(self) -> float:
        """Return the seconds since 1970, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def jitter(self) -> float:
        """Return a random number from 0 to 1."""
        return random.random()  # noqa: S311 - it hides nothing
