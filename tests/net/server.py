"""A real server on 127.0.0.1 whose answers a test scripts, path by path."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Route = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the route of its path, with the number of requests that path has had before."""

    protocol_version = "HTTP/1.1"
    #: Else the body of an answer waits until its head was acknowledged, 40 ms.
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.lock:
            seen = len(self.server.requests[path])
            self.server.requests[path].append(dict(self.headers))
        try:
            self.server.routes[path](self, seen)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def give(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer; underscores in the names of headers are hyphens."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """The server; a context manager that runs it in a thread of its own."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.routes: dict[str, Route] = {}
        self.requests: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Broken connections are what these tests are about."""
