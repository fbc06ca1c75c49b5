"""How well persons, faces and objects are found: ``python -m tests.classify.measure_things``.

``things_truth.json`` says which concepts 150 pictures of the real data show, labelled by eye (a face where one can
make out eyes). A picture counts as found where the concept is seen anywhere in it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from PIL import Image

from estampe.classify.classes import concepts_of
from estampe.classify.faces import Faces
from estampe.classify.ssd import Detector
from estampe.settings import Settings
from estampe.weights import Models

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", HERE.parents[2] / "shared" / "data"))
LEAST = 0.02


def average_precision(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean precision at each picture that has it, best first."""
    hits = truth[np.argsort(-scores, kind="stable")]
    precisions = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precisions[hits].mean()) if hits.any() else float("nan")


def main() -> None:
    """Print a line for each concept that three pictures or more show."""
    said = {name: set(words.split()) for name, words in json.loads((HERE / "things_truth.json").read_text()).items()}
    pictures = [Image.open(DATA / "genre" / "images" / name).convert("RGB") for name in said]
    models = Models.open(Settings())
    concepts = {number: concept.id for number, concept in concepts_of("coco").items()}
    best: list[dict[str, float]] = []
    for things, faces in zip(Detector(models)(pictures, LEAST), Faces(models)(pictures, LEAST), strict=True):
        scores = {"face": max((one.score for one in faces), default=0.0)}
        for one in reversed(things):
            scores[concepts[one.number]] = one.score
        best.append(scores)
    photograph = np.array([name.startswith("photograph") for name in said])
    for concept in sorted({each for words in said.values() for each in words} & {"face", *concepts.values()}):
        truth = np.array([concept in words for words in said.values()])
        if truth.sum() < 3:
            continue
        scores = np.array([each.get(concept, 0.0) for each in best])
        parts = [average_precision(scores[part], truth[part]) for part in (photograph, ~photograph)]
        line = f"{concept:14} {truth.sum():4d} pictures  AP {average_precision(scores, truth):.2f}"
        line += f"  photographs {parts[0]:.2f}  others {parts[1]:.2f}"
        for least in (0.35, 0.4, 0.5):
            told = scores >= least
            right = (told & truth).sum()
            line += f"  ≥{least}: {right}/{told.sum()} right, {right / truth.sum():.2f} found"
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
