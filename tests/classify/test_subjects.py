"""What pictures are of: by the heads that ship, in a sitting with the others, and by heads learnt anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify import Describer
from estampe.classify.backbone import CHANNELS, PAIRS, TOP, Backbone
from estampe.classify.describing import PARTS
from estampe.classify.genre import described
from estampe.classify.subjects import MODEL, Subjects, Weights
from estampe.classify.training.subjects import DOUBTFUL, Marked, fitted
from estampe.classify.views import SHAPE
from estampe.errors import ModelError
from estampe.settings import Settings
from estampe.vocabulary import vocabulary
from estampe.weights import Models, read_list

from .page_truth import DATA

_PICTURES = DATA / "genre" / "images"
_SHOWN = {
    "photograph/idl_photo.jpg": {"portrait"},
    "photograph_on_page/rich_btv1b84700801-270.jpg": {"interior"},
    "photograph_on_page/rich_btv1b84700801-210.jpg": {"architecture", "townscape"},
    "print_engraving/rich_btv1b53022000h.jpg": {"caricature", "cartoon"},
}
#: So many numbers has a picture.
_LENGTH = 3 * (2 * CHANNELS + TOP) + SHAPE + 2 * PAIRS


@pytest.mark.skipif(not _PICTURES.is_dir(), reason="the real pictures are not here")
def test_a_picture_has_several_subjects_in_their_facets_and_what_genre_says_stays(models: Models) -> None:
    shown = [Image.open(_PICTURES / name).convert("RGB") for name in _SHOWN]
    alone = Describer(models, without=set(PARTS) - {"genre"})(shown)
    both = Describer(models, without=set(PARTS) - {"genre", "subject"})(shown)
    run = Subjects(models).run
    for wanted, before, after in zip(_SHOWN.values(), alone, both, strict=True):
        told = [label for label in after.labels if label.run == run.id]
        assert wanted <= {label.concept for label in told}
        assert {"landscape"}.isdisjoint({label.concept for label in told}), "a townscape is one: it goes without saying"
        assert all((concept := vocabulary().concept(one.concept)) and concept.facet == one.facet for one in told)
        assert [label for label in after.labels if label.run != run.id] == before.labels
        assert after.chances == before.chances
    assert run.facet == "subject" and "cartoon ≥ " in run.config["told"]


def test_of_what_it_does_not_know_it_says_nothing(models: Models, backbone: Backbone) -> None:
    data = pytest.importorskip("skimage.data")
    odd = [Image.fromarray(getattr(data, name)()).convert("RGB") for name in ("retina", "chelsea", "page", "brick")]
    rows, _ = described(backbone, [*odd, Image.new("RGB", (3, 400), "white")])
    assert Subjects(models)(rows) == [[]] * 5
    assert Subjects(models)(rows[:0]) == []


def test_heads_learn_several_subjects_of_a_picture_and_what_they_do_not_know(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    subjects, count = ("landscape", "portrait", "townscape"), 120
    truth = np.zeros((count, 3))
    for row in truth:
        row[1] = chance.random() < 0.4
        row[2] = chance.random() < 0.4
        row[0] = row[2] or (chance.random() < 0.3)
    features = chance.normal(0, 1, (count, _LENGTH)).astype(np.float32)
    for column in range(3):
        signal = np.arange(column, _LENGTH, 3)
        features[:, signal] += 0.5 * truth[:, column, None].astype(np.float32)
    given = truth.copy()
    given[::9] = DOUBTFUL
    marked = Marked(features, given, tuple(f"d{n // 2}" for n in range(count)), subjects)
    weights = fitted(marked, "7", 0, 0.95)
    likely = weights.probabilities(features)
    assert ((likely > 0.5) == (truth == 1)).mean() > 0.9, "what was doubtful, too"

    weights.save(tmp_path / "subject.npz")
    (tmp_path / "models.toml").write_text(
        f'[{MODEL}]\nwhat = "subjects"\nversion = "7"\nlicence = "CC0"\npath = "subject.npz"\n'
    )
    listed = Subjects(Models(read_list(tmp_path / "models.toml"), tmp_path))
    assert np.allclose(listed.weights.probabilities(features), likely, atol=0.02)
    for labels in listed(features):
        told = {label.concept for label in labels}
        assert not {"townscape", "landscape"} <= told
        assert all(label.run == "subject@7" for label in labels)


def test_what_is_no_head_is_refused_and_costs_its_own_word_alone(models: Models, tmp_path: Path) -> None:
    good = Weights.load(models.file(MODEL))
    for name, broken in {
        "cut": b"PK\3\4",
        "strange": replace(good, subjects=("no-such-concept", *good.subjects[1:])),
        "short": replace(good, subjects=good.subjects[1:]),
    }.items():
        path = tmp_path / f"{name}.npz"
        if isinstance(broken, bytes):
            path.write_bytes(broken)
        else:
            broken.save(path)
        with pytest.raises(ModelError, match="no head that training wrote"):
            Weights.load(path)
    listed = tmp_path / "models.toml"
    listed.write_text(f'[{MODEL}]\nwhat = "subjects"\nversion = "1"\nlicence = "CC0"\npath = "cut.npz"\n')
    without = Describer(Models.open(Settings(home=tmp_path, models=str(listed))), set(PARTS) - {"genre", "subject"})
    assert list(without.troubles) == ["subject"]
    assert {run.facet for run in without.runs} >= {"technique", "function"}
