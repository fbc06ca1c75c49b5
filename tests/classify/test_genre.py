"""A taxonomy of one's own, from a folder a class to labels by a run; and the head that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify.backbone import Backbone, picture_for
from estampe.classify.genre import Genre, Weights
from estampe.classify.training.running import evaluate, train
from estampe.press import specimens
from estampe.vocabulary import vocabulary
from estampe.weights import OURS, Models, read_list

CONFIGURATION = """
name = "kinds"
version = "3"
[[data]]
folders = "pictures"
[learning]
varied = 1
folds = 2
inner = 2
seeds = [1]
components = 30
[facets]
plan = { function = "plan", technique = "drawing" }
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, backbone: Backbone) -> Path:
    folder = tmp_path_factory.mktemp("own")
    for kind, make in (("plan", specimens.plan), ("page", specimens.text_page)):
        (folder / "pictures" / kind).mkdir(parents=True)
        for seed in range(6):
            make(np.random.default_rng(seed)).save(folder / "pictures" / kind / f"{kind}{seed}.png")
    (folder / "training.toml").write_text(CONFIGURATION)
    target, kept = folder / "kinds.npz", folder / "features.npz"
    told: list[tuple[int, int]] = []
    train(folder / "training.toml", folder, backbone, target, kept=kept, told=lambda *at: told.append(at))
    assert told[-1] == (24, 24)
    report = evaluate(
        folder / "training.toml", folder, backbone, kept=kept, told=lambda *_: pytest.fail("looked again")
    )
    assert report.all["accuracy"].value > 0.8
    return folder


def test_one_s_own_classes_come_out_as_a_run(trained: Path, backbone: Backbone) -> None:
    (trained / "models.toml").write_text(
        '[kinds]\nwhat = "my kinds"\nversion = "3"\nlicence = "CC0"\npath = "kinds.npz"\n'
    )
    genre = Genre(Models(read_list(trained / "models.toml"), trained), backbone, "kinds")
    plan = specimens.plan(np.random.default_rng(99))
    whole = backbone([picture_for(plan)])
    assert np.allclose(genre.probabilities([plan]), genre.probabilities([plan], whole), atol=1e-6)
    assert genre.weights.classes == ("page", "plan") and genre.probabilities([plan])[0].argmax() == 1
    assert genre.runs()["technique"].id == "kinds.technique@3"
    for label in genre([plan])[0]:
        assert label.run == genre.runs()[label.facet].id and label.confidence >= genre.weights.threshold
    assert genre([]) == []


def test_the_card_tells_data_measures_and_cost(trained: Path) -> None:
    card = (trained / "kinds.md").read_text()
    for words in ("# kinds 3", "12 pictures of 12 documents", "macro-F1", "By source", "Learning curve", "Wh at"):
        assert words in card


@pytest.mark.skipif("genre" not in read_list(OURS), reason="no head ships yet")
def test_the_head_that_ships_knows_a_photograph_and_speaks_our_vocabulary(models: Models, backbone: Backbone) -> None:
    data = pytest.importorskip("skimage.data")
    weights = Weights.load(models.file("genre"))
    assert set(weights.classes) == {"photograph", "print", "drawing", "plan", "poster", "ornament", "initial", "text"}
    for meaning in weights.facets.values():
        assert all(vocabulary().concept(concept) for concept in meaning.values())
    said = Genre(models, backbone).probabilities(
        [Image.fromarray(data.camera()), specimens.text_page(np.random.default_rng(1))]
    )
    assert [weights.classes[row.argmax()] for row in said] == ["photograph", "text"]
