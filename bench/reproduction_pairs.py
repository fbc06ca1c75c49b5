"""What is taken for the same picture and is not: pairs of pictures as they are, the hard ones first, judged by eye.

    python -m bench.reproduction_pairs [--work FOLDER] [--json FILE]

Three lots of pairs: each picture with those of its own document that look most like it (pages of an album, two views of
one building, woodcuts of one hand, letters of one alphabet), each initial with those initials that do, and pictures
with those that would be compared with them in practice: the nearest of other documents. Which of the pairs that come
near the threshold show the same picture, `reproduction_pairs.json` says; they were looked at one by one. ``--work`` is
the folder that `bench.reproductions` kept what it saw in; the projection is the one that ships.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench.reproductions import Seen, as_they_are, kept, see, sscd
from bench.shared_pictures import DATA, Picture, pictures
from estampe.classify.reproductions import LEAST, Comparison, Same, is_same, read_projection
from estampe.classify.reproductions.matching import SHORTLIST
from estampe.classify.reproductions.vectors import MODEL
from estampe.settings import Settings
from estampe.weights import Models

TRUTH = Path(__file__).with_suffix(".json")
# From half the score that is needed on, a pair was looked at.
NEAR = LEAST / 2
SINGLES = 200
# Of each picture, so many of its own document, or of its own kind, that look most like it.
HARD = 4
LOTS = {"document": "of one document", "initials": "two initials", "nearest": "nearest in other documents"}


@dataclass(frozen=True)
class Compared:
    """Two pictures by name, the first by the alphabet, why they were compared, and how."""

    one: str
    other: str
    lot: str
    score: float
    kind: str
    same: bool


def lots(every: list[Picture], vectors: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """Yield pairs by their places, each once, with the lot that they belong to."""
    documents = np.array([each.document for each in every])
    pictured = np.array([each.kind != "tile" for each in every])
    initial = np.array([each.label == "initial" for each in every])

    def nearest(one: int, among: np.ndarray, count: int) -> list[int]:
        others = np.flatnonzero(among & (np.arange(len(every)) != one))
        return others[np.argsort(-(vectors[others] @ vectors[one]), kind="stable")[:count]].tolist()

    some = np.random.default_rng(11).permutation(len(every))[:SINGLES].tolist()
    of = {
        "document": [
            (one, other)
            for one in np.flatnonzero(pictured).tolist()
            for other in nearest(one, pictured & (documents == documents[one]), HARD)
        ],
        "initials": [(one, other) for one in np.flatnonzero(initial).tolist() for other in nearest(one, initial, HARD)],
        "nearest": [(one, other) for one in some for other in nearest(one, documents != documents[one], SHORTLIST)],
    }
    told: set[tuple[int, int]] = set()
    for lot, pairs in of.items():
        for pair in pairs:
            ordered = min(pair), max(pair)
            if ordered not in told:
                told.add(ordered)
                yield *ordered, lot


def compare(every: list[Picture], known: Seen, pairs: list[tuple[int, int, str]]) -> list[Compared]:
    """Lay the pictures of each pair over each other; pairs that share their first picture are best side by side."""
    found, ready = [], (-1, None)
    for one, other, lot in sorted(pairs):
        if ready[0] != one:
            ready = one, Comparison(known.sightings[one])
        told: Same = ready[1].with_(known.sightings[other])
        names = sorted((every[one].name, every[other].name))
        found.append(Compared(*names, lot, told.score, told.kind, is_same(told)))
    return found


def right(pair: Compared, truth: dict[str, str]) -> str:
    """Return what a pair is by eye: copy, crop, mirrored or rendering; empty where it shows two pictures."""
    return truth.get(f"{pair.one} {pair.other}", "")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = Models.open(Settings(home=Path(folder)))
        every = pictures(DATA)
        known = kept((given.work or Path(folder)) / "known.pickle", partial(see, as_they_are(every), models, sscd()))
        vectors = read_projection(models.file(MODEL))(known.features)
    found = compare(every, known, list(lots(every, vectors)))
    truth = json.loads(TRUTH.read_text("utf-8")) if TRUTH.is_file() else {}
    print("| pairs | compared | show the same | told | rightly | kind right |\n|---|---|---|---|---|---|")
    for lot, words in LOTS.items():
        own = [pair for pair in found if pair.lot == lot]
        same = [pair for pair in own if right(pair, truth)]
        told = [pair for pair in own if pair.same]
        rightly = [pair for pair in told if right(pair, truth)]
        kinds = sum(pair.kind == right(pair, truth) for pair in rightly)
        print(f"| {words} | {len(own)} | {len(same)} | {len(told)} | {len(rightly)} | {kinds} |")
    print("\ntold and not the same, then the same and not told")
    for wrong in (True, False):
        for pair in sorted(found, key=lambda each: -each.score):
            if pair.same == wrong != bool(right(pair, truth)):
                print(f"  {pair.score:.2f} {pair.kind:9s} {pair.lot:9s} {pair.one}  {pair.other}")
    if given.json:
        near = [vars(pair) for pair in found if pair.score >= NEAR or right(pair, truth)]
        given.json.write_text(json.dumps(near, indent=1), "utf-8")


if __name__ == "__main__":
    main()
