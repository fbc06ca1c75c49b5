"""One picture laid over another: at several scales and slants, plain and mirrored, and at every shift at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from .evidence import NOTHING, Evidence, evidence
from .outlines import LONGEST, Field, field, mirrored

# What a picture is scaled and turned by (degrees) before it is laid over another. A crop of half the area is as large
# as its part of the whole at 0.71, the whole as its crop at 1.41.
_SCALES = (0.66, 0.74, 0.82, 0.9, 1.0, 1.11, 1.22, 1.35, 1.5)
_TURNS = (-3.5, 0.0, 3.5)
# The sides of the fields, in cells: first all ways are tried on small ones, then the best few on larger.
_COARSE, _FINE = 24, 48
_TRIED = 3
# Pictures that agree less than this in every way of laying them over each other on small fields agree in nothing.
_HOPELESS = 0.4
# Two pictures that overlap in less than this share of the smaller are not taken for the same.
_OVERLAP = 0.6
# Lengths that Fourier transforms are fast at.
_LENGTHS = (48, 64, 96, 128, 192, 256)

Plane = npt.NDArray[np.float32]


class Way(NamedTuple):
    """How a picture is changed before it is laid over another."""

    scale: float
    turn: float
    mirror: bool


# On small fields a slight turn is hardly seen.
_WAYS = tuple(Way(scale, 0.0, mirror) for mirror in (False, True) for scale in _SCALES)
_AS_IT_IS = tuple(way for way in _WAYS if way.scale == 1)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How one picture lies best over another.

    ``agreement`` is that of their edges where they overlap, -1 to 1; ``of_one`` and ``of_other`` are the shares of each
    that the overlap covers, ``way`` is how the one was changed, ``shift`` where its upper left corner came to lie (rows
    and columns of the other, in cells). ``evidence`` tells whether that is enough (see `evidence.evidence`).
    """

    agreement: float
    way: Way
    of_one: float
    of_other: float
    shift: tuple[int, int]
    evidence: Evidence = NOTHING


_NOTHING_ALIKE = Alignment(0.0, Way(1.0, 0.0, mirror=False), 1.0, 1.0, (0, 0))


class _Spectra(NamedTuple):
    """A field in frequencies, its energy too; ``shape`` in cells."""

    edges: npt.NDArray[np.complex64]
    energy: npt.NDArray[np.complex64]
    total: float
    shape: tuple[int, int]


def _spectra(edges: Field, length: int) -> _Spectra:
    energy = np.sum(edges.real**2 + edges.imag**2, axis=0)
    frequencies = np.fft.fft2(edges, (length, length)).astype(np.complex64)
    energies = np.fft.rfft2(energy, (length, length)).astype(np.complex64)
    return _Spectra(frequencies, energies, float(energy.sum()), energy.shape)


class Overlay:
    """One picture, ready to be laid over others.

    Made once and asked for each other picture; what one way or another changes it into is kept, a few megabytes.
    """

    def __init__(self, kept: Image.Image) -> None:
        self._kept = kept
        self._coarse: dict[int, tuple[npt.NDArray[np.complex64], list[_Spectra]]] = {}
        self._fine: dict[tuple[Way, int], _Spectra] = {}
        self._fields: dict[Way, Field] = {}
        self._longest = max(kept.size) / (kept.width * kept.height) ** 0.5

    def over(self, other: Image.Image) -> Alignment:
        """Return how the picture lies best over another; both are outlines (see `outlines.outline`)."""
        length = self._length(other, _COARSE)
        below = _spectra(field(other, _COARSE), length)
        stack, each = self._all(length)
        agreements = np.fft.ifft2(np.einsum("kij,vkij->vij", below.edges, stack.conj())).real
        best = [
            float(np.max(_estimated(agreement, one, below, length)))
            for agreement, one in zip(agreements, each, strict=True)
        ]
        if max(best) < _HOPELESS:
            return _NOTHING_ALIKE
        length = self._length(other, _FINE)
        edges = field(other, _FINE)
        below = _spectra(edges, length)
        tried: dict[Way, Alignment] = {}
        # Most reproductions show the whole picture, so that is always tried.
        ways = [_WAYS[place] for place in sorted(range(len(_WAYS)), key=best.__getitem__)[-_TRIED:]] + list(_AS_IT_IS)
        while ways:
            tried |= {way: _laid(self._one(way, length), below, way, length) for way in ways if way not in tried}
            found = max(tried.values(), key=_agreement)
            ways = [way for way in _near(found.way) if way not in tried]
        # A small overlap agrees more easily than a large one: what most places speak for is right.
        finalists = {*sorted(tried, key=lambda way: tried[way].agreement)[-_TRIED:], *_AS_IT_IS}
        return max((self._judged(tried[way], edges) for way in sorted(finalists)), key=_places)

    def _judged(self, found: Alignment, edges: Field) -> Alignment:
        if found.agreement <= 0:  # in this way they cannot be laid over each other at all, or agree nowhere
            return found
        return replace(found, evidence=evidence(*_cut(self._changed(found.way), edges, found.shift)))

    def _length(self, other: Image.Image, side: int) -> int:
        """Return how long the transforms must be for nothing to come round from the other end."""
        one = min(self._longest, LONGEST**0.5) * side * max(_SCALES)
        two = min(max(other.size) / (other.width * other.height) ** 0.5, LONGEST**0.5) * side
        needed = one + two - _OVERLAP * min(one, two)
        return next((length for length in _LENGTHS if length >= needed), _LENGTHS[-1])

    def _all(self, length: int) -> tuple[npt.NDArray[np.complex64], list[_Spectra]]:
        if length not in self._coarse:
            each = [_spectra(edges, length) for edges in self._small_fields()]
            self._coarse[length] = (np.stack([one.edges for one in each]), each)
        return self._coarse[length]

    def _small_fields(self) -> list[Field]:
        plain = [field(self._kept, _COARSE * scale) for scale in _SCALES]
        return plain + [mirrored(edges) for edges in plain]

    def _one(self, way: Way, length: int) -> _Spectra:
        if (way, length) not in self._fine:
            self._fine[way, length] = _spectra(self._changed(way), length)
        return self._fine[way, length]

    def _changed(self, way: Way) -> Field:
        if way not in self._fields:
            edges = field(self._kept, _FINE * way.scale, way.turn)
            self._fields[way] = mirrored(edges) if way.mirror else edges
        return self._fields[way]


