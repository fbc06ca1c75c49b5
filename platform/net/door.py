"""The door: one question at a time, asked politely, answered from the cache where that is as good."""

from __future__ import annotations

import importlib.metadata
import math
import re
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from ..errors import (
    DeniedError,
    ForbiddenAddressError,
    GoneError,
    NetworkError,
    OfflineError,
    TooLargeError,
    UnavailableError,
)
from ..settings import Settings
from .addresses import Resolver, Target, parse, public_machines, resolve
from .cache import Cache, Entry, Question
from .clock import Clock, SystemClock
from .decoding import DecodingError, decode
from .hosts import Hosts, TooLongError, Turns
from .pacing import backoff
from .shared import SharedHosts
from .transport import RequestsTransport, Response, Transport, TransportError

#: The ceiling of one answer, in bytes, as it arrives and unpacked.
DEFAULT_LIMIT = 100_000_000
#: How often one question is asked before it is given up, redirects not counted.
ATTEMPTS = 4
REDIRECTS = 5
#: How long one body may take, in seconds.
BODY_SECONDS = 300.0
#: How long a refusal (404, 403…) is remembered within a run, in seconds.
MEMORY_OF_REFUSALS = 600.0

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_DENIED = {401, 403, 451}


@dataclass(frozen=True, slots=True)
class Answer:
    """A body on disk. ``address`` is where redirects led; ``content_type`` is the header as it was.

    The body stays where it is for ten minutes at least; then the cache may need its place. ``unchanged`` says that
    this run asked for it, and an earlier one had the same body.
    """

    address: str
    content_type: str
    path: Path
    from_cache: bool
    unchanged: bool = False

    def read(self) -> bytes:
        """Return the body."""
        return self.path.read_bytes()

    def open(self) -> BinaryIO:
        """Open the body."""
        return self.path.open("rb")


class _Passing(Exception):  # noqa: N818 - it is caught two functions above, and no error of ours
    """Asking again may help."""


