"""What the embedded index promises on disk: kills, damage, several processes, nothing left of what was forgotten."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from usearch.index import Index as Vectors

from estampe.catalogue import Catalogue
from estampe.errors import BusyError, DamagedIndexError, QueryError
from estampe.search import Index, IndexDocument, Near, Query, follow, gathering, open_index, rebuild
from estampe.search.shelf import Shelf
from estampe.settings import Settings
from tests.search.conftest import looks
from tests.search.dictionaries import terms

Fill = Callable[..., str]
Make = Callable[..., IndexDocument]

ALIKE = Query(near=Near("look@1", vector=(1.0, 2.0, 3.0, 4.0)), limit=500)

FOLLOWER = """
import sys
from pathlib import Path
import estampe.search.following
from estampe.catalogue import Catalogue
from estampe.search import follow, open_index
from estampe.settings import Settings

estampe.search.following.BATCH = 7
settings = Settings(home=Path(sys.argv[1]))
with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
    print("ready", flush=True)
    follow(catalogue, index)
"""


def test_a_kill_at_any_moment_leaves_place_and_content_in_step(
    settings: Settings, catalogue: Catalogue, fill: Fill
) -> None:
    open_index(settings, catalogue).close()
    for number in range(40):
        fill(catalogue, number)
    changes = catalogue.changes(limit=10_000)
    chance = random.Random(1)
    killed = 0
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", FOLLOWER, str(settings.home)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, 0.3))
            child.send_signal(signal.SIGKILL)
            child.wait()
            killed += child.returncode == -signal.SIGKILL
        with open_index(settings, catalogue) as index:
            told = [change for change in changes if change.sequence <= index.position()]
            documents = {change.document for change in told}
            pictures = {change.id for change in told if change.entity == "illustration"}
            shown = {hit.id for hit in index.search(Query(limit=500)).hits}
            assert pictures <= shown
            if shown:
                assert {hit.id for hit in index.search(ALIKE).hits} == shown
            assert {one.rpartition(".")[0].rpartition(".")[0] for one in shown} <= documents
    assert killed
    with open_index(settings, catalogue) as index:
        follow(catalogue, index)
        assert index.position() == changes[-1].sequence
        assert index.search(Query()).total == index.search(ALIKE).total == 160
    volume = Shelf(settings.home / "index").current()
    assert volume and len(list((volume / "vectors").iterdir())) < 12


def test_an_index_that_is_made_anew_is_noticed(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    fill(catalogue, 1)
    with open_index(settings, catalogue) as index, open_index(settings, catalogue) as other:
        before = index.search(Query(limit=1))
        told: list[tuple[int, int]] = []
        rebuild(settings, catalogue, lambda done, total: told.append((done, total)))
        assert told[-1] == (1, 1)
        assert index.search(Query(after=before.next, limit=1)).total == 4
        fill(catalogue, 2)
        follow(catalogue, other)
        assert index.search(Query()).total == 8
        assert index.position() == other.position() == catalogue.last_change()
        volumes = [path for path in (settings.home / "index").iterdir() if path.is_dir()]
        assert len(volumes) == 1


def test_a_forgotten_document_leaves_nothing_on_disk_once_made_anew(
    settings: Settings, catalogue: Catalogue, fill: Fill
) -> None:
    def on_disk(word: str) -> bool:
        files = [path for path in (settings.home / "index").rglob("*") if path.is_file()]
        return word in terms(settings.home) or any(word.encode() in path.read_bytes() for path in files)

    with open_index(settings, catalogue) as index:
        name = fill(catalogue, 7)
        fill(catalogue, 8)
        follow(catalogue, index)
        catalogue.forget(name)
        follow(catalogue, index)
        assert index.search(Query(text="cachette7")).total == 0
        assert {"cachette7", "secret7", "cachette8", "secret8", name} <= terms(settings.home)
        rebuild(settings, catalogue)
        assert not any(map(on_disk, ("cachette7", "secret7", name)))
        assert all(map(on_disk, ("cachette8", "secret8")))


def _remove(folder: Path) -> None:
    for path in filter(Path.is_file, folder.iterdir()):
        path.unlink()


def _cut(folder: Path) -> None:
    for path in filter(Path.is_file, folder.iterdir()):
        os.truncate(path, path.stat().st_size // 2)


def _garble(folder: Path) -> None:
    (folder / "meta.json").write_text("{}")


def _remove_vectors(folder: Path) -> None:
    _remove(folder / "vectors")


def _cut_vectors(folder: Path) -> None:
    _cut(folder / "vectors")


def _garble_vectors(folder: Path) -> None:
    for path in (folder / "vectors").iterdir():
        path.write_bytes(b"these are no vectors" * 1000)


@pytest.mark.parametrize("damage", [_remove, _cut, _garble, _remove_vectors, _cut_vectors, _garble_vectors])
def test_a_damaged_index_is_made_anew(
    settings: Settings,
    catalogue: Catalogue,
    fill: Fill,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fill(catalogue, 1)
    with open_index(settings, catalogue) as index:
        assert index.search(Query()).total == 4
    volume = Shelf(settings.home / "index").current()
    assert volume
    damage(volume)
    caplog.clear()
    with open_index(settings, catalogue) as index:
        assert index.search(Query()).total == 4
    assert "made anew" in caplog.text


def test_damage_under_a_running_server_is_an_error_that_says_what_to_do(
    settings: Settings, catalogue: Catalogue, fill: Fill
) -> None:
    fill(catalogue, 1)
    index = open_index(settings, catalogue)
    volume = Shelf(settings.home / "index").current()
    assert volume
    (volume / "meta.json").write_text("{}")
    with pytest.raises(DamagedIndexError, match="estampe index rebuild"):
        index.search(Query())
    rebuild(settings, catalogue)
    assert index.search(Query()).total == 4


@pytest.mark.parametrize("pointer", ["", "v0-other\n", "../..\n", "v1-missing\n", "\udcff"])
def test_a_pointer_that_points_nowhere_is_replaced(
    settings: Settings, catalogue: Catalogue, fill: Fill, pointer: str
) -> None:
    fill(catalogue, 1)
    (settings.home / "index").mkdir()
    (settings.home / "index" / "current").write_bytes(pointer.encode("utf-8", "surrogateescape"))
    (settings.home / "index" / "v0-other").mkdir()
    with open_index(settings, catalogue) as index:
        assert index.search(Query()).total == 4
    assert not (settings.home / "index" / "v0-other").exists()


def test_one_writes_at_a_time(settings: Settings, catalogue: Catalogue, index: Index, picture: Make) -> None:
    shelf = Shelf(settings.home / "index")
    with shelf.writing(), pytest.raises(BusyError, match="Try again"), shelf.writing(patience=0):
        pass
    with shelf.rebuilding(), pytest.raises(BusyError, match="Wait"):
        rebuild(settings, catalogue)


def test_a_full_disk_is_told_and_the_index_stays(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    for number in range(1, 6):
        fill(catalogue, number, pages=10)
    with open_index(settings, catalogue) as index:
        before = index.search(Query()).total
        estampe = f"{sys.executable} -c 'from estampe.cli import main; main()' --home {settings.home}"
        # Files of 8 kB at most: what a signal says is passed over, as on a full disk.
        command = f"trap '' XFSZ; ulimit -f 8; exec {estampe} index rebuild"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert f"There is no room left for the search index in {settings.home / 'index'}" in done.stderr
        assert "Traceback" not in done.stderr
        assert index.search(Query()).total == before > 0


def alike(index: Index, *numbers: float) -> list[str]:
    return [hit.id for hit in index.search(Query(near=Near("look@1", vector=numbers), limit=500)).hits]


def files(settings: Settings) -> list[Path]:
    volume = Shelf(settings.home / "index").current()
    assert volume
    return list((volume / "vectors").iterdir())


def test_files_of_vectors_are_joined_and_weeded(
    settings: Settings, catalogue: Catalogue, picture: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST", 100)
    monkeypatch.setattr(gathering, "_AT_ONCE", 10)
    names = [f"d.1.{number}" for number in range(150)]

    def seen(name: str, angle: float) -> IndexDocument:
        return replace(picture(name), vectors=(looks(name, math.cos(angle), math.sin(angle), 0, 0),))

    with open_index(settings, catalogue) as index:
        for place, name in enumerate(names):
            index.update([seen(name, place / 100)], [], place + 1)
        assert alike(index, 1, 0, 0, 0) == names
        few = len(files(settings))
        assert few < 10
        # The same again makes no new vectors; others make the old ones past.
        before = {path.name for path in files(settings)}
        index.update([seen(name, place / 100) for place, name in enumerate(names)], [], 200)
        assert {path.name for path in files(settings)} == before
        index.update([seen(name, -place / 100) for place, name in enumerate(names)], [], 201)
        index.update([], [], 202)
        assert alike(index, 1, 0, 0, 0) == names
        assert sum(len(Vectors.restore(str(path))) for path in files(settings)) < 2 * len(names)
        index.update([], ["d"], 203)
        index.update([], [], 204)
        assert files(settings) == []
        with pytest.raises(QueryError):
            alike(index, 1, 0, 0, 0)


def test_a_batch_that_fails_leaves_no_vectors(settings: Settings, catalogue: Catalogue, picture: Make) -> None:
    def batch() -> Iterator[IndexDocument]:
        for number in range(3000):
            name = f"d.1.{number}"
            yield replace(picture(name), vectors=(looks(name, 1, number, 0, 0),))
        raise RuntimeError

    with open_index(settings, catalogue) as index:
        index.update([replace(picture("d.1.a"), vectors=(looks("d.1.a", 1, 0, 0, 0),))], [], 1)
        before = files(settings)
        with pytest.raises(RuntimeError):
            index.update(batch(), [], 2)
        assert (files(settings), alike(index, 1, 0, 0, 0)) == (before, ["d.1.a"])
