"""Starting a server for a test run, and making sure that it ends with it, however that ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

#: Servers that outlive whoever started them, as those that all tests share do.
_STARTED: list[subprocess.Popen[bytes]] = []


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def lacking(program: str, what: str) -> str:
    """Return why a program cannot be started, empty where it can."""
    return "" if shutil.which(program) else f"there is no {program} on the path; install {what}"


def once(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Make something once for all processes of a test run, and return what the first one said of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = folder / name
        if not said.exists():
            said.write_text(make(), "utf-8")
        return said.read_text("utf-8")


def leashed(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    """Start a server that goes down with the test run, and its folder with it, even where the run is killed."""
    # With xdist the run is the parent of the process that starts the server.
    run = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    leash = [sys.executable, __file__, str(run), str(folder), *map(str, command)]
    with (folder / "log").open("ab") as output:
        started = subprocess.Popen(
            leash, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, start_new_session=True
        )
    _STARTED.append(started)
    return started


def wait_until(ready: Callable[[], bool], what: str, folder: Path, seconds: float = 60.0) -> None:
    """Wait until a server answers. Raises RuntimeError with the end of its log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    log = (folder / "log").read_text("utf-8", "replace")
    raise RuntimeError(f"{what} did not come up in {seconds:g} s:\n{log[-3000:]}")


class Server:
    """A server of a test run with a folder of its own, which goes with it.

    ``_begin`` starts it by a command and waits until ``_answers``; leaving the context stops it.
    """

    def __init__(self, name: str, port: int = 0) -> None:
        self._name = name
        self._folder = Path(tempfile.mkdtemp(prefix=f"estampe-{name.lower()}-"))
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Ask the server to end, and wait until it did."""
        if self._process:
            # The leash of a server that is gone ends by itself.
            self._process.terminate()
            self._process.wait(60)

    def _begin(self, command: Sequence[str | Path], *, wait: bool = True) -> None:
        self._process = leashed(command, self._folder)
        if wait:
            wait_until(self._answers, self._name, self._folder, 120)

    def _answers(self) -> bool:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _hold(run: int, folder: str, command: Sequence[str]) -> int:
    """Run a command until it ends, this process is asked to end, or the test run is gone."""
    child = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: child.send_signal(number))
    while child.poll() is None:
        time.sleep(0.2)
        if not Path(f"/proc/{run}").exists():
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
            shutil.rmtree(folder, ignore_errors=True)
    return child.returncode


if __name__ == "__main__":
    sys.exit(_hold(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
