"""What pictures are by more than their own pixels: the detector's word, and their company."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from estampe.classify.together import among, heard, kind_shares, likely, roots, seen_shares
from estampe.records import Label

CLASSES = ("photograph", "print", "drawing", "plan", "poster", "text")
ROWS = st.lists(st.lists(st.floats(0.001, 1), min_size=6, max_size=6), min_size=1, max_size=9).map(
    lambda rows: np.array(rows) / np.array(rows).sum(axis=1, keepdims=True)
)


@given(ROWS)
def test_what_nobody_else_says_anything_of_stays_as_likely_as_it_was(rows: np.ndarray) -> None:
    np.testing.assert_allclose(heard(rows, CLASSES, [{}] * len(rows)), rows)
    np.testing.assert_allclose(among(rows[:1]), rows[:1])
    np.testing.assert_allclose(likely(roots(rows)), rows, atol=0.002)


@given(ROWS, st.sampled_from(["photograph", "drawing", "plan", "print"]), st.floats(0.3, 1))
def test_the_detector_makes_likelier_what_it_holds_a_picture_for(rows: np.ndarray, kind: str, share: float) -> None:
    told = heard(rows, CLASSES, [{kind: share}] * len(rows))
    np.testing.assert_allclose(told.sum(axis=1), 1)
    place = CLASSES.index(kind)
    assert (told[:, place] >= rows[:, place] - 1e-9).all()
    # However sure it is, it does not silence who looked at the picture itself.
    assert (told > rows / 100).all()


def test_its_word_is_read_from_its_labels_alone() -> None:
    labels = [
        Label("picture", "region", 0.98, "detector@3"),
        Label("seen-drawing", "region", 0.7, "detector@3"),
        Label("seen-plan", "region", 0.25, "detector@3"),
        Label("photograph", "technique", 0.9, "genre.technique@3"),
    ]
    assert seen_shares(labels) == {"drawing": 0.7, "plan": 0.25}
    [row] = heard(np.full((1, 6), 1 / 6), CLASSES, [seen_shares(labels)])
    assert [CLASSES[place] for place in np.argsort(-row)[:2]] == ["drawing", "plan"]
    assert row[CLASSES.index("print")] == row[CLASSES.index("poster")] == row[CLASSES.index("photograph")]


def test_an_album_tells_what_its_doubtful_pictures_are_and_a_mixed_book_does_not() -> None:
    photograph, drawing = np.eye(6)[0] * 0.94 + 0.01, np.eye(6)[2] * 0.94 + 0.01
    doubtful = np.array([0.3, 0.15, 0.4, 0.05, 0.05, 0.05])
    album = among(np.stack([doubtful, *[photograph] * 20]))
    assert album[0].argmax() == 0 and album[0].max() > 0.8
    mixed = among(np.stack([doubtful, *[photograph, drawing] * 10]))
    assert mixed[0].argmax() == 2
    # And a drawing that is plainly one stays one, wherever it is.
    plain = np.full(6, 0.001) + np.eye(6)[2] * 0.994
    assert among(np.stack([plain, *[photograph] * 20]))[0].argmax() == 2


def test_kinds_are_those_of_the_detector_whatever_classes_there_are() -> None:
    assert kind_shares(np.array([0.1, 0.2, 0.3, 0.05, 0.25, 0.1]), CLASSES) == {
        "photograph": 0.1,
        "drawing": 0.3,
        "plan": 0.05,
        "print": 0.45,
    }
