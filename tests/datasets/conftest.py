"""A catalogue with a little in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue
from tests.catalogue.builders import RUNS


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(f"sqlite:///{tmp_path / 'home' / 'catalogue.sqlite'}") as opened:
        opened.put_runs(RUNS)
        yield opened
