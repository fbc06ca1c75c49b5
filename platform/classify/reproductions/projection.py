"""From a network's features to a vector that all printings of one picture share: learnt, and small."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ...errors import FormatError

Array = npt.NDArray[np.float32]
#: The length of the vectors.
SIZE = 256


@dataclass(frozen=True, slots=True)
class Projection:
    """Features, each less its mean and over its deviation, through one hidden layer to a vector of length 1."""

    mean: Array
    deviation: Array
    hidden: Array
    hidden_bias: Array
    skipped: Array
    output: Array

    def __call__(self, features: Array) -> Array:
        """Return vectors of length 1, one row a picture."""
        standard = np.clip((features - self.mean) / self.deviation, -_FAR, _FAR)
        hidden = np.maximum(standard @ self.hidden + self.hidden_bias, 0)
        vectors = standard @ self.skipped + hidden @ self.output
        unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit

    def save(self, path: Path) -> None:
        """Write the numbers at half precision, which changes no vector by a thousandth."""
        halves = {each.name: getattr(self, each.name).astype(np.float16) for each in fields(self)}
        with path.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **halves)


# So many deviations from the mean say no more than that it is unusual.
_FAR = 6.0


def read_projection(path: Path) -> Projection:
    """Read what `Projection.save` wrote. Raises FormatError."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {each.name: archive[each.name].astype(np.float32) for each in fields(Projection)}
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        cause = f"it holds no projection of reproductions: {error}"
        raise FormatError(str(path), cause, "get the file that the list of models names") from error
    return Projection(**arrays)
