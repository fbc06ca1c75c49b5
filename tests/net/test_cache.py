"""The cache never serves half of anything, and stays below its ceiling."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from estampe.net import Cache
from estampe.net.cache import GRACE, Entry, Question


def put(cache: Cache, key: str, body: bytes, content_type: str = "") -> Entry:
    with cache.incoming() as incoming:
        incoming.write(body)
        return cache.keep(Question(key), incoming, address=key, content_type=content_type, etag="", last_modified="")


def held(cache: Cache, keys: list[str]) -> list[str]:
    return [key for key in keys if (entry := cache.find(Question(key))) and cache.path(entry).is_file()]


def test_what_was_used_last_stays(tmp_path: Path, clock: Any) -> None:
    cache = Cache(tmp_path, 350, clock.now)
    for number in range(3):
        put(cache, str(number), str(number).encode() * 100)
        clock.time += 1
    clock.time += GRACE
    cache.find(Question("0"))
    clock.time += 1
    put(cache, "3", b"3" * 100)
    assert held(cache, ["0", "1", "2", "3"]) == ["0", "2", "3"]
    assert sum(f.stat().st_size for f in (tmp_path / "bodies").rglob("*") if f.is_file()) == 300


def test_what_was_just_used_stays_even_above_the_ceiling(tmp_path: Path, clock: Any) -> None:
    cache = Cache(tmp_path, 50, clock.now)
    put(cache, "a", b"a" * 100)
    put(cache, "b", b"b" * 100)
    assert held(cache, ["a", "b"]) == ["a", "b"]


def test_a_body_that_two_addresses_share_stays_until_both_go(tmp_path: Path, clock: Any) -> None:
    cache = Cache(tmp_path, 150, clock.now)
    put(cache, "a", b"same" * 25)
    clock.time += GRACE * 2
    put(cache, "b", b"same" * 25)
    assert held(cache, ["b"]) == ["b"]
    cache.prune()
    assert cache.find(Question("b")) is not None


@pytest.mark.parametrize("damage", ["cut body", "no body", "cut entry", "strange entry"])
def test_damage_is_not_served(tmp_path: Path, clock: Any, damage: str) -> None:
    cache = Cache(tmp_path, 1000, clock.now)
    body = cache.path(put(cache, "a", b"whole"))
    [entry] = (tmp_path / "entries").rglob("*.json")
    {
        "cut body": lambda: body.write_bytes(b"who"),
        "no body": body.unlink,
        "cut entry": lambda: entry.write_bytes(entry.read_bytes()[:20]),
        "strange entry": lambda: entry.write_bytes(b'{"body": 3}'),
    }[damage]()
    assert cache.find(Question("a")) is None
    put(cache, "a", b"whole")
    assert cache.find(Question("a")) is not None


def test_what_is_erased_leaves_nothing_on_disk(tmp_path: Path, clock: Any) -> None:
    cache = Cache(tmp_path, 10**9, clock.now)
    put(cache, "http://a/m", b"of the one")
    put(cache, "http://a/m", b"of the one, anew")
    put(cache, "http://a/m/f1/full.jpg", b"its picture")
    put(cache, "http://a/search", rb'{"found": "ark:\/1\/abc"}')
    put(cache, "http://a/m2", b"of another")
    put(cache, "http://a/jpg", b"with ark:/1/abc in its pixels", "image/jpeg")
    put(cache, "http://b/m2", b"of another")
    cache.erase(["http://a/m", "http://a/m2"], ["ark:/1/abc"])
    assert held(cache, ["http://a/m", "http://a/m/f1/full.jpg", "http://a/search", "http://a/m2"]) == []
    assert held(cache, ["http://a/jpg", "http://b/m2"]) == ["http://a/jpg", "http://b/m2"]
    bodies = sorted(path.read_bytes() for path in (tmp_path / "bodies").rglob("*") if path.is_file())
    assert bodies == [b"of another", b"with ark:/1/abc in its pixels"]


def _share(folder: Path, clock: Any, me: int, rounds: int) -> None:
    """Write, read and prune in a cache that is always full; what is found is whole."""
    cache = Cache(folder, 50_000, lambda: float(clock.value))
    for number in range(rounds):
        with clock.get_lock():
            clock.value += GRACE / 100
        key = str(number % 5)
        # What took longer than the grace, as time goes here, may be gone; nothing else may.
        with suppress(FileNotFoundError):
            put(cache, key, f"{key} {me} {number} ".encode() * 1000)
            if found := cache.find(Question(key)):
                body = cache.path(found).read_bytes()
                assert hashlib.sha256(body).hexdigest() == found.body and body.startswith(f"{key} ".encode())


def test_processes_share_a_cache_that_is_always_pruned(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    clock = context.Value("d", 1_800_000_000.0)
    sharing = [context.Process(target=_share, args=(tmp_path, clock, me, 150)) for me in range(4)]
    for process in sharing:
        process.start()
    for process in sharing:
        process.join()
    assert [process.exitcode for process in sharing] == [0] * 4


def test_what_others_add_counts_too(tmp_path: Path, clock: Any) -> None:
    one, other = (Cache(tmp_path, 10_000, clock.now) for _ in range(2))
    put(one, "first", b"1" * 100)
    for number in range(9):
        put(other, str(number), str(number).encode() * 1000)
    clock.time += GRACE * 2
    for number in range(9):
        put(one, f"own {number}", f"own {number}".encode() * 100)
    assert sum(f.stat().st_size for f in (tmp_path / "bodies").rglob("*") if f.is_file()) <= 10_000


def _write_for_ever(folder: Path) -> None:
    cache = Cache(folder, 10**9, lambda: 1.0)
    number = 0
    while True:
        put(cache, str(number % 7), os.urandom(200_000))
        number += 1


def test_a_process_killed_at_any_moment_leaves_nothing_half(tmp_path: Path, clock: Any) -> None:
    context = multiprocessing.get_context("fork")
    for attempt in range(8):
        writer = context.Process(target=_write_for_ever, args=(tmp_path,))
        writer.start()
        writer.join(0.02 + attempt * 0.007)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        cache = Cache(tmp_path, 10**9, clock.now)
        for key in map(str, range(7)):
            if entry := cache.find(Question(key)):
                assert cache.path(entry).stat().st_size == entry.size == 200_000
    Cache(tmp_path, 10**9, clock.now).prune()
    assert not list((tmp_path / "incoming").iterdir()), "leavings go once they are old"
