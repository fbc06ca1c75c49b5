"""A home of one's own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.command import Estampe


@pytest.fixture
def estampe(tmp_path: Path) -> Estampe:
    return Estampe(tmp_path / "home", {})
