"""A PostgreSQL server for tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from .processes import Server


class PostgreSQL(Server):
    """A server with a folder of its own; as root it runs as the user ``postgres``, for it refuses to be root."""

    def __init__(self) -> None:
        super().__init__("PostgreSQL")
        self.url = f"postgresql+psycopg://estampe@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def lacks() -> str:
        """Return why no server can be started, empty where one can."""
        if _programs() is None:
            return "PostgreSQL is not installed (Debian: postgresql)"
        if os.geteuid() == 0:
            try:
                pwd.getpwnam("postgres")
            except KeyError:
                return "PostgreSQL refuses to run as root, and there is no user postgres"
        return ""

    def start(self, *, durable: bool = False) -> Self:
        """Start the server, with what it held before; ``durable``: what is committed is on the disk, as elsewhere."""
        programs = _programs()
        assert programs is not None
        data = self._folder / "data"
        if not data.exists():
            if os.geteuid() == 0:
                shutil.chown(self._folder, "postgres")
            _as_postgres(
                [programs / "initdb", "-D", data, "-U", "estampe", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
            )
        # What survives a crash of the process is the system's business; a power cut is not tested.
        command = _user([programs / "postgres", "-D", data, "-p", str(self.port), "-k", self._folder])
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        command += ["-c", f"fsync={'on' if durable else 'off'}"]
        self._begin(command)
        return self

    def stop(self) -> None:
        """Stop the server at once: open connections break."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)
        if self._process:
            self._process.wait(30)

    def _answers(self) -> bool:
        engine = create_engine(self.url)
        try:
            with engine.connect():
                return True
        except OperationalError:
            return False
        finally:
            engine.dispose()


@contextmanager
def database(server: str) -> Iterator[str]:
    """Give the URL of an empty database of a server."""
    name = f"estampe_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def _programs() -> Path | None:
    """Return the folder of the newest server's programs."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _user(command: list[str | Path]) -> list[str]:
    given = [str(part) for part in command]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *given] if os.geteuid() == 0 else given


def _as_postgres(command: list[str | Path]) -> None:
    subprocess.run(_user(command), check=True, stdout=subprocess.DEVNULL)
