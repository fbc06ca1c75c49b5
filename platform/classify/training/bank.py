"""The features of all lessons: computed once, kept in a file, for heads that are trained in seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...learning.folds import joined_groups
from ..backbone import Backbone
from ..genre import LOOKS, MADE_SO, described
from .lessons import Lesson

_BATCH = 16
#: Pictures of two documents whose top features are this alike (cosine, less the mean) are taken for one document's.
_ALIKE = 0.85


@dataclass(frozen=True, slots=True)
class Bank:
    """Features, one row a lesson, with what is known of each.

    ``likeness`` are the top features of the whole; ``columns`` those of the features that belong to each look, ``made``
    those that kernels see.
    """

    features: NDArray[np.float32]
    likeness: NDArray[np.float32]
    lessons: tuple[Lesson, ...]
    columns: tuple[NDArray[np.int64], ...]
    made: tuple[NDArray[np.int64], ...] = ()

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which lessons are measured on."""
        return np.array([lesson.scored for lesson in self.lessons], bool)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Which lessons are measured on apart."""
        return np.array([lesson.found for lesson in self.lessons], bool)

    def twins(self) -> dict[str, str]:
        """Return for each scored document the name of the group that it is kept together with.

        Documents that hold the same picture (two copies of a poster, two scans of a plan) are one group: else one of
        them would be learnt from while the other is measured.
        """
        places = np.flatnonzero(self.scored)
        names = [min(self.lessons[place].groups) for place in places]
        rows = self.likeness[places] - self.likeness[places].mean(axis=0)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
        one, other = np.nonzero(np.triu(rows @ rows.T, 1) > _ALIKE)
        pairs = [(int(a), int(b)) for a, b in zip(one, other, strict=True) if names[a] != names[b]]
        return dict(zip(names, joined_groups(names, pairs), strict=True))


def filled(lessons: Sequence[Lesson], backbone: Backbone, kept: Path | None, told: Callable[[int, int], None]) -> Bank:
    """Look at every lesson; ``kept`` is a file that holds what was looked at before. ``told`` hears how far it is.

    Parts of pages with nothing on them are left out.
    """
    key = hashlib.sha256(
        repr([(one.name, one.label, one.made, sorted(one.groups)) for one in lessons]).encode()
    ).hexdigest()
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as file:
            if str(file["key"]) == key:
                chosen = tuple(lessons[place] for place in file["places"])
                return Bank(
                    file["features"].astype(np.float32), file["likeness"].astype(np.float32), chosen, LOOKS, MADE_SO
                )
    places, features, likeness = list[int](), list[NDArray[np.float32]](), list[NDArray[np.float32]]()
    for start in range(0, len(lessons), _BATCH):
        batch = list(range(start, min(start + _BATCH, len(lessons))))
        pictures = [lessons[place].picture() for place in batch]
        shown = [n for n, place in enumerate(batch) if lessons[place].made != "window" or _is_printed(pictures[n])]
        pictures = [pictures[n] for n in shown]
        if pictures:
            rows, whole = described(backbone, pictures)
            features.append(rows)
            likeness.append(whole.top)
            places += [batch[n] for n in shown]
        told(batch[-1] + 1, len(lessons))
    shown_lessons = tuple(lessons[place] for place in places)
    bank = Bank(np.concatenate(features), np.concatenate(likeness), shown_lessons, LOOKS, MADE_SO)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = {"features": bank.features.astype(np.float16), "likeness": bank.likeness.astype(np.float16)}
        with kept.open("wb") as stream:
            np.savez(stream, allow_pickle=False, key=np.array(key), places=np.array(places), **half)
    return bank


def _is_printed(picture: Image.Image) -> bool:
    return float(np.asarray(picture.convert("L").resize((64, 64)), np.float32).std()) >= 12
