"""A home of one's own for each test, and what lies in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from estampe.catalogue import Catalogue
from estampe.cli import main
from estampe.datasets import export_illustrations
from estampe.identity import bnf_ark
from estampe.press import Order, print_corpus
from estampe.records import Size
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument, View
from tests.harvest.image_standin import ImageStandin
from tests.pipeline.command import Estampe, Ran


class Inside(Estampe):
    """The command within this process: the same, without the seconds that Python takes to start."""

    def __call__(self, *arguments: str | Path, status: int = 0) -> Ran:
        absent: dict[str, str | None] = {name: None for name in os.environ if name.startswith("ESTAMPE_")}
        runner = CliRunner(env=absent | self.environment)
        done = runner.invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
        assert done.exit_code == status, f"status {done.exit_code}\n{done.stdout}\n{done.stderr}"
        return Ran(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def estampe(tmp_path: Path) -> Estampe:
    return Estampe(tmp_path / "home", {})


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    return Inside(tmp_path / "home", {})


def exported(estampe: Estampe) -> list[dict[str, Any]]:
    """Return what `estampe export illustrations` writes, without starting it."""
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        return [json.loads(line) for line in export_illustrations(catalogue)]


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StandinDocument]:
    """Two issues of two pages off the press, with titles of their own, as Gallica would have them."""
    folder = tmp_path_factory.mktemp("printed")
    names = {"Carillonnades": "1234567", "Mirabelleries": "7654321"}
    orders = [Order(title, "newspaper", "fr", 2, date(1910, 12, 20 + n)) for n, title in enumerate(names)]
    print_corpus(folder, orders, images=False)
    documents = {}
    for title, number in names.items():
        name = bnf_ark(number).rpartition("/")[2]
        views: list[View] = []
        for path in sorted((folder / "documents" / title / "alto").glob("*.xml")):
            page = next(etree.parse(path).iter("{*}Page"))
            view = len(views) + 1
            views.append(View(view, int(page.get("WIDTH", "")), int(page.get("HEIGHT", "")), str(view), path))
        documents[title] = StandinDocument(name, title, tuple(views), "cb32771891w", "1910-12-20")
    return documents


@pytest.fixture
def images(printed: dict[str, StandinDocument]) -> Iterator[ImageStandin]:
    sizes = {
        f"{document.ark}/f{view.number}": Size(view.width, view.height)
        for document in printed.values()
        for view in document.views
    }
    with ImageStandin(sizes) as running:
        yield running


@pytest.fixture
def gallica(
    printed: dict[str, StandinDocument], images: ImageStandin, estampe: Estampe, inside: Inside, tmp_path: Path
) -> Iterator[GallicaStandin]:
    """A Gallica that has the two issues, which the command asks; a test may write into its ALTO."""
    own = []
    for document in printed.values():
        views = tuple(
            replace(view, alto=Path(shutil.copy(view.alto, tmp_path / f"{document.name}-{view.number}.xml")))
            for view in document.views
            if view.alto
        )
        own.append(replace(document, views=views))
    with GallicaStandin(own, images=images.url) as running:
        for command in (estampe, inside):
            command.environment["ESTAMPE_GALLICA_URL"] = running.url
        yield running
