"""Whether what two pictures agree in is more than a horizon or a frame.

Edges of any two sheets of paper, or of two plains under a sky, agree well once they lie over each other. So places are
looked at one by one: one speaks for the same picture where its edges agree, and agree less when one picture is shifted
a little, whichever way. A straight line does not: along itself it may be shifted at will.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .outlines import Field, times

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
    down, across = (_sums(length) for length in one.shape[1:])

    def places(planes: Plane) -> Plane:
        return times(times(down, planes), across.T)

    # A picture that is moved goes on round the corner: it does not matter what comes in from there.
    around = np.pad(np.concatenate([other, _energy(other)]), ((0, 0), *[(_SHIFT, _SHIFT)] * 2), mode="wrap")
    moved = [_seen_from(around, shift, one.shape[1:]) for shift in (*_NEAR, *_RING)]
    agreed = places(np.stack([np.einsum("kij,kij->ij", one, each[:-1]) for each in moved]))
    of_moved = places(np.stack([each[-1] for each in moved]))
    of_one, of_other = places(_energy(one))[0], of_moved[0]
    floor_one, floor_other = _FLOOR * of_one.mean(), _FLOOR * of_other.mean()
    agreed /= np.maximum(np.sqrt(np.maximum(of_one, floor_one) * np.maximum(of_moved, floor_other)), 1e-6)
    here, beside = agreed[: len(_NEAR)].max(axis=0), agreed[len(_NEAR) :].max(axis=0)
    speaks = np.clip((here - np.maximum(beside, 0)) / _ENOUGH, 0, 1)
    # Empty paper says nothing, for or against.
    weight = np.sqrt(
        np.minimum(1, np.maximum(of_one / max(of_one.mean(), 1e-6), of_other / max(of_other.mean(), 1e-6)))
    )
    return Evidence(float((weight * speaks).sum() / max(weight.sum(), 1e-6)), float((weight * speaks).sum()))


@lru_cache(maxsize=128)
def _sums(count: int) -> Plane:
    """Return what sums up so many rows by place, as a matrix."""
    places = max(2, round(count / _PLACE))
    matrix = np.zeros((places, count), np.float32)
    for place in range(places):
        start = count * place // places
        matrix[place, start : max(start + 1, count * (place + 1) // places)] = 1
    return matrix


def _seen_from(around: Plane, shift: tuple[int, int], shape: tuple[int, ...]) -> Plane:
    """Return a field that goes on beyond its edges, moved by so many rows and columns."""
    row, column = _SHIFT - shift[0], _SHIFT - shift[1]
    return around[:, row : row + shape[0], column : column + shape[1]]


def _energy(field: Field) -> Plane:
    """Return the energy of a field in each cell, (1, rows, columns)."""
    energy: Plane = np.einsum("kij,kij->ij", field, field)
    return energy[None]
