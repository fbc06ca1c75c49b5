"""A run that is asked to stop does so between two pages and says so; one that was killed does not seem to run on."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.catalogue.results import Job
from estampe.pipeline import Stopped, Stopping
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument
from tests.pipeline.command import Estampe


def jobs(estampe: Estampe) -> list[Job]:
    with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
        return catalogue.jobs()


@pytest.fixture
def waiting(
    estampe: Estampe, gallica: GallicaStandin, printed: dict[str, StandinDocument]
) -> Iterator[subprocess.Popen[str]]:
    """A run that waits for Gallica, which asked for patience when the first page was read already."""
    gallica.spoil("ALTO", "good", *[429] * 50)
    process = estampe.start("run", "--no-pictures", printed["Carillonnades"].ark, printed["Mirabelleries"].ark)
    while sum("E=ALTO" in request for request in gallica.requests) < 3:
        assert process.poll() is None
        time.sleep(0.02)
    yield process
    process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_says_so(
    estampe: Estampe, waiting: subprocess.Popen[str], number: signal.Signals, status: int
) -> None:
    waiting.send_signal(number)
    output, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == status, errors
    line = f"stopped by {number.name}; what was read is kept, and the same command goes on where it was"
    assert errors.strip().splitlines()[-1] == line
    assert "Traceback" not in errors + output
    [job] = jobs(estampe)
    assert job.state == "failed" and job.message.startswith(f"stopped by {number.name}") and job.finished
    assert not list((estampe.home / "jobs").iterdir())


def test_a_run_that_was_killed_is_noted_by_the_next_one(
    estampe: Estampe, waiting: subprocess.Popen[str], gallica: GallicaStandin, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    estampe("run", tmp_path / "empty", status=1)
    assert [job.state for job in jobs(estampe)] == ["partly", "running"], "it is alive"
    waiting.kill()
    waiting.communicate()
    estampe("run", tmp_path / "empty", status=1)
    [_, _, job] = jobs(estampe)
    assert (job.state, job.message) == ("failed", "its process was killed, or went down with the machine")
    assert not list((estampe.home / "jobs").iterdir())


def test_a_run_goes_on_where_the_one_before_was_cut_off(
    estampe: Estampe,
    waiting: subprocess.Popen[str],
    gallica: GallicaStandin,
    printed: dict[str, StandinDocument],
) -> None:
    waiting.kill()
    waiting.communicate()
    gallica._spoilt.clear()
    arks = [document.ark for document in printed.values()]
    asked = len(gallica.requests)
    answered = [request for request in gallica.requests if "E=ALTO" not in request]
    estampe("run", "--no-pictures", *arks)
    rest = gallica.requests[asked:]
    assert not set(rest) & set(answered)
    assert sum("E=ALTO" in request for request in rest) == 3, "one page of four was had before"
    asked = len(gallica.requests)
    estampe("run", "--no-pictures", *arks)
    assert sorted(set(gallica.requests[asked:])) == sorted(set(gallica.requests)), "a new run asks for all again"


def test_what_is_held_is_not_cut_in_two() -> None:
    done: list[Any] = []
    with pytest.raises(Stopped) as stopped, Stopping() as stopping, stopping.held():
        signal.raise_signal(signal.SIGTERM)
        done.append("the rest of the page")
        with stopping.released():
            done.append("the next page")
    assert done == ["the rest of the page"] and stopped.value.signal is signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_second_signal_is_obeyed_at_once() -> None:
    with pytest.raises(Stopped, match="SIGINT"), Stopping() as stopping, stopping.held():
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError
    assert re.fullmatch(".*default_int_handler.*", repr(signal.getsignal(signal.SIGINT)))
