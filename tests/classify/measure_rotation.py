"""How well it is told how pictures were turned: ``python -m tests.classify.measure_rotation [--fit FILE]``.

In four folds by document, on photographs, prints, drawings and the like of the real data, each in its four positions;
in brackets where 95 % of resamplings of the documents lie. With ``--fit``, the score is then learnt from all of them,
and written. What it takes is processor time, and the energy of as many hours of a machine that draws 40 W.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from estampe.classify import rotation
from estampe.classify.backbone import Backbone, Features, picture_for
from estampe.classify.rotation import fit_rotation
from estampe.learning.cards import energy
from estampe.learning.folds import document_key, grouped_folds
from estampe.learning.metrics import Ints, bootstrap
from estampe.settings import Settings
from estampe.weights import Models

from .page_truth import DATA

_FOLDS, _WATTS = 4, 40.0
#: Those of which it is told, being photographs, prints and posters, and others.
_TOLD = ("photograph", "photograph_on_page", "print_engraving", "book_illustration", "poster")
_OTHERS = ("drawing",)
#: What lies on its side in the scans: turned by a quarter clockwise it stands upright.
_LYING = {f"photograph/crop-dev_gallica-images-photo_{n}.jpg" for n in (765, *range(770, 778))} | {
    f"photograph_on_page/rich_btv1b84700801-{n}.jpg" for n in (162, 163)
}


def main() -> None:
    """Print how often it is right, by kind; and how many pictures need one look alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", type=Path, metavar="FILE")
    given = parser.parse_args()
    with (DATA / "genre" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["label"] in {*_TOLD, *_OTHERS}]
    began = time.process_time()
    seen = _looked_at([row["file"] for row in rows])
    looked = time.process_time()
    kinds, documents = np.array([row["label"] for row in rows]), [document_key(row["group"]) for row in rows]
    fold = grouped_folds(documents, kinds.tolist(), _FOLDS, 0)
    scores = np.zeros((4, len(rows)))
    for number in range(_FOLDS):
        score = fit_rotation([each[fold != number] for each in seen])
        for position, each in enumerate(seen):
            scores[position, fold == number] = score(each[fold == number])
    fitted = (time.process_time() - looked) / _FOLDS
    _report(kinds, np.array(documents), scores)
    took = energy(looked - began + fitted, _WATTS)
    print(f"\nlooking {looked - began:.0f} s of processor, learning {fitted:.1f} s a fold; a training takes {took}")  # noqa: T201
    if given.fit:
        fit_rotation(seen).save(given.fit)


def _looked_at(files: list[str]) -> list[Features]:
    """Return what the backbone makes of pictures as they stand upright, and turned by one, two and three quarters."""
    backbone = Backbone(Models.open(Settings()))
    squares = [
        np.rot90(picture_for(Image.open(DATA / "genre" / "images" / name)), -1 if name in _LYING else 0)
        for name in files
    ]
    return [backbone([np.ascontiguousarray(np.rot90(each, -quarters)) for each in squares]) for quarters in range(4)]


def _report(kinds: np.ndarray, documents: np.ndarray, scores: np.ndarray) -> None:
    chances = np.exp(scores - scores.max(axis=0))
    chances /= chances.sum(axis=0)
    best, alone = chances.argmax(axis=0), 1 / (1 + np.exp(-scores))
    # In each of its positions a picture is either taken for upright at once, or looked at in all four.
    at_once = alone >= rotation._CLEARLY
    sure = np.where(at_once, alone, chances.max(axis=0)) >= rotation._SURE
    right = np.where(at_once, (np.arange(4) == 0)[:, None], best == 0)
    measures: dict[str, Callable[[Ints], float]] = {
        "best of four is right": lambda some: float((best[some] == 0).mean()),
        "told": lambda some: float(sure[:, some].mean()),
        "told and right": lambda some: _share(right[:, some][sure[:, some]]),
        "upright at once, upright": lambda some: float(at_once[0, some].mean()),
        "upright at once, turned": lambda some: float(at_once[1:, some].mean()),
    }
    print(f"| kind | pictures, documents | {' | '.join(measures)} |\n|{'---|' * (len(measures) + 2)}")  # noqa: T201
    groups = [(kind, kinds == kind) for kind in (*_TOLD, *_OTHERS)]
    groups += [("of which it is told", np.isin(kinds, _TOLD)), ("all", np.full(len(kinds), True))]
    for name, of in groups:
        places, names = np.flatnonzero(of), documents[of].tolist()
        cells = [str(bootstrap(names, lambda some: measure(places[some]))) for measure in measures.values()]  # noqa: B023
        print(f"| {name} | {len(places)}, {len(set(names))} | {' | '.join(cells)} |")  # noqa: T201


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if flags.size else float("nan")


if __name__ == "__main__":
    main()
