"""What is written for LiteRT is the same network, and is run without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.classify import backbone, ssd
from estampe.classify.backbone import BLOCKS, picture_for
from estampe.classify.frozen import read_frozen
from estampe.errors import FormatError
from estampe.weights import Models

skimage = pytest.importorskip("skimage.data")
NAMES = ("astronaut", "chelsea", "coffee")


def photograph(name: str) -> Image.Image:
    return Image.fromarray(getattr(skimage, name)())


@pytest.mark.parametrize("top", [True, False])
def test_litert_and_keras_see_the_same(models: Models, monkeypatch: pytest.MonkeyPatch, top: bool) -> None:
    """Whatever the size of the pictures, one after another."""
    lite = backbone.opened(models, BLOCKS, top=top)
    monkeypatch.setattr("estampe.classify.backbone.has_graphics", lambda: True)
    keras = backbone.opened(models, BLOCKS, top=top)
    squares = np.stack([picture_for(photograph(name)) for name in NAMES]).astype(np.float32)
    for batch in (squares, squares[:2, :120, :201], squares):
        ours, theirs = lite(batch), keras(batch)
        assert [each.shape for each in ours] == [each.shape for each in theirs] and len(ours) == (4 if top else 2)
        for one, other in zip(ours, theirs, strict=True):
            assert np.allclose(one, other, rtol=1e-3, atol=1e-3)


def test_litert_and_the_frozen_graph_find_the_same(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [photograph(name) for name in NAMES]
    # Persons, cats and cups; in the last picture nothing but persons is asked for.
    numbers, alone = (1, 17, 47), [False, False, True]
    ours = ssd.Detector(models, numbers)(pictures, 0.05, alone)
    monkeypatch.setattr("estampe.classify.ssd.has_graphics", lambda: True)
    theirs = ssd.Detector(models, numbers)(pictures, 0.05, alone)
    for one, other in zip(ours, theirs, strict=True):
        assert [seen.number for seen in one] == [seen.number for seen in other]
        for seen, also in zip(one, other, strict=True):
            assert np.allclose([seen.score, *seen.box], [also.score, *also.box], atol=1e-4)
    assert 1 in {seen.number for seen in ours[0]} and 17 in {seen.number for seen in ours[1]}
    assert all(seen.number == 1 for seen in ours[2]), "the cup is not asked for"


def test_nothing_of_tensorflow_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, numpy as np\n"
        "from PIL import Image\n"
        "from estampe.classify.things import Things\n"
        "from estampe.classify.backbone import Backbone, picture_for\n"
        "from estampe.classify.reproductions import Reproductions\n"
        "from estampe.settings import Settings\n"
        "from estampe.weights import Models\n"
        "models = Models.open(Settings(home=pathlib.Path(sys.argv[1])))\n"
        "picture = Image.new('RGB', (300, 200), 'white')\n"
        "Backbone(models)([picture_for(picture)]), Things(models)([picture]), Reproductions(models)([picture])\n"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("data", [b"", b"no graph", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x03abc"])
def test_what_is_no_frozen_graph_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pb"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="no frozen graph"):
        read_frozen(path)


def test_a_cut_graph_is_refused(tmp_path: Path, models: Models) -> None:
    path = tmp_path / "cut.pb"
    path.write_bytes(models.file(ssd.MODEL).read_bytes()[:1_000_000])
    with pytest.raises(FormatError):
        read_frozen(path)
