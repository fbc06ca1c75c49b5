"""How well it is told what pictures are of: ``python -m tests.classify.measure_subjects [--fit FILE]``.

    python -m tests.classify.measure_subjects [--keep FEATURES.npz] [--seeds 0 1 2] [--fit models/subject.npz]

``subjects_truth.json`` says of 675 pictures of the real data what they are of, labelled by eye; what one may say or not
has a question mark, and counts neither way. What is more general goes without saying: a townscape is a landscape. Five
folds by document (documents that hold the same picture are one); confidences and thresholds come from folds among the
training documents. In brackets: where 95 % of 1,000 resamplings of the documents lie. Beside the heads stand what the
classes of ImageNet, persons and faces imply by themselves, and how near pictures stand to the subject's names among
words. With ``--fit``, the heads of the subjects that ship then learn from all pictures, and are written.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from bench.shared_pictures import DATA, pictures
from estampe.classify import PARTS, Describer
from estampe.classify.backbone import Backbone, Features
from estampe.classify.classes import concepts_of
from estampe.classify.genre import described
from estampe.classify.training.subjects import DOUBTFUL, Marked, fitted
from estampe.classify.vectors import open_joint
from estampe.classify.words import SIZE
from estampe.learning.cards import energy
from estampe.learning.folds import joined_groups
from estampe.learning.metrics import Ints, bootstrap, calibration_error
from estampe.records import Detection
from estampe.settings import Settings
from estampe.vocabulary import LANGUAGES, vocabulary
from estampe.weights import Models

from .measure_things import average_precision

TRUTH = Path(__file__).with_name("subjects_truth.json")
VERSION = "1"
#: Of fewer pictures nothing is learnt.
FEWEST = 10
#: What ships: what is right in six of seven pictures or more, of documents that were not learnt from.
SHIPPED = (
    "architecture",
    "caricature",
    "cartoon",
    "decoration",
    "interior",
    "landscape",
    "portrait",
    "scene",
    "street-scene",
    "townscape",
)
_FOLDS, _RIGHT, _WATTS, _BATCH = 5, 0.95, 40.0, 16
#: Pictures of two documents whose top features are this alike (cosine, less the mean) are taken for one document's.
_ALIKE = 0.85
#: What the classes of ImageNet imply.
_IMPLIED: Mapping[str, frozenset[str]] = {
    "architecture": frozenset(
        [
            "building",
            "palace",
            "church",
            "castle",
            "tower",
            "monastery",
            "mosque",
            "dome",
            "obelisk",
            "triumphal-arch",
            "bridge",
            "lighthouse",
        ]
    ),
    "landscape": frozenset(["mountain", "lake", "sea", "valley", "volcano"]),
    "interior": frozenset(["furniture", "stage", "altar", "organ"]),
    "animals": frozenset(["animal"]),
    "plants": frozenset(["plant"]),
}


def truth_of(words: Mapping[str, str], names: Sequence[str], subjects: Sequence[str]) -> np.ndarray:
    """Return for each picture (row) and subject 1, 0, or what is doubtful."""
    table = np.zeros((len(names), len(subjects)))
    for row, name in zip(table, names, strict=True):
        for word in sorted(words[name].split(), key=lambda word: not word.endswith("?")):
            concept = word.rstrip("?")
            for one in (concept, *(parent.id for parent in vocabulary().ancestors(concept))):
                if one in subjects:
                    row[subjects.index(one)] = DOUBTFUL if word.endswith("?") else 1
    return table


def looked_at(names: Sequence[str], kept: Path | None, models: Models) -> tuple[np.ndarray, np.ndarray]:
    """Return the features that heads are made of, and the probabilities of ImageNet's classes, a row a picture."""
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as file:
            if file["names"].tolist() == list(names):
                return file["features"], file["classes"]
    backbone, shown = Backbone(models), _shown(names)
    parts = [described(backbone, shown[start : start + _BATCH]) for start in range(0, len(shown), _BATCH)]
    features = np.concatenate([rows for rows, _ in parts])
    classes = Features.joined([whole for _, whole in parts]).classes
    if kept:
        np.savez(kept, names=np.array(names), features=features, classes=classes)
    return features, classes


