"""A small real HTTP server on 127.0.0.1 whose answers a subclass makes from the address."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; one that is ``cut`` says it is longer than it is, and hangs up."""

    body: bytes
    content_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: Else the body of an answer waits until its head was acknowledged, 40 ms.
    disable_nagle_algorithm = True
    server: Standin

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        with self.server.lock:
            self.server.requests.append(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        reply = self.server.reply(unquote(parts.path), query)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if reply.cut:
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Standin(ThreadingHTTPServer):
    """The server, and a context manager that runs it in a thread. ``url`` is its address, ``requests`` its log."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Make an answer."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is none of our business."""
