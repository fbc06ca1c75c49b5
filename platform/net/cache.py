"""The cache of harvested answers: bodies by what is in them, and an entry for each address that points to one.

A body is written beside its place and moved into it whole; only then its entry is, in the same way. So a process
that dies at any moment leaves at worst a body that nobody names, and never an entry without its whole body. Several
processes may share one cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

#: Nothing that was used so short ago is pruned, in seconds: somebody may be about to open it.
GRACE = 600.0
#: Pruning goes on to this share of the ceiling, so that not every answer prunes.
_AFTER_PRUNING = 0.9


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one address: where it led, what it was, when it was last confirmed (seconds since 1970)."""

    address: str
    content_type: str
    etag: str
    last_modified: str
    body: str
    size: int
    confirmed: float


class Incoming:
    """A body while it arrives."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = os.fdopen(descriptor, "wb")

    def write(self, data: bytes) -> None:
        """Append to the body."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def close(self) -> str:
        """End the body and return its SHA-256."""
        self._file.close()
        return self._hash.hexdigest()


class Cache:
    """A folder of answers, kept below ``ceiling`` bytes by forgetting those that were not used for longest."""

    def __init__(self, folder: Path, ceiling: int, now: Callable[[], float]) -> None:
        self.folder, self.ceiling, self._now = folder, ceiling, now
        self._lock = threading.Lock()
        self._total: int | None = None

    def find(self, key: str) -> Entry | None:
        """Return what is known of a key, None where there is nothing or its body is not whole."""
        path = self._entry(key)
        try:
            entry = Entry(**json.loads(path.read_bytes()))
            if self.path(entry).stat().st_size != entry.size:
                return None
            os.utime(path, (self._now(), self._now()))
        except (OSError, ValueError, TypeError):
            return None
        return entry

    def path(self, entry: Entry) -> Path:
        """Return where the body of an entry lies."""
        return self._body(entry.body)

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Give a place for a body to arrive in; what was not kept by `keep` is deleted."""
        folder = self.folder / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder)
        body = Incoming(descriptor, Path(name))
        try:
            yield body
        finally:
            body.close()
            body.path.unlink(missing_ok=True)

    def keep(
        self, key: str, body: Incoming, *, address: str, content_type: str, etag: str, last_modified: str
    ) -> Entry:
        """Move a body that has arrived into its place, and note it under the key."""
        digest = body.close()
        entry = Entry(address, content_type, etag, last_modified, digest, body.size, self._now())
        place = self._body(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.utime(body.path, (self._now(), self._now()))
        body.path.replace(place)
        self._note(key, entry)
        self._count(body.size)
        return entry

    def confirm(self, key: str, entry: Entry) -> Entry:
        """Note that the source says an entry is still what it serves."""
        entry = replace(entry, confirmed=self._now())
        self._note(key, entry)
        return entry

    def drop(self, key: str) -> None:
        """Forget what is known of a key; its body goes when the cache is pruned."""
        self._entry(key).unlink(missing_ok=True)

    def prune(self) -> None:
        """Forget what was not used for longest until the cache is well below its ceiling, and remove leavings."""
        old = self._now() - GRACE
        sizes = {path.name: path.stat().st_size for path in self._files("bodies")}
        users: dict[str, int] = {}
        entries: list[tuple[float, Path, str]] = []
        for path in self._files("entries"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                body = str(json.loads(path.read_bytes())["body"])
                entries.append((path.stat().st_mtime, path, body))
                users[body] = users.get(body, 0) + 1
        for name in sizes.keys() - users.keys():
            self._discard(self._body(name), old)
        for path in self._files("incoming"):
            self._discard(path, old)
        total = sum(size for name, size in sizes.items() if name in users)
        for used, path, body in sorted(entries):
            if total <= self.ceiling * _AFTER_PRUNING or used > old:
                break
            path.unlink(missing_ok=True)
            users[body] -= 1
            if not users[body]:
                self._body(body).unlink(missing_ok=True)
                total -= sizes.get(body, 0)
        self._total = total

    def _note(self, key: str, entry: Entry) -> None:
        path = self._entry(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.incoming() as file:
            file.write(json.dumps(asdict(entry)).encode())
            file.close()
            file.path.replace(path)
        os.utime(path, (self._now(), self._now()))

    def _count(self, size: int) -> None:
        with self._lock:
            if self._total is None:
                self._total = sum(path.stat().st_size for path in self._files("bodies"))
            else:
                self._total += size
            if self._total > self.ceiling:
                self.prune()

    def _discard(self, path: Path, old: float) -> None:
        with suppress(OSError):
            if path.stat().st_mtime < old:
                path.unlink()

    def _files(self, kind: str) -> Iterator[Path]:
        for folder, _, names in os.walk(self.folder / kind):
            yield from (Path(folder, name) for name in names)

    def _entry(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / "entries" / name[:2] / f"{name}.json"

    def _body(self, digest: str) -> Path:
        return self.folder / "bodies" / digest[:2] / digest
