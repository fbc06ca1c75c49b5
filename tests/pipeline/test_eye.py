"""Pages without OCR: what is on them is seen, described and kept, each value with the run that says so."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estampe.pipeline import Eye
from estampe.press import Order, print_corpus
from estampe.settings import Settings
from estampe.weights import Models
from tests.pipeline.conftest import Inside, exported

_ORDERS = (Order("album", "album", "fr", 2), Order("issue", "newspaper", "fr", 2, date(1910, 12, 20)))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> None:
    if troubles := Eye(Models.open(Settings(home=tmp_path_factory.mktemp("none")))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    print_corpus(folder, _ORDERS)
    # The album as a folder of scans, the newspaper with its OCR.
    shutil.copytree(folder / "documents" / "album" / "images", folder / "scans" / "album")
    shutil.copytree(folder / "documents" / "issue", folder / "scans" / "issue")
    return folder


@pytest.fixture(scope="module")
def seen(models: None, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Inside:
    # Another process would read the models once more.
    inside = Inside(tmp_path_factory.mktemp("seen") / "home", {"ESTAMPE_WITHOUT": "", "ESTAMPE_PROCESSES": "1"})
    inside("run", "--quiet", "--offline", corpus / "scans")
    return inside


def overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the intersection over the union of two boxes."""
    w = min(one["x"] + one["w"], other["x"] + other["w"]) - max(one["x"], other["x"])
    h = min(one["y"] + one["h"], other["y"] + other["h"]) - max(one["y"], other["y"])
    both = max(w, 0) * max(h, 0)
    return float(both / (one["w"] * one["h"] + other["w"] * other["h"] - both))


def test_pictures_that_no_ocr_marks_are_found_where_they_are(seen: Inside, corpus: Path) -> None:
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]
    printed = [row for row in truth if row["document"] == "album" and row["kind"] == "picture"]
    found = [row for row in exported(seen) if row["runs"]["region"].startswith("detector@") and not row["noise"]]
    hit = [row for row in printed if any(row["page"] == one["page"] and overlap(row, one) > 0.75 for one in found)]
    assert len(hit) >= 0.9 * len(printed) and len(found) <= 1.1 * len(printed)


def test_each_value_names_its_run_and_its_confidence(seen: Inside) -> None:
    rows = [row for row in exported(seen) if not row["noise"]]
    labels = [label for row in rows for label in row["labels"] if label["origin"] == "machine"]
    assert {"technique", "region"} <= {label["facet"] for label in labels}
    assert all("@" in label["run"] and 0 <= label["confidence"] <= 1 for label in labels)
    for row in rows:
        for one in row["detections"]:
            assert row["x"] <= one["x"] and one["x"] + one["w"] <= row["x"] + row["w"], "it lies in its picture"
            assert row["y"] <= one["y"] and one["y"] + one["h"] <= row["y"] + row["h"]
        for mention in row["mentions"]:
            assert row[mention["field"]][mention["start"] : mention["end"]] == mention["text"]


def test_where_the_ocr_marks_pictures_its_boxes_stand(seen: Inside, corpus: Path) -> None:
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]
    printed = {
        (row["page"], row["x"], row["y"]) for row in truth if row["document"] == "issue" and row["kind"] == "picture"
    }
    by_ocr = {
        (row["page"], row["x"], row["y"]): row
        for row in exported(seen)
        if row["runs"]["region"].startswith("ocr-") and not row["noise"]
    }
    assert printed <= set(by_ocr)
    # What the OCR alone would have set aside is a picture by the detector's word.
    for place in set(by_ocr) - printed:
        assert "region" in {label["facet"] for label in by_ocr[place]["labels"]}


def test_running_again_reads_nothing_and_one_model_asked_again_changes_its_own_words_alone(
    seen: Inside, corpus: Path
) -> None:
    before = seen("export", "illustrations").output
    again = seen("run", "--quiet", "--offline", corpus / "scans").output
    assert "of which 0 were new or had changed" in again
    asked = seen("classify", "--again", "objects", "--quiet", "--offline").output
    pictures = sum(json.loads(line)["noise"] is None for line in before.splitlines())
    assert asked == f"{pictures} pictures were looked at\n"
    assert seen("export", "illustrations").output == before
