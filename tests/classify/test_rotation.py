from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from estampe.classify.backbone import Backbone, Features, picture_for
from estampe.classify.rotation import Rotations, fit_rotation
from estampe.weights import Models

skimage = pytest.importorskip("skimage.data")


def test_a_photograph_is_turned_back(models: Models, backbone: Backbone) -> None:
    upright = Image.fromarray(skimage.camera())
    # PIL turns against the clock: what it turned by 90 degrees must be turned by 90 with it.
    turned = [upright.rotate(angle, expand=True) for angle in (0, 90, 180, 270)]
    found = Rotations(models, backbone)(turned, backbone([picture_for(each) for each in turned]))
    assert [angle for angle, _ in found] == [0, 90, 180, 270]
    assert all(sure > 0.9 for _, sure in found)


def test_what_has_no_top_is_left_as_it_is(models: Models, backbone: Backbone) -> None:
    blank = [Image.new("L", (300, 200), 220)]
    assert Rotations(models, backbone)(blank, backbone([picture_for(each) for each in blank]))[0][0] == 0
    assert Rotations(models, backbone)([], backbone([])) == []


def test_what_is_upright_can_be_learnt_anew() -> None:
    chance = np.random.default_rng(1)
    turned = [
        Features(*(chance.normal(float(position == 0), 1, (40, width)).astype(np.float32) for width in (8, 8, 16, 4)))
        for position in range(4)
    ]
    score = fit_rotation(turned)
    scores = np.stack([score(each) for each in turned])
    assert (scores.argmax(axis=0) == 0).mean() > 0.9
    assert ((scores > 0) == (np.arange(4) == 0)[:, None]).mean() > 0.9, "each tells by itself, too"
