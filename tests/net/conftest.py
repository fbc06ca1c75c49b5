"""A scripted server, a clock that only tests move, and a door between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.net.server import Server

from estampe.net import Cache, Door, RequestsTransport


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


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def make_door(tmp_path: Path, clock: FakeClock) -> Iterator[Callable[..., Door]]:
    doors: list[Door] = []

    def make(*, ceiling: int = 10**9, silence: float = 20.0, total: float = 20.0, **options: Any) -> Door:
        transport = RequestsTransport(connect_seconds=5, silence_seconds=silence, total_seconds=total)
        cache = Cache(tmp_path / "cache", ceiling, clock.now)
        given = {"user_agent": "Estampe/test", "allow_private": True, **options}
        doors.append(Door(cache, transport, clock, **given))
        return doors[-1]

    yield make
    for door in doors:
        door.close()


@pytest.fixture
def door(make_door: Callable[..., Door]) -> Door:
    return make_door()
