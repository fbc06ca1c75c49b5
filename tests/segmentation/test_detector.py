"""What the detector makes of what its network says: one thing once, wholes and parts, kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from estampe.records import UNSHOWN
from estampe.segmentation.detector import Seen, chosen, sights
from estampe.segmentation.network import BINS, CLASSES, KINDS, SIDES, STRIDES, prepared, read
from estampe.segmentation.training.kinds import solve_kinds
from estampe.segmentation.training.objective import rows
from estampe.vocabulary import vocabulary


def test_of_boxes_that_tell_one_thing_the_surest_is_kept_and_parts_are_doubted() -> None:
    boxes = np.array(
        [[0, 0, 0.5, 0.5], [0.01, 0, 0.5, 0.5], [0.1, 0.1, 0.2, 0.2], [0, 0, 1, 0.6], [0.6, 0.6, 0.9, 0.9]], np.float32
    )
    scores = np.array([[0.9, 0], [0.8, 0], [0.7, 0], [0.3, 0], [0.1, 0.6]], np.float32)
    assert [(name, round(score, 2)) for name, score, *_ in chosen([(scores, boxes)], ("picture", "ornament"))] == [
        ("picture", 0.9),
        ("ornament", 0.6),
        ("picture", 0.35),
        ("picture", 0.24),
    ]


def test_what_one_look_of_two_saw_is_believed_half_as_much() -> None:
    both, once = [0.1, 0.1, 0.4, 0.4], [0.6, 0.6, 0.9, 0.9]
    first = (np.array([[0.8], [0.6]], np.float32), np.array([both, once], np.float32))
    second = (np.array([[0.4]], np.float32), np.array([[0.1, 0.1, 0.43, 0.4]], np.float32))
    [sure, unsure] = chosen([first, second], ("picture",))
    assert (round(sure[1], 2), [round(side, 2) for side in sure[2]]) == (0.6, [0.1, 0.1, 0.41, 0.4])
    assert (round(unsure[1], 2), [round(side, 2) for side in unsure[2]]) == (0.3, once)


class Seeing:
    """A network that sees one thing in the middle, as sure as it is told, as large as its cells let it."""

    def __init__(self, kind: str, score: float) -> None:
        self._place, self._logit = CLASSES.index(kind), float(np.log(score / (1 - score)))
        self.sides: list[int] = []

    def __call__(self, pixels: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
        side = pixels.shape[1]
        self.sides.append(side)
        grids = []
        for stride in STRIDES:
            count = -(-side // stride)
            classes = np.full((1, count, count, len(CLASSES)), -20, np.float32)
            quality, reach = np.full((1, count, count, 1), -20, np.float32), np.zeros((1, count, count, 4, BINS))
            if stride == STRIDES[-1]:
                middle = (0, count // 2, count // 2)
                classes[(*middle, self._place)] = quality[(*middle, 0)] = self._logit
                reach[(*middle, slice(None), -1)] = 20
            grids += [classes, quality, reach.reshape(1, count, count, 4 * BINS).astype(np.float32)]
        return grids


@pytest.fixture
def drawn() -> Image.Image:
    page = Image.new("RGB", (900, 1200), (230, 220, 200))
    ImageDraw.Draw(page).line((200, 200, 700, 1000), fill=(40, 40, 40), width=6)
    return page


@pytest.mark.parametrize(("kind", "score", "looks"), [("picture", 0.95, 1), ("picture", 0.5, 2), ("stamp", 0.5, 1)])
def test_where_it_is_unsure_of_a_picture_it_looks_again(
    drawn: Image.Image, kind: str, score: float, looks: int
) -> None:
    network = Seeing(kind, score)
    [[one]] = sights(network, [drawn])
    assert network.sides == [*SIDES[:looks]]
    assert one.score == pytest.approx(score, abs=0.01)
    network = Seeing(kind, score)
    sights(network, [drawn], patch=600)
    assert network.sides == [side for side in SIDES[:looks] for _ in range(6)]


def test_a_bare_leaf_is_hardly_a_picture(drawn: Image.Image) -> None:
    bare = Image.new("RGB", drawn.size, (230, 220, 200))
    [[drawing], [paper]] = sights(Seeing("picture", 0.95), [drawn, bare])
    assert drawing.box == paper.box
    assert paper.score == pytest.approx(drawing.score / 2)


def test_what_is_seen_is_labels_of_its_run_and_kinds_that_are_hardly_likely_are_left_out() -> None:
    shares = (("photograph", 0.9), ("drawing", 0.07), ("plan", 0.01), ("print", 0.02))
    picture = Seen("photograph", (0, 0, 1, 1), 0.97, "detector@3", shares)
    told = [(label.facet, label.concept, label.confidence) for label in picture.labels]
    assert told == [("region", "picture", 0.97), ("region", "seen-photograph", 0.9), ("region", "seen-drawing", 0.07)]
    assert [label.concept for label in Seen("stamp", (0, 0, 1, 1), 0.9, "detector@3").labels] == ["stamp"]
    # People are shown what comes of it.
    assert {("region", label.concept) for label in picture.labels[1:]} < UNSHOWN
    assert all(vocabulary().concept(label.concept) for label in picture.labels)


def test_a_picture_is_of_the_likeliest_kind_where_one_is_likely_enough() -> None:
    boxes = np.array([[0, 0, 0.3, 0.3], [0.5, 0.5, 0.9, 0.9]], np.float32)
    scores = np.array([[0.8, 0.1, 0.7], [0.6, 0.15, 0.1]], np.float32)
    told = chosen([(scores, boxes)], ("picture", "photograph", "drawing"))
    kinds = [(one.kind, {kind: round(share, 2) for kind, share in one.shares}) for one in told]
    assert kinds == [
        ("drawing", {"photograph": 0.12, "drawing": 0.88}),
        ("picture", {"photograph": 0.25, "drawing": 0.17}),
    ]


@pytest.mark.parametrize(
    ("kind", "sure", "believed"),
    [("drawing", 0.6, [0.6, 0.4, 0.35]), ("drawing", 0.5, [0.8, 0.7, 0.4]), ("photograph", 0.6, [0.8, 0.7, 0.48])],
)
def test_studies_on_a_sheet_are_one_drawing_and_photographs_on_a_leaf_are_many(
    kind: str, sure: float, believed: list[float]
) -> None:
    boxes = np.array([[0, 0, 1, 0.9], [0.1, 0.1, 0.4, 0.8], [0.6, 0.1, 0.9, 0.8]], np.float32)
    # The parts are surer, and look like photographs.
    scores = np.array([[sure, 0, 0], [0.8, 0.6, 0.2], [0.7, 0.6, 0.1]], np.float32)
    scores[0, 1 if kind == "photograph" else 2] = 0.5
    told = chosen([(scores, boxes)], ("picture", "photograph", "drawing"))
    assert [round(one.score, 2) for one in told] == believed


def test_kinds_share_the_score_of_the_picture() -> None:
    """Of a page's grids, as the network gives them, in shares of the page."""
    logits = np.full((1, 1, 1, len(CLASSES)), -9, np.float32)
    logits[..., CLASSES.index("picture")] = 9
    logits[..., CLASSES.index("drawing")] = -9 + np.log(3)
    sides = np.zeros((1, 1, 1, 4 * BINS), np.float32)
    sides[..., 2::BINS] = 99
    scores, boxes, places = read([logits, np.full((1, 1, 1, 1), 9, np.float32), sides], 0.5, side=8)
    assert places.tolist() == [0] and boxes.tolist() == [[0, 0, 1, 1]]
    told = {name: round(float(score), 2) for name, score in zip(CLASSES, scores[0], strict=True)}
    assert (told["picture"], told["drawing"], told["photograph"]) == (1, 0.5, 0.17)


