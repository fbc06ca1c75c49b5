"""The comparison with GallicaPix: what `make compare` counts, and the page that it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.gallicapix import report
from bench.gallicapix.oracle import SOURCES, Case, read, unpack

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def documents(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Case]]:
    unpacked = tmp_path_factory.mktemp("gallicapix")
    unpack(unpacked)
    return {source.name: read(source, unpacked) for source in SOURCES}


def test_nothing_of_gallicapix_is_lost_and_its_captions_are_what_its_published_rule_gives(
    documents: dict[str, list[Case]],
) -> None:
    *_, total = report.rows(documents)
    assert total.equal == total.boxes == 87
    assert total.replayed == total.replayable == 47
    assert total.verdicts["runs on"] == 17


def test_where_gallicapix_is_better_is_said(documents: dict[str, list[Case]]) -> None:
    cases = [case for cases in documents.values() for case in cases]
    assert [(case.document, case.theirs.number) for case, _ in report.worse(cases)] == [
        ("humanite", number) for number in ("1-1", "4-1", "4-2", "4-4")
    ]


def test_every_illustration_has_its_two_pictures(documents: dict[str, list[Case]], tmp_path: Path) -> None:
    report.write(documents, tmp_path / "index.html")
    assert (tmp_path / "index.html").read_text("utf-8").count("<svg") == 2 * 87
