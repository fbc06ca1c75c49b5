"""How well persons, faces and objects are found, free models beside: ``python -m tests.classify.measure_things``.

    python -m tests.classify.measure_things [--peers FOLDER] [--first COUNT]

``things_truth.json`` says what 301 pictures of the real data show, labelled by eye: persons, faces (where one can make
out eyes), and objects. What is doubtful has a question mark, and counts neither way. A picture counts as found where
the concept is seen anywhere in it. Sculpted and painted persons are doubtful.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from bench.shared_pictures import DATA, pictures
from estampe.classify.backbone import Backbone, picture_for
from estampe.classify.classes import concepts_of
from estampe.classify.faces import Faces
from estampe.classify.ssd import Detector
from estampe.classify.things import Things, named
from estampe.classify.views import core, trimmed
from estampe.settings import Settings
from estampe.weights import Models

from .things_peers import LEAST, Seen, peers

TRUTH = Path(__file__).with_name("things_truth.json")
# What COCO and ImageNet cut finer, or name otherwise, than those who look at pictures do.
ALIKE = {"ship": "boat", "sailing-boat": "boat", "cart": "carriage"}
# Fewer pictures say nothing.
FEWEST = 3


def average_precision(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean precision at each picture that has it, best first; those that have it come last among equals."""
    hits = truth[np.lexsort((truth, -scores))]
    precisions = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precisions[hits].mean()) if hits.any() else float("nan")


def best(seen: Sequence[Seen]) -> list[dict[str, float]]:
    """Return the best score of each concept in each picture."""
    found: list[dict[str, float]] = []
    for one in seen:
        found.append({})
        for concept, score in one:
            concept = ALIKE.get(concept, concept)
            found[-1][concept] = max(found[-1].get(concept, 0.0), score)
    return found


def ours(models: Models, shown: Sequence[Image.Image]) -> dict[str, list[dict[str, float]]]:
    """Return what each of our models sees, however unsure, of what is on the sheet."""
    parts = [core(trimmed(picture)) for picture in shown]
    coco, imagenet = concepts_of("coco"), concepts_of("imagenet")
    objects = Detector(models)(parts, LEAST)
    classes = Backbone(models)([picture_for(part) for part in parts]).classes
    sums = [dict.fromkeys((concept.id for concept in imagenet.values()), 0.0) for _ in parts]
    for row, found in zip(classes, sums, strict=True):
        for number, concept in imagenet.items():
            found[concept.id] += float(row[number])
    boxes = best([[(coco[one.number].id, one.score) for one in seen if one.number in coco] for seen in objects])
    whole = best([list(found.items()) for found in sums])
    faces = best([[("face", one.score) for one in seen] for seen in Faces(models)(parts, LEAST)])
    surest = best([[*one.items(), *other.items()] for one, other in zip(boxes, whole, strict=True)])
    return {"ours": surest, "SSD": boxes, "ImageNet": whole, "BlazeFace": faces}


def told(models: Models, shown: Sequence[Image.Image], photographs: Sequence[bool]) -> list[set[str]]:
    """Return what is told of each picture as it ships."""
    boxes = Things(models)(shown, photographs)
    whole = named(Backbone(models)([picture_for(core(trimmed(picture))) for picture in shown]).classes)
    return [
        {ALIKE.get(one.concept, one.concept) for one in (*seen, *(labels if photograph else ()))}
        for seen, labels, photograph in zip(boxes, whole, photographs, strict=True)
    ]


def main() -> None:
    """Print a line for each concept that enough pictures show."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", type=Path, help="where the packages of other models are")
    arguments.add_argument("--first", type=int, help="so many pictures alone, to try it")
    given = arguments.parse_args()
    said = {name: set(words.split()) for name, words in json.loads(TRUTH.read_text("utf-8")).items()}
    known = {each.name: each for each in pictures(DATA)}
    names = [name for name in said if name in known][: given.first]
    shown = [known[name].open() for name in names]
    photograph = np.array([known[name].label.startswith("photograph") for name in names])
    with tempfile.TemporaryDirectory() as home:
        models = Models.open(Settings(home=Path(home)))
        seen = ours(models, shown)
        if given.peers:
            sys.path.append(str(given.peers))
        for name, _, peer in peers(models, given.peers):
            seen[name] = best([peer(picture) for picture in shown])
        said_of = told(models, shown, photograph.tolist())
    print(f"{len(names)} pictures\n\n| concept | pictures | " + " | ".join(seen) + " | told rightly | found |")  # noqa: T201
    for concept in sorted({word for words in said.values() for word in words if not word.endswith("?")}):
        sure = np.array([f"{concept}?" not in said[name] for name in names])
        truth = np.array([concept in said[name] for name in names])[sure]
        if truth.sum() < FEWEST:
            continue
        cells = []
        for found in seen.values():
            scores = np.array([each.get(concept, 0.0) for each in found])[sure]
            parts = [average_precision(scores[part], truth[part]) for part in (photograph[sure], ~photograph[sure])]
            cells.append(f"{average_precision(scores, truth):.2f} ({parts[0]:.2f}, {parts[1]:.2f})")
        shows = np.array([concept in each for each in said_of])[sure]
        right = int((shows & truth).sum())
        line = f"| {concept} | {truth.sum()} | {' | '.join(cells)}"
        print(f"{line} | {right} of {shows.sum()} | {right / truth.sum():.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
