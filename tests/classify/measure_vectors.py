"""How well vectors say what looks alike, and find pictures by a word: ``python -m tests.classify.measure_vectors``.

    python -m tests.classify.measure_vectors [--looks FILE] [--names FILE]

*Looks alike*: on the pictures of `genre`, with the projection learnt from one half of the documents and used on the
other, both ways. Of the ten nearest pictures of other documents, the share that is of the same kind; and how often one
of the five nearest is of the same document. *Words*: the average precision of a question of a word or two, on the
pictures of which ``things_truth.json`` says what they show; by ImageNet's classes alone, and with what other models say
of them, as it ships. In brackets where 95 % of resamplings of the documents lie. ``--looks`` and ``--names`` then write
the two models anew, from all pictures and all names.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from bench.shared_pictures import DATA, Picture, pictures
from estampe.classify import Described, Describer, vectors
from estampe.classify.backbone import Backbone, Features, picture_for
from estampe.classify.vectors import JOINT_RUN, NAMES, Conse, fit_looks, name_vectors, unit
from estampe.classify.words import Words
from estampe.learning.cards import energy
from estampe.learning.folds import document_key, grouped_folds
from estampe.learning.metrics import bootstrap
from estampe.settings import Settings
from estampe.weights import Models

from .measure_things import ALIKE, TRUTH, average_precision

_WATTS = 40.0
# Kinds of fewer pictures or documents say nothing of what is near.
_PICTURES, _DOCUMENTS = 20, 5
_NEAR, _NEAREST = 10, 5
#: What is asked, and the concept that is to be shown.
QUESTIONS: Mapping[str, str] = {
    "autobus": "bus",
    "a bus": "bus",
    "voiture automobile": "car",
    "car": "car",
    "Auto": "car",
    "cheval": "horse",
    "horse": "horse",
    "personne": "person",
    "ein Mensch": "person",
    "visage": "face",
    "face": "face",
    "fontaine": "fountain",
    "navire": "boat",
    "église": "church",
    "palais": "palace",
}


def main() -> None:
    """Print both tables, and what making the models takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=Path, metavar="FILE")
    parser.add_argument("--names", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        models = Models.open(Settings(home=Path(home)))
        with (DATA / "genre" / "labels.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        began = time.process_time()
        seen = looked_at(models, (Image.open(DATA / "genre" / "images" / row["file"]) for row in rows))
        looked = time.process_time()
        fitted = fit_looks(seen)
        took = time.process_time() - began
        print(f"looking takes {looked - began:.0f} s of processor, all of it {energy(took, _WATTS)}\n")  # noqa: T201
        alike(seen, [row["label"] for row in rows], [document_key(row["group"]) for row in rows])
        if given.looks:
            np.savez_compressed(given.looks, **fitted)
        asked(models)
        if given.names:
            began = time.process_time()
            names = models.file("imagenet-labels").read_text("utf-8").splitlines()
            np.savez_compressed(given.names, **name_vectors(names, Words(models)))
            print(f"\n{NAMES} takes {energy(time.process_time() - began, _WATTS)}")  # noqa: T201


def alike(seen: Features, kinds: list[str], documents: list[str]) -> None:
    """Print how often what is near is of the same kind, and of the same document."""
    kind, document = np.array(kinds), np.array(documents)
    half = grouped_folds(documents, kinds, 2, 0)
    counted = [
        one
        for one in sorted(set(kinds))
        if (kind == one).sum() >= _PICTURES and len(set(document[kind == one])) >= _DOCUMENTS
    ]
    nothing = np.zeros((len(kind), 0), np.float32)
    content = Features(nothing, nothing, seen.top, seen.classes)
    print(f"{len(kind)} pictures of {len(set(documents))} documents; kinds: {', '.join(counted)}\n")  # noqa: T201
    print("| vector | same kind | same document |\n|---|---|---|")  # noqa: T201
    for name, some, whitening in (
        ("top features as they are", content, None),
        ("manner alone", Features(seen.means, seen.deviations, nothing, seen.classes), None),
        ("top features, 256 components, wholly whitened", content, 1.0),
        ("both, 256 components, not whitened", seen, 0.0),
        ("both, 256 components, wholly whitened", seen, 1.0),
        ("both, 256 components, half whitened", seen, 0.5),
    ):
        same = np.full((2, len(kind)), np.nan)
        for own in range(2):
            places = np.flatnonzero(half == own)
            rows = projected(some, half != own, whitening)[places]
            similar = rows @ rows.T
            np.fill_diagonal(similar, -np.inf)
            together = document[places][:, None] == document[places]
            for place, row in enumerate(similar):
                if kind[places[place]] in counted:
                    others = np.where(together[place], -np.inf, row).argsort()[::-1][:_NEAR]
                    same[0, places[place]] = (kind[places[others]] == kind[places[place]]).mean()
                if together[place].sum() > 1:
                    same[1, places[place]] = together[place][row.argsort()[::-1][:_NEAREST]].any()
        cells = [
            str(bootstrap(documents, lambda drawn, shares=shares: float(np.nanmean(shares[drawn])))) for shares in same
        ]
        print(f"| {name} | {' | '.join(cells)} |")  # noqa: T201


def projected(some: Features, learnt: np.ndarray, whitening: float | None) -> np.ndarray:
    """Return vectors of all, by what was learnt from some: standardised alone, or by principal components."""
    rows = vectors._appearance(some)
    if whitening is None:
        return unit((rows - rows[learnt].mean(axis=0)) / (rows[learnt].std(axis=0) + 1e-6))
    shipped, vectors._WHITENING = vectors._WHITENING, whitening
    fitted = fit_looks(some[np.flatnonzero(learnt)])
    vectors._WHITENING = shipped
    return unit((rows - fitted["offset"]) @ fitted["matrix"].astype(np.float32))


def asked(models: Models) -> None:
    """Print how well words find what pictures show."""
    said = {name: set(words.split()) for name, words in json.loads(TRUTH.read_text("utf-8")).items()}
    shown = [each for each in pictures(DATA) if each.name in said]
    truth = [{ALIKE.get(word, word) for word in said[each.name]} for each in shown]
    conse, described = Conse(models), told(models, shown)
    features = looked_at(models, (each.open() for each in shown))
    alone = conse.pictures([], features, [()] * len(shown)).astype(np.float32)
    ships = np.stack([each.vectors[JOINT_RUN.id] for each in described]).astype(np.float32)
    print(f"\n{len(shown)} pictures of {len({each.document for each in shown})} documents\n")  # noqa: T201
    print("| question | pictures that show it | classes alone | as it ships |\n|---|---|---|---|")  # noqa: T201
    for question, concept in QUESTIONS.items():
        sure = np.flatnonzero([f"{concept}?" not in each for each in truth])
        shows = np.array([concept in truth[place] for place in sure])
        documents = [shown[place].document for place in sure]
        (word,) = conse.texts([question]).astype(np.float32)
        cells = []
        for rows in (alone, ships):
            near = rows[sure] @ word
            cells.append(
                str(
                    bootstrap(
                        documents, lambda drawn, near=near, shows=shows: average_precision(near[drawn], shows[drawn])
                    )
                )
            )
        print(f"| {question} | {shows.sum()} | {' | '.join(cells)} |")  # noqa: T201


def told(models: Models, shown: list[Picture]) -> list[Described]:
    """Return what is said of pictures, as far as their places among words hang on it."""
    describer = Describer(models, without=("rotation", "likeness", "copies", "own"))
    return [describer([each.open()])[0] for each in shown]


def looked_at(models: Models, shown: Iterable[Image.Image]) -> Features:
    """Return what the backbone makes of pictures."""
    backbone = Backbone(models)
    return Features.joined([backbone([picture_for(each)]) for each in shown])


if __name__ == "__main__":
    main()
