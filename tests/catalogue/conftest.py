"""Every store that keeps the catalogue's promises, one after the other; each test gets an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue
from tests.catalogue.builders import RUNS


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    url: str = request.getfixturevalue("postgresql")
    return url


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    """An empty catalogue that knows some runs."""
    with Catalogue.open(url) as opened:
        opened.put_runs(RUNS)
        yield opened