def measured(marked: Marked, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how likely each subject is of each picture, and whether it is told, by heads that learnt from others."""
    likely, told = np.zeros(marked.truth.shape), np.zeros(marked.truth.shape, bool)
    folds = marked.folds(_FOLDS, seed)
    for number in range(_FOLDS):
        weights = fitted(marked[np.flatnonzero(folds != number)], VERSION, seed, _RIGHT)
        places = np.flatnonzero(folds == number)
        likely[places] = weights.probabilities(marked.features[places])
        told[places] = likely[places] >= weights.thresholds
    return likely, told


def implied(subject: str, classes: np.ndarray, seen: Sequence[tuple[Sequence[Detection], int]]) -> np.ndarray | None:
    """Return how much what is told anyway speaks for a subject; ``seen`` are what is pointed at, and the pixels."""
    persons = [[one for one in found if one.concept == "person"] for found, _ in seen]
    faces = [[one for one in found if one.concept == "face"] for found, _ in seen]
    if subject == "portrait":
        shares = [
            [one.confidence * (one.box.w * one.box.h / pixels) ** 0.5 for one in found]
            for found, (_, pixels) in zip(faces, seen, strict=True)
        ]
        return np.array([max(each, default=0.0) for each in shares])
    if subject == "group-portrait":
        return np.array([sum(one.confidence for one in found) * (len(found) > 1) for found in faces])
    if subject in {"scene", "street-scene"}:
        return np.array([sum(one.confidence for one in found) for found in persons])
    if subject == "figure":
        return np.array([found[0].confidence if len(found) == 1 else 0.0 for found in persons])
    wanted = _IMPLIED.get(subject)
    if wanted is None:
        return None
    numbers = [
        number
        for number, concept in concepts_of("imagenet").items()
        if wanted & {concept.id, *(parent.id for parent in vocabulary().ancestors(concept.id))}
    ]
    return np.asarray(classes[:, numbers].sum(axis=1))


def main() -> None:
    """Print a line for each subject of which there are enough pictures, and which subjects there are not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where features are kept between two runs")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--plain", action="store_true", help="without what other ways would tell")
    parser.add_argument("--fit", type=Path, metavar="FILE")
    given = parser.parse_args()
    words = json.loads(TRUTH.read_text("utf-8"))
    known = {each.name: each for each in pictures(DATA)}
    names = [name for name in words if name in known]
    said = {word.rstrip("?") for name in names for word in words[name].split()}
    every = sorted(said.union(*({parent.id for parent in vocabulary().ancestors(word)} for word in said)))
    truth = truth_of(words, names, every)
    enough = [place for place in range(len(every)) if (truth[:, place] == 1).sum() >= FEWEST]
    models = Models.open(Settings())
    began = time.process_time()
    features, classes = looked_at(names, given.keep, models)
    documents = _joined([known[name].document for name in names], features)
    marked = Marked(features, truth[:, enough], documents, tuple(every[place] for place in enough))
    looked = time.process_time()
    runs = [measured(marked, seed) for seed in given.seeds]
    fold = (time.process_time() - looked) / _FOLDS / len(given.seeds)
    others = {} if given.plain else _others(names, marked.subjects, classes, models)
    _report(marked, runs, others)
    _report_calibration(marked, runs)
    _report_mistakes(marked, names, words, runs)
    few = [f"{name} {int((truth[:, place] == 1).sum())}" for place, name in enumerate(every) if place not in enough]
    print(f"\ntoo few: {', '.join(few)}; of {len(names)} pictures of {len(set(documents))} documents")  # noqa: T201
    took = f"looking {looked - began:.0f} s of processor, learning {fold:.1f} s a fold"
    print(f"{took}; a training takes {energy(looked - began + fold, _WATTS)}")  # noqa: T201
    if given.fit:
        chosen = [marked.subjects.index(name) for name in SHIPPED]
        shipped = Marked(features, marked.truth[:, chosen], documents, SHIPPED)
        fitted(shipped, VERSION, given.seeds[0], _RIGHT).save(given.fit)


def _report(marked: Marked, runs: Sequence[tuple[np.ndarray, np.ndarray]], others: Mapping[str, np.ndarray]) -> None:
    print(  # noqa: T201
        f"| subject | pictures, documents | base rate | {' | '.join(others)}{' | ' if others else ''}"
        f"average precision | told, of {len(marked)} | of these doubtful | right | found |"
    )
    print(f"|{'---|' * (8 + len(others))}")  # noqa: T201
    for column, subject in enumerate(marked.subjects):
        truth, places = marked.truth[:, column], np.flatnonzero(marked.truth[:, column] != DOUBTFUL)
        shown = truth[places] == 1
        own = [marked.documents[place] for place in places]
        likely = [each[places, column] for each, _ in runs]
        told = [each[places, column] for _, each in runs]

        def precision(some: Ints) -> float:
            return float(np.mean([average_precision(each[some], shown[some]) for each in likely]))  # noqa: B023

        def right(some: Ints) -> float:
            return _share(np.concatenate([shown[some][each[some]] for each in told]))  # noqa: B023

        def found(some: Ints) -> float:
            return _share(np.concatenate([each[some][shown[some]] for each in told]))  # noqa: B023

        doubtful = np.mean([each[truth == DOUBTFUL, column].sum() for _, each in runs])
        says = any(each.any() for each in told)
        cells = [str(bootstrap(own, measure)) for measure in (precision, *((right, found) if says else ()))]
        beside = [
            "–" if np.isnan(each[places, column]).any() else _cell(average_precision(each[places, column], shown))
            for each in others.values()
        ]
        count = np.mean([each[:, column].sum() for _, each in runs])
        holding = {document for document, one in zip(own, shown, strict=True) if one}
        parts = [subject, f"{shown.sum()}, {len(holding)}", _cell(float(shown.mean())), *beside, cells[0]]
        print(f"| {' | '.join([*parts, f'{count:.1f}', f'{doubtful:.1f}', *(cells[1:] or '––')])} |")  # noqa: T201


