"""Turns at a host, within one process and between several: the same promises."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from estampe.errors import SettingsError
from estampe.net import Cache, Door, RequestsTransport, SystemClock
from estampe.net import shared as shared_module
from estampe.net.hosts import CONCURRENCY, Hosts, TooLongError, Turns
from estampe.net.shared import SharedHosts
from tests.net.server import Handler, Server
from tests.services import Redis

HOST = "library.example"
#: What two clocks may differ by in what they say of one second.
DRIFT = 0.02
Pair = Callable[[float], tuple[Turns, Turns]]


@pytest.fixture(params=["one process", "several"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two that ask the same host, with these seconds between two requests: threads of a process, or processes."""
    opened: list[Turns] = []

    def make(usual: float) -> tuple[Turns, Turns]:
        if request.param == "one process":
            opened.append(Hosts(SystemClock(), usual))
        else:
            url = request.getfixturevalue("redis_server").url
            opened.extend(SharedHosts(url, SystemClock(), usual) for _ in range(2))
        return opened[0], opened[-1]

    yield make
    for turns in opened:
        turns.close()


def take(turns: Turns, times: int = 1, host: str = HOST) -> None:
    for _ in range(times):
        with turns.turn(host):
            pass


def test_turns_are_a_pause_apart_whoever_takes_them(pair: Pair) -> None:
    one, other = pair(0.05)

    thread = threading.Thread(target=take, args=(one, 4))
    start = time.monotonic()
    thread.start()
    take(other, 4)
    thread.join()
    assert time.monotonic() - start >= 7 * 0.05 - DRIFT


def test_hosts_do_not_wait_for_each_other(pair: Pair) -> None:
    one, other = pair(60.0)
    take(one, host="a.example")
    take(other, host="b.example")


