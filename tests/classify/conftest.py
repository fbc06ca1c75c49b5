"""The models as they are installed, opened once a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from estampe.classify.backbone import Backbone
from estampe.settings import Settings
from estampe.weights import Models


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models.open(Settings(home=Path(tmp_path_factory.mktemp("home"))))


@pytest.fixture(scope="session")
def backbone(models: Models) -> Backbone:
    return Backbone(models)
