"""Every request has a name in the log; and what is measured, on a port of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

from flask import Flask, Response, g, request

from ..errors import EstampeError, QueryError
from ..logs import logged
from ..metrics import Gauge, Metrics, one
from ..search import Index, PageHit, Query, Results
from .health import health
from .services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Where the server finds the name of the request that it logs.
REQUEST: Final = "estampe.request"
_NAME = re.compile(r"[\w-]{8,64}", re.ASCII)
# A part of a route that differs: <path:name>, <any(fr, en):lang>.
_PLACE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
_TASKS: Final = ("queue", "state")
_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def name_requests(app: Flask) -> None:
    """Give each request a name, which its lines in the log and its answer carry; a proxy may give it."""
    app.wsgi_app = _Named(app.wsgi_app)  # type: ignore[method-assign]


def measure(app: Flask, metrics: Metrics) -> None:
    """Count what is answered."""

    @app.before_request
    def start() -> None:
        g.estampe_started = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        # Addresses that nobody knows are without number.
        route = _PLACE.sub(r"{\1}", request.url_rule.rule) if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        started = g.get("estampe_started")
        metrics.request(method, route, response.status_code, time.perf_counter() - started if started else 0.0)
        return response


def measured(index: Index, metrics: Metrics) -> Index:
    """Return an index whose searches are counted, and that is the same in all else."""
    return cast(Index, _Measured(index, metrics))


class _Measured:
    def __init__(self, index: Index, metrics: Metrics) -> None:
        self._index, self._metrics = index, metrics

    def search(self, query: Query, **how: Any) -> Results:
        with _Watch(self._metrics, "illustrations"):
            return self._index.search(query, **how)

    def search_pages(self, document: str, text: str) -> tuple[PageHit, ...]:
        with _Watch(self._metrics, "pages"):
            return self._index.search_pages(document, text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class _Watch:
    """Takes the time of a search."""

    def __init__(self, metrics: Metrics, kind: str) -> None:
        self._metrics, self._kind, self._started = metrics, kind, time.perf_counter()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What a person mistyped is no failure of the index.
        failed = error is not None and not isinstance(error, QueryError)
        self._metrics.search(self._kind, time.perf_counter() - self._started, failed=failed)


class _Named:
    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = environ[REQUEST] = given if _NAME.fullmatch(given) else uuid4().hex

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("X-Request-Id", name)], *rest)

        with logged(request=name):
            return self._app(environ, start)


class Beside:
    """An application, and what was measured of it at another port.

    Args:
        app: the application.
        metrics: what it counts into.
        port: the port at which ``/metrics`` is asked for, and nothing else; the server says at which one a request
            came in, whatever the request says.

    """

    def __init__(self, app: Flask, metrics: Metrics, port: int) -> None:
        self._app, self._metrics, self._port = app, metrics, str(port)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["SERVER_PORT"] != self._port:
            return self._app(environ, start_response)
        if environ.get("PATH_INFO") != "/metrics":
            return Response("there is only /metrics here\n", 404, mimetype="text/plain")(environ, start_response)
        with self._app.app_context():
            text, media_type = self._metrics.exposition(_gauges(self._app.extensions["estampe"]))
        return Response(text, content_type=media_type)(environ, start_response)


def _gauges(known: Services) -> Iterator[Gauge]:
    """Yield what is now; what does not answer is left out, and said to be down."""
    yield Gauge("estampe_build_info", "The version that runs.", {(version("estampe"),): 1}, ("version",))
    parts = health().look()
    up: dict[tuple[str, ...], float] = {(name,): float(part.state == "up") for name, part in parts.items()}
    yield Gauge("estampe_up", "Whether a part that the server needs answers (1) or not (0).", up, ("part",))
    if parts["catalogue"].state != "up":
        return
    try:
        yield from _catalogue(known)
        if parts["index"].state == "up":
            behind = max(known.catalogue.last_change() - known.index.position(), 0)
            fares = known.index.health()
            yield one("estampe_index_entries", "Illustrations and pages that the index holds.", fares.documents)
            yield one("estampe_index_missing_shards", "Parts and copies of the index that are away.", fares.missing)
            yield one("estampe_index_lag_changes", "Changes of the catalogue that the index has not taken in.", behind)
    except EstampeError:
        # Its log line is written where it is asked for.
        return


def _catalogue(known: Services) -> Iterator[Gauge]:
    counts = known.catalogue.counts()
    yield one("estampe_documents", "Documents in the catalogue.", counts.documents)
    yield one("estampe_pages", "Pages in the catalogue.", counts.pages)
    yield one("estampe_pages_read", "Pages that went through all stages.", counts.pages_done)
    yield one("estampe_illustrations", "Illustrations in the catalogue.", counts.illustrations)
    severities: dict[tuple[str, ...], float] = {
        (str(name),): float(number) for name, number in counts.diagnostics.items()
    }
    yield Gauge("estampe_diagnostics", "Oddities of documents, by severity.", severities, ("severity",))
    tasks: dict[tuple[str, ...], float] = {of: float(number) for of, number in known.catalogue.tasks.tally().items()}
    yield Gauge("estampe_tasks", "Tasks of jobs, by the queue that they are for and how far they are.", tasks, _TASKS)
