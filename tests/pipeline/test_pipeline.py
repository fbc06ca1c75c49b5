"""The pipeline by itself: one bad page stops nothing, what changed is read again, and the index follows meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from estampe.catalogue import Catalogue
from estampe.errors import CatalogueError
from estampe.harvest import Harvested, Harvester, Refusal
from estampe.pipeline import Missing, Pipeline, Silence, Summary
from estampe.pipeline.jobs import alive
from estampe.records import Diagnostic, Illustration, Page
from estampe.search import Index, open_index
from estampe.segmentation import illustrate
from estampe.settings import Settings
from tests.harvest.gallica_standin import StandinDocument


class Log(Silence):
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.remarks: list[tuple[str, str]] = []
        self.refusals: list[str] = []
        self.misses: list[Missing] = []

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        self.remarks.append((diagnostic.code, diagnostic.where))

    def refusal(self, name: str, cause: str) -> None:
        self.refusals.append(cause)

    def missing(self, missing: Missing) -> None:
        self.misses.append(missing)


class Mine:
    """Stores in a home, and runs that read files alone."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self.catalogue, self.index = catalogue, index

    def run(self, *sources: Path, harvester: Any = None, watcher: Any = None, **more: Any) -> tuple[Summary, Log]:
        log = watcher or Log()
        pipeline = Pipeline(self.catalogue, self.index, None, pictures=False, watcher=log, **more)
        return pipeline.run(harvester or Harvester(None, Settings()), map(str, sources)), log

    def illustrations(self) -> list[Illustration]:
        [document] = self.catalogue.documents()
        return self.catalogue.illustrations_of(document=document.id)


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Mine]:
    settings = Settings(home=tmp_path / "home")
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
        yield Mine(catalogue, stack.enter_context(open_index(settings, catalogue)))


