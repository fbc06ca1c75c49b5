"""Writing many documents: so many bytes at a time, again and again where the cluster has too much to do."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeAlias

from ...errors import DamagedIndexError, UnavailableIndexError
from ..documents import IndexDocument, IndexPage
from .connection import PASSING, Cluster
from .fields import body
from .place import Hold

#: What stands in one request at most; one is on its way at a time.
BYTES: Final = 4_000_000
#: Seconds without any progress after which the cluster is taken for gone.
STANDSTILL: Final = 60.0
_MEMORY: Final = 32_000_000
_LONGEST_PAUSE: Final = 5.0
# A document as it is sent: what to do, and with what.
_Lines: TypeAlias = tuple[Any, ...]


class Batch:
    """What is to be written, complete before any of it is sent; what is large lies on disk meanwhile.

    Args:
        version: the place in the changes that the batch tells; a document that was written at a later one stays.

    """

    def __init__(self, version: int) -> None:
        self._version = version
        self._file: IO[bytes] = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115
        self._upserted: set[str] = set()

    def put(self, upserts: Iterable[IndexDocument | IndexPage]) -> None:
        """Add what is new or other than before."""
        for upsert in upserts:
            self._upserted.add(upsert.id)
            self._file.writelines(index_lines(upsert, self._version))

    def remove(self, identifiers: Iterable[str]) -> None:
        """Add what is gone; what is put instead goes by that."""
        for identifier in identifiers:
            if identifier not in self._upserted:
                self._file.write(_line({"delete": _target(identifier, self._version)}))

    def lines(self) -> Iterator[_Lines]:
        """Yield the documents in their turn."""
        self._file.seek(0)
        for line in self._file:
            yield (line,) if line.startswith(b'{"delete"') else (line, next(self._file))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def index_lines(of: IndexDocument | IndexPage, version: int) -> _Lines:
    """Return a document as it is sent."""
    return _line({"index": _target(of.id, version)}), _line(body(of))


def send(cluster: Cluster, hold: Hold, documents: Iterable[_Lines]) -> None:
    """Write documents into the index that is held.

    Raises:
        UnavailableIndexError: where the cluster takes none of them for a while.
        BusyError: where another took over.
        DamagedIndexError: where the index refuses a document.

    """
    for waiting in _portions(documents):
        size, attempt, since = len(waiting), 0, time.monotonic()
        while waiting:
            left, cause = _attempt(cluster, hold, waiting[:size])
            if len(left) < len(waiting[:size]):
                attempt, since = 0, time.monotonic()
            elif cause and time.monotonic() - since > STANDSTILL:
                raise cause
            waiting = left + waiting[size:]
            if left:
                # It may be too much at once.
                size = max(1, size // 2)
                attempt += 1
                pause = min(_LONGEST_PAUSE, 0.05 * 2**attempt)
                time.sleep(random.uniform(pause / 2, pause))  # noqa: S311


def _attempt(
    cluster: Cluster, hold: Hold, documents: list[_Lines]
) -> tuple[list[_Lines], UnavailableIndexError | None]:
    """Send documents; return those that are to be sent again, and why."""
    try:
        hold.check()
        with cluster.explaining():
            client = cluster.client.options(max_retries=0)
            answer = client.bulk(index=hold.index, operations=list(chain.from_iterable(documents)))
    except UnavailableIndexError as error:
        return documents, error
    if not answer["errors"]:
        return [], None
    left = []
    for lines, item in zip(documents, answer["items"], strict=True):
        ((_, done),) = item.items()
        status = int(done["status"])
        if status in PASSING:
            left.append(lines)
        # 409: what is there is of a later place; 404: what is to go was not there.
        elif status >= 400 and status != 409 and "error" in done:
            raise _refused(done)
    return left, UnavailableIndexError(f"The search index at {cluster.hosts} has too much to do.") if left else None


def _refused(done: dict[str, Any]) -> DamagedIndexError:
    kind = done.get("error", {}).get("type", done["status"])
    return DamagedIndexError(
        f"The search index refuses {done['_id']}: {kind}. Make it anew with: estampe index rebuild"
    )


def _portions(documents: Iterable[_Lines]) -> Iterator[list[_Lines]]:
    portion: list[_Lines] = []
    size = 0
    for lines in documents:
        length = sum(map(len, lines))
        if portion and size + length > BYTES:
            yield portion
            portion, size = [], 0
        portion.append(lines)
        size += length
    if portion:
        yield portion


def _target(identifier: str, version: int) -> dict[str, Any]:
    return {"_id": identifier, "version": version, "version_type": "external_gte"}


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
