"""The cache of harvested answers: bodies by what is in them, and an entry for each question that points to one.

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
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

#: Nothing that was used so short ago is pruned, in seconds: somebody may be about to open it.
GRACE = 600.0
#: Pruning goes on to this share of the ceiling, so that not every answer prunes.
_AFTER_PRUNING = 0.9
#: The size of the cache is taken anew when this process has added this share of the ceiling: others add to it too.
_UNSEEN = 0.05


class Question(NamedTuple):
    """What is asked: an address, and the header ``Accept``, for a server may have an answer for each."""

    address: str
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one question: where it led, what it was, when it was last confirmed (seconds since 1970).

    ``asked`` is the address of the question, ``address`` where redirects led.
    """

    asked: str
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
        self._added = 0

    def find(self, question: Question) -> Entry | None:
        """Return what is known of a question, None where there is nothing or its body is not whole."""
        path = self._entry(question)
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
        self, question: Question, body: Incoming, *, address: str, content_type: str, etag: str, last_modified: str
    ) -> Entry:
        """Move a body that has arrived into its place, and note it as the answer."""
        digest = body.close()
        entry = Entry(question.address, address, content_type, etag, last_modified, digest, body.size, self._now())
        place = self._body(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.utime(body.path, (self._now(), self._now()))
        body.path.replace(place)
        self._note(question, entry)
        self._count(body.size)
        return entry

    def confirm(self, question: Question, entry: Entry) -> Entry:
        """Note that the source says an entry is still what it serves."""
        entry = replace(entry, confirmed=self._now())
        self._note(question, entry)
        return entry

    def drop(self, address: str) -> None:
        """Forget all answers of an address; their bodies go when the cache is pruned."""
        folder, name = self._place(address)
        for path in folder.glob(f"{name}-*.json"):
            path.unlink(missing_ok=True)

    def erase(self, addresses: Collection[str], names: Collection[str]) -> None:
        """Delete all that was had from these addresses or from below them, and all that has one of these names in it.

        Nothing of it stays on disk: bodies go at once, and with them all that no entry names any more. What another
        process may be writing at this moment (`GRACE`) is left to it. The whole cache is read for that.
        """
        roots = {address.rstrip("/") for address in addresses}
        kept: set[str] = set()
        for path in self._files("entries"):
            try:
                entry = Entry(**json.loads(path.read_bytes()))
                concerned = _is_below(entry, roots) or self._holds(entry, names)
            except (OSError, ValueError, TypeError):
                # Nothing can be told of it, and nobody can use it.
                concerned = True
            if concerned:
                path.unlink(missing_ok=True)
            else:
                kept.add(entry.body)
        for path in self._files("bodies"):
            if path.name not in kept:
                path.unlink(missing_ok=True)
        for path in self._files("incoming"):
            self._discard(path, self._now() - GRACE)

    def prune(self) -> None:
        """Forget what was not used for longest until the cache is well below its ceiling, and remove leavings."""
        old = self._now() - GRACE
        sizes = self._sizes()
        users: Counter[str] = Counter()
        entries: list[tuple[float, Path, str]] = []
        for path in self._files("entries"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                body = str(json.loads(path.read_bytes())["body"])
                entries.append((path.stat().st_mtime, path, body))
                users[body] += 1
        for name in sizes.keys() - users.keys():
            self._discard(self._body(name), old)
        for path in self._files("incoming"):
            self._discard(path, old)
        total = sum(size for name, size in sizes.items() if name in users)
        for used, path, body in sorted(entries):
            if total <= self.ceiling * _AFTER_PRUNING or used > old:
                break
            # Another process may have used it since it was listed, or have brought the same body again.
            if self._discard(path, old):
                users[body] -= 1
                if not users[body] and self._discard(self._body(body), old):
                    total -= sizes.get(body, 0)
        self._total, self._added = total, 0

    def _holds(self, entry: Entry, names: Collection[str]) -> bool:
        """Tell whether an answer, or where it came from, has one of these names in it; pictures are not looked into."""
        if any(name in here for name in names for here in (entry.asked, entry.address)):
            return True
        if entry.content_type.startswith(("image/", "audio/", "video/")):
            return False
        # JSON may write a slash as \\/.
        body = self.path(entry).read_bytes().replace(b"\\/", b"/")
        return any(name.encode() in body for name in names)

    def _note(self, question: Question, entry: Entry) -> None:
        path = self._entry(question)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.incoming() as file:
            file.write(json.dumps(asdict(entry)).encode())
            file.close()
            file.path.replace(path)
        os.utime(path, (self._now(), self._now()))

    def _count(self, size: int) -> None:
        with self._lock:
            self._added += size
            if self._total is None or self._added > self.ceiling * _UNSEEN:
                self._total, self._added = sum(self._sizes().values()), 0
            if self._total + self._added > self.ceiling:
                self.prune()

    def _discard(self, path: Path, old: float) -> bool:
        """Delete what was not used since, and tell whether it is gone."""
        try:
            if path.stat().st_mtime > old:
                return False
            path.unlink()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def _sizes(self) -> dict[str, int]:
        """Return the sizes of all bodies; another process may delete some while they are counted."""
        sizes = dict[str, int]()
        for path in self._files("bodies"):
            with suppress(OSError):
                sizes[path.name] = path.stat().st_size
        return sizes

    def _files(self, kind: str) -> Iterator[Path]:
        for folder, _, names in os.walk(self.folder / kind):
            yield from (Path(folder, name) for name in names)

    def _entry(self, question: Question) -> Path:
        folder, name = self._place(question.address)
        return folder / f"{name}-{_digest(question.accept)[:16]}.json"

    def _place(self, address: str) -> tuple[Path, str]:
        """Return the folder of an address's entries, and how their names begin."""
        name = _digest(address)
        return self.folder / "entries" / name[:2], name

    def _body(self, digest: str) -> Path:
        return self.folder / "bodies" / digest[:2] / digest


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_below(entry: Entry, roots: Collection[str]) -> bool:
    """Tell whether an entry is of one of these addresses, or of one that goes on behind a slash."""
    for here in (entry.asked, entry.address):
        while here:
            if here in roots:
                return True
            here = here.rpartition("/")[0]
    return False
