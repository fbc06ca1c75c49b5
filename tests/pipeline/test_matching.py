"""New pictures are compared with all that there are: once each, on from where it was cut off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from estampe.catalogue import Catalogue, Said
from estampe.classify.reproductions import MATCH_RUN, outline
from estampe.harvest import Harvester
from estampe.pipeline import Matching, Pipeline, Readers, Silence, Stopped, Stopping
from estampe.pipeline.eye import LOOKS, Sight
from estampe.pipeline.outlines import Outlines
from estampe.pipeline.scans import open_scan
from estampe.press import Order, print_corpus
from estampe.records import Match, Run, Vector
from estampe.search import Index, follow, open_index
from estampe.settings import Settings
from tests.pipeline.conftest import Inside, exported

#: Stands for the model: what looks alike in small is near.
SPACE = Run("thumbnails@1", "thumbnails", "1", "vector.reproduction", {"size": "64"})


@pytest.fixture(scope="module")
def albums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An album, and the same photographs in another one, paler and saved once more."""
    folder = tmp_path_factory.mktemp("albums")
    print_corpus(folder, [Order("first", "album", "fr", 1)])
    first, second = folder / "documents" / "first", folder / "documents" / "second"
    shutil.copytree(first, second)
    for path in (second / "images").iterdir():
        with Image.open(path) as scan:
            paler = ImageEnhance.Brightness(scan.convert("RGB")).enhance(0.9)
        paler.save(path, quality=70)
    return folder / "documents"


def look(catalogue: Catalogue, inside: Inside, document: str) -> list[str]:
    """Give the pictures of a document vectors; return their ids."""
    catalogue.put_runs([SPACE])
    said = {}
    for row in exported(inside):
        if row["document"] == document and not row["noise"]:
            one = catalogue.illustration(row["id"])
            page = catalogue.page(one.page) if one else None
            assert one and page and page.image and page.size
            with Image.open(page.image.address) as scan:
                box = one.box.scaled(scan.width / page.size.w, scan.height / page.size.h)
                small = scan.convert("L").resize((8, 8), box=(box.x, box.y, box.right, box.bottom))
            values = np.asarray(small, np.float32).ravel()
            values -= values.mean()
            said[one.id] = Said(vector=Vector(one.id, SPACE.id, (values / np.linalg.norm(values)).astype(np.float16)))
    catalogue.values.put(SPACE.id, said)
    return sorted(said)


@pytest.fixture
def stores(inside: Inside) -> Iterator[tuple[Catalogue, Index]]:
    settings = Settings(home=inside.home)
    with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
        yield catalogue, index


