"""A harvester over a door that takes no time, and the folders it harvests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from estampe.harvest import Harvested, Harvester, Refusal
from estampe.net import Cache, Door, RequestsTransport
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, folder_document
from tests.net.clock import FakeClock

MakeHarvester = Callable[..., Harvester]


class Harvest(list[Harvested]):
    """The documents of a source; ``refusals`` are what could not be had."""

    def __init__(self, harvester: Harvester, source: object) -> None:
        found = list(harvester.harvest(str(source)))
        super().__init__(one for one in found if isinstance(one, Harvested))
        self.refusals = [one for one in found if isinstance(one, Refusal)]


def harvest(source: object) -> Harvest:
    """Harvest files, without a network."""
    return Harvest(Harvester(None, Settings()), source)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, clock: FakeClock) -> Iterator[Door]:
    cache = Cache(tmp_path / "cache", 10**9, clock.now)
    door = Door(cache, RequestsTransport(), clock, user_agent="Estampe/test", allow_private=True)
    yield door
    door.close()


@pytest.fixture
def make_harvester(door: Door) -> MakeHarvester:
    def make(gallica: str = "https://gallica.bnf.fr", **options: Any) -> Harvester:
        return Harvester(door, Settings(gallica_url=gallica), **options)

    return make


@pytest.fixture(scope="session")
def excelsior(data: Path) -> Path:
    return data / "bnf-e2e-excelsior-1910/OLR-BnF/4600034"


@pytest.fixture
def gallica(excelsior: Path, data: Path) -> Iterator[GallicaStandin]:
    """Two periodicals and a book: *Excelsior*, *La Croix*, and a volume of 1912."""
    others = data / "alto/bnf-one-per-dialect"
    documents = [
        folder_document(excelsior, title="Excelsior", periodical="cb32771891w", date="1910-12-20"),
        folder_document(
            data / "bnf-e2e-lacroix/DOCS/0220169", title="La Croix", periodical="cb343631418", date="1903-01-04"
        ),
        folder_document(others / "OCR-BnF-mono/9612399", title="Un livre", date="1912"),
    ]
    with GallicaStandin(documents) as running:
        yield running
