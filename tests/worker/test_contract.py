"""What a run promises, in this process and on workers alike."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.press import Order, print_corpus
from estampe.search import Query, open_index
from estampe.settings import Settings
from tests.pipeline.command import Estampe, Ran
from tests.pipeline.conftest import Inside, exported
from tests.worker.workers import Workers


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two issues and a book, with scans."""
    folder = tmp_path_factory.mktemp("printed")
    issues = [Order(f"issue-{day}", "newspaper", "fr", 2, date(1910, 12, day)) for day in (20, 21)]
    print_corpus(folder, [*issues, Order("book", "book", "en", 4)])
    return folder / "documents"


@pytest.fixture
def corpus(printed: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(printed, tmp_path / "corpus"))


@pytest.fixture(params=["in process", "on workers"])
def estampe(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Estampe]:
    if request.param == "in process":
        yield Estampe(tmp_path / "home", {})
        return
    redis = request.getfixturevalue("redis_server")
    estampe = Estampe(tmp_path / "home", {"ESTAMPE_BROKER_URL": redis.url})
    with Workers(estampe.environment, tmp_path / "log") as workers:
        workers.start("one")
        workers.ready()
        yield estampe


@pytest.fixture(scope="module")
def alone(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a run of the corpus in one process makes of it."""
    inside = Inside(tmp_path_factory.mktemp("alone"), {})
    inside("run", "--offline", printed)
    return exported(inside)


def told(ran: Ran) -> dict[str, str]:
    """Return the summary of a run, time aside."""
    lines = (line.partition(":") for line in ran.output.splitlines())
    return {name: value.strip() for name, _, value in lines if name != "time"}


def complaints(ran: Ran) -> list[str]:
    """Return what a run complained of."""
    return sorted(line for line in ran.errors.splitlines() if re.match("error|refused|not had|warning", line))


def test_a_run_makes_the_same_and_running_again_changes_nothing(
    estampe: Estampe, corpus: Path, alone: list[dict[str, Any]]
) -> None:
    first = told(estampe("run", "--offline", corpus))
    assert first["documents"] == "3" and first["pages"] == "8, of which 8 were new or had changed"
    assert exported(estampe) == alone
    settings = Settings(home=estampe.home)
    with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
        assert index.position() == catalogue.last_change() > 0
        assert index.search(Query(noise=True)).total == len(alone)
        place = catalogue.last_change()
    again = told(estampe("run", "--offline", corpus))
    assert again["pages"] == "8, of which 0 were new or had changed"
    with Catalogue.open(settings.catalogue_url) as catalogue:
        assert catalogue.last_change() == place
        assert [job.state for job in catalogue.jobs()] == ["done", "done"]


def test_what_is_wrong_is_told_and_the_rest_goes_on(estampe: Estampe, corpus: Path, tmp_path: Path) -> None:
    alto = next(corpus.glob("issue-21/alto/*1.xml"))
    alto.write_bytes(alto.read_bytes()[:5000])
    picture = next(corpus.glob("issue-20/images/*2.jpg"))
    picture.write_bytes(picture.read_bytes()[:5000])
    ran = estampe("run", "--offline", corpus, tmp_path / "nowhere", status=2)
    assert told(ran)["documents"] == "3, and 1 refused"
    assert told(ran)["pages"] == "8, of which 8 were new or had changed; 2 cannot be read"
    [unread, unseen, refused] = complaints(ran)
    assert {"ocr-unreadable" in line for line in (unread, unseen)} == {True, False}
    assert refused.startswith(f"refused: {tmp_path / 'nowhere'}")
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        assert [job.state for job in catalogue.jobs()] == ["partly"]
        assert [one.source for one in catalogue.refusals()] == [str(tmp_path / "nowhere")]


def test_what_was_forgotten_stays_so_until_it_is_revived(
    estampe: Estampe, corpus: Path, alone: list[dict[str, Any]]
) -> None:
    estampe("run", "--offline", corpus)
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        [book] = [document.id for document in catalogue.documents() if document.languages == ("en",)]
    estampe("forget", book)
    ran = estampe("run", "--offline", corpus, status=1)
    assert told(ran)["documents"] == "2, and 1 refused" and len(complaints(ran)) == 1
    estampe("run", "--offline", "--revive", corpus / "book")
    assert exported(estampe) == alone


def test_ctrl_c_ends_it_and_the_same_command_goes_on(
    estampe: Estampe, corpus: Path, alone: list[dict[str, Any]]
) -> None:
    run = estampe.start("run", "--offline", corpus)
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        end = time.monotonic() + 60
        while not catalogue.jobs() and time.monotonic() < end:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
        if run.returncode:
            assert run.returncode == 130 and "stopped by SIGINT" in errors
            assert catalogue.jobs()[0].state in {"failed", "cancelled"}
    estampe("run", "--offline", corpus)
    assert exported(estampe) == alone


def test_a_source_without_a_network_is_not_had(estampe: Estampe) -> None:
    ran = estampe("run", "--offline", "ark:/12148/bpt6k9604118j")
    assert told(ran)["could not be had"] == "1" and len(complaints(ran)) == 1