@lru_cache
def _near(way: Way) -> list[Way]:
    """Return the ways that differ by one step in scale or turn."""
    scale, turn = _SCALES.index(way.scale), _TURNS.index(way.turn)
    steps = ((scale - 1, turn), (scale + 1, turn), (scale, turn - 1), (scale, turn + 1))
    return [
        Way(_SCALES[row], _TURNS[column], way.mirror)
        for row, column in steps
        if 0 <= row < len(_SCALES) and 0 <= column < len(_TURNS)
    ]


def _agreement(alignment: Alignment) -> float:
    return alignment.agreement


def _places(alignment: Alignment) -> float:
    return alignment.evidence.places


def _cut(one: Field, other: Field, shift: tuple[int, int]) -> tuple[Field, Field]:
    """Return the parts of two fields that lie over each other."""
    parts = []
    for axis, start in enumerate(shift, start=1):
        first, last = max(0, start), min(other.shape[axis], start + one.shape[axis])
        parts.append((slice(first - start, last - start), slice(first, last)))
    (rows_one, rows_other), (columns_one, columns_other) = parts
    return one[:, rows_one, columns_one], other[:, rows_other, columns_other]


def _estimated(agreement: Plane, one: _Spectra, below: _Spectra, length: int) -> Plane:
    """Return the agreement at every shift, as if the edges of both were spread evenly."""
    shared = _shared(one.shape, below.shape, length)
    smaller = min(_area(one), _area(below))
    energy = shared * (one.total * below.total / (_area(one) * _area(below))) ** 0.5
    return np.where(shared >= _OVERLAP * smaller, agreement / np.maximum(energy, 1e-6), -1)


def _laid(one: _Spectra, below: _Spectra, way: Way, length: int) -> Alignment:
    """Return how they lie best by a shift alone: the product of the edges over the root of their energies there."""
    agreement = np.fft.ifft2(np.einsum("kij,kij->ij", below.edges, one.edges.conj())).real
    energy_one = np.fft.irfft2(_whole(below.shape, length) * one.energy.conj(), (length, length))
    energy_below = np.fft.irfft2(below.energy * _whole(one.shape, length).conj(), (length, length))
    shared = _shared(one.shape, below.shape, length)
    # Where hardly anything of a picture overlaps, anything agrees by chance.
    energy_one, energy_below = np.maximum(energy_one, 0.2 * one.total), np.maximum(energy_below, 0.2 * below.total)
    scores = agreement / np.maximum(np.sqrt(energy_one * energy_below), 1e-6)
    scores = np.where(shared >= _OVERLAP * min(_area(one), _area(below)), scores, -1)
    best = int(np.argmax(scores))
    row, column = ((place + length // 2) % length - length // 2 for place in divmod(best, length))
    overlap = float(shared.flat[best])
    return Alignment(float(scores.flat[best]), way, overlap / _area(one), overlap / _area(below), (row, column))


def _area(spectra: _Spectra) -> int:
    return spectra.shape[0] * spectra.shape[1]


@lru_cache(maxsize=512)
def _whole(shape: tuple[int, int], length: int) -> npt.NDArray[np.complex64]:
    return np.asarray(np.fft.rfft2(np.ones(shape, np.float32), (length, length)), np.complex64)


@lru_cache(maxsize=512)
def _shared(one: tuple[int, int], other: tuple[int, int], length: int) -> Plane:
    """Return how many cells two pictures share at each shift of the one, which wraps round."""

    def along(first: int, second: int) -> Plane:
        shift = np.arange(length)
        shift = np.where(shift >= second, shift - length, shift)
        cells: Plane = np.maximum(np.minimum(second, shift + first) - np.maximum(0, shift), np.float32(0))
        return cells

    shared: Plane = np.outer(along(one[0], other[0]), along(one[1], other[1]))
    return shared
