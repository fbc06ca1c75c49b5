"""One picture laid over another: at several scales and slants, plain and mirrored, and at every shift at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from .evidence import NOTHING, Evidence, evidence
from .outlines import Field, cells, field, mirrored, times

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
# Pictures in which, as they lie best over each other after a first look, no larger share of the places speaks for the
# same picture are not the same. Of 493 pairs that are the same it was .36 at least; of those that are not, 90 in 100
# had less than .27.
_UNLIKELY = 0.25
# Lengths that Fourier transforms are fast at: few for small fields, whose transforms are kept for other pictures too.
_LENGTHS = {_COARSE: (48, 64, 96, 128), _FINE: (64, 72, 80, 96, 108, 120, 128, 144, 160, 180, 192, 240, 288)}

Plane = npt.NDArray[np.float32]
#: Rows and columns.
_Size = tuple[int, int]


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
    shape: _Size


def _spectra(edges: Field, size: _Size) -> _Spectra:
    energy = np.einsum("kij,kij->ij", edges, edges)
    transformed = _transformed(np.concatenate([edges, energy[None]]), size)
    return _Spectra(transformed[:-1], transformed[-1], float(energy.sum()), (edges.shape[1], edges.shape[2]))


def _transformed(planes: Plane, size: _Size) -> npt.NDArray[np.complex64]:
    """Return the Fourier transform of planes in a frame of zeros, as `numpy.fft.rfft2` does.

    As two products of matrices, which of small planes, most of whose frame is empty, takes a third of the time. They
    are of real numbers, for OpenBLAS shares out products of complex ones among threads much sooner.
    """
    across, down = _across(planes.shape[2], size[1]), _down(planes.shape[1], size[0])
    rows = times(planes, across)
    half = rows.shape[2] // 2
    transformed = times(down, np.concatenate([rows[..., :half], rows[..., half:]], axis=1))
    found = np.empty((len(planes), size[0], half), np.complex64)
    found.real, found.imag = transformed[:, : size[0]], transformed[:, size[0] :]
    return found


@lru_cache(maxsize=256)
def _across(count: int, length: int) -> Plane:
    """Return what takes rows of so many numbers to their frequencies: real parts, then imaginary parts."""
    turns = np.outer(np.arange(count), np.arange(length // 2 + 1)) % length * (2 * np.pi / length)
    return np.concatenate([np.cos(turns), -np.sin(turns)], axis=1).astype(np.float32)


@lru_cache(maxsize=256)
def _down(count: int, length: int) -> Plane:
    """Return what takes columns of so many complex numbers to their frequencies; both have real parts first."""
    turns = np.outer(np.arange(length), np.arange(count)) % length * (2 * np.pi / length)
    return np.block([[np.cos(turns), np.sin(turns)], [-np.sin(turns), np.cos(turns)]]).astype(np.float32)


class _Below:
    """The picture that another one is laid over."""

    def __init__(self, kept: Image.Image, side: int, sizes: _Size) -> None:
        self.edges, self.size = field(kept, side), sizes
        self.spectra = _spectra(self.edges, sizes)


class Overlay:
    """One picture, ready to be laid over others.

    Made once and asked for each other picture; what one way or another changes it into is kept, a few megabytes.
    """

    def __init__(self, kept: Image.Image) -> None:
        self._kept = kept
        self._small: list[Field] = []
        self._coarse: dict[_Size, tuple[npt.NDArray[np.complex64], list[_Spectra]]] = {}
        self._fine: dict[tuple[Way, _Size], _Spectra] = {}
        self._fields: dict[Way, Field] = {}

    def over(self, other: Image.Image) -> Alignment:
        """Return how the picture lies best over another; both are outlines (see `outlines.outline`)."""
        best = self._first_look(_Below(other, _COARSE, self._size(other, _COARSE)))
        if max(best) < _HOPELESS:
            return _NOTHING_ALIKE
        below = _Below(other, _FINE, self._size(other, _FINE))
        # Most reproductions show the whole picture, so that is always tried.
        ways = [_WAYS[place] for place in sorted(range(len(_WAYS)), key=best.__getitem__)[-_TRIED:]] + list(_AS_IT_IS)
        tried = {way: self._laid(way, below) for way in ways}
        judged = {way: self._judged(found, below) for way, found in tried.items()}
        if max(found.evidence.share for found in judged.values()) < _UNLIKELY:
            return max(judged.values(), key=_places)
        while ways := [way for way in _near(max(tried.values(), key=_agreement).way) if way not in tried]:
            tried |= {way: self._laid(way, below) for way in ways}
        # A small overlap agrees more easily than a large one: what most places speak for is right.
        finalists = {*sorted(tried, key=lambda way: tried[way].agreement)[-_TRIED:], *_AS_IT_IS}
        judged |= {way: self._judged(tried[way], below) for way in finalists if way not in judged}
        return max((judged[way] for way in sorted(finalists)), key=_places)

    def _first_look(self, below: _Below) -> list[float]:
        """Return how well the pictures agree, laid over each other in each way: about, and on small fields."""
        stack, each = self._all(below.size)
        agreements = np.fft.irfft2(np.einsum("kij,vkij->vij", below.spectra.edges, stack), below.size)
        return [
            _estimated(agreement, one, below.spectra, below.size)
            for agreement, one in zip(agreements, each, strict=True)
        ]

    def _laid(self, way: Way, below: _Below) -> Alignment:
        return _laid(self._one(way, below.size), below.spectra, way, below.size)

    def _judged(self, found: Alignment, below: _Below) -> Alignment:
        if found.agreement <= 0:  # in this way they cannot be laid over each other at all, or agree nowhere
            return found
        return replace(found, evidence=evidence(*_cut(self._changed(found.way), below.edges, found.shift)))

    def _size(self, other: Image.Image, side: int) -> _Size:
        """Return how large the transforms must be for nothing to come round from the other end."""
        largest = zip(cells(self._kept.size, side * max(_SCALES)), cells(other.size, side), strict=True)
        needed = [one + two - _OVERLAP * min(one, two) + 1 for one, two in largest]
        lengths = _LENGTHS[side]
        rows, columns = (next((each for each in lengths if each >= length), lengths[-1]) for length in needed)
        return rows, columns

    def _all(self, size: _Size) -> tuple[npt.NDArray[np.complex64], list[_Spectra]]:
        if size not in self._coarse:
            if not self._small:
                self._small = self._small_fields()
            each = [_spectra(edges, size) for edges in self._small]
            self._coarse[size] = (np.stack([one.edges for one in each]).conj(), each)
        return self._coarse[size]

    def _small_fields(self) -> list[Field]:
        plain = [field(self._kept, _COARSE * scale) for scale in _SCALES]
        return plain + [mirrored(edges) for edges in plain]

    def _one(self, way: Way, size: _Size) -> _Spectra:
        if (way, size) not in self._fine:
            self._fine[way, size] = _spectra(self._changed(way), size)
        return self._fine[way, size]

    def _changed(self, way: Way) -> Field:
        if way not in self._fields:
            plain = way._replace(mirror=False)
            if plain not in self._fields:
                self._fields[plain] = field(self._kept, _FINE * way.scale, way.turn)
            if way.mirror:
                self._fields[way] = mirrored(self._fields[plain])
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


def _estimated(agreement: Plane, one: _Spectra, below: _Spectra, size: _Size) -> float:
    """Return the best agreement at any shift, as if the edges of both were spread evenly."""
    energy = (one.total * below.total / (_area(one) * _area(below))) ** 0.5
    best = (agreement * _rarity(one.shape, below.shape, size)).max()
    return float(best) / max(float(energy), 1e-6)


def _laid(one: _Spectra, below: _Spectra, way: Way, size: _Size) -> Alignment:
    """Return how they lie best by a shift alone: the product of the edges over the root of their energies there."""
    products = np.stack(
        [
            np.einsum("kij,kij->ij", below.edges, one.edges.conj()),
            _whole(below.shape, size) * one.energy.conj(),
            below.energy * _whole(one.shape, size).conj(),
        ]
    )
    agreement, energy_one, energy_below = np.fft.irfft2(products, size)
    shared = _shared(one.shape, below.shape, size)
    # Where hardly anything of a picture overlaps, anything agrees by chance.
    energy_one, energy_below = np.maximum(energy_one, 0.2 * one.total), np.maximum(energy_below, 0.2 * below.total)
    scores = agreement / np.maximum(np.sqrt(energy_one * energy_below), 1e-6)
    scores = np.where(shared >= _OVERLAP * min(_area(one), _area(below)), scores, -1)
    best = int(np.argmax(scores))
    row, column = (
        place if place < second else place - length
        for place, second, length in zip(divmod(best, size[1]), below.shape, size, strict=True)
    )
    overlap = float(shared.flat[best])
    return Alignment(float(scores.flat[best]), way, overlap / _area(one), overlap / _area(below), (row, column))


def _area(spectra: _Spectra) -> int:
    return spectra.shape[0] * spectra.shape[1]


@lru_cache(maxsize=256)
def _whole(shape: _Size, size: _Size) -> npt.NDArray[np.complex64]:
    whole: npt.NDArray[np.complex64] = _transformed(np.ones((1, *shape), np.float32), size)[0]
    return whole


@lru_cache(maxsize=256)
def _rarity(one: _Size, other: _Size, size: _Size) -> Plane:
    """Return 1 over the cells that two pictures share at each shift of the one; 0 where they share too few."""
    shared = _shared(one, other, size)
    enough = shared >= _OVERLAP * min(one[0] * one[1], other[0] * other[1])
    rarity: Plane = np.where(enough, 1 / np.maximum(shared, 1), 0).astype(np.float32)
    return rarity


@lru_cache(maxsize=256)
def _shared(one: _Size, other: _Size, size: _Size) -> Plane:
    """Return how many cells two pictures share at each shift of the one, which wraps round."""

    def along(axis: int) -> Plane:
        first, second, length = one[axis], other[axis], size[axis]
        shift = np.arange(length)
        shift = np.where(shift >= second, shift - length, shift)
        cells: Plane = np.maximum(np.minimum(second, shift + first) - np.maximum(0, shift), np.float32(0))
        return cells

    shared: Plane = np.outer(along(0), along(1)).astype(np.float32)
    return shared
