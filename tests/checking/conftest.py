"""A small library in which everything agrees, on each database and in each index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from estampe.catalogue import Catalogue, PageText
from estampe.checking import Check, Finding
from estampe.datasets import publish, publish_pictures
from estampe.iiif import Addresses
from estampe.images import Derivatives
from estampe.records import Box, ImageSource, Page, Size
from estampe.search import Index, follow, open_index
from estampe.settings import Settings
from tests.catalogue.builders import RUNS, boxed, document, page, photograph, put, read


@dataclass
class Library:
    """Four documents of two pages; the scans of the first are files of this machine."""

    settings: Settings
    catalogue: Catalogue
    index: Index
    published: Path
    scans: Path

    def check(self, **options: Any) -> list[Finding]:
        return list(Check(self.settings, self.catalogue, self.index, published=self.published, **options).findings())

    def sql(self, *statements: str) -> None:
        """Do something to the database that no method of the catalogue would."""
        with self.catalogue._engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    @property
    def names(self) -> list[str]:
        return [own.id for own in self.catalogue.documents()]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    return Settings(home=tmp_path / "home", database_url=url, base_url="https://example.org")


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    with filled(settings, tmp_path) as opened:
        yield opened


@contextmanager
def filled(settings: Settings, folder: Path) -> Iterator[Library]:
    """Fill a home, its index and a published folder."""
    settings.home.mkdir()
    scans, published = folder / "scans", folder / "published"
    scans.mkdir()
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.put_runs(RUNS)
        for number in range(4):
            own = document(f"No {number}", aliases=(f"ark:/12148/n{number}",))
            put(catalogue, *[_page(place, scans if number == 0 else None) for place in (1, 2)], document=own)
        for own in catalogue.documents():
            for sheet in catalogue.pages(own.id):
                seen = boxed(sheet, Box(0, 0, 90, 90), Box(200, 0, 90, 90), labels=(photograph(),))
                read(catalogue, sheet, *seen, words=PageText([("mot", Box(1, 2, 3, 4))]))
        for scan in scans.iterdir():
            Derivatives(settings.derivatives).thumbnail(scan, 20)
        publish(catalogue, published, Addresses(settings.base_url))
        publish_pictures(catalogue, published, Addresses(settings.base_url))
        with open_index(settings, catalogue) as index:
            follow(catalogue, index)
            yield Library(settings, catalogue, index, published, scans)


def _page(number: int, scans: Path | None) -> Page:
    if scans is None:
        return page(number)
    path = scans / f"{number}.jpg"
    Image.new("RGB", (40, 60), (number, 0, 0)).save(path)
    image = ImageSource(str(path), size=Size(40, 60), bytes=path.stat().st_size)
    return replace(page(number), image=image, size=Size(1000, 1500))
