"""Turns that the workers of all machines share, through Redis.

All that is known of a host is one value: its pace, and who holds its places until when, in Redis's time, so that the
clocks of the workers may differ. Whoever wants to change it reads it, changes it with the same arithmetic as a single
process, and writes it unless somebody else did so in the meantime; then it is tried again (WATCH, MULTI).

A place is held on a lease, which a thread renews; that of a worker which was killed falls by itself. Redis may be gone,
or come back empty, at any time: until then each process keeps the pace by itself, and what it knows of a host goes into
an empty Redis with its next turn.
"""

from __future__ import annotations

import json
import logging
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from ..errors import SettingsError
from ..settings import variable_name
from .clock import Clock
from .hosts import CONCURRENCY, PATIENCE, Hosts, TooLongError
from .pacing import Pace, retry_after

if TYPE_CHECKING:
    from redis import Redis

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

PREFIX = "estampe:host:"
#: A place is lost so many seconds after its worker was last heard of; it is heard of three times as often.
LEASE = 30.0
#: A host of which nothing was heard for so long, in seconds, is met as a new one.
MEMORY = 86_400.0
#: How long Redis may take for an answer, and how long it is left alone after it failed, in seconds.
PROMPT = 2.0
LEFT_ALONE = 10.0
#: Whoever finds all places taken looks again after so many seconds; who waits for a turn waits up to so much longer, by
#: chance, so that the worker nearest to Redis does not win each time.
LOOK = 0.1


@dataclass(slots=True)
class _Host:
    """What is known of one host; times are Redis's, in seconds since 1970."""

    pace: Pace
    places: dict[str, float] = field(default_factory=dict)

    def take(self, place: str, now: float, until: float) -> float:
        """Take a place and the next turn if both are free, and return 0; else return the seconds until one may be."""
        # An answer of Redis may have been lost: whoever asks again is not in the own way.
        self.places = {name: end for name, end in self.places.items() if end > now and name != place}
        if wait := self.pace.wait(now):
            return wait
        if len(self.places) >= CONCURRENCY:
            return LOOK
        self.pace.reserve(now)
        self.places[place] = until
        return 0.0

    def written(self) -> bytes:
        """Return it as Redis holds it."""
        pace = self.pace
        free_at = pace.free_at if math.isfinite(pace.free_at) else 0.0
        told = {"pause": pace.pause, "free_at": free_at, "calm": pace.calm, "places": self.places}
        return json.dumps(told).encode()