def test_what_is_new_is_compared_with_all(
    inside: Inside, albums: Path, stores: tuple[Catalogue, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, index = stores
    inside("run", "--quiet", "--offline", albums / "first")
    [first] = [document.id for document in catalogue.documents()]
    old = look(catalogue, inside, first)
    follow(catalogue, index)
    Matching(catalogue, index, None, Stopping()).run()
    # A leaf has no picture twice; one may be cut from another.
    assert all(match.kind != "copy" for id_ in old for match in catalogue.values.matches_of(id_))
    assert not catalogue.values.unmatched(SPACE.id, MATCH_RUN.id)

    inside("run", "--quiet", "--offline", albums / "second")
    [second] = {document.id for document in catalogue.documents()} - {first}
    new = look(catalogue, inside, second)
    follow(catalogue, index)
    # It is cut off, and goes on where it was.
    monkeypatch.setattr("estampe.pipeline.matching._GROUP", 1)
    stopping = Stopping()
    stopping.ask()
    with pytest.raises(Stopped):
        Matching(catalogue, index, None, stopping).run()
    left = catalogue.values.unmatched(SPACE.id, MATCH_RUN.id)
    assert {vector.illustration for vector in left} == set(new[1:])
    Matching(catalogue, index, None, Stopping()).run()
    partners = set()
    for id_ in new:
        match = next(match for match in catalogue.values.matches_of(id_) if match.kind == "copy")
        assert match.run == MATCH_RUN.id
        partners |= {match.one, match.other} - {id_}
    assert partners == set(old), "each has its own"

    before = catalogue.last_change()
    assert Matching(catalogue, index, None, Stopping()).run() == 0
    assert catalogue.last_change() == before, "once is enough"

    # What looks different by now is asked about anew, and nothing else.
    [vector] = catalogue.values.vectors_of([new[0]])[new[0]]
    other = Vector(new[0], SPACE.id, np.roll(vector.values, 1))
    catalogue.values.put(SPACE.id, {new[0]: Said(vector=other)})
    assert [each.illustration for each in catalogue.values.unmatched(SPACE.id, MATCH_RUN.id)] == [new[0]]


def test_what_is_kept_of_pictures_spares_opening_them(
    inside: Inside, albums: Path, stores: tuple[Catalogue, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, index = stores
    inside("run", "--quiet", "--offline", albums / "first", albums / "second")
    kept = Outlines()
    for document in catalogue.documents():
        for id_ in look(catalogue, inside, document.id):
            one = catalogue.illustration(id_)
            page = catalogue.page(one.page) if one else None
            opened = open_scan(page, None) if page else None
            assert one and opened
            kept.put({id_: outline(opened.cut(one.box, 320))})
    follow(catalogue, index)
    asked = []

    def counted(*given: Any, **named: Any) -> Any:
        asked.append(given[0].id)
        return open_scan(*given, **named)

    monkeypatch.setattr("estampe.pipeline.matching.open_scan", counted)
    assert Matching(catalogue, index, None, Stopping(), outlines=kept).run()
    copies = {
        match
        for vector in catalogue.values.vectors(SPACE.id)
        for match in catalogue.values.matches_of(vector.illustration)
    }
    assert any(match.kind == "copy" for match in copies)
    # What is the same all over is looked at closer: whether it is a copy or another printing.
    assert 0 < len(asked) <= 2 * len(copies)


def test_what_was_read_last_is_kept_as_it_was_read_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estampe.pipeline.outlines._MOST", 2)
    before, after = Image.new("L", (8, 8), 0), Image.new("L", (8, 8), 255)
    kept = Outlines()
    kept.put({"a": before, "b": before})
    kept.put({"a": after, "c": after})
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (after, None, after)


def told(matches: set[Match]) -> set[tuple[str, str, str]]:
    """Return which pairs were told, and as what."""
    return {(match.one, match.other, match.kind) for match in matches}


def test_the_same_is_found_whoever_reads_and_no_scan_is_opened_for_what_it_looks_like(
    albums: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = frozenset(LOOKS) - {"detector", "copies"}
    if troubles := Sight(Settings(home=tmp_path), looks).eye.troubles:
        pytest.skip(f"models are missing: {'; '.join(map(str, troubles.values()))}")
    asked = []

    def counted(*given: Any, **named: Any) -> Any:
        asked.append(given[0].id)
        return open_scan(*given, **named)

    monkeypatch.setattr("estampe.pipeline.matching.open_scan", counted)

    def mined(home: Path, processes: int, most: int) -> set[Match]:
        monkeypatch.setattr("estampe.pipeline.outlines._MOST", most)
        settings = Settings(home=home)
        with ExitStack() as stack:
            catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
            index = stack.enter_context(open_index(settings, catalogue))
            readers = Readers(processes, Sight(settings, looks), alone=0.0)
            Pipeline(catalogue, index, None, pictures=True, watcher=Silence(), readers=readers).run(
                Harvester(None, settings), [str(albums / name) for name in ("first", "second")]
            )
            [space] = readers.sight.eye.runs_of("copies") if readers.sight else ()
            return {
                match
                for vector in catalogue.values.vectors(space.id)
                for match in catalogue.values.matches_of(vector.illustration)
            }

    alone = mined(tmp_path / "alone", 1, 3_000)
    assert {match.kind for match in alone} >= {"copy"}
    # What is the same all over is looked at closer: whether it is a copy or another printing.
    assert len(asked) <= 2 * len(alone)
    assert mined(tmp_path / "several", 2, 3_000) == alone
    kept = len(asked)
    # What is not kept is looked at on its scan, in another size: to the same end.
    assert told(mined(tmp_path / "forgetful", 1, 0)) == told(alone)
    assert len(asked) > kept


def test_without_vectors_there_is_nothing_to_do(inside: Inside, stores: tuple[Catalogue, Index]) -> None:
    catalogue, index = stores
    assert Matching(catalogue, index, None, Stopping()).run() == 0
