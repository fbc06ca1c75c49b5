"""Every index that there is, empty, for the tests of what all of them promise; and pictures to put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.search import Index, IndexDocument, IndexLabel
from estampe.search.embedded import EmbeddedIndex
from estampe.search.shelf import Shelf
from estampe.search.volume import Volume
from estampe.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    settings.home.mkdir()
    with Catalogue.open(settings.catalogue_url) as opened:
        yield opened


@pytest.fixture(params=["embedded"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    assert request.param == "embedded"
    shelf = Shelf(tmp_path / "index")
    shelf.swap(Volume.create(shelf.new()).path)
    with EmbeddedIndex(shelf) as opened:
        yield opened


@pytest.fixture
def picture() -> Callable[..., IndexDocument]:
    """Make a picture of an id ``document.page.name``; labels are confidences by concept by facet."""

    def make(identifier: str, *, labels: dict[str, dict[str, float]] | None = None, **values: Any) -> IndexDocument:
        page, _, _ = identifier.rpartition(".")
        document, _, number = page.rpartition(".")
        given: dict[str, Any] = {"page_number": int(number), "top": 0, "left": 0, "languages": ("fr",)} | values
        made = tuple(
            IndexLabel(concept, facet, confidence, "a-run")
            for facet, concepts in (labels or {}).items()
            for concept, confidence in concepts.items()
        )
        return IndexDocument(id=identifier, page=page, document=document, labels=made, **given)

    return make