class Door:
    """The only way to the network; safe to share between threads.

    Args:
        cache: where answers are kept.
        transport: exchanges one request for one answer.
        clock: time and chance.
        user_agent: says who asks.
        pause: seconds between two requests to one host, unless the host asks for more.
        offline: give what the cache holds, ask nothing.
        allow_private: let addresses lead to private networks.
        resolver: gives the IP addresses of a name.
        hosts: who may ask which host when, and how many at once; ``pause`` is then theirs. None: this process alone.

    """

    def __init__(
        self,
        cache: Cache,
        transport: Transport,
        clock: Clock,
        *,
        user_agent: str,
        pause: float = 1.0,
        offline: bool = False,
        allow_private: bool = False,
        resolver: Resolver = resolve,
        hosts: Turns | None = None,
    ) -> None:
        self._cache, self._transport, self._clock = cache, transport, clock
        self._user_agent, self._offline, self._allow_private = user_agent, offline, allow_private
        self._resolver = resolver
        self._hosts: Turns = hosts or Hosts(clock, pause)
        self._confirmed: set[Question] = set()
        self._changed: set[Question] = set()
        self._since = math.inf
        self._refusals: dict[Question, tuple[float, NetworkError]] = {}
        self._flying: set[Question] = set()
        self._landed = threading.Condition()

    def get(
        self, address: str, *, accept: str = "", limit: int = DEFAULT_LIMIT, max_age: float | None = None
    ) -> Answer:
        """Ask an address, or the cache.

        Args:
            address: http or https.
            accept: the header ``Accept``, empty for anything.
            limit: the ceiling in bytes, as it arrives and unpacked.
            max_age: a cached answer that was confirmed so many seconds ago is good, an older one is asked for anew
                (only what changed is sent). None: it is good for this run once this run has asked.

        Raises:
            NetworkError: one of its tree; see `estampe.errors`.

        """
        target = parse(address)
        question = Question(target.address, accept)
        with self._alone(question):
            entry = self._cache.find(question)
            if entry is not None and self._is_fresh(question, entry, max_age):
                return self._answer(entry, limit, from_cache=True, unchanged=self._is_unchanged(question))
            if self._offline:
                raise OfflineError(target.address, "it is not in the cache, and the network is off")
            self._recall(question)
            try:
                fresh, from_cache = self._ask(question, target, limit, entry)
            except (GoneError, DeniedError) as error:
                self._refusals[question] = (self._clock.monotonic(), error)
                raise
            self._confirmed.add(question)
            unchanged = entry is not None and entry.body == fresh.body
            if not unchanged:
                self._changed.add(question)
            return self._answer(fresh, limit, from_cache=from_cache, unchanged=unchanged)

    @property
    def is_offline(self) -> bool:
        """Whether only the cache answers."""
        return self._offline

    def resume(self, since: float) -> None:
        """Go on with a run that began at this time (seconds since 1970): what it has asked is not asked again."""
        self._since = since

    def forget(self, address: str) -> None:
        """Drop what the cache has of an address, for it turned out to be unusable: a web page instead of data."""
        address = parse(address).address
        for question in tuple(self._confirmed):
            if question.address == address:
                self._confirmed.discard(question)
        self._cache.drop(address)

    def erase(self, addresses: Collection[str], names: Collection[str]) -> None:
        """Delete from the cache all that came from these addresses or from below them, or that has a name in it."""
        asked = set[str]()
        for address in addresses:
            with suppress(ForbiddenAddressError):
                asked.add(parse(address).address)
        self._cache.erase(asked, names)
        self._confirmed.clear()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()
        self._hosts.close()

    # --- what is known already

    def _is_fresh(self, question: Question, entry: Entry, max_age: float | None) -> bool:
        if self._offline:
            return True
        if max_age is None:
            return question in self._confirmed or entry.confirmed >= self._since
        return self._clock.now() - entry.confirmed <= max_age

    def _is_unchanged(self, question: Question) -> bool:
        """Tell whether this run asked, and was told that nothing is new: what a run asked that was killed may be."""
        return question in self._confirmed and question not in self._changed

    def _answer(self, entry: Entry, limit: int, *, from_cache: bool, unchanged: bool) -> Answer:
        if entry.size > limit:
            raise TooLargeError(entry.address, _too_large(limit))
        return Answer(entry.address, entry.content_type, self._cache.path(entry), from_cache, unchanged)

    def _recall(self, question: Question) -> None:
        when, error = self._refusals.get(question, (0.0, None))
        if error is None:
            return
        if self._clock.monotonic() - when <= MEMORY_OF_REFUSALS:
            raise type(error)(error.address, error.cause)
        del self._refusals[question]

    @contextmanager
    def _alone(self, question: Question) -> Iterator[None]:
        """Let one thread at a time ask a question: the others find its answer in the cache."""
        with self._landed:
            self._landed.wait_for(lambda: question not in self._flying)
            self._flying.add(question)
        try:
            yield
        finally:
            with self._landed:
                self._flying.discard(question)
                self._landed.notify_all()

    # --- asking

    def _ask(self, question: Question, target: Target, limit: int, known: Entry | None) -> tuple[Entry, bool]:
        cause = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._follow(question, target, limit, known)
            except _Passing as error:
                cause = str(error)
            except TransportError as error:
                cause = str(error)
                if error.final:
                    raise UnavailableError(target.address, cause) from error
            except OSError as error:
                cause = f"it cannot be kept in {self._cache.folder}: {error.strerror or error}"
                remedy = "make room there, or let it be written to, and run the same again"
                raise UnavailableError(target.address, f"{cause}; {remedy}") from error
            except TooLongError as error:
                raise UnavailableError(
                    target.address, f"{target.host} asks to be left alone for {_duration(error.seconds)}; ask later"
                ) from error
            if attempt < ATTEMPTS:
                self._clock.sleep(backoff(attempt, self._clock.jitter()))
        raise UnavailableError(target.address, f"{cause}, also at attempt {ATTEMPTS}; ask later")

    def _follow(self, question: Question, target: Target, limit: int, known: Entry | None) -> tuple[Entry, bool]:
        seen = {target.address}
        here = target
        for _ in range(REDIRECTS + 1):
            with self._hosts.turn(here.host):
                response = self._exchange(here, question.accept, known)
                try:
                    onward = self._judge(here, response, known)
                    if onward is None and response.status == HTTPStatus.NOT_MODIFIED and known is not None:
                        return self._cache.confirm(question, known), True
                    if onward is None:
                        return self._keep(question, here, response, limit), False
                finally:
                    response.close()
            here = onward
            if here.address in seen:
                raise UnavailableError(target.address, "its redirects run in a circle")
            seen.add(here.address)
        raise UnavailableError(target.address, f"it redirects more than {REDIRECTS} times")

    def _exchange(self, target: Target, accept: str, known: Entry | None) -> Response:
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip", "Accept": accept or "*/*"}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        try:
            machines = public_machines(target, self._resolver, allow_private=self._allow_private)
        except (OSError, UnicodeError) as error:
            raise TransportError(f"there is no host {target.host!r}, or no way to it") from error
        failure = TransportError(f"the host {target.host!r} has no address")
        for ip in machines:
            try:
                return self._transport.fetch(target, ip, headers)
            except TransportError as error:
                failure = error
        raise failure

    def _judge(self, target: Target, response: Response, known: Entry | None) -> Target | None:
        """Return where a redirect leads, None for a usable answer. Raises for all others."""
        status = response.status
        if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and known is not None):
            self._hosts.good(target.host)
            return None
        if status in _MOVED and response.headers.get("location"):
            try:
                return parse(urljoin(target.address, _utf8(response.headers["location"])))
            except ValueError as error:
                raise ForbiddenAddressError(target.address, "it redirects to something that is no address") from error
        if status in _PASSING:
            wait = response.headers.get("retry-after", "")
            if wait or status == HTTPStatus.TOO_MANY_REQUESTS:
                self._hosts.complaint(target.host, wait)
            raise _Passing(
                f"{target.host} asks for fewer requests (429)"
                if status == HTTPStatus.TOO_MANY_REQUESTS
                else f"{target.host} answers {_status(status)}"
            )
        if status in _GONE:
            raise GoneError(target.address, f"{target.host} has no such thing ({status})")
        if status in _DENIED:
            raise DeniedError(target.address, f"{target.host} does not let us have it ({status})")
        raise NetworkError(target.address, f"{target.host} answers {_status(status)}")

    def _keep(self, question: Question, target: Target, response: Response, limit: int) -> Entry:
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > limit:
            raise TooLargeError(target.address, _too_large(limit))
        with self._cache.incoming() as body:
            pieces = decode(self._metered(target, response, limit), response.headers.get("content-encoding", ""))
            try:
                for piece in pieces:
                    if body.size + len(piece) > limit:
                        raise TooLargeError(target.address, _too_large(limit))
                    body.write(piece)
            except DecodingError as error:
                raise _Passing(f"the answer is broken: {error}") from error
            return self._cache.keep(
                question,
                body,
                address=target.address,
                content_type=response.headers.get("content-type", ""),
                etag=response.headers.get("etag", ""),
                last_modified=response.headers.get("last-modified", ""),
            )

    def _metered(self, target: Target, response: Response, limit: int) -> Iterator[bytes]:
        """Give a body as it arrives, and stop what is too long or takes too long."""
        end = self._clock.monotonic() + BODY_SECONDS
        received = 0
        for chunk in response.chunks():
            received += len(chunk)
            if received > limit:
                raise TooLargeError(target.address, _too_large(limit))
            if self._clock.monotonic() > end:
                raise UnavailableError(target.address, f"the answer took longer than {_duration(BODY_SECONDS)}")
            yield chunk


def open_door(settings: Settings) -> Door:
    """Return a door to the real network, as the settings say. Raises SettingsError."""
    clock = SystemClock()
    pause = 1 / settings.requests_per_second
    shared = settings.broker_url and not settings.offline
    return Door(
        Cache(settings.home / "cache", settings.cache_bytes, clock.now),
        RequestsTransport(total_seconds=BODY_SECONDS),
        clock,
        user_agent=user_agent(settings.contact),
        pause=pause,
        offline=settings.offline,
        allow_private=settings.allow_private_addresses,
        hosts=SharedHosts(settings.broker_url, clock, pause, authorities=settings.broker_ca) if shared else None,
    )


def user_agent(contact: str) -> str:
    """Return what we tell each server of ourselves: name, version, and whom to write to."""
    contact = re.sub(r"[^\x20-\x7e]|[()]", "", contact).strip()
    return f"Estampe/{importlib.metadata.version('estampe')}" + (f" (+{contact})" if contact else "")


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _utf8(header: str) -> str:
    """Return a header as its sender meant it: many write UTF-8 where HTTP says Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _too_large(limit: int) -> str:
    return f"the answer is larger than {limit / 1e6:g} MB"
