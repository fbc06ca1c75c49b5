"""A site over a small library, made once for all tests of a process; nothing writes into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from estampe.catalogue import Catalogue
from estampe.settings import Settings
from estampe.web import create_app
from tests.web.library import fill


@dataclass(frozen=True)
class Site:
    """The application, the folder it works in, and the ids of what there is to see."""

    app: Flask
    home: Path
    ids: dict[str, str]

    @property
    def catalogue(self) -> Catalogue:
        found: Catalogue = self.app.extensions["estampe"].catalogue
        return found


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    home = tmp_path_factory.mktemp("home")
    with Catalogue.open(Settings(home=home).catalogue_url) as catalogue:
        return home, fill(catalogue, home / "scans")


@pytest.fixture(scope="session")
def site(library: tuple[Path, dict[str, str]]) -> Iterator[Site]:
    home, ids = library
    app = create_app(Settings(home=home, base_url="https://pictures.example.org"))
    yield Site(app, home, ids)
    app.extensions["estampe"].close()


class Reader(FlaskClient):
    """Reads answers to their end, so that no file stays open."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        return super().open(*args, buffered=buffered, **kwargs)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return Reader(site.app, site.app.response_class)


@pytest.fixture
def running(library: tuple[Path, dict[str, str]], serve: Any) -> Iterator[Site]:
    """The site on a port of its own, by its real address."""
    home, ids = library
    holder: list[Flask] = []
    address = serve(lambda environ, start: holder[0](environ, start))
    app = create_app(Settings(home=home, base_url=address))
    holder.append(app)
    yield Site(app, home, ids | {"address": address})
    app.extensions["estampe"].close()