def _report_calibration(marked: Marked, runs: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Print how far confidences are from the share that is right, of all that ships, and of what is told."""
    columns = [marked.subjects.index(name) for name in SHIPPED]
    sure = marked.truth[:, columns] != DOUBTFUL
    right = np.concatenate([(marked.truth[:, columns] == 1)[sure] for _ in runs])
    likely = np.concatenate([each[:, columns][sure] for each, _ in runs])
    told = np.concatenate([each[:, columns][sure] for _, each in runs])
    error, own = calibration_error(likely, right), calibration_error(likely[told], right[told])
    print(  # noqa: T201
        f"\ncalibration error {error:.3f}, of what is told {own:.3f}; told {likely[told].mean():.3f} sure, "
        f"{right[told].mean():.3f} right"
    )


def _report_mistakes(
    marked: Marked, names: Sequence[str], words: Mapping[str, str], runs: Sequence[tuple[np.ndarray, np.ndarray]]
) -> None:
    """Print the pictures of which what ships is told wrongly, the surest first."""
    print("\n| picture | is told to be of | in truth | confidence |\n|---|---|---|---|")  # noqa: T201
    mistakes = [
        (float(np.mean([each[row, column] for each, _ in runs])), names[row], subject)
        for column, subject in enumerate(marked.subjects)
        if subject in SHIPPED
        for row in np.flatnonzero(marked.truth[:, column] == 0)
        if sum(each[row, column] for _, each in runs) * 2 > len(runs)
    ]
    for sure, name, subject in sorted(mistakes, reverse=True):
        print(f"| {name} | {subject} | {words[name] or 'nothing'} | {sure:.2f} |")  # noqa: T201


def _others(
    names: Sequence[str], subjects: Sequence[str], classes: np.ndarray, models: Models
) -> Mapping[str, np.ndarray]:
    """Return what other ways would say of pictures, a column a subject: NaN where they say nothing."""
    describer, joint = Describer(models, set(PARTS) - {"genre", "objects", "words"}), open_joint(models)
    seen: list[tuple[Sequence[Detection], int]] = []
    places = []
    for start in range(0, len(names), _BATCH):
        shown = _shown(names[start : start + _BATCH])
        for picture, one in zip(shown, describer(shown), strict=True):
            seen.append((one.detections, picture.width * picture.height))
            places.append(one.vectors.get(joint.run.id, np.zeros(SIZE, np.float16)).astype(np.float32))
    implications = [implied(subject, classes, seen) for subject in subjects]
    spoken = [concept for subject in subjects if (concept := vocabulary().concept(subject))]
    texts = [
        joint.texts([one.name(language) for language in LANGUAGES]).astype(np.float32).mean(axis=0) for one in spoken
    ]
    nothing = np.full(len(names), np.nan)
    return {
        "implied": np.stack([nothing if one is None else one for one in implications], axis=1),
        "by words": np.stack(places) @ np.stack(texts).T,
    }


def _joined(documents: Sequence[str], features: np.ndarray) -> tuple[str, ...]:
    tops = features[:, 512:1792] - features[:, 512:1792].mean(axis=0)
    tops /= np.maximum(np.linalg.norm(tops, axis=1, keepdims=True), 1e-6)
    one, other = np.nonzero(np.triu(tops @ tops.T, 1) > _ALIKE)
    pairs = [(int(a), int(b)) for a, b in zip(one, other, strict=True) if documents[a] != documents[b]]
    return tuple(joined_groups(documents, pairs))


def _shown(names: Sequence[str]) -> list[Image.Image]:
    known = {each.name: each for each in pictures(DATA)}
    return [known[name].open() for name in names]


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if flags.size else float("nan")


def _cell(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


if __name__ == "__main__":
    main()
