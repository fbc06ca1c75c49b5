"""The whole way on pages off the press, where the truth about every picture is known."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estampe.press import Order, print_corpus
from tests.pipeline.conftest import Inside, exported

# One worker runs them all: the corpus is printed once.
ORDERS = (
    Order("issue", "newspaper", "fr", 4, date(1910, 12, 20)),
    Order("book", "book", "de", 6),
    Order("album", "album", "fr", 2),
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    print_corpus(folder, ORDERS)
    return folder


@pytest.fixture(scope="module")
def mined(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Inside:
    inside = Inside(tmp_path_factory.mktemp("mined") / "home", {})
    inside("run", "--offline", corpus / "documents")
    return inside


def by_box(rows: list[dict[str, Any]]) -> dict[tuple[int, ...], dict[str, Any]]:
    return {(row["w"], row["h"], row["x"], row["y"], row["page"]): row for row in rows}


@pytest.fixture(scope="module")
def truth(corpus: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]


def test_every_picture_is_found_where_it_was_printed(mined: Inside, truth: list[dict[str, Any]]) -> None:
    ours = by_box(exported(mined))
    for row in by_box(truth).items():
        found = ours[row[0]]
        if row[1]["kind"] == "picture":
            assert found["noise"] is None, row
            assert found["pixels"]["phash"]
        else:
            assert found["noise"], row


def test_captions_are_those_that_were_printed(mined: Inside, truth: list[dict[str, Any]]) -> None:
    ours = by_box(exported(mined))
    printed = {box: row["caption"] for box, row in by_box(truth).items() if row["caption"]}
    wrong = {
        box: (ours[box]["caption"], caption) for box, caption in printed.items() if ours[box]["caption"] != caption
    }
    assert len(printed) > 15
    assert len(wrong) <= len(printed) * 0.05, wrong


def test_running_twice_changes_nothing(mined: Inside, corpus: Path) -> None:
    before = mined("export", "illustrations").output
    again = mined("run", "--offline", corpus / "documents")
    assert "of which 0 were new" in again.output
    assert mined("export", "illustrations").output == before


def test_a_forgotten_document_leaves_nothing_behind(corpus: Path, inside: Inside) -> None:
    inside("run", "--offline", corpus / "documents" / "book", corpus / "documents" / "album")
    rows = exported(inside)
    forgotten = rows[0]["document"]
    published = inside.home / "published"
    inside("publish", published)
    scans = {path.parent.name.rpartition(".")[0] for path in published.glob("iiif/images/*/info.json")}
    assert scans == {row["document"] for row in rows}
    inside("forget", forgotten)
    inside("publish", published)
    assert not list(published.glob(f"*/**/{forgotten}.*"))
    assert {row["document"] for row in exported(inside)} == {row["document"] for row in rows} - {forgotten}
    left = [path for path in published.rglob("*.json") if f"/{forgotten}/" in path.read_text("utf-8")]
    assert not [path for path in left if "activity" not in path.parts]
    refused = inside("run", "--offline", corpus / "documents", status=1)
    assert "forgotten" in refused.errors
