"""Elasticsearch goes, comes back, has too much to do, and forgets: on a node that the tests may stop."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue
from estampe.errors import UnavailableIndexError
from estampe.harvest import Harvester
from estampe.housekeeping import forget
from estampe.pipeline import Pipeline, Silence
from estampe.press import Order, print_corpus
from estampe.records import Diagnostic
from estampe.search import Index, IndexDocument, Query, follow, open_index
from estampe.search.elastic.connection import connect
from estampe.settings import Settings
from estampe.web import create_app
from tests.services import Elasticsearch
from tests.services.processes import wait_until

Fill = Callable[..., str]
Make = Callable[..., IndexDocument]


@pytest.fixture(scope="module")
def node(elasticsearch_lib: Path) -> Iterator[Elasticsearch]:
    # So little may wait to be indexed that what we send at once is refused with 429.
    with Elasticsearch(elasticsearch_lib, ["indexing_pressure.memory.limit=600kb"], heap="512m") as started:
        yield started.start()


@pytest.fixture
def settings(tmp_path: Path, node: Elasticsearch, request: pytest.FixtureRequest) -> Settings:
    name = f"test-{abs(hash(request.node.nodeid)):x}"
    return Settings(home=tmp_path / "home", elasticsearch_url=node.address, elasticsearch_index=name)


def test_what_changed_while_it_was_gone_is_caught_up_with(
    settings: Settings, catalogue: Catalogue, fill: Fill, node: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(catalogue, 1)
    with open_index(settings, catalogue) as index:
        follow(catalogue, index)
        client = create_app(settings).test_client()
        assert client.get("/en/search?q=image").status_code == 200
        node.stop(signal.SIGKILL)
        monkeypatch.setattr("estampe.search.elastic.bulk.STANDSTILL", 0.5)
        fill(catalogue, 2)
        for attempt in (lambda: index.search(Query()), lambda: follow(catalogue, index), lambda: index.position()):
            with pytest.raises(UnavailableIndexError, match=r"127\.0\.0\.1"):
                attempt()
        page = client.get("/en/search?q=image")
        assert page.status_code == 503
        assert "does not answer" in page.text
        assert page.headers["Retry-After"]
        problem = client.get("/api/v1/illustrations?q=image")
        assert problem.status_code == 503
        assert problem.mimetype == "application/problem+json"
        node.start()
        wait_until(lambda: _answers(index), "the index", node.data.parent)
        monkeypatch.setattr("estampe.search.elastic.place.SILENCE", 0.5)
        follow(catalogue, index)
        assert index.search(Query()).total == 8
        assert index.position() == catalogue.last_change()
        assert client.get("/en/search?q=image").status_code == 200


def _answers(index: Index) -> bool:
    with suppress(UnavailableIndexError):
        return index.search(Query()).total >= 0
    return False


def test_what_is_too_much_at_once_goes_in_portions(settings: Settings, catalogue: Catalogue, picture: Make) -> None:
    text = " ".join(f"mot{n}" for n in range(2000))
    with open_index(settings, catalogue) as index:
        index.update((picture(f"d.1.{n}", caption=f"{text} fin{n}") for n in range(60)), [], 1)
        assert index.search(Query(text="fin59")).total == 1
        assert index.search(Query()).total == 60


def test_nothing_of_a_forgotten_document_is_left_in_the_files(
    settings: Settings, catalogue: Catalogue, fill: Fill, node: Elasticsearch, elasticsearch_lib: Path
) -> None:
    def held() -> str:
        command = ["java", "-cp", f"{elasticsearch_lib / 'lib'}/*", "testnode.Terms", str(node.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def in_files(word: str) -> bool:
        files = [path for path in node.data.rglob("*") if path.is_file()]
        return any(word.encode() in path.read_bytes() for path in files)

    name, other = fill(catalogue, 700001), fill(catalogue, 800001)
    with open_index(settings, catalogue) as index:
        follow(catalogue, index)
        with connect(settings).client as client:
            client.indices.flush(index=settings.elasticsearch_index)
        assert {"cachette700001", "secret700001", name, "cachette800001"} <= set(held().split())
        forget(settings, catalogue, index, [name])
        left = held()
        for gone in ("cachette700001", "secret700001", name):
            assert gone not in left
            assert not in_files(gone)
        assert {"cachette800001", "secret800001", other} <= set(left.split())
        assert index.search(Query()).total == 4


def test_a_run_goes_on_without_it(
    settings: Settings, catalogue: Catalogue, node: Elasticsearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print_corpus(tmp_path / "printed", [Order("book", "book", "fr", 3)], images=False)
    said: list[str] = []
    went: list[bool] = []

    class Heard(Silence):
        def pages(self, count: int) -> None:
            if not went:
                went.append(True)
                node.stop(signal.SIGKILL)

        def remark(self, document: str, diagnostic: Diagnostic) -> None:
            said.append(diagnostic.code)

    with open_index(settings, catalogue) as index:
        monkeypatch.setattr("estampe.search.elastic.bulk.STANDSTILL", 0.5)
        pipeline = Pipeline(catalogue, index, None, pictures=False, watcher=Heard())
        summary = pipeline.run(Harvester(None, settings), [str(tmp_path / "printed" / "documents")])
        assert (summary.read, summary.refused) == (3, 0) and "index-away" in said
        assert catalogue.jobs()[0].state == "done"
        node.start()
        wait_until(lambda: _answers(index), "the index", node.data.parent)
        assert follow(catalogue, index) == catalogue.last_change() == index.position()
