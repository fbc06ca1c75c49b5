"""What is to be looked like: an illustration, or a vector that something else has, in the space of one run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import QueryError
from ..identity import digest

#: So many of the nearest can be walked through; who wants more narrows the search.
DEEPEST: Final = 1_000
_LONGEST: Final = 4096
_LONGEST_NAME: Final = 300


@dataclass(frozen=True, slots=True)
class Near:
    """What is to be looked like.

    Attributes:
        run: the run in whose space that is, for vectors of different runs cannot be compared. Empty where it is still
            to be named (`Query.in_space`); no index answers before.
        like: the id of an illustration, which is not found itself.
        vector: the numbers of a vector instead, of any length but 0; of a text, say, in a space that texts share.

    Raises:
        QueryError: where neither or both are given, or the vector is none.

    """

    run: str
    like: str = ""
    vector: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.like) == bool(self.vector):
            raise QueryError("Ask for what is like an illustration, or like a vector.", "like")
        if max(len(self.run), len(self.like)) > _LONGEST_NAME:
            raise QueryError("No run and no illustration has so long a name.", "like")
        if len(self.vector) > _LONGEST:
            raise QueryError(f"The vector is too long: {len(self.vector)} numbers, {_LONGEST} at most.", "vector")
        length = math.hypot(*self.vector)
        if self.vector and not (math.isfinite(length) and length > 0):
            raise QueryError("The vector has no direction: a number in it is none, or all are 0.", "vector")

    def identity(self) -> str:
        """Return what tells it from others."""
        return digest(repr((self.run, self.like, self.vector)), 16)


def direction(values: Sequence[float] | NDArray[np.float16]) -> NDArray[np.float32]:
    """Return a vector of length 1 in the direction of some numbers."""
    row = np.asarray(values, np.float64)
    found: NDArray[np.float32] = (row / np.linalg.norm(row)).astype(np.float32)
    return found


def check_run(near: Near) -> None:
    """Refuse a search that does not say in whose space. Raises QueryError."""
    if not near.run:
        raise QueryError("It is not said by which run pictures are alike.", "by")


def no_space(near: Near) -> QueryError:
    """Return the error that says that no picture has a vector of the run."""
    return QueryError(f"No picture has a vector of {near.run!r}.", "by")


def no_vector(near: Near) -> QueryError:
    """Return the error that says that the illustration is not there, or has no vector of the run."""
    message = f"{near.like!r} is no illustration with a vector of {near.run!r}, so nothing can be told to be like it."
    return QueryError(message, "like")


def check_size(near: Near, size: int) -> None:
    """Refuse a vector of another length than those of its space. Raises QueryError."""
    if near.vector and len(near.vector) != size:
        message = f"The vector has {len(near.vector)} numbers; those of {near.run!r} have {size}."
        raise QueryError(message, "vector")
