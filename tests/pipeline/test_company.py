"""Pictures are told what they are once all of their document are known; each page by itself says what it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from estampe.catalogue import Catalogue, Said, Verdict
from estampe.classify import Backbone, Genre
from estampe.classify.together import roots
from estampe.pipeline import Stopping
from estampe.pipeline.company import TOGETHER_RUN, Company
from estampe.pipeline.finding import Finder, FoundPage
from estampe.records import CHANCES, Box, Run, Size, Vector
from estampe.segmentation import Seen
from estampe.settings import Settings
from estampe.weights import Models
from tests.catalogue.builders import document as of_title
from tests.catalogue.builders import found, page, put, read

SURE, DOUBTFUL = {"photograph": 0.97}, {"drawing": 0.6, "photograph": 0.3}


@pytest.fixture
def genre(tmp_path: Path) -> Genre:
    models = Models.open(Settings(home=tmp_path), None)
    return Genre(models, Backbone(models))


@pytest.fixture
def catalogue(tmp_path: Path, genre: Genre) -> Catalogue:
    catalogue = Catalogue.open(f"sqlite:///{tmp_path}/catalogue.db")
    stages = [Run("region@1", "region", "1", "region"), Run("text@1", "text", "1", "text")]
    catalogue.put_runs([*stages, *genre.runs().values()])
    return catalogue


def row_of(genre: Genre, shares: Mapping[str, float]) -> np.ndarray:
    rest = (1 - sum(shares.values())) / (len(genre.weights.classes) - len(shares))
    return np.array([shares.get(name, rest) for name in genre.weights.classes])


def document(catalogue: Catalogue, genre: Genre, title: str, pictures: Sequence[Mapping[str, float]]) -> list[str]:
    """Put a document with a page for each picture, as it was read: what it is likely to be, and what is told of it."""
    own = of_title(title, aliases=(f"ark:/12148/{title}",))
    known = put(catalogue, *(page(number) for number in range(1, len(pictures) + 1)), document=own)
    ids = []
    for sheet, shares in zip(catalogue.pages(known), pictures, strict=True):
        row, one = row_of(genre, shares), found(sheet, Box(100, 100, 500, 400))
        chances = Vector(one.id, genre.runs()[CHANCES].id, roots(row))
        read(catalogue, sheet, found(sheet, one.box, labels=tuple(genre.told(row))), vectors=[chances])
        ids.append(one.id)
    return ids


def techniques(catalogue: Catalogue, ids: Sequence[str]) -> list[list[str]]:
    return [
        [label.concept for label in one.labels if label.facet == "technique"] for one in catalogue.illustrations(ids)
    ]


def test_a_doubtful_picture_is_what_its_album_is_and_nothing_changes_the_second_time(
    catalogue: Catalogue, genre: Genre
) -> None:
    ids = document(catalogue, genre, "album", [SURE] * 8 + [DOUBTFUL])
    assert techniques(catalogue, ids)[-1] != ["photograph"]
    before = catalogue.illustrations(ids[:-1])
    assert Company(catalogue, genre, Stopping()).run() == 1
    assert techniques(catalogue, ids) == [["photograph"]] * 9 and catalogue.illustrations(ids[:-1]) == before
    last = catalogue.last_change()
    assert Company(catalogue, genre, Stopping()).run() == 0 and catalogue.last_change() == last


def test_a_page_that_is_read_again_is_told_again_and_nobody_overrules_a_person(
    catalogue: Catalogue, genre: Genre
) -> None:
    ids = document(catalogue, genre, "album", [SURE] * 8 + [DOUBTFUL])
    Company(catalogue, genre, Stopping()).run()
    # What the page says by itself stands again until the company is heard.
    row, run = row_of(genre, DOUBTFUL), genre.runs()
    catalogue.values.put(run[CHANCES].id, {ids[-1]: Said(vector=Vector(ids[-1], run[CHANCES].id, roots(row)))})
    catalogue.values.put(run["technique"].id, {ids[-1]: Said()})
    assert techniques(catalogue, ids)[-1] == []
    catalogue.review_label(ids[0], "technique", "photograph", Verdict.REJECTED, person="Anne")
    assert Company(catalogue, genre, Stopping()).run() >= 1
    assert techniques(catalogue, ids) == [[], *[["photograph"]] * 8]


def test_documents_are_apart_and_what_was_cut_off_goes_on(catalogue: Catalogue, genre: Genre) -> None:
    album = document(catalogue, genre, "album", [SURE] * 8 + [DOUBTFUL])
    alone = document(catalogue, genre, "alone", [DOUBTFUL])
    told = techniques(catalogue, alone)
    # One of them was told before the machine went down.
    catalogue.put_runs([TOGETHER_RUN])
    catalogue.values.note_asked(TOGETHER_RUN.id, [*album[:3], "gone"])
    Company(catalogue, genre, Stopping()).run()
    assert techniques(catalogue, album) == [["photograph"]] * 9 and techniques(catalogue, alone) == told
    assert not catalogue.values.unmatched(genre.runs()[CHANCES].id, TOGETHER_RUN.id)
    # Nothing is looked up by it.
    assert not catalogue.values.vectors_of(album)


def test_files_of_a_document_are_told_together(tmp_path: Path) -> None:
    finder = Finder(Models.open(Settings(home=tmp_path), None))
    genre = finder.genre
    if genre is None:
        pytest.skip("; ".join(map(str, finder.troubles.values())))
    box = (0.1, 0.1, 0.9, 0.9)

    def seen(name: str, shares: Mapping[str, float], sure: float = 0.99) -> FoundPage:
        one = Seen("drawing", box, sure, "detector@3")
        return FoundPage(tmp_path / name, Size(800, 600), (one,), {0: row_of(genre, shares)})

    pages = [seen(f"album-f{number}.jpg", SURE) for number in range(1, 8)]
    pages += [seen("album-f8.jpg", DOUBTFUL), seen("other-f9.jpg", DOUBTFUL)]
    told = {path.name: one.kind for path, _, (one,) in finder.named(pages)}
    assert set(told.values()) == {"photograph", "drawing"} and told["album-f8.jpg"] == "photograph"
    assert told["other-f9.jpg"] == "drawing"
    # What is perhaps no picture at all says nothing of the others.
    doubted = [seen(f"album-f{number}.jpg", SURE, sure=0.12) for number in range(1, 8)] + [
        seen("album-f8.jpg", DOUBTFUL)
    ]
    assert [one.kind for _, _, (one,) in finder.named(doubted)][-1] == "drawing"
