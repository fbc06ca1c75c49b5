"""Whether what two pictures agree in is more than a horizon or a frame.

Edges of any two sheets of paper, or of two plains under a sky, agree well once they lie over each other. So places are
looked at one by one: one speaks for the same picture where its edges agree, and agree less when one picture is shifted
a little, whichever way. A straight line does not: along itself it may be shifted at will.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .outlines import Field

Plane = npt.NDArray[np.float32]

# In cells: the side of a place, how far a picture is shifted to see whether it agrees less, and how far it may lie off.
_PLACE, _SHIFT, _OFF = 8, 3, 1
_RING = tuple(
    (round(_SHIFT * math.sin(turn * math.pi / 4)), round(_SHIFT * math.cos(turn * math.pi / 4))) for turn in range(8)
)
_NEAR = ((0, 0), (0, _OFF), (_OFF, 0), (0, -_OFF), (-_OFF, 0))
# A place that has less than this share of a picture's mean energy is taken to have so much: noise agrees by chance.
_FLOOR = 0.25
# By how much a place must agree better than when shifted, to count in full.
_ENOUGH = 0.3


class Evidence(NamedTuple):
    """What speaks for the same picture: the ``share`` of the places, 0 to 1, and how many ``places`` that is."""

    share: float
    places: float


#: Before it was looked for.
NOTHING = Evidence(0.0, 0.0)


def evidence(one: Field, other: Field) -> Evidence:
    """Return what speaks for two fields of one shape, as they lie over each other, showing the same."""
    rows, columns = (max(2, round(length / _PLACE)) for length in one.shape[1:])

    def places(plane: Plane) -> Plane:
        down = np.add.reduceat(plane, [plane.shape[0] * row // rows for row in range(rows)], axis=0)
        sums: Plane = np.add.reduceat(down, [plane.shape[1] * column // columns for column in range(columns)], axis=1)
        return sums

    def energy(field: Field) -> Plane:
        squares: Plane = np.sum(field.real**2 + field.imag**2, axis=0)
        return squares

    energy_one, energy_other = energy(one), energy(other)
    of_one = places(energy_one)
    floor_one, floor_other = _FLOOR * of_one.mean(), _FLOOR * places(energy_other).mean()

    def agreement(shift: tuple[int, int]) -> Plane:
        moved = np.roll(other, shift, axis=(1, 2))
        product = np.einsum("kij,kij->ij", one, moved.conj()).real
        of_moved = places(np.roll(energy_other, shift, axis=(0, 1)))
        root = np.sqrt(np.maximum(of_one, floor_one) * np.maximum(of_moved, floor_other))
        agreed: Plane = places(product) / np.maximum(root, 1e-6)
        return agreed

    here = np.max([agreement(shift) for shift in _NEAR], axis=0)
    beside = np.max([agreement(shift) for shift in _RING], axis=0)
    speaks = np.clip((here - np.maximum(beside, 0)) / _ENOUGH, 0, 1)
    # Empty paper says nothing, for or against.
    of_other = places(energy_other)
    weight = np.sqrt(
        np.minimum(1, np.maximum(of_one / max(of_one.mean(), 1e-6), of_other / max(of_other.mean(), 1e-6)))
    )
    return Evidence(float((weight * speaks).sum() / max(weight.sum(), 1e-6)), float((weight * speaks).sum()))
