"""Each look can be asked again of what is catalogued; a classifier of one's own speaks as a run like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from estampe.catalogue import Catalogue, Verdict
from estampe.classify.subjects import Weights
from estampe.pipeline import AGAIN, LOOKS, Eye
from estampe.press import Order, print_corpus
from estampe.press.plates import PLATES, render
from estampe.records import Size
from estampe.segmentation.network import CLASSES
from estampe.settings import Settings
from estampe.weights import Models
from tests.pipeline.conftest import Inside, exported

_TRAINING = """
name = "manner"
version = "7"
[[data]]
folders = "pictures"
[learning]
components = 8
folds = 2
inner = 2
seeds = [0]
varied = 0
[facets.toned]
technique = "photograph"
[facets.lined]
technique = "print"
"""


@pytest.fixture
def catalogued(inside: Inside, tmp_path: Path) -> Inside:
    print_corpus(tmp_path / "press", [Order("album", "album", "fr", 1)])
    inside("run", "--quiet", "--offline", tmp_path / "press" / "documents")
    return inside


def test_all_looks_but_the_detector() -> None:
    assert {*LOOKS, "colour"} - {"detector"} == {*AGAIN}


def test_colours_are_named_anew_and_a_persons_word_stands(catalogued: Inside) -> None:
    rows = [row for row in exported(catalogued) if not row["noise"]]
    with Catalogue.open(Settings(home=catalogued.home).catalogue_url) as catalogue:
        catalogue.review_label(rows[0]["id"], "colour", "blue", Verdict.ACCEPTED, person="anna")
        before = {row["id"]: row["labels"] for row in exported(catalogued)}
    catalogued.environment["ESTAMPE_WITHOUT"] = ""
    assert catalogued("classify", "--again", "colour", "--quiet", "--offline").output == (
        f"{len(rows)} pictures were looked at\n"
    )
    assert {row["id"]: row["labels"] for row in exported(catalogued)} == before
    assert any(label["origin"] == "person" for label in before[rows[0]["id"]])


def test_a_document_that_is_not_there_is_told_and_none_is_asked(catalogued: Inside) -> None:
    catalogued.environment["ESTAMPE_WITHOUT"] = ""
    [document] = {row["document"] for row in exported(catalogued)}
    refused = catalogued("classify", "--again", "colour", "--quiet", "--offline", document, "nowhere", status=1)
    assert "there is no document nowhere" in refused.errors and not refused.output
    twice = catalogued("classify", "--again", "colour", "--quiet", "--offline", document, document).output
    pictures = sum(not row["noise"] for row in exported(catalogued))
    assert twice == f"{pictures} pictures were looked at\n"


def test_a_classifier_of_ones_own(catalogued: Inside, tmp_path: Path) -> None:
    if troubles := Eye(Models.open(Settings(home=tmp_path / "none"))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    for kind, process in (("toned", "photograph"), ("lined", "engraving")):
        for number, plate in enumerate(PLATES[:6]):
            target = tmp_path / "data" / "pictures" / kind / f"{plate.name}-{number}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            render(plate, process, Size(200, 160)).save(target)
    (tmp_path / "training.toml").write_text(_TRAINING)
    own = tmp_path / "own.npz"
    catalogued.environment["ESTAMPE_WITHOUT"] = ""
    catalogued("train", "genre", "--config", tmp_path / "training.toml", "--data", tmp_path / "data", "--to", own)
    (tmp_path / "own.toml").write_text(
        '[genre]\nwhat = "toned or lined"\nversion = "7"\nlicence = "none"\npath = "own.npz"\n'
    )
    catalogued.environment["ESTAMPE_MODELS"] = str(tmp_path / "own.toml")
    asked = catalogued("classify", "--again", "genre", "--quiet", "--offline").output
    rows = [row for row in exported(catalogued) if not row["noise"]]
    assert asked == f"{len(rows)} pictures were looked at\n"
    said = [label for row in rows for label in row["labels"] if label["run"] == "manner.technique@7"]
    assert said and {label["facet"] for label in said} == {"technique"}
    assert {label["concept"] for label in said} <= {"photograph", "print"}
    with Catalogue.open(Settings(home=catalogued.home).catalogue_url) as catalogue:
        assert catalogue.current_runs()["technique"].config["model"] == "manner@7"


def test_what_pictures_are_of_and_what_genre_says_stays(catalogued: Inside, tmp_path: Path) -> None:
    if troubles := Eye(Models.open(Settings(home=tmp_path / "none"))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    heads = Weights.load(Models.open(Settings(home=tmp_path / "none")).file("subject"))
    replace(heads, version="bold", thresholds=np.zeros(len(heads.subjects))).save(tmp_path / "bold.npz")
    (tmp_path / "own.toml").write_text(
        '[subject]\nwhat = "all that it knows"\nversion = "bold"\nlicence = "none"\npath = "bold.npz"\n'
    )
    catalogued.environment |= {"ESTAMPE_WITHOUT": "", "ESTAMPE_MODELS": str(tmp_path / "own.toml")}
    before = {row["id"]: row["labels"] for row in exported(catalogued) if not row["noise"]}
    catalogued("classify", "--again", "subject", "--quiet", "--offline")
    for row in exported(catalogued):
        if row["noise"]:
            continue
        told = [label for label in row["labels"] if label["run"] == "subject@bold"]
        assert {(label["concept"], label["facet"]) for label in told} >= {
            ("townscape", "subject"),
            ("interior", "subject"),
            ("cartoon", "function"),
        }
        assert {"scene", "landscape", "architecture"}.isdisjoint(label["concept"] for label in told), "the special ones"
        others = [label for label in before[row["id"]] if not label["run"].startswith("subject@")]
        assert [label for label in row["labels"] if not label["run"].startswith("subject@")] == others
    with Catalogue.open(Settings(home=catalogued.home).catalogue_url) as catalogue:
        assert catalogue.current_runs()["subject"].id == "subject@bold"


def test_a_detector_of_ones_own(catalogued: Inside, tmp_path: Path) -> None:
    models = Models.open(Settings(home=tmp_path / "none"))
    names = [f"owl-{number}" for number in range(len(models.entry("detector").config.get("classes", CLASSES)))]
    (tmp_path / "own.toml").write_text(
        '[creatures]\nwhat = "owls"\nversion = "3"\nlicence = "none"\n'
        f'path = "{models.file("detector")}"\n[creatures.config]\n'
        f'task = "detector"\nclasses = {names}\nthreshold = 0.2\n'
    )
    catalogued.environment |= {"ESTAMPE_WITHOUT": "", "ESTAMPE_MODELS": str(tmp_path / "own.toml")}
    rows = [row for row in exported(catalogued) if not row["noise"]]
    asked = catalogued("classify", "--again", "own", "--quiet", "--offline").output
    assert asked == f"{len(rows)} pictures were looked at\n"
    said = [label for row in exported(catalogued) for label in row["labels"] if label["run"] == "creatures@3"]
    assert said and {label["facet"] for label in said} == {"object"}
    assert {label["concept"] for label in said} <= {*names}
