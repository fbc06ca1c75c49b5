"""Folds keep documents whole; metrics say what the field means by them."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estampe.errors import UsageError
from estampe.learning.calibration import fitted_logistic, fitted_temperature, softmax
from estampe.learning.detections import Found, Truth, average_precision, match_all, pool, recall_precision
from estampe.learning.folds import document_key, grouped_folds, joined_groups, learning_subsets
from estampe.learning.metrics import (
    accuracy,
    bootstrap,
    calibration_error,
    confusion,
    f1_by_class,
    keeping,
    kept_at,
    macro_f1,
)

TOOLS = Path(__file__).resolve().parents[3] / "shared" / "tools"


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz")), min_size=8), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_folds_keep_documents_whole_and_are_the_same_again(samples: list[tuple[str, str]], seed: int) -> None:
    groups, labels = zip(*samples, strict=True)
    if len(set(groups)) < 3:
        with pytest.raises(UsageError):
            grouped_folds(groups, labels, 3, seed)
        return
    fold = grouped_folds(groups, labels, 3, seed)
    assert len({(group, int(number)) for group, number in zip(groups, fold, strict=True)}) == len(set(groups))
    assert set(fold.tolist()) == {0, 1, 2}
    assert np.array_equal(fold, grouped_folds(groups, labels, 3, seed))


def test_folds_share_out_every_class() -> None:
    groups = [f"d{number}" for number in range(60) for _ in range(2)]
    labels = ["rare" if number % 6 == 0 else "common" for number in range(60) for _ in range(2)]
    fold = grouped_folds(groups, labels, 5, 1)
    rare = Counter(int(number) for number, label in zip(fold, labels, strict=True) if label == "rare")
    assert set(rare.values()) == {4}


def test_the_same_document_under_two_names_is_one() -> None:
    assert document_key("btv1b10024873x") == document_key("btv1b10024873") == "btv1b10024873"
    assert document_key("bnf-bpt6k3103841") == "bpt6k3103841"
    assert document_key("Kolonie18640716") == "Kolonie18640716"
    assert joined_groups(["c", "a", "b", "d"], [(0, 2), (2, 1)]) == ["a", "a", "a", "d"]
    subsets = learning_subsets(list("aabbccdd"), (0.5, 1), 3)
    assert set(subsets[0.5]) < set(subsets[1]) and len(subsets[0.5]) == 4


def test_accuracy_f1_and_confusion() -> None:
    truth, guessed = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    assert accuracy(truth, guessed) == 0.6
    assert confusion(truth, guessed, 3).tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert f1_by_class(truth, guessed, 4)[:3] == pytest.approx([0.5, 0.8, 0.0])
    assert macro_f1(truth, guessed, 4) == pytest.approx(1.3 / 3)  # the fourth class does not occur


def test_calibration_error_is_the_gap_between_what_is_said_and_what_holds() -> None:
    said, right = np.full(10, 0.8), np.array([True] * 6 + [False] * 4)
    assert calibration_error(said, right) == pytest.approx(0.2)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_what_is_kept_is_right_often_enough() -> None:
    sure = np.array([0.99, 0.9, 0.8, 0.8, 0.5])
    right = np.array([True, True, True, False, False])
    kept = keeping(sure, right, 0.75)
    assert (kept.at, kept.kept, kept.right) == (0.8, 0.8, 0.75)  # equal confidences are kept together
    assert keeping(sure, ~right, 0.9).kept == 0
    assert kept_at(sure, right, 0.85).right == 1


def test_intervals_draw_documents_not_samples() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    many = bootstrap([str(number) for number in range(100)], lambda places: float(right[places].mean()), 300)
    few = bootstrap(["one"] * 50 + ["other"] * 50, lambda places: float(right[places].mean()), 300)
    assert many.value == few.value == 0.5
    assert (few.low, few.high) == (0, 1) and 0.35 < many.low < 0.5 < many.high < 0.65


def test_temperature_and_a_logistic_curve_make_confidence_true() -> None:
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 3, 3000)
    honest = np.eye(3)[truth] * 2 + draw.normal(size=(3000, 3)) * 2**0.5
    temperature = fitted_temperature(honest * 7, truth)
    before, after = softmax(honest * 7), softmax(honest * 7 / temperature)

    def gap(probabilities: np.ndarray) -> float:
        return calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)

    assert gap(after) < 0.05 < gap(before)
    scores = draw.random(3000)
    right = draw.random(3000) < scores**3
    curve = fitted_logistic(scores, right)
    assert np.all(np.diff(curve(np.linspace(0, 1, 50))) >= 0)
    assert calibration_error(curve(scores), right) < 0.03 < calibration_error(scores, right)
    assert 0 < curve(np.array([0.0]))[0] < curve(np.array([1.0]))[0] < 1


def boxes(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, float).reshape(-1, 4)


def test_spared_boxes_are_neither_rewarded_nor_punished() -> None:
    truth = {"page": Truth(boxes([[0, 0, 10, 10]]), boxes([[50, 50, 10, 10]])), "empty": Truth(boxes([]), boxes([]))}
    found = {"page": Found(boxes([[51, 51, 5, 5], [0, 0, 10, 9], [0, 0, 10, 10]]), np.array([0.9, 0.8, 0.7]))}
    hits = pool(list(match_all(truth, found, 0.5).values()))
    assert hits.scores.tolist() == [0.8, 0.7] and hits.hit.tolist() == [True, False]
    assert average_precision(hits) == 1 and recall_precision(hits, 0.5) == (1, 0.5)


@pytest.mark.skipif(not (TOOLS / "score_detection.py").is_file(), reason="the scorer lies in ../shared/tools")
def test_average_precision_is_that_of_the_scorer(data: Path) -> None:
    """The same noisy detections on the real truth give the same numbers to the last digit."""
    spec = importlib.util.spec_from_file_location("score_detection", TOOLS / "score_detection.py")
    assert spec and spec.loader
    spec.loader.exec_module(scorer := importlib.util.module_from_spec(spec))
    coco = json.loads((data / "detection" / "coco.json").read_text())
    names = {category["id"]: category["name"] for category in coco["categories"]}
    draw = np.random.default_rng(7)
    theirs, rows = {}, {}
    for image in coco["images"]:
        parts: tuple[list[list[float]], list[list[float]]] = ([], [])
        for row in coco["annotations"]:
            if row["image_id"] == image["id"]:
                parts[names[row["category_id"]] not in scorer.PICTURES].append(row["bbox"])
        theirs[image["id"]] = (boxes(parts[0]), boxes(parts[1]))
        noisy = boxes(parts[0] + parts[1] + [[30, 30, 200, 300]] * int(draw.integers(0, 2)))
        noisy = np.repeat(noisy, 2, axis=0) * draw.normal(1, 0.08, (2 * len(noisy), 4))
        rows[image["id"]] = [
            {"bbox": box.tolist(), "score": float(score)}
            for box, score in zip(noisy, draw.random(len(noisy)).round(2), strict=True)
        ]
    ours = {image: Truth(*parts) for image, parts in theirs.items()}
    found = {
        image: Found(boxes([row["bbox"] for row in some]), np.array([row["score"] for row in some]))
        for image, some in rows.items()
    }
    for iou in (0.5, 0.75):
        scores, hit, wanted = scorer.match(theirs, rows, iou)
        hits = pool(list(match_all(ours, found, iou).values()))
        assert hits.wanted == wanted and np.array_equal(hits.scores, scores) and np.array_equal(hits.hit, hit)
        assert 0.1 < average_precision(hits) == scorer.average_precision(scores, hit, wanted)
