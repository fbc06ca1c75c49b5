"""A Redis for tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from .processes import free_port, leashed, wait_until


class Redis:
    """A server that keeps nothing: stopped and started again it is empty."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="estampe-redis-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> Self:
        """Start the server, empty."""
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = leashed(command, self._folder)
        wait_until(self._answers, "Redis", self._folder)
        return self

    def stop(self) -> None:
        """Stop the server; what it held is lost."""
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
