"""A folder whose files lie where their public addresses say: whole or not there, and untouched where they are equal."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..errors import BusyError, RefusedError, UsageError

#: What is published lies below these, so it can be told from what else a web server's folder holds.
_ROOT = "iiif"
_THUMBNAILS = "thumbnails"
_OWN = ".estampe"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a publication has come.

    ``position`` is the last change whose documents are written; ``settled`` the last one that collections and the list
    of changes tell of; ``pictured`` the last one whose scans are here as tiles; ``base`` the public address, and
    ``version`` the Estampe that wrote it.
    """

    base: str
    version: str
    position: int = 0
    settled: int = -1
    pictured: int = 0


class Tree:
    """Writes files below a folder by their public addresses.

    Args:
        folder: what a web server serves at the base address.
        base: the base address, without a slash at the end.

    """

    def __init__(self, folder: Path, base: str) -> None:
        self._folder, self._base = folder, base
        self._state = folder / _OWN / "published.json"

    @contextmanager
    def open(self) -> Iterator[Place | None]:
        """Keep others from publishing here at the same time; give how far an earlier publication came, None for none.

        Raises BusyError; UsageError where the folder has a part of that name which is not ours.
        """
        for taken in (self._folder / _ROOT, self._folder / _THUMBNAILS):
            if not self._state.exists() and taken.exists():
                raise UsageError(f"{taken} is there already and was not published by Estampe; choose another folder")
        self._state.parent.mkdir(parents=True, exist_ok=True)
        with (self._state.parent / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError(f"another process publishes into {self._folder}; wait until it is done") from error
            yield self._read_place()

    def save(self, place: Place) -> None:
        """Note how far the publication has come."""
        self._write(self._state, json.dumps(asdict(place)).encode())

    def clear(self) -> None:
        """Remove everything that was published."""
        for name in (_ROOT, _THUMBNAILS):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def write(self, address: str, content: Any) -> None:
        """Write JSON at an address; a file that is equal stays as it is."""
        path, data = self.path(address), self.encoded(content)
        if not self.is_same(path, data):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, data)

    @staticmethod
    def encoded(content: Any) -> bytes:
        """Return JSON as it is written."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    @staticmethod
    def is_same(path: Path, data: bytes) -> bool:
        """Tell whether a file holds just this."""
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data

    def beside(self, address: str, kept: set[str]) -> list[Path]:
        """Return the files beside an address that are not kept, by their addresses."""
        folder, paths = self.path(address).parent, {self.path(one) for one in kept}
        return [path for path in folder.glob("*.json") if path not in paths]

    def remove_beside(self, address: str, kept: set[str]) -> None:
        """Remove the files beside an address that are not kept."""
        for path in self.beside(address, kept):
            path.unlink()

    def remove_around(self, address: str) -> None:
        """Remove the folder of a file, with everything in it."""
        shutil.rmtree(self.path(address).parent, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """A folder for what is not yet whole; what is made in it can be moved to its place at once."""
        folder = self._folder / _OWN / "making"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path(self, address: str) -> Path:
        """Return the file of an address of ours. Raises RefusedError where its parts name no files."""
        parts = [unquote(part) for part in address.removeprefix(self._base).split("/")[1:]]
        if any(part in {"", ".", ".."} or "/" in part or "\0" in part or len(part.encode()) > 200 for part in parts):
            raise RefusedError(address, "this address cannot be that of a file")
        return self._folder.joinpath(*parts)

    def _read_place(self) -> Place | None:
        try:
            return Place(**json.loads(self._state.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            # Cut short, or written by another version: everything is written anew.
            return None

    def _write(self, path: Path, data: bytes) -> None:
        # One process writes at a time, so one name for what is not yet whole is enough.
        temporary = self._folder / _OWN / "writing"
        temporary.write_bytes(data)
        temporary.replace(path)
