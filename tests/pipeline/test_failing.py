"""A model that fails while pages are read costs its own word alone, and is asked again when it is mended."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue
from estampe.pipeline import Eye
from estampe.press import Order, print_corpus
from estampe.settings import Settings
from estampe.weights import Models
from tests.pipeline.conftest import Inside, exported


def broken(folder: Path, name: str) -> Path:
    """Return a list of models in which one is damaged, though its hash is as it is written down."""
    damaged = folder / "damaged.npz"
    damaged.write_bytes(b"PK\x03\x04 this was an archive once")
    listed = folder / "models.toml"
    listed.write_text(
        f'[{name}]\nwhat = "it"\nversion = "1"\nlicence = "none"\npath = "{damaged.name}"\n'
        f'sha256 = "{hashlib.sha256(damaged.read_bytes()).hexdigest()}"\n'
    )
    return listed


def test_weights_that_turn_out_to_be_damaged(inside: Inside, tmp_path: Path) -> None:
    if troubles := Eye(Models.open(Settings(home=tmp_path))).troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    print_corpus(tmp_path / "press", [Order("issue", "newspaper", "fr", 2, date(1910, 12, 20))])
    run = (
        "run",
        "--quiet",
        "--offline",
        tmp_path / "press" / "documents",
        "--without",
        "objects",
        "--without",
        "copies",
    )
    inside.environment |= {"ESTAMPE_WITHOUT": "names,words", "ESTAMPE_MODELS": str(broken(tmp_path, "looks-256"))}
    ran = inside(*run)
    assert "[look-failed]" in ran.errors and "likeness (efficientnet-lite2, looks-256): " in ran.errors
    rows = [row for row in exported(inside) if not row["noise"]]
    facets = {label["facet"] for row in rows for label in row["labels"]}
    assert rows and {"technique", "region"} <= facets, "all others say what they have to say"
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert catalogue.counts().pages_done == 2
        assert not catalogue.values.vectors("looks@1")

    del inside.environment["ESTAMPE_MODELS"]
    mended = inside(*run)
    assert "look-failed" not in mended.errors and "of which 2 were new or had changed" in mended.output
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert {vector.illustration for vector in catalogue.values.vectors("looks@1")} == {row["id"] for row in rows}
    assert "of which 0 were new" in inside(*run).output


def test_a_head_that_cannot_be_read_is_left_out_and_said(inside: Inside, tmp_path: Path) -> None:
    eye = Eye(Models.open(Settings(home=tmp_path, models=str(broken(tmp_path, "genre")))))
    assert "it is no head that training wrote" in str(eye.troubles["genre"])
    assert eye.runs
