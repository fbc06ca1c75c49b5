"""The web application behind gunicorn: processes with threads, each with stores of its own."""

from __future__ import annotations

import logging
from datetime import timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from socketserver import BaseRequestHandler, TCPServer
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from .errors import UsageError
from .metrics import Metrics, Shared
from .settings import Settings
from .web import REQUEST, Beside, create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_ACCESS = logging.getLogger("estampe.access")
#: Asked for every few seconds by programs that watch.
_WATCHED: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings, options: dict[str, object]) -> None:
        self._settings, self._options = settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        # Called in each worker after the fork: no connection is shared between processes.
        if not self._settings.metrics_port:
            return create_app(self._settings)
        metrics = Metrics()
        return Beside(create_app(self._settings, metrics), metrics, self._settings.metrics_port)


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's words in our log, and a line for each answer."""

    def setup(self, cfg: Any) -> None:
        """Write nothing by itself: what is said goes to `estampe.logs`."""
        self.cfg = cfg
        for log in (self.error_log, self.access_log):
            log.propagate = True
        # That it starts and stops is news to nobody.
        self.error_log.setLevel(max(logging.getLogger("gunicorn").level, logging.WARNING))

    @property
    def access_log_enabled(self) -> bool:
        """Whether a line is wanted for each answer."""
        return _ACCESS.isEnabledFor(logging.INFO)

    def access(self, resp: Any, _req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Write a line for an answer.

        What was searched for is nobody's business: the query of the address is left out, and so are the page that
        led here and the browser; of the reader's address only the network is kept.
        """
        method = environ.get("REQUEST_METHOD", "")
        # WSGI has the bytes of UTF-8 as characters.
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        status = int(str(resp.status).split(maxsplit=1)[0])
        level = logging.DEBUG if path in _WATCHED else logging.INFO
        fields = {
            "method": method,
            "path": path,
            "status": status,
            "bytes": resp.sent or 0,
            "milliseconds": round(request_time.total_seconds() * 1000, 1),
            "network": network(environ.get("REMOTE_ADDR", "")),
            "request": environ.get(REQUEST, ""),
        }
        _ACCESS.log(level, "%s %s %d", method, path, status, extra={"fields": fields})


def network(address: str) -> str:
    """Return the network that a reader's address is of (/24, /48), empty where it is none."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    return str(ip_network((known, 24 if isinstance(known, IPv4Address) else 48), strict=False))


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Answer at an address until interrupted. Raises UsageError where that cannot be, before any process starts."""
    _listen(host, port)
    bind, shared = [f"{host}:{port}"], None
    if settings.metrics_port:
        _listen(settings.metrics_host, settings.metrics_port)
        bind.append(f"{settings.metrics_host}:{settings.metrics_port}")
        if settings.metrics_port == port:
            raise UsageError(f"ESTAMPE_METRICS_PORT is {port}, where the pages are; the measurements need another one")
        # Before anything counts, or is forked.
        shared = Shared()
    try:
        # What is wrong with settings or catalogue is said once, and not by each worker.
        create_app(settings).extensions["estampe"].close()
        options: dict[str, object] = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": 8,
            "logger_class": _Log,
            "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        if shared:
            options["child_exit"] = lambda _server, worker: shared.gone(worker.pid)
        _Server(settings, options).run()
    finally:
        if shared:
            shared.close()


def _listen(host: str, port: int) -> None:
    try:
        with TCPServer((host, port), BaseRequestHandler):
            pass
    except OSError as error:
        raise UsageError(f"nothing can listen at {host}, port {port}: {error.strerror or error}") from error
