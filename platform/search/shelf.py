"""Where the volumes of the embedded index stand, and which of them is the current one.

The folder ``index`` holds a file ``current`` that names the current volume, the volumes themselves (named by the
version of the schema, so that no other version opens them), and two files to lock: ``writing`` and ``rebuilding``.
Locks are the system's own and fall with the process that holds them.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BusyError
from .schema import SCHEMA_VERSION

_CURRENT = "current"
_PAUSE = 0.05


class Shelf:
    """The folder of the embedded index.

    Args:
        folder: made where it is not there.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def current(self) -> Path | None:
        """Return the current volume, None where there is none of this version."""
        try:
            name = (self.folder / _CURRENT).read_text("utf-8").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        path = self.folder / name
        known = name.startswith(_prefix()) and path.parent == self.folder and path.is_dir()
        return path if known else None

    def new(self) -> Path:
        """Return the path of a volume to be made."""
        return self.folder / f"{_prefix()}{secrets.token_hex(6)}"

    def swap(self, volume: Path) -> None:
        """Make a volume the current one, at once for everybody."""
        beside = self.folder / f"{_CURRENT}.{secrets.token_hex(4)}"
        with beside.open("w", encoding="utf-8") as file:
            file.write(f"{volume.name}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / _CURRENT)

    def sweep(self) -> None:
        """Remove all but the current volume. Those who still read another one keep what they have open."""
        current = self.current()
        for path in self.folder.iterdir():
            if path.is_dir() and path != current:
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{_CURRENT}."):
                path.unlink(missing_ok=True)

    @contextmanager
    def writing(self, patience: float = 60.0) -> Iterator[None]:
        """Be the only one who writes into the current volume.

        Raises:
            BusyError: where another has not finished after so many seconds.

        """
        with self._locked("writing", patience, "Another process is writing into the search index. Try again later."):
            yield

    @contextmanager
    def rebuilding(self, patience: float = 0.0) -> Iterator[None]:
        """Be the only one who makes the index anew.

        Raises:
            BusyError: where another has not finished after so many seconds.

        """
        message = "Another process is making the search index anew. Wait until it has finished."
        with self._locked("rebuilding", patience, message):
            yield

    @contextmanager
    def _locked(self, name: str, patience: float, message: str) -> Iterator[None]:
        give_up = time.monotonic() + patience
        with (self.folder / name).open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= give_up:
                        raise BusyError(message) from None
                    time.sleep(_PAUSE)
            yield


def _prefix() -> str:
    return f"v{SCHEMA_VERSION}-"
