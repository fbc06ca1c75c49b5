"""An Elasticsearch for tests: the project of `tests/elasticsearch`, built once and started as often as wanted."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from elasticsearch import Elasticsearch as Client
from elasticsearch import TransportError

from .processes import Server, lacking

# What starts sooner and takes less of a processor, for who runs it for a minute.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
_PROJECT = Path(__file__).resolve().parent.parent / "elasticsearch"


class Elasticsearch(Server):
    """A node with a folder of its own, alone or with others that are named in its settings.

    Args:
        built: what `build` gave.
        settings: ``name=value``, as in ``elasticsearch.yml``.
        port: where it listens; a free one where none is given.
        heap: its memory, as Java reads it.
        quick: start soon, rather than be fast in the long run.

    """

    def __init__(
        self, built: Path, settings: Sequence[str] = (), *, port: int = 0, heap: str = "768m", quick: bool = True
    ) -> None:
        super().__init__("Elasticsearch", port)
        self._built, self._settings = built, settings
        self._java = [f"-Xms{heap}", f"-Xmx{heap}", *(_QUICK if quick else ())]
        self.address = f"http://127.0.0.1:{self.port}"
        #: The folder of its indexes.
        self.data = self._folder / "data"

    @staticmethod
    def lacks() -> str:
        """Return why no node can be built and started, empty where one can."""
        return lacking("java", "Java 17 (Debian: default-jdk-headless)") or lacking("mvn", "Maven (Debian: maven)")

    @staticmethod
    def build() -> Path:
        """Build it, if that was not done before; return the folder that holds it."""
        target = _PROJECT / "target"
        target.mkdir(exist_ok=True)
        with (target / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            sources = [path.stat().st_mtime for path in (_PROJECT / "src").rglob("*") if path.is_file()]
            newest = max([*sources, (_PROJECT / "pom.xml").stat().st_mtime])
            done = target / "built"
            if not done.exists() or done.stat().st_mtime < newest:
                subprocess.run(["mvn", "-B", "-q", "package"], cwd=_PROJECT, check=True)
                done.touch()
        return target

    def start(self, *, wait: bool = True) -> Self:
        """Start the node, with what it held before; wait until it answers, and where it is alone, until it is ready."""
        # The server writes its settings into its home.
        home = self._folder / "home"
        if not home.exists():
            shutil.copytree(self._built / "home", home)
        command = ["java", *self._java, "-cp", f"{self._built / 'lib'}/*"]
        command += ["testnode.Start", str(home), str(self.data), str(self.port), *self._settings]
        self._begin(command, wait=wait)
        return self

    @property
    def process(self) -> int:
        """The process of the running node; 0 where it does not run."""
        if self._process is None:
            return 0
        # Its leash is its parent.
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the node, with SIGTERM or SIGKILL."""
        if number == signal.SIGKILL and (child := self.process):
            # Its leash is no shell; the node itself is what is to be killed.
            os.kill(child, signal.SIGKILL)
        super().stop()

    def _answers(self) -> bool:
        try:
            with Client(self.address, request_timeout=5, max_retries=0) as client:
                return bool(client.cluster.health()["status"])
        except TransportError:
            return False
