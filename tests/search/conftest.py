"""Every index that there is, empty, for the tests of what all of them promise; and pictures to put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
import pytest

from estampe.catalogue import Catalogue, PageText
from estampe.identity import document_id, illustration_id, page_id
from estampe.records import Box, DateSpan, Document, Illustration, Label, Page, Run, Size, Vector
from estampe.search import Index, IndexDocument, IndexLabel
from estampe.search.elastic import ElasticIndex
from estampe.search.elastic.connection import connect
from estampe.search.elastic.shelf import Shelf
from estampe.search.embedded import EmbeddedIndex
from estampe.search.shelf import Shelf as Folder
from estampe.search.volume import Volume
from estampe.settings import Settings


@pytest.fixture
def elastic_settings(tmp_path: Path, elasticsearch: str) -> Iterator[Settings]:
    """Settings of an index in Elasticsearch, which is removed afterwards."""
    settings = Settings(
        home=tmp_path / "home", elasticsearch_url=elasticsearch, elasticsearch_index=f"test-{token_hex(6)}"
    )
    yield settings
    cluster = connect(settings)
    with cluster.client as client:
        names = list(client.indices.get(index=f"{settings.elasticsearch_index}-*"))
        if names:
            client.indices.delete(index=names)
        client.options(ignore_status=404).indices.delete_index_template(name=settings.elasticsearch_index)


@pytest.fixture(params=["embedded"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of the index that a test asks for; the embedded one where it does not ask."""
    if request.param == "elasticsearch":
        elastic: Settings = request.getfixturevalue("elastic_settings")
        return elastic
    return Settings(home=tmp_path / "home")


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    settings.home.mkdir()
    with Catalogue.open(settings.catalogue_url) as opened:
        yield opened


@pytest.fixture(params=["embedded", "elasticsearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index, of each kind."""
    if request.param == "elasticsearch":
        with elastic(request.getfixturevalue("elastic_settings")) as opened:
            yield opened
        return
    with embedded(tmp_path / "index") as opened:
        yield opened


@contextmanager
def embedded(folder: Path) -> Iterator[Index]:
    """Make an empty embedded index."""
    shelf = Folder(folder)
    shelf.swap(Volume.create(shelf.new()).path)
    with EmbeddedIndex(shelf) as opened:
        yield opened


@contextmanager
def elastic(settings: Settings) -> Iterator[Index]:
    """Make an empty index in Elasticsearch."""
    cluster = connect(settings)
    shelf = Shelf(cluster, settings)
    shelf.swap(shelf.new())
    with ElasticIndex(cluster, shelf) as opened:
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


RUN = Run("regions@1", "regions", "1", "region")
TECHNIQUE = Run("technique@1", "technique", "1", "technique")
LOOK = Run("look@1", "look", "1", "vector.visual", {"size": "4"})


def looks(of: str, *numbers: float) -> Vector:
    """What a picture looks like to `LOOK`."""
    row = np.array(numbers, np.float32)
    return Vector(of, LOOK.id, (row / np.linalg.norm(row)).astype(np.float16))


@pytest.fixture
def fill() -> Callable[..., str]:
    """Put a document of some pages into a catalogue, each with words and pictures; return its id."""

    def put(catalogue: Catalogue, number: int, *, pages: int = 2, pictures: int = 2, title: str = "") -> str:
        catalogue.put_runs([RUN, TECHNIQUE, LOOK])
        alias = f"ark:/12148/bpt6k{number:06d}"
        name = document_id((alias,))
        document = Document(
            id=name,
            provider="Gallica",
            title=title or f"Journal {number}",
            aliases=(alias,),
            date=DateSpan("1910", date(1910, 1, number % 28 + 1), date(1910, 1, number % 28 + 1)),
            languages=("fr",),
        )
        leaves = [Page(page_id(name, f"f{n}"), f"f{n}", n, size=Size(1000, 1000)) for n in range(1, pages + 1)]
        catalogue.put_document(document, route="folder", original=None, pages=leaves)
        for leaf in leaves:
            boxes = [Box(0, 100 * n, 50, 90) for n in range(pictures)]
            names = [illustration_id(leaf.id, box) for box in boxes]
            catalogue.put_page(
                leaf,
                fingerprint="1",
                words=PageText([("mot", Box(1, 1, 5, 5)), (f"secret{number}", Box(9, 1, 5, 5))]),
                illustrations=[
                    Illustration(
                        id=name_of_picture,
                        page=leaf.id,
                        document=name,
                        box=box,
                        region_run=RUN.id,
                        caption=f"Une image cachette{number}",
                        labels=(Label("engraving", "technique", 0.75, TECHNIQUE.id),),
                    )
                    for box, name_of_picture in zip(boxes, names, strict=True)
                ],
                vectors=[looks(one, 1, number, leaf.number, n) for n, one in enumerate(names)],
            )
        return name

    return put
