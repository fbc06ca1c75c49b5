"""Trainings that are measured: on documents, or whole sources, that each did not learn from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np

from ...errors import FormatError
from ...learning.detections import Found
from ...weights import Models
from ..looking import KerasNetwork
from ..network import SIDES
from .configuration import Training
from .data import Data
from .learning import Told, learnt
from .measuring import Seen, looked

#: What the trials of the cross-validation are called.
FOLDS: Final = "folds"
#: Hears which of how many trainings has begun.
Began = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One training that is measured: what it belongs to, its seed, and the documents that are held back from it."""

    name: str
    seed: int
    held: frozenset[str]


def trials(training: Training, data: Data, without: str = "") -> list[Trial]:
    """Return the trainings that measure a configuration.

    Args:
        training: what is measured.
        data: what it learns from.
        without: names of sources, with commas: only what comes of leaving these out is measured.

    """
    measuring = training.measuring
    groups = [[name.strip() for name in without.split(",") if name.strip()]] if without else measuring.groups
    made = []
    for seed in measuring.seeds:
        if not without:
            made += list(_crossed(training, data, seed))
        for group in groups:
            held = frozenset(page.document for page in data.pages if page.source in group)
            made.append(Trial(f"without {', '.join(group)}", seed, held))
    return made


def _crossed(training: Training, data: Data, seed: int) -> Iterator[Trial]:
    measuring = training.measuring
    folds = data.folds(measuring.folds, seed)

    def of(some: Sequence[int]) -> frozenset[str]:
        return frozenset(page.document for page, fold in zip(data.pages, folds, strict=True) if fold in some)

    for fold in range(measuring.folds):
        yield Trial(FOLDS, seed, of([fold]))
    for learnt_from in measuring.curve:
        name = f"{learnt_from} of {measuring.folds} folds learnt from"
        yield Trial(name, seed, of(range(learnt_from, measuring.folds)))


def tried(
    training: Training,
    data: Data,
    models: Models,
    some: Sequence[Trial],
    kept: Path | None,
    *,
    began: Began,
    told: Told,
) -> dict[str, list[Seen]]:
    """Return what was seen on the pages of the documents that were held back, by what the trials belong to.

    Args:
        training: what is measured.
        data: what it learns from.
        models: where the network to begin from is.
        some: the trainings.
        kept: a file that keeps what each saw, a line each: what stands in it of the same configuration and data is not
            trained again.
        began: hears of each training that begins.
        told: hears how it goes on.

    """
    before = _read(kept) if kept else {}
    found: dict[str, list[Seen]] = {}
    for number, trial in enumerate(some, 1):
        began(number, len(some))
        pages = {data.name(page.path): page for page in data.pages if page.document in trial.held}
        key = _key(training, data, trial)
        if key not in before:
            network = learnt(
                keras.saving.load_model(models.file(training.base), compile=False),
                data.without(trial.held),
                training.shares,
                training.learning,
                trial.seed,
                told,
            )
            seen = looked(KerasNetwork(network), list(pages.values()), training.classes, training.patch)
            before[key] = [
                {
                    "page": data.name(one.page.path),
                    "sought": one.sought,
                    "boxes": one.found.boxes.round(1).tolist(),
                    "scores": one.found.scores.round(4).tolist(),
                    "told": one.told,
                    "shares": [{kind: round(share, 3) for kind, share in own.items()} for own in one.shares],
                }
                for one in seen
            ]
            if kept:
                with kept.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps({"key": key, "seen": before[key]}) + "\n")
        found.setdefault(trial.name, []).extend(
            Seen(
                pages[one["page"]],
                Found(np.array(one["boxes"], np.float64).reshape(-1, 4), np.array(one["scores"], np.float64)),
                tuple(one["told"]),
                one["sought"],
                trial.seed,
                tuple(one.get("shares", ())),
            )
            for one in before[key]
        )
    return found


def _key(training: Training, data: Data, trial: Trial) -> str:
    """Return what changes where anything does that a training and its measuring depend on.

    Of the program it knows the version of the training alone, which rises where pages are set or changed otherwise.
    """
    pages = [(data.name(page.path), page.truth) for page in data.pages]
    pictures = [(kind, data.name(one.path)) for kind, one in data.pictures]
    name = (training.name, training.version, training.base, training.classes, training.patch)
    said = (name, SIDES, training.shares, training.learning, pages, pictures)
    text = repr((said, trial.seed, sorted(trial.held), keras.backend.backend()))
    return hashlib.sha256(text.encode()).hexdigest()


def _read(kept: Path) -> dict[str, list[dict[str, Any]]]:
    if not kept.exists():
        return {}
    lines = kept.read_text("utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        # It was cut off while it was written.
        kept.write_text("".join(lines := lines[:-1]), "utf-8")
    try:
        return {line["key"]: line["seen"] for line in map(json.loads, lines)}
    except (ValueError, KeyError, TypeError) as error:
        message = f"it is no file of what networks saw: {error}"
        raise FormatError(str(kept), message, "delete it, or name another") from error