class SharedHosts:
    """The turns of all processes that use one Redis.

    Args:
        url: Redis's address.
        clock: for waiting, and for what this process knows by itself.
        usual: seconds between two requests to a host that does not complain.
        authorities: a file of certificates, see `connect`.
        lease: seconds for which a place is kept for a worker of which nothing is heard.
        left_alone: seconds for which a Redis that failed is not asked.

    Raises:
        SettingsError: the URL is not that of a Redis, or the package for it is not installed.

    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        usual: float,
        *,
        authorities: str = "",
        lease: float = LEASE,
        left_alone: float = LEFT_ALONE,
    ) -> None:
        self._redis = connect(url, authorities)
        parts = urlsplit(url)
        #: Redis's address without its password.
        self.where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
        self._clock, self._usual, self._lease, self._left_alone = clock, usual, lease, left_alone
        self._local = Hosts(clock, usual)
        self._lost_at: float | None = None
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for a place and a turn, and hold the place. Raises TooLongError where the wait has no sense."""
        place = self._wait(host)
        if place is None:
            with self._local.turn(host):
                yield
            return
        try:
            yield
        finally:
            self._leave(host, place)

    def good(self, host: str) -> None:
        """Note a good answer of a host."""
        self._local.good(host)
        self._change(host, lambda known, _: known.pace.good())

    def complaint(self, host: str, header: str) -> None:
        """Note that a host asked for patience, with its ``Retry-After``, empty where it gave none."""
        seconds = retry_after(header, self._clock.now())
        self._local.complaint(host, header)
        self._change(host, lambda known, now: known.pace.complaint(now, seconds))

    def close(self) -> None:
        """Let go of what is held."""
        self._closed.set()
        with suppress(Exception):
            self._redis.close()

    # --- places

    def _wait(self, host: str) -> str | None:
        """Wait for a place and a turn, and return the place's name; None where this process has to see for itself."""
        place = uuid4().hex
        while True:
            wait = self._change(host, lambda known, now: known.take(place, now, now + self._lease))
            if wait is None:
                return None
            if not wait:
                with self._lock:
                    self._held[place] = host
                    self._keep()
                return place
            if wait > PATIENCE:
                raise TooLongError(wait)
            self._clock.sleep(wait + LOOK * self._clock.jitter())

    def _leave(self, host: str, place: str) -> None:
        with self._lock:
            self._held.pop(place, None)
        self._change(host, lambda known, _: known.places.pop(place, None))

    def _keep(self) -> None:
        """Have a thread that renews the leases; a process that was forked has none."""
        if self._keeper is None or not self._keeper.is_alive():
            self._keeper = threading.Thread(target=self._renew, name="places at hosts", daemon=True)
            self._keeper.start()

    def _renew(self) -> None:
        while not self._closed.wait(self._lease / 3):
            with self._lock:
                held = dict(self._held)
            for place, host in held.items():
                self._change(host, partial(self._prolong, place))

    def _prolong(self, place: str, known: _Host, now: float) -> None:
        # It may have been left since; what is prolonged now would stay for the length of a lease.
        if place in self._held:
            known.places[place] = now + self._lease

    # --- what is known of a host

    def _change(self, host: str, change: Callable[[_Host, float], _T]) -> _T | None:
        """Change what is known of a host, and return what ``change`` returns; None where Redis does not answer."""
        from redis.exceptions import RedisError

        if self._lost_at is not None and self._clock.monotonic() - self._lost_at < self._left_alone:
            return None
        try:
            result = self._exchange(host, change)
        except (RedisError, OSError) as error:
            self._note_lost(error)
            return None
        self._note_found()
        return result

    def _exchange(self, host: str, change: Callable[[_Host, float], _T]) -> _T:
        from redis.exceptions import WatchError

        key = PREFIX + host
        with self._redis.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)  # type: ignore[no-untyped-call]
                    before = self._clock.monotonic()
                    now = _seconds(pipe.time())
                    after = self._clock.monotonic()
                    written = pipe.get(key)
                    known = self._known(host, written, now - after)
                    result = change(known, now)
                    value = known.written()
                    if value != written:
                        pipe.multi()
                        pipe.set(key, value, px=int((known.pace.wait(now) + MEMORY) * 1000))
                        pipe.execute()
                except WatchError:
                    continue
                # Taken at the earlier, given back at the later moment: so no time grows on its way round.
                self._local.learn(host, _moved(known.pace, before - now))
                return result

    def _known(self, host: str, written: bytes | str | None, ahead: float) -> _Host:
        """Return what is known of a host; an empty Redis is told what this process knows.

        ``ahead`` is by how many seconds Redis's clock is ahead of that of this process.
        """
        own = _moved(self._local.pace(host), ahead)
        try:
            told = json.loads(written or b"")
            pace = Pace(self._usual, float(told["pause"]), float(told["free_at"]), int(told["calm"]))
            places = {str(name): float(end) for name, end in told["places"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return _Host(own)
        pace.free_at = max(pace.free_at, own.free_at)
        return _Host(pace, places)

    def _note_lost(self, error: Exception) -> None:
        if self._lost_at is None:
            _LOG.warning(
                "the Redis at %s does not answer (%s); until it does, each process keeps the pace towards a host by "
                "itself, so that all together may ask it more often",
                self.where,
                str(error).replace("\n", " "),
            )
        self._lost_at = self._clock.monotonic()

    def _note_found(self) -> None:
        if self._lost_at is not None:
            self._lost_at = None
            _LOG.warning("the Redis at %s answers again; the pace towards each host is shared again", self.where)


def connect(url: str, authorities: str = "") -> Redis:
    """Return a Redis that is not connected yet and is not waited for. Raises SettingsError.

    ``authorities`` is a file of certificates, for rediss:// addresses whose server has one that no system knows.
    """
    variable = variable_name("broker_url")
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise SettingsError(
            f"{variable} is set, but the package redis is not installed; install estampe[cluster]"
        ) from error
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname or not 0 < (parts.port or 6379) < 65536:
            raise ValueError
        if not re.fullmatch(r"/?|/\d+", parts.path):
            raise ValueError
        secure = {"ssl_ca_certs": authorities} if authorities and parts.scheme == "rediss" else {}
        return Redis.from_url(
            url,
            **secure,
            socket_timeout=PROMPT,
            socket_connect_timeout=PROMPT,
            retry=Retry(NoBackoff(), 1),
            client_name="estampe",
        )
    except ValueError:
        # The URL may hold a password, and so may what the package says of it.
        raise SettingsError(
            f"{variable} must be the address of a Redis, as redis://redis.example:6379/0, or rediss://…"
        ) from None


def _seconds(told: Any) -> float:
    """Return Redis's time: seconds, and microseconds."""
    seconds, micro = told
    return float(seconds) + float(micro) / 1e6


def _moved(pace: Pace, seconds: float) -> Pace:
    return replace(pace, free_at=pace.free_at + seconds)
