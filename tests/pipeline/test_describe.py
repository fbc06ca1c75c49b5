"""The commands that use models alone: what they print, and that nothing else is to be seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estampe.pipeline import Eye
from estampe.press.plates import PLATES, render
from estampe.records import Size
from estampe.settings import Settings
from estampe.weights import Models
from tests.pipeline.command import Estampe


def test_kinds_of_a_picture_and_what_is_on_a_page_without_a_word_of_the_libraries(
    estampe: Estampe, tmp_path: Path
) -> None:
    if troubles := Eye(Models.open(Settings(home=tmp_path))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    picture = tmp_path / "cameraman.jpg"
    render(next(plate for plate in PLATES if plate.name == "cameraman"), "photograph", Size(500, 400)).save(picture)
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
