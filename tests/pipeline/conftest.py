"""A home of one's own for each test, and what lies in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.datasets import export_illustrations
from estampe.settings import Settings
from tests.pipeline.command import Estampe


@pytest.fixture
def estampe(tmp_path: Path) -> Estampe:
    return Estampe(tmp_path / "home", {})


def exported(estampe: Estampe) -> list[dict[str, Any]]:
    """Return what `estampe export illustrations` writes, without starting it."""
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        return [json.loads(line) for line in export_illustrations(catalogue)]