@pytest.fixture
def folder(printed: dict[str, StandinDocument], tmp_path: Path) -> Path:
    """Two pages of ALTO with scans beside them."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    for view in printed["Carillonnades"].views:
        shutil.copy(view.alto or "", folder / f"{view.number}.xml")
        Image.new("L", (view.width // 8, view.height // 8), 60).save(folder / f"{view.number}.png")
    return folder


def test_a_page_on_which_we_fail_stops_nothing_and_is_tried_again(
    mine: Mine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(document: Any, page: Page, *rest: Any, **more: Any) -> Any:
        if page.key == "1":
            raise ZeroDivisionError("a bug")
        return illustrate(document, page, *rest, **more)

    monkeypatch.setattr("estampe.pipeline.reading.illustrate", fails)
    summary, log = mine.run(folder)
    assert summary.failed == 1 and ("page-failed", "1") in log.remarks and not log.refusals
    assert [job.state for job in mine.catalogue.jobs()] == ["partly"]
    assert {one.page.rpartition(".")[2] for one in mine.illustrations()} == {"2"}
    [document] = mine.catalogue.documents()
    assert "ZeroDivisionError: a bug" in str(mine.catalogue.diagnostics(document.id))
    monkeypatch.undo()
    summary, log = mine.run(folder)
    assert (summary.read, summary.failed) == (1, 0) and not log.remarks
    assert {one.page.rpartition(".")[2] for one in mine.illustrations()} == {"1", "2"}


def test_a_source_on_which_we_fail_stops_nothing(mine: Mine, folder: Path) -> None:
    class Fails:
        def harvest(self, source: str) -> Iterator[Harvested | Refusal]:
            if source == str(folder):
                yield from Harvester(None, Settings()).harvest(source)
            raise ZeroDivisionError("a bug")

    summary, log = mine.run(Path("other"), folder, harvester=Fails())
    assert (summary.documents, summary.refused, summary.misused) == (1, 2, 0)
    assert all("Estampe itself failed on it (ZeroDivisionError: a bug)" in cause for cause in log.refusals)
    assert [job.state for job in mine.catalogue.jobs()] == ["partly"]


def test_a_catalogue_that_fails_stops_the_run_and_the_job_says_so(
    mine: Mine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise CatalogueError("the disk is full")

    monkeypatch.setattr(mine.catalogue, "put_page", full)
    with pytest.raises(CatalogueError):
        mine.run(folder)
    [job] = mine.catalogue.jobs()
    assert (job.state, job.message) == ("failed", "the disk is full")


def test_what_changed_is_read_again_and_nothing_else(mine: Mine, folder: Path) -> None:
    assert mine.run(folder)[0].read == 2
    assert mine.run(folder)[0].read == 0
    before = mine.illustrations()
    assert {one.pixels.dominant for one in before if one.pixels} == {"#3c3c3c"}
    with Image.open(folder / "2.png") as scan:
        size = scan.size
    Image.effect_noise(size, 40).save(folder / "2.png")
    assert mine.run(folder)[0].read == 1, "another scan is another page"
    text = (folder / "1.xml").read_text("utf-8")
    (folder / "1.xml").write_text(text.replace("CONTENT=", "CONTENT =", 1), "utf-8")
    assert mine.run(folder)[0].read == 1, "and so is another text"
    after = mine.illustrations()
    assert [one.id for one in after] == [one.id for one in before]
    changed = {one.page.rpartition(".")[2] for one, old in zip(after, before, strict=True) if one.pixels != old.pixels}
    assert changed == {"2"}


def test_a_document_that_comes_twice_counts_once(mine: Mine, folder: Path) -> None:
    summary, _ = mine.run(folder, folder)
    assert (summary.documents, summary.pages, summary.read) == (1, 2, 2)


def test_ocr_that_nobody_reads_is_told(mine: Mine, folder: Path) -> None:
    for path in folder.glob("*.xml"):
        path.write_text("<PcGts xmlns='http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15'/>", "utf-8")
    _, log = mine.run(folder)
    assert ("ocr-format", "") in log.remarks
    [document] = mine.catalogue.documents()
    [remark] = [one for one in mine.catalogue.diagnostics(document.id) if one.code == "ocr-format"]
    assert remark.message == "the OCR of 2 of 2 pages is PAGE XML, which is not read; only ALTO is"


def test_a_long_run_can_be_searched_before_its_end(mine: Mine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estampe.pipeline.keeping.EVERY", 0.0)
    positions = []

    class Waits(Log):
        def pages(self, count: int) -> None:
            while positions and mine.index.position() == 0:
                time.sleep(0.01)
            positions.append(mine.index.position())

    mine.run(folder, watcher=Waits())
    assert 0 < positions[1] < mine.index.position() == mine.catalogue.last_change()


def test_a_run_says_how_many_pages_it_could_not_read(mine: Mine, folder: Path) -> None:
    text = (folder / "1.xml").read_bytes()
    (folder / "1.xml").write_bytes(text[: len(text) // 2])
    summary, log = mine.run(folder)
    assert (summary.read, summary.unreadable, summary.failed) == (2, 1, 0)
    assert ("ocr-unreadable", "1") in log.remarks


def test_what_is_forgotten_while_it_is_read_is_gone_and_the_others_go_on(
    mine: Mine, folder: Path, printed: dict[str, StandinDocument], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(printed["Mirabelleries"].views[0].alto or "", other / "1.xml")

    class Forgets(Log):
        def pages(self, count: int) -> None:
            if mine.catalogue.resolve(folder.as_uri()):
                mine.catalogue.forget(mine.catalogue.resolve(folder.as_uri()) or "")

    summary, log = mine.run(folder, other, watcher=Forgets())
    assert [line.partition(": ")[2] for line in log.refusals] == ["it was forgotten while it was read"]
    assert [document.aliases for document in mine.catalogue.documents()] == [(other.as_uri(),)]
    assert summary.refused == 1 and mine.index.position() == mine.catalogue.last_change()


def test_two_runs_at_once_are_told(mine: Mine, folder: Path, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    with alive(jobs, 7):
        _, log = mine.run(folder, jobs=jobs)
    assert ("another-run", "") in log.remarks
    _, log = mine.run(folder, jobs=jobs)
    assert not log.remarks
