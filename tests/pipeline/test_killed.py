"""A run that is killed and started again ends as if nothing had happened."""

from __future__ import annotations

import random
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.press import Order, print_corpus
from estampe.search import Query, open_index
from estampe.settings import Settings
from tests.pipeline.command import Estampe
from tests.pipeline.conftest import exported

KILLS = 10


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    print_corpus(folder, [Order(f"issue-{day}", "newspaper", "fr", 4, date(1910, 12, day)) for day in (20, 21)])
    return folder / "documents"


def found(estampe: Estampe) -> tuple[list[dict[str, Any]], list[str], dict[str, object]]:
    """Return the export, and what the index holds."""
    settings = Settings(home=estampe.home)
    with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
        results = index.search(Query(noise=True, sort="document", limit=200), facets=("technique", "shape", "noise"))
        assert index.position() == catalogue.last_change()
    return exported(estampe), [hit.id for hit in results.hits], dict(results.facets)


def test_a_run_killed_ten_times_ends_like_an_undisturbed_one(corpus: Path, tmp_path: Path) -> None:
    whole = Estampe(tmp_path / "whole", {})
    started = time.monotonic()
    whole("run", "--offline", corpus)
    lasts = time.monotonic() - started
    killed = Estampe(tmp_path / "killed", {})
    generator = random.Random(10)
    for _ in range(KILLS):
        process = killed.start("run", "--offline", corpus)
        # The moments fall anywhere from the imports to past the end; what they hit differs from machine to machine.
        time.sleep(generator.uniform(0.1, 1.1) * lasts)
        process.kill()
        process.communicate()
    killed("run", "--offline", corpus)
    assert found(killed) == found(whole)
