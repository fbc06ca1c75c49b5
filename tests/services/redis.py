"""A Redis for tests."""

from __future__ import annotations

import socket
from typing import Self

from .processes import Server


class Redis(Server):
    """A server that keeps nothing: stopped and started again it is empty."""

    def __init__(self) -> None:
        super().__init__("Redis")
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Self:
        """Start the server, empty."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._begin(command)
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
