"""Each technique keeps the picture's tones, and looks like none of the others."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from estampe.press.renderings import CLASS_OF, Technique, blurred, inked, rendered


def gradient() -> Image.Image:
    return Image.linear_gradient("L").rotate(90).resize((160, 160)).convert("RGB")


@pytest.mark.parametrize("technique", CLASS_OF)
def test_a_rendering_is_the_picture_again_and_the_same_each_time(technique: Technique) -> None:
    tone = rendered(gradient(), technique, np.random.default_rng(3), pitch=4)
    assert tone.shape == (160, 160) and tone.dtype == np.float32
    assert 0 <= tone.min() < tone.max() <= 1
    ends = blurred(tone, 6)[:, [12, -12]].mean(axis=0)  # the source is light at one end and dark at the other
    source = np.asarray(gradient().convert("L"))[:, [12, -12]].mean(axis=0)
    if technique not in {"line block", "pencil", "pen"}:  # those draw edges more than tones
        assert (ends[0] - ends[1]) * (source[0] - source[1]) > 0
    assert np.array_equal(tone, rendered(gradient(), technique, np.random.default_rng(3), pitch=4))


def test_ink_and_paper() -> None:
    image = inked(np.array([[0.0, 1.0]], np.float32), (250, 240, 220), (30, 20, 10))
    assert [image.getpixel((0, 0)), image.getpixel((1, 0))] == [(30, 20, 10), (250, 240, 220)]