def test_no_more_than_two_are_at_a_host(pair: Pair) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def visit(turns: Turns) -> None:
        for _ in range(3):
            with turns.turn(HOST):
                with lock:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                threading.Event().wait(0.01)
                with lock:
                    now[0] -= 1

    threads = [threading.Thread(target=visit, args=(turns,)) for turns in pair(0.0001) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= CONCURRENCY


def test_a_place_is_given_back_when_the_request_fails(pair: Pair) -> None:
    one, other = pair(0.0001)
    for _ in range(CONCURRENCY + 1):
        with suppress(ZeroDivisionError), one.turn(HOST):
            raise ZeroDivisionError
    take(other)


def test_a_word_of_patience_is_obeyed_by_all_at_once_and_by_who_waits_already(pair: Pair) -> None:
    one, other = pair(1.0)
    take(one)
    waiting = threading.Thread(target=take, args=(other,))
    waiting.start()
    told = time.monotonic()
    one.complaint(HOST, "2")
    waiting.join()
    assert time.monotonic() - told >= 2.0 - DRIFT


def test_a_complaint_halves_the_pace_of_all(pair: Pair) -> None:
    one, other = pair(0.01)
    one.complaint(HOST, "")
    start = time.monotonic()
    take(one)
    take(other)
    assert time.monotonic() - start >= 1.0 - DRIFT


def test_nobody_waits_for_hours(pair: Pair) -> None:
    one, other = pair(0.01)
    one.complaint(HOST, "3600")
    for turns in (one, other):
        with pytest.raises(TooLongError) as caught:
            take(turns)
        assert 3500 < caught.value.seconds <= 3600


# --- what only several processes can do


def _ask(url: str, redis: str, folder: Path, me: int, times: int, pause: float) -> None:
    clock = SystemClock()
    door = Door(
        Cache(folder, 10**9, clock.now),
        RequestsTransport(),
        clock,
        user_agent="Estampe/test",
        allow_private=True,
        hosts=SharedHosts(redis, clock, pause),
    )
    for number in range(times):
        assert door.get(f"{url}/{me}/{number}").read() == b"ok"
    door.close()


def ask(server: Server, redis: Redis, folder: Path, askers: list[int], times: int, pause: float) -> None:
    """Have processes ask at once, each as many questions of its own number."""
    context = multiprocessing.get_context("spawn")
    given = [(server.url, redis.url, folder, me, times, pause) for me in askers]
    processes = [context.Process(target=_ask, args=one) for one in given]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(askers)


def test_processes_that_ask_the_same_all_get_it(redis_server: Redis, server: Server, tmp_path: Path) -> None:
    server.routes["/0/0"] = lambda handler, seen: handler.give(200, b"ok", ETag='"1"')
    ask(server, redis_server, tmp_path, [0, 0, 0], 1, 0.001)
    assert 1 <= len(server.requests["/0/0"]) <= 3
    assert len(list((tmp_path / "bodies").rglob("??*/*"))) == 1


def test_processes_that_hammer_a_host_are_as_polite_as_one(redis_server: Redis, server: Server, tmp_path: Path) -> None:
    workers, times, pause = 4, 2, 0.05
    lock = threading.Lock()
    arrived: list[float] = []
    refused: list[float] = []
    now, most = [0], [0]

    def route(handler: Handler, seen: int) -> None:
        with lock:
            arrived.append(time.monotonic())
            now[0] += 1
            most[0] = max(most[0], now[0])
            refuse = len(arrived) == 7
        threading.Event().wait(0.02)
        with lock:
            now[0] -= 1
        if refuse:
            refused.append(time.monotonic())
            handler.give(429, Retry_After="2")
        else:
            handler.give(200, b"ok")

    for worker in range(workers):
        server.routes |= {f"/{worker}/{number}": route for number in range(times)}
    ask(server, redis_server, tmp_path, list(range(workers)), times, pause)
    assert all(len(server.requests[path]) in {1, 2} for path in server.routes) and len(arrived) == workers * times + 1
    assert most[0] <= CONCURRENCY
    # Whoever asked has a second to hear of it, and the others are on their way for as long.
    assert not any(refused[0] + 1.0 < when < refused[0] + 2.0 - DRIFT for when in arrived)
    assert arrived[-1] - arrived[0] >= 2.0 + 4 * pause - DRIFT


def _sit(url: str, lease: float, ready: Any) -> None:
    hosts = SharedHosts(url, SystemClock(), 0.0001, lease=lease)
    with hosts.turn(HOST):
        ready.release()
        threading.Event().wait()


def test_the_place_of_a_killed_worker_falls_and_that_of_a_living_one_does_not(redis_server: Redis) -> None:
    context, lease = multiprocessing.get_context("spawn"), 2.0
    ready = context.Semaphore(0)
    sitting = [context.Process(target=_sit, args=(redis_server.url, lease, ready)) for _ in range(CONCURRENCY)]
    for process in sitting:
        process.start()
    for _ in sitting:
        ready.acquire()
    redis = shared_module.connect(redis_server.url)

    def leases() -> dict[str, float]:
        held: dict[str, float] = json.loads(redis.get(shared_module.PREFIX + HOST) or b"{}")["places"]
        return held

    hosts, taken = SharedHosts(redis_server.url, SystemClock(), 0.0001, lease=lease), leases()
    waiting = threading.Thread(target=take, args=(hosts,))
    waiting.start()
    while not all(leases()[place] > end for place, end in taken.items()):
        waiting.join(0.05)
    assert waiting.is_alive(), "they are at work, and have their places however long it takes"
    os.kill(sitting[0].pid or 0, signal.SIGKILL)
    waiting.join(60)
    assert not waiting.is_alive()
    for process in sitting:
        process.kill()
        process.join()
    hosts.close()
    redis.close()


def test_without_redis_each_goes_on_and_all_meet_again(redis_server: Redis, caplog: pytest.LogCaptureFixture) -> None:
    one, other = (SharedHosts(redis_server.url, SystemClock(), 0.0001, left_alone=0.01) for _ in range(2))
    take(one)
    with one.turn(HOST):
        redis_server.stop()
        one.complaint(HOST, "3600")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            take(other)
            with pytest.raises(TooLongError):
                take(one)
    lost = [record.message for record in caplog.records if "does not answer" in record.message]
    assert len(lost) == 2, "each says it once"
    redis_server.start()
    for hosts in (one, other):
        with pytest.raises(TooLongError):
            take(hosts)
    one.close()
    other.close()


def test_an_emptied_redis_learns_from_those_who_know(redis_server: Redis) -> None:
    one, other, new = (SharedHosts(redis_server.url, SystemClock(), 0.0001) for _ in range(3))
    one.complaint(HOST, "3600")
    with pytest.raises(TooLongError):
        take(other)
    shared_module.connect(redis_server.url).flushall()
    with pytest.raises(TooLongError):
        take(other)
    with pytest.raises(TooLongError):
        take(new)
    for hosts in (one, other, new):
        hosts.close()


def test_a_redis_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_module, "PROMPT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = SharedHosts(f"redis://127.0.0.1:{silent.getsockname()[1]}", SystemClock(), 0.0001)
        take(hosts, 5)
        hosts.close()


@pytest.mark.parametrize("url", ["amqp://me:secret@broker", "redis://me:secret@broker:port", "secret"])
def test_what_is_no_redis_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="ESTAMPE_BROKER_URL") as caught:
        SharedHosts(url, SystemClock(), 1.0)
    assert "secret" not in str(caught.value)


def test_a_package_that_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"estampe\[cluster\]"):
        SharedHosts("redis://127.0.0.1", SystemClock(), 1.0)
