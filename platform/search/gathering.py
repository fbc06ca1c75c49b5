"""Writing the vectors of a batch into files beside Tantivy's, and joining small files into larger ones."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import DamagedIndexError
from ..identity import digest
from ..records import Vector
from .spaces import FOLDER, Part, Rows, Space, Spaces, restore, rows_of

if TYPE_CHECKING:
    from usearch.index import Index

#: Vectors in one file at most: what is read into memory at once where files are joined.
MOST: Final = 200_000
# Vectors that are put in at once, and that wait for that at most.
_AT_ONCE: Final = 2048
_WAITING: Final = 16_384
# A file is joined with the next one unless it is so many times as large: so each vector is written but a few times.
_RATIO: Final = 4
_SUFFIX: Final = ".usearch"

#: Says how many of a run's numbers, from one to another, are those of illustrations.
Alive = Callable[[str, int, int], int]
#: Says which they are.
Living = Callable[[str, int, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Number:
    """Where an illustration's vectors stand: their number, and what tells them from others."""

    number: int
    digest: str


class Gathering:
    """The vectors of one batch: nothing of it counts until Tantivy commits what `finish` returns.

    Args:
        volume: the folder of the volume.
        spaces: what there is.

    """

    def __init__(self, volume: Path, spaces: Spaces) -> None:
        self._folder = volume / FOLDER
        self._spaces = spaces
        self._next = spaces.next
        self._fillers: dict[str, _Filler] = {}
        self._written: list[Path] = []

    def number(self, vectors: Sequence[Vector], before: Number | None) -> Number:
        """Return the number of an illustration's vectors: that which it had, where they are the same."""
        own = digest_of(vectors)
        if before and before.digest == own:
            return before
        number, self._next = self._next, self._next + 1
        for vector in vectors:
            self._filler(vector).add(number, vector.values)
        return Number(number, own)

    def finish(self, alive: Alive, living: Living) -> Spaces:
        """Write what is left to be written, join small files, drop what is past; return the spaces that then are.

        Args:
            alive: says how many numbers of those before this batch count.
            living: says which.

        """
        by_run = {}
        for run in {**self._spaces.by_run, **self._fillers}:
            space = self._spaces.by_run.get(run)
            filler = self._fillers.get(run)
            old = [part for own in (space.parts if space else ()) for part in self._weeded(run, own, alive, living)]
            new = self._finished(filler, old) if filler else []
            if parts := self._joined([*old, *new]):
                by_run[run] = Space(filler.size if filler else space.size if space else 0, tuple(parts))
        return Spaces(self._next, by_run)

    def undo(self) -> None:
        """Remove the files that were written."""
        for path in self._written:
            path.unlink(missing_ok=True)

    def sweep(self, spaces: Spaces) -> None:
        """Remove files that no longer count, and those of batches that were cut off."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in spaces.names():
                    path.unlink(missing_ok=True)

    def _filler(self, vector: Vector) -> _Filler:
        if vector.run not in self._fillers:
            space = self._spaces.by_run.get(vector.run)
            self._fillers[vector.run] = _Filler(space.size if space else vector.values.size, self._save)
        return self._fillers[vector.run]

    def _weeded(self, run: str, part: Part, alive: Alive, living: Living) -> Iterator[Part]:
        """Yield a file as it is; where more than half of it is past, what is left of it anew; nothing where all is."""
        left = alive(run, part.first, part.last)
        if 2 * left >= part.count:
            yield part
        elif left:
            index = restore(self._folder / part.name, part, view=True)
            filler = _Filler(index.ndim, self._save)
            numbers = living(run, part.first, part.last)
            for number, row in zip(numbers, rows_of(index, np.array(numbers, np.uint64)), strict=True):
                if row is not None:
                    filler.add(number, row)
            yield from filler.finish()

    def _finished(self, filler: _Filler, old: list[Part]) -> list[Part]:
        """Return the files of new vectors, put into the last of the old ones where the two belong together."""
        if old and filler.is_waiting and self._belong(old[-1].count, filler.count):
            last = old.pop()
            filler.go_on(restore(self._folder / last.name, last, view=False), last)
        return filler.finish()

    def _joined(self, parts: Sequence[Part]) -> list[Part]:
        joined: list[Part] = []
        for part in parts:
            joined.append(part)
            while len(joined) > 1 and self._belong(joined[-2].count, joined[-1].count):
                second, first = joined.pop(), joined.pop()
                joined.append(self._join(first, second))
        return joined

    def _belong(self, first: int, second: int) -> bool:
        return first <= _RATIO * second and first + second <= MOST

    def _join(self, first: Part, second: Part) -> Part:
        index = restore(self._folder / first.name, first, view=False)
        other = restore(self._folder / second.name, second, view=True)
        numbers = np.asarray(other.keys[: len(other)], np.uint64)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            index.add(some, np.stack([row for row in rows_of(other, some) if row is not None]))
        return replace(self._save(index, first.first, second.last), count=len(index))

    def _save(self, index: Index, first: int, last: int) -> Part:
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{secrets.token_hex(8)}{_SUFFIX}"
        self._written.append(path)
        # By hand, for USearch does not tell why a file cannot be written, nor see it to the disk.
        with path.open("wb") as file:
            file.write(index.save() or b"")
            file.flush()
            os.fsync(file.fileno())
        return Part(path.name, first, last, len(index))


class _Filler:
    """Fills files with the vectors of a space, in the order of their numbers."""

    def __init__(self, size: int, save: Callable[[Index, int, int], Part]) -> None:
        self.size = size
        self._save = save
        self._parts: list[Part] = []
        self._waiting: dict[int, Rows] = {}
        self._index: Index | None = None
        self._range = (0, 0)
        #: How many vectors were added.
        self.count = 0

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was put into a file yet."""
        return self.count == len(self._waiting)

    def go_on(self, index: Index, part: Part) -> None:
        """Put all into what a file holds, instead of into a new one."""
        self._index, self._range = index, (part.first, part.last)

    def add(self, number: int, row: Rows) -> None:
        """Add a vector; numbers come in their order."""
        if row.size != self.size:
            raise DamagedIndexError(
                f"A vector has {row.size} numbers, and others of its run {self.size}. "
                "Make the search index anew with: estampe index rebuild"
            )
        self._waiting[number] = row
        self.count += 1
        if len(self._waiting) == _WAITING:
            self._put()

    def finish(self) -> list[Part]:
        """Return the files that were written."""
        self._put()
        self._close()
        return self._parts

    def _put(self) -> None:
        if not self._waiting:
            return
        # It is not needed where there are no vectors.
        from usearch.index import Index

        waiting = iter(self._waiting.items())
        while some := dict(islice(waiting, _AT_ONCE)):
            numbers = list(some)
            if self._index is None:
                self._index = Index(ndim=self.size, metric="cos", dtype="f16")
                self._range = (numbers[0], numbers[0])
            self._index.add(np.array(numbers, np.uint64), np.stack(list(some.values())))
            self._range = (self._range[0], numbers[-1])
            if len(self._index) + _AT_ONCE > MOST:
                self._close()
        self._waiting.clear()

    def _close(self) -> None:
        if self._index is not None:
            self._parts.append(self._save(self._index, *self._range))
            self._index = None


def digest_of(vectors: Sequence[Vector]) -> str:
    """Return what tells an illustration's vectors from others."""
    parts = sorted((vector.run, vector.values.astype("<f2").tobytes().hex()) for vector in vectors)
    return digest(repr(parts), 16)


def numbered(stored: Mapping[str, Any]) -> Number | None:
    """Return the number that stands in a document of Tantivy, None where it has no vectors."""
    said = stored.get("vectors")
    if not said:
        return None
    number, _, own = bytes(said[0]).decode().partition(" ")
    return Number(int(number), own)