def test_the_kinds_of_pictures_are_learnt_from_what_the_network_sees() -> None:
    """By a network that sees nothing but how bright it is: bright squares are drawings, dark ones photographs."""
    network = seeing_brightness()
    before = [np.array(value) for value in network.get_weights()]
    pixels, truth = np.zeros((8, 8, 8, 3), np.uint8), []
    for at in range(8):
        pixels[at] = 255 * (at % 2)
        kind = CLASSES.index("drawing" if at % 2 else "photograph")
        truth.append(rows(np.array([[0, 0, 8, 8]], np.float32), np.array([kind])))
    solve_kinds(network, [(pixels, np.stack(truth))] * 40, CLASSES)
    for bright, kind in ((255, "drawing"), (0, "photograph")):
        outputs = network.predict_on_batch(prepared(np.full((1, 8, 8, 3), bright, np.uint8)))
        scores, *_ = read([np.asarray(grid) for grid in outputs], 0.1, side=8)
        told = dict(zip(CLASSES, scores[0], strict=True))
        assert max(KINDS, key=lambda name: told[name]) == kind and told[kind] > 0.7 * told["picture"]
    kernel, changed = before[0], np.array(network.get_weights()[0])
    others = [place for place, name in enumerate(CLASSES) if name not in KINDS]
    assert np.array_equal(kernel[..., others], changed[..., others]), "nothing else is learnt again"


def seeing_brightness() -> Any:
    """A network with one cell, of which everything is believed to be a picture that fills it."""
    import keras

    image = keras.Input((8, 8, 3))
    seen = keras.layers.AveragePooling2D(8)(image)
    told = keras.layers.Conv2D(len(CLASSES), 1, bias_initializer="ones", kernel_initializer="zeros")(seen)
    quality = keras.layers.Conv2D(1, 1, bias_initializer="ones", kernel_initializer="zeros")(seen)
    sides = keras.layers.Conv2D(4 * BINS, 1, kernel_initializer="zeros")(seen)
    network = keras.Model(image, [told, quality, sides])
    bias = np.tile(np.where(np.arange(BINS) == 2, 9, -9).astype(np.float32), 4)
    network.layers[-1].set_weights([network.layers[-1].get_weights()[0], bias])
    return network
