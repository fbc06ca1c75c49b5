"""From a network's features to a vector that all printings of one picture share: learnt, linear, and small.

What changes from one printing of a picture to another is learnt as a covariance, and whitened away; of what is left,
the directions in which pictures differ most are kept. In speaker recognition, where it comes from, it is called
within-class covariance normalisation (A. Hatch, S. Kajarekar, A. Stolcke, 2006).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ...errors import FormatError, UsageError

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: The length of the vectors.
SIZE = 256
# How much of the mean variance is added to every direction's, for what too few printings show; and how far what
# remains is whitened, from 0 (the strongest directions rule) to 1.
_SHRINKAGE, _WHITENING = 0.2, 0.3
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Projection:
    """Features less ``offset``, times ``matrix``, made as long as 1."""

    offset: Array
    matrix: Array

    def __call__(self, features: Array) -> Array:
        """Return vectors of length 1, one row a picture."""
        vectors = (features - self.offset) @ self.matrix
        unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit

    def save(self, path: Path) -> None:
        """Write the numbers, at half precision and scaled so that none is lost in it."""
        scale = np.float32(1 / np.abs(self.matrix).max())
        with path.open("wb") as stream:
            np.savez_compressed(stream, offset=self.offset, matrix=(self.matrix * scale).astype(np.float16))


def read_projection(path: Path) -> Projection:
    """Read what `Projection.save` wrote. Raises FormatError."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {each.name: archive[each.name].astype(np.float32) for each in fields(Projection)}
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        cause = f"it holds no projection of reproductions: {error}"
        raise FormatError(str(path), cause, "get the file that the list of models names") from error
    return Projection(**arrays)


def learn(pictures: Array, printings: Array, of: Ints, size: int = SIZE) -> Projection:
    """Learn from features of pictures, one row each, and of printings; ``of`` says of which row each printing is.

    Raises:
        UsageError: there are too few pictures or printings to learn from.

    """
    if len(pictures) < 2 or len(printings) < 2:
        raise UsageError("a projection is learnt from two pictures at least, and printings of them")
    every = np.concatenate([pictures, printings]).astype(np.float64)
    deviation = every.std(axis=0) + 1e-3
    changes = (printings - pictures[of]) / deviation
    within = changes.T @ changes / len(changes)
    within += _SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    strengths, directions = np.linalg.eigh(within)
    whitened = directions / np.sqrt(strengths)
    spread = (pictures - pictures.mean(axis=0)) / deviation @ whitened
    variances, axes = np.linalg.eigh(spread.T @ spread / len(spread))
    kept = slice(None, -size - 1, -1)
    matrix = whitened @ axes[:, kept] * np.maximum(variances[kept], _LEAST) ** (-_WHITENING / 2)
    offset = pictures.mean(axis=0)
    return Projection(offset.astype(np.float32), (matrix / deviation[:, None]).astype(np.float32))
