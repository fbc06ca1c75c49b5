"""Workers as they run in earnest, each a command of its own, to be killed with all its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_COMMAND = Path(sys.executable).with_name("estampe")


class Workers:
    """Workers of one home, which are ended with the test.

    Args:
        environment: that of the command.
        log: where they write.

    """

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = {**environment, "ESTAMPE_LOG_LEVEL": "info"}
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *, processes: int = 1, prelude: str = "") -> None:
        """Start a worker; ``prelude`` is Python that its processes run first."""
        program = [sys.executable, "-c", f"{prelude}\nfrom estampe.cli import main\nmain()"] if prelude else [_COMMAND]
        command = [*program, "worker", "--name", f"{name}@test", "--processes", str(processes)]
        with self._log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """Kill a worker and all its processes."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> int:
        """Ask a worker to stop; return its exit status."""
        process = self._running.pop(name)
        process.terminate()
        return process.wait(60)

    def ready(self) -> None:
        """Wait until all that were started take work."""
        end = time.monotonic() + 60
        while self._log.read_text("utf-8", "replace").count("ready.") < len(self._running):
            assert time.monotonic() < end, self._log.read_text("utf-8", "replace")[-3000:]
            time.sleep(0.1)

    def log(self) -> str:
        """Return what they wrote."""
        return self._log.read_text("utf-8", "replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self._running):
            self.kill(name)
