"""Whether the server lives, and whether what it needs answers: for the programs that watch over it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Flask, Response, current_app, json

from ..errors import EstampeError
from ..net.shared import connect
from ..search import Index

if TYPE_CHECKING:
    from .services import Services

blueprint = Blueprint("health", __name__)
_LOG = logging.getLogger(__name__)
_KEY: Final = "estampe_health"
#: Who does not answer in so many seconds is as good as away.
PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """How a part fares: ``up``, ``down`` or ``silent``, and how long its answer took (None: there is none)."""

    state: str
    milliseconds: float | None = None


class Health:
    """Asks all parts at once whether they answer, and each of them once at a time, however many ask for it.

    Args:
        parts: a call by the part's name, which raises where the part does not answer.
        patience: how long to wait for all of them, in seconds.

    """

    def __init__(self, parts: Mapping[str, Callable[[], object]], patience: float = PATIENCE) -> None:
        self._parts, self._patience = parts, patience
        self._lock = Lock()
        self._looks: dict[str, _Look] = {}
        self._states: dict[str, str] = {}

    def look(self) -> dict[str, Part]:
        """Return how each part fares now."""
        with self._lock:
            for name, call in self._parts.items():
                # One that hangs is not asked again before it gave up.
                if name not in self._looks or self._looks[name].done.is_set():
                    self._looks[name] = _Look(call)
            looks = dict(self._looks)
        end = time.monotonic() + self._patience
        found = {name: look.result(max(end - time.monotonic(), 0.0)) for name, look in looks.items()}
        for name, part in found.items():
            self._tell(name, part, looks[name].error)
        return found

    def _tell(self, name: str, part: Part, error: Exception | None) -> None:
        """Log what became of a part, once."""
        with self._lock:
            before, self._states[name] = self._states.get(name, "up"), part.state
        if part.state == "down" and before != "down":
            _LOG.error("the %s does not answer: %s", name, error)
        elif part.state == "silent" and before != "silent":
            _LOG.error("the %s has not answered for %g s", name, self._patience)
        elif part.state == "up" and before != "up":
            _LOG.warning("the %s answers again", name)


class _Look:
    """A question on its way, in a thread that nobody need wait for."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.done = Event()
        self.error: Exception | None = None
        self._call, self._took = call, 0.0
        Thread(target=self._ask, daemon=True, name="health").start()

    def result(self, patience: float) -> Part:
        if not self.done.wait(patience):
            return Part("silent")
        return Part("down" if self.error else "up", round(self._took * 1000, 1))

    def _ask(self) -> None:
        started = time.monotonic()
        try:
            self._call()
        except Exception as error:  # noqa: BLE001  # whatever it is, the part does not answer
            self.error = error
        self._took = time.monotonic() - started
        self.done.set()


def watch(app: Flask, known: Services) -> None:
    """Register the addresses that say how the server fares."""
    parts: dict[str, Callable[[], object]] = {
        "catalogue": known.catalogue.last_change,
        "index": partial(_whole, known.index),
    }
    if known.settings.broker_url:
        parts["broker"] = _broker(known.settings.broker_url)
    app.extensions[_KEY] = Health(parts)
    app.register_blueprint(blueprint)


def health() -> Health:
    """Return what asks the parts of the running application."""
    return cast(Health, current_app.extensions[_KEY])


def _whole(index: Index) -> None:
    if index.health().status == "red":
        raise EstampeError("not all that it holds can be found")


def _broker(url: str) -> Callable[[], object]:
    client = connect(url)

    def ping() -> None:
        client.ping()

    return ping


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process lives; asks nothing of anything."""
    return _fresh(Response("alive\n", mimetype="text/plain"))


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether all that the server needs answers: 200, or 503. Why a part does not stands in the log alone."""
    parts = health().look()
    fit = all(part.state == "up" for part in parts.values())
    said = {name: {"state": part.state, "milliseconds": part.milliseconds} for name, part in parts.items()}
    body = json.dumps({"ready": fit, "parts": said}) + "\n"
    return _fresh(Response(body, 200 if fit else 503, mimetype="application/json"))


def _fresh(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
