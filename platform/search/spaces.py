"""The vectors of the embedded index: in each run's space some files of USearch, which never change once written.

An illustration that has vectors has a number in Tantivy, and by that number they stand in the files. Other vectors are
another number. So what Tantivy committed says which vectors count, and which files there are stands beside its place in
the changes: both are always of the same moment. Files that no commit names are left by a batch that was cut off, and
numbers that no illustration has are of vectors that are past; neither is ever found.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import DamagedIndexError

if TYPE_CHECKING:
    from usearch.index import Index

Numbers: TypeAlias = NDArray[np.uint64]
Rows: TypeAlias = NDArray[np.float16]
#: The folder of the files, in that of the volume.
FOLDER: Final = "vectors"


@dataclass(frozen=True, slots=True)
class Part:
    """A file: its name, the first and the last number in it, and how many vectors it has, past ones too."""

    name: str
    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of a run: how long they are, and the files that have them, in the order of their numbers."""

    size: int
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """How many vectors there are, past ones too."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Spaces:
    """All spaces, by run, and the next number to be given."""

    next: int = 1
    by_run: Mapping[str, Space] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return them as JSON."""
        runs = {
            run: {"size": space.size, "parts": [[part.name, part.first, part.last, part.count] for part in space.parts]}
            for run, space in self.by_run.items()
        }
        return {"next": self.next, "runs": runs}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Spaces:
        """Return what `plain` made JSON of."""
        runs = {
            run: Space(int(space["size"]), tuple(Part(*part) for part in space["parts"]))
            for run, space in plain["runs"].items()
        }
        return cls(int(plain["next"]), runs)

    def names(self) -> set[str]:
        """Return the names of all files."""
        return {part.name for space in self.by_run.values() for part in space.parts}


class OpenPart:
    """A file that is read where it lies on the disk.

    Raises:
        FileNotFoundError: where it is gone.
        DamagedIndexError: where it cannot be read.

    """

    def __init__(self, folder: Path, part: Part) -> None:
        self.part = part
        self._lock = threading.Lock()
        self._index = restore(folder / part.name, part, view=True)

    def nearest(self, target: NDArray[np.float32], count: int) -> list[tuple[float, int]]:
        """Return about the nearest to a vector: distance and number, nearest first."""
        # USearch takes searches of several threads for one another's.
        with self._lock:
            found = self._index.search(target, min(count, self.part.count), threads=1)
        return list(zip(found.distances.tolist(), found.keys.tolist(), strict=True))

    def rows(self, numbers: Sequence[int]) -> Iterator[tuple[int, Rows]]:
        """Yield the vectors that have these numbers."""
        with self._lock:
            found = rows_of(self._index, np.array(numbers, np.uint64))
        yield from ((number, row) for number, row in zip(numbers, found, strict=True) if row is not None)


@dataclass(frozen=True, slots=True)
class OpenSpace:
    """A space whose files are open: what they hold does not change any more."""

    size: int
    parts: tuple[OpenPart, ...]

    @property
    def count(self) -> int:
        """How many vectors there are, past ones too."""
        return sum(one.part.count for one in self.parts)

    def nearest(self, target: NDArray[np.float32], count: int) -> list[int]:
        """Return the numbers of about the nearest to a vector, nearest first."""
        found = [pair for part in self.parts for pair in part.nearest(target, count)]
        return [number for _, number in sorted(found)[:count]]

    def cosines(self, target: NDArray[np.float32], numbers: Iterable[int]) -> dict[int, float]:
        """Return the cosine between a vector of length 1 and each of those that have these numbers, to six places."""
        cosines: dict[int, float] = {}
        for part, some in self._apart(numbers):
            pairs = list(part.rows(some))
            if pairs:
                rows = np.stack([row for _, row in pairs]).astype(np.float32)
                # Row by row, so that the same vector has the same cosine in whatever company.
                lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
                found = np.einsum("ij,j->i", rows, target) / lengths
                cosines |= {pair[0]: round(float(cosine), 6) for pair, cosine in zip(pairs, found, strict=True)}
        return cosines

    def row(self, number: int) -> Rows | None:
        """Return the vector that has a number."""
        return next((row for part, some in self._apart([number]) for _, row in part.rows(some)), None)

    def _apart(self, numbers: Iterable[int]) -> Iterator[tuple[OpenPart, list[int]]]:
        """Yield the numbers by the file that may have them."""
        firsts = [one.part.first for one in self.parts]
        by_part: dict[int, list[int]] = {}
        for number in numbers:
            place = bisect_right(firsts, number) - 1
            if place >= 0 and number <= self.parts[place].part.last:
                by_part.setdefault(place, []).append(number)
        yield from ((self.parts[place], some) for place, some in by_part.items())


def rows_of(index: Index, numbers: Numbers) -> list[Rows | None]:
    """Return the vectors of some numbers, None for those that are not in an index."""
    # The package's types do not tell one number from several.
    found: Iterable[Any] = index.get(numbers)  # type: ignore[assignment]
    return [None if row is None else row.reshape(-1) for row in found]


def restore(path: Path, part: Part, *, view: bool) -> Index:
    """Read a file into memory, or view it where it lies.

    Raises:
        FileNotFoundError: where it is gone.
        DamagedIndexError: where it cannot be read.

    """
    # It is not needed where there are no vectors.
    from usearch.index import Index

    if not path.exists():
        raise FileNotFoundError(path)
    try:
        index = Index.restore(str(path), view=view)
    except (ValueError, RuntimeError, AssertionError) as error:
        raise DamagedIndexError(f"The vectors of the search index in {path} cannot be read: {error}") from error
    if index is None or len(index) != part.count:
        raise DamagedIndexError(f"The vectors of the search index in {path} are not what was written there.")
    return index
