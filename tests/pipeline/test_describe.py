"""The commands that use models alone: what they print, and that nothing else is to be seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from estampe.pipeline import Eye
from estampe.press.plates import PLATES, render
from estampe.records import Size
from estampe.settings import Settings
from estampe.weights import Models
from tests.pipeline.command import Estampe
from tests.pipeline.conftest import Inside


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photograph of 500 by 400 pixels, where the models are that look at it."""
    if troubles := Eye(Models.open(Settings(home=tmp_path))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    picture = tmp_path / "cameraman.jpg"
    render(next(plate for plate in PLATES if plate.name == "cameraman"), "photograph", Size(500, 400)).save(picture)
    return picture


def test_kinds_of_a_picture_and_what_is_on_a_page_without_a_word_of_the_libraries(
    estampe: Estampe, picture: Path
) -> None:
    described = estampe("describe", picture)
    assert not described.errors, "TensorFlow and LiteRT say nothing"
    [line] = described.output.splitlines()
    labels = json.loads(line)["labels"]
    kinds = {"photograph", "print", "drawing", "plan", "poster", "ornament", "initial", "text"}
    told = [label for label in labels if label["concept"] in kinds]
    assert {label["concept"] for label in told} == kinds and len(told) == len(kinds)
    assert abs(sum(label["confidence"] for label in told) - 1) < 0.01
    confidences = [label["confidence"] for label in labels]
    assert confidences == sorted(confidences, reverse=True)
    assert told[0]["concept"] == "photograph" and told[0]["facet"] == "technique"

    seen = estampe("detect", picture)
    assert not seen.errors
    for row in map(json.loads, seen.output.splitlines()):
        assert set(row) == {"image", "bbox", "category", "score"}


def test_a_file_that_is_no_picture_is_told_and_stops_no_other(inside: Inside, picture: Path, tmp_path: Path) -> None:
    cut_off, text, folder = tmp_path / "cut-off.jpg", tmp_path / "text.jpg", tmp_path / "folder"
    cut_off.write_bytes(picture.read_bytes()[:4000])
    text.write_text("no picture", "utf-8")
    folder.mkdir()
    bad = (cut_off, text, folder, tmp_path / "absent.jpg")
    for command in ("detect", "describe"):
        told = inside(command, *bad[:2], picture, *bad[2:], status=1)
        assert {json.loads(line)["image"] for line in told.output.splitlines()} <= {str(picture)}
        assert (command == "detect") or told.output
        refused = [line for line in told.errors.splitlines() if line.startswith("refused: ")]
        assert [line.split(": ")[1] for line in refused] == [str(each) for each in bad]


def test_pixels_are_those_of_the_picture_as_it_is_shown(inside: Inside, picture: Path, tmp_path: Path) -> None:
    turned, orientation = tmp_path / "turned.png", Image.Exif()
    orientation[0x0112] = 6
    with Image.open(picture) as upright:
        upright.save(tmp_path / "upright.png")
        upright.rotate(90, expand=True).save(turned, exif=orientation)
    seen, same = (
        [{**json.loads(line), "image": ""} for line in inside("detect", path).output.splitlines()]
        for path in (tmp_path / "upright.png", turned)
    )
    assert seen and seen == same
