"""A clock that only tests move."""

from __future__ import annotations


class FakeClock:
    """Moves when somebody sleeps, and by ``tick`` whenever somebody looks at it."""

    def __init__(self) -> None:
        self.time, self.tick = 1_800_000_000.0, 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        self.time += self.tick
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def jitter(self) -> float:
        return 1.0
