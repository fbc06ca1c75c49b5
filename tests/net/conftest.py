"""A scripted server, a clock that only tests move, and a door between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from estampe.net import Cache, Door, RequestsTransport
from tests.net.clock import FakeClock
from tests.net.server import Server


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
