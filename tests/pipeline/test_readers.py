"""Pages read by several processes: the same comes of it, and what kills a process costs its own page alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.classify.reproductions import outline
from estampe.datasets import export_illustrations
from estampe.harvest import Harvester
from estampe.pipeline import Pipeline, Readers, Silence
from estampe.pipeline.page import ToRead, Whole
from estampe.press import newspaper_orders, print_corpus
from estampe.press.plates import PLATES, render
from estampe.records import Document, Page, Size
from estampe.search import open_index
from estampe.settings import Settings


class Deadly:
    """What brings down the process to which it is sent."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


@pytest.fixture
def readers() -> Iterator[Readers]:
    with closing(Readers(2, alone=0.0)) as readers:
        yield readers


def test_the_same_comes_of_it_whoever_reads(tmp_path: Path) -> None:
    print_corpus(tmp_path / "press", list(newspaper_orders(6)))
    sources = [str(tmp_path / "press" / "documents")] * 2

    def mined(home: Path, readers: Readers) -> tuple[list[str], list[tuple[str, str]], int]:
        settings = Settings(home=home)
        with ExitStack() as stack:
            catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
            index = stack.enter_context(open_index(settings, catalogue))
            pipeline = Pipeline(catalogue, index, None, pictures=True, watcher=Silence(), readers=readers)
            summary = pipeline.run(Harvester(None, settings), sources)
            assert index.position() == catalogue.last_change()
            changes = [(change.entity, change.id) for change in catalogue.changes(0, 100_000)]
            return list(export_illustrations(catalogue)), sorted(changes), summary.read

    alone = mined(tmp_path / "alone", Readers(1))
    assert alone == mined(tmp_path / "several", Readers(2, alone=0.0))
    assert alone[0] and alone[2] == 6, "the second time there is nothing to do"


def test_what_kills_a_process_costs_its_own_page_alone(readers: Readers) -> None:
    whole = Whole.of(Document(id="a", aliases=("folder:a",), provider="", title="a"), [], 3)
    pages = [Page(id=f"a.{number}", key=str(number), number=number) for number in range(1, 7)]
    texts = [Deadly() if page.number in {2, 5} else None for page in pages]
    some = [ToRead(whole, page, text) for page, text in zip(pages, texts, strict=True)]  # type: ignore[arg-type]
    # Some travel alone, others together.
    under_way = [readers.submit(group) for group in (some[:1], some[1:4], some[4:])]
    readings = [reading for result in under_way for reading in result()]
    assert [reading.page for reading in readings] == pages
    assert [[one.code for one in reading.diagnostics] for reading in readings] == [
        ["page-failed"] if text else [] for text in texts
    ]
    assert "the process that read it died" in readings[1].diagnostics[0].message
    assert not readers.submit(some[:1])()[0].diagnostics, "others take its place"


class Tells:
    """What has the process to which it is sent write how many cores libraries have there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return subprocess.run, (["sh", "-c", f"echo $OMP_NUM_THREADS $TF_NUM_INTRAOP_THREADS > '{self._file}'"],)


def test_each_process_has_one_core(readers: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "3")
    whole = Whole.of(Document(id="a", aliases=("folder:a",), provider="", title="a"), [], 1)
    readers.submit([ToRead(whole, Page(id="a.1", key="1", number=1), Tells(tmp_path / "told"))])()  # type: ignore[arg-type]
    assert (tmp_path / "told").read_text() == "1 3\n", "unless somebody says how many"
    assert "OMP_NUM_THREADS" not in os.environ


def test_pictures_are_laid_over_each_other_wherever_there_is_room(readers: Readers) -> None:
    outlines = [outline(plate) for plate in (render(PLATES[n], "photograph", Size(300, 220)) for n in range(3))]
    tasks = [(outlines[0], outlines[1:]), (outlines[1], []), (outlines[2], outlines[:2])]
    here = list(readers.lay(tasks))
    whole = Whole.of(Document(id="a", aliases=("folder:a",), provider="", title="a"), [], 1)
    page = Page(id="a.1", key="1", number=1)
    readers.submit([ToRead(whole, page, None)])()
    assert list(readers.lay(tasks)) == here, "in another process"
    readers.submit([ToRead(whole, page, Deadly())])  # type: ignore[arg-type]
    assert list(readers.lay(tasks)) == here, "and where one dies meanwhile"


_SCRIPT = """
import multiprocessing, time
from estampe.pipeline import Readers
from estampe.pipeline.page import ToRead, Whole
from estampe.records import Document, Page

if __name__ == "__main__":
    readers = Readers(2, alone=0.0)
    whole = Whole.of(Document(id="a", aliases=("folder:a",), provider="", title="a"), [], 1)
    try:
        reading = readers.submit([ToRead(whole, Page(id="a.1", key="1", number=1), None)])
        print(*(process.pid for process in multiprocessing.active_children()), flush=True)
        reading()
        print("read", flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        readers.close()
"""


@pytest.fixture
def script(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run of its own, in a group of its own as a terminal makes one."""
    path = tmp_path / "script.py"
    path.write_text(_SCRIPT, "utf-8")
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, str(path)], text=True, start_new_session=True, **pipes) as process:
        yield process
        process.kill()


def test_processes_go_down_with_the_run(script: subprocess.Popen[str]) -> None:
    assert script.stdout
    children = [Path("/proc", pid) for pid in script.stdout.readline().split()]
    assert script.stdout.readline() == "read\n"
    assert children and all(child.exists() for child in children)
    script.kill()
    while any(child.exists() and "Z" not in (child / "stat").read_text().split()[2] for child in children):
        time.sleep(0.05)


def test_processes_that_start_do_not_hear_of_ctrl_c(script: subprocess.Popen[str]) -> None:
    assert script.stdout
    script.stdout.readline()
    os.killpg(script.pid, signal.SIGINT)
    _, errors = script.communicate(timeout=60)
    assert (script.returncode, errors) == (0, "")
