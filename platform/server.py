"""The web application behind gunicorn: processes with threads, each with stores of its own."""

from __future__ import annotations

from socketserver import BaseRequestHandler, TCPServer

from flask import Flask
from gunicorn.app.base import BaseApplication

from .errors import UsageError
from .settings import Settings
from .web import create_app


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings, options: dict[str, object]) -> None:
        self._settings, self._options = settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # Called in each worker after the fork: no connection is shared between processes.
        app: Flask = create_app(self._settings)
        return app


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Answer at an address until interrupted. Raises UsageError where that cannot be, before any process starts."""
    try:
        with TCPServer((host, port), BaseRequestHandler):
            pass
    except OSError as error:
        raise UsageError(f"nothing can listen at {host}, port {port}: {error.strerror or error}") from error
    # What is wrong with settings or catalogue is said once, and not by each worker.
    create_app(settings).extensions["estampe"].close()
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": 8,
        "loglevel": "warning",
        "limit_request_line": 8190,
        "control_socket_disable": True,
    }
    _Server(settings, options).run()
