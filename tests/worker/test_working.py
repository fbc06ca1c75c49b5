"""Tasks are done, put off, split and given up as what stands in their way asks for."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue, NewTask, Task
from estampe.errors import BrokerError, SettingsError
from estampe.pipeline import Missing, Silence, Stopping, Summary
from estampe.press import Order as Print
from estampe.press import print_corpus
from estampe.records import Diagnostic
from estampe.settings import Settings
from estampe.worker import NIGHTLY, PERSON, Broker, Order, follow_job, make_app, start_job
from estampe.worker.scheduling import start_due
from estampe.worker.serving import tell_again
from estampe.worker.steps import CRASHES
from estampe.worker.working import Worker
from tests.harvest.standin import Reply, Standin
from tests.pipeline.command import Estampe
from tests.services import Redis
from tests.worker.workers import Workers

_DAILY = "name: {{en: Daily}}\nevery: day\nlicences: [any]\nsources: [{}]\n"


class Office:
    """A worker in this process, that is handed one task after the other."""

    def __init__(self, settings: Settings, catalogue: Catalogue, broker: Broker) -> None:
        self.settings, self.catalogue, self.broker = settings, catalogue, broker
        self.ending = threading.Event()
        self.worker = Worker(settings, catalogue, broker, "here", self.ending)

    def begin(self, *sources: object, priority: int = PERSON, **options: Any) -> int:
        order = Order(tuple(map(str, sources)), **options)
        number = start_job(self.catalogue, self.broker, order, detail=str(sources), priority=priority)
        assert number is not None
        return number

    def work(self, *, most: int = 1000) -> list[Task]:
        """Do all there is to do, in its order; return it as it then stands."""
        done: list[Task] = []
        while len(done) < most and (waiting := self.catalogue.tasks.to_hint(older=-1.0, limit=1)):
            self.worker.do(waiting[0].number)
            done += filter(None, [self.catalogue.tasks.task(waiting[0].number)])
        return done


@pytest.fixture
def office(tmp_path: Path, redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for module in ("patience", "steps", "working"):
        monkeypatch.setattr(f"estampe.worker.{module}.WAITS", (0.0, 0.0, 0.0))
    home = tmp_path / "home"
    home.mkdir()
    settings = Settings(home=home, broker_url=redis_server.url, allow_private_addresses=True, requests_per_second=1000)
    with Catalogue.open(settings.catalogue_url) as catalogue, closing(Broker(make_app(settings))) as broker:
        yield Office(settings, catalogue, broker)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printed")
    print_corpus(folder, [Print("book", "book", "en", 4), Print("tome", "book", "fr", 3)], images=False)
    return folder


@pytest.fixture
def corpus(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(printed / "documents", tmp_path / "corpus"))


class Heard(Silence):
    def __init__(self) -> None:
        self.done = self.expected = 0
        self.misses: list[Missing] = []
        self.remarks: list[Diagnostic] = []

    def document(self, title: str, pages: int) -> None:
        self.expected += pages

    def pages(self, count: int) -> None:
        self.done += count

    def missing(self, missing: Missing) -> None:
        self.misses.append(missing)

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        self.remarks.append(diagnostic)


def told(office: Office, job: int) -> tuple[str, Summary, Heard]:
    """Return how a job that is over ended, and what whoever waits for it hears."""
    heard = Heard()
    ended, summary = follow_job(office.catalogue, job, heard, Stopping())
    return ended.state, summary, heard


def test_whoever_waits_hears_of_each_page_once(office: Office, corpus: Path) -> None:
    job = office.begin(corpus)
    assert [task.kind for task in office.work()] == ["harvest", "pages", "finish"]
    state, summary, heard = told(office, job)
    assert (state, summary.documents, summary.pages, summary.read) == ("done", 2, 7, 7)
    assert heard.expected == heard.done == 7
    assert office.catalogue.last_change() == office.worker.index.position()


def test_a_harvest_that_was_cut_off_hands_on_the_rest_alone(office: Office, corpus: Path) -> None:
    job = office.begin(corpus)
    office.work(most=1)
    [first] = office.catalogue.tasks.of_job(job, "pages")
    # All its pages are handed on; then its worker dies before it can say so.
    harvest = office.catalogue.tasks.of_job(job, "harvest")[0]
    assert office.catalogue.tasks.retry(job, harvest.number) == 0
    office.catalogue._write_plain(
        lambda connection: connection.exec_driver_sql(f"UPDATE tasks SET state='waiting' WHERE number={harvest.number}")
    )
    office.work(most=1)
    assert office.catalogue.tasks.of_job(job, "pages") == [first]


def test_files_go_to_graphics_processors_where_there_are_some(office: Office, corpus: Path) -> None:
    office.worker = Worker(replace(office.settings, gpu=True), office.catalogue, office.broker, "there", office.ending)
    for without, queue in (((), "gpu"), (("all",), "cpu")):
        job = office.begin(corpus, without=without)
        office.work(most=1)
        assert {task.queue for task in office.catalogue.tasks.of_job(job, "pages")} == {queue}
        office.work()


@pytest.mark.parametrize("deaths", [CRASHES, CRASHES + 1])
def test_pages_that_bring_down_their_worker_are_read_one_by_one(office: Office, corpus: Path, deaths: int) -> None:
    job = office.begin(corpus)
    office.work(most=1)
    [batch] = office.catalogue.tasks.of_job(job, "pages")

    def die(number: int, times: int) -> None:
        for _ in range(times):
            assert office.catalogue.tasks.claim(number, "dead 1 x", -1.0)

    die(batch.number, CRASHES)
    office.work(most=1)
    single = office.catalogue.tasks.of_job(job, "pages", batch.number)
    assert len(single) == 7
    die(single[0].number, deaths)
    office.work(most=1)
    # It may be the models that do it: once more without them, and this time it is the page.
    [blind] = office.catalogue.tasks.of_job(job, "pages", single[-1].number)
    assert blind.payload["order"]["without"] == ["all"] and blind.payload["parts"] == single[0].payload["parts"]
    die(blind.number, deaths)
    office.work()
    state, summary, heard = told(office, job)
    assert (state, summary.read, summary.failed) == ("partly", 7, 1)
    assert [remark.code for remark in heard.remarks] == ["page-failed"]
    # It is tried again by the next run.
    again = office.begin(corpus)
    office.work()
    assert told(office, again)[1].read == 1


def test_an_attempt_of_a_process_of_this_worker_that_died_is_taken_over_at_once(office: Office, corpus: Path) -> None:
    office.begin(corpus)
    [waiting] = office.catalogue.tasks.to_hint(older=-1.0)
    # No process has this number.
    assert office.catalogue.tasks.claim(waiting.number, "here 4194305 x", 1000.0)
    office.worker.do(waiting.number)
    task = office.catalogue.tasks.task(waiting.number)
    assert task is not None and (task.state, task.attempts) == ("done", 2)


class Ailing(Standin):
    """Serves a manifest off the press and its ALTO; some addresses are away as often as is said."""

    def __init__(self, printed: Path) -> None:
        super().__init__()
        self._printed, self.away = printed, dict[str, int]()

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        with self.lock:
            if self.away.get(path, 0):
                self.away[path] -= 1
                return Reply(b"", "text/plain", 503)
        if path.endswith(".json"):
            manifest = (self._printed / "manifests" / "tome.json").read_text("utf-8")
            manifest = manifest.replace("https://press.example.org", self.url)
            return Reply(manifest.encode(), "application/json")
        alto = self._printed / "documents" / path.strip("/")
        return Reply(alto.read_bytes(), "application/xml") if alto.is_file() else Reply(b"", "text/plain", 404)


@pytest.fixture
def ailing(printed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ailing]:
    monkeypatch.setattr("estampe.net.door.backoff", lambda *_: 0.0)
    with Ailing(printed) as server:
        yield server


def test_what_a_host_did_not_give_is_asked_for_again(office: Office, ailing: Ailing) -> None:
    ailing.away = {"/tome/manifest.json": 5, "/tome/alto/0002.xml": 9}
    job = office.begin(f"{ailing.url}/tome/manifest.json", pictures=False)
    kinds = [task.kind for task in office.work()]
    assert kinds == ["harvest", "harvest", "pages", "pages", "pages", "finish"]
    state, summary, heard = told(office, job)
    assert (state, summary.documents, summary.refused, summary.read, summary.missing) == ("done", 1, 0, 3, 0)
    assert heard.expected == heard.done == 3 and not heard.misses
    assert not office.catalogue.refusals(job)


def test_what_is_away_for_long_is_given_up_and_can_be_sent_again(office: Office, ailing: Ailing) -> None:
    ailing.away = {"/tome/alto/0002.xml": 1000}
    job = office.begin(f"{ailing.url}/tome/manifest.json", pictures=False)
    office.work()
    state, summary, heard = told(office, job)
    assert (state, summary.read, summary.missing) == ("partly", 2, 1)
    assert [missing.what for missing in heard.misses] == ["text"]
    [failed] = office.catalogue.tasks.failed(job)
    assert "503" in failed.cause
    ailing.away = {}
    assert office.catalogue.tasks.retry(job) == 1
    office.work()
    state, summary, _ = told(office, job)
    assert (state, summary.read, summary.missing) == ("done", 3, 0) and not office.catalogue.tasks.failed()


def test_a_person_who_waits_goes_before_a_nightly_harvest(office: Office, corpus: Path) -> None:
    nightly = office.begin(corpus / "tome", priority=NIGHTLY)
    person = office.begin(corpus / "book", priority=PERSON)
    assert [task.job for task in office.work()] == [person] * 3 + [nightly] * 3


def test_a_worker_that_is_to_stop_gives_back_what_it_has(office: Office, corpus: Path) -> None:
    job = office.begin(corpus)
    office.work(most=1)
    office.ending.set()
    [batch] = office.catalogue.tasks.of_job(job, "pages")
    # The call is heard between two looks; a batch may be done by then.
    office.work(most=1)
    task = office.catalogue.tasks.task(batch.number)
    assert task is not None and task.state in {"waiting", "done"} and task.attempts <= 1
    office.ending.clear()
    office.work()
    assert told(office, job)[1].read == 7


def test_what_estampe_itself_fails_on_is_kept_for_somebody_to_read(office: Office) -> None:
    job = office.catalogue.start_job("run", "x")
    office.catalogue.tasks.add(job, [NewTask("pages", "cpu", {"order": {"sources": []}, "parts": 7, "tries": 0})])
    assert [task.state for task in office.work()] == ["waiting"] * (CRASHES - 1) + ["failed", "done"]
    assert "Estampe itself failed" in office.catalogue.tasks.failed()[0].cause
    assert office.catalogue.jobs()[0].state == "partly"


def test_what_was_read_before_a_stop_counts(office: Office, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = office.begin(corpus)
    office.work(most=1)
    put, stored = Catalogue.put_page, list[str]()

    def put_and_stop(*given: Any, **more: Any) -> None:
        put(*given, **more)
        stored.append(given[1].id)
        if len(stored) == 3:
            office.ending.set()
            time.sleep(1.0)

    monkeypatch.setattr(Catalogue, "put_page", put_and_stop)
    office.work(most=1)
    assert len(stored) < 7
    office.ending.clear()
    office.work()
    assert told(office, job)[1].read == len(stored) == 7


def test_a_harvest_that_is_cancelled_hands_on_nothing_more(office: Office, corpus: Path) -> None:
    job = office.begin(corpus)
    add = office.catalogue.tasks.add

    def cancel_first(*given: Any, **more: Any) -> Any:
        office.catalogue.tasks.cancel(job, "by somebody")
        return add(*given, **more)

    office.catalogue.tasks.add = cancel_first  # type: ignore[method-assign]
    office.work()
    assert told(office, job)[0] == "cancelled"
    assert office.catalogue.tasks.tally(job) == {} and not office.catalogue.tasks.of_job(job, "pages")


def test_a_queue_is_told_of_no_more_than_it_needs(office: Office) -> None:
    job = office.catalogue.start_job("run", "x")
    office.catalogue.tasks.add(job, [NewTask("pages", "cpu", {}, wait=0.001)] * 500)
    for _ in range(3):
        tell_again(office.catalogue, office.broker, ["cpu", "network"])
        assert office.broker.lengths() == {"network": 0, "cpu": 200, "gpu": 0}


def test_a_job_whose_end_fails_ends_and_says_why(office: Office, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise ValueError("the index is upside down")

    monkeypatch.setattr("estampe.worker.steps.follow", fail)
    job = office.begin(corpus)
    assert [task.kind for task in office.work()] == ["harvest", "pages", *["finish"] * CRASHES]
    assert told(office, job)[0] == "partly" and "upside down" in office.catalogue.jobs()[0].message


def test_lists_are_harvested_when_they_are_due_and_once(office: Office, corpus: Path, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "daily.yaml").write_text(
        f"name: {{en: Daily}}\nevery: day\nlicences: [any]\nsources: [{corpus / 'book'}]\n"
    )
    (lists / "broken.yaml").write_text("sources: 3\n")
    now = datetime.now(UTC)
    [job] = start_due(office.catalogue, office.broker, lists, now)
    assert start_due(office.catalogue, office.broker, lists, now) == []
    office.work()
    assert told(office, job)[0] == "done"
    assert start_due(office.catalogue, office.broker, lists, now) == []
    assert start_due(office.catalogue, office.broker, lists, now.replace(year=now.year + 1)) != []


def test_a_broker_that_is_away_is_told_and_nothing_is_lost(office: Office, corpus: Path, redis_server: Redis) -> None:
    redis_server.stop()
    with pytest.raises(BrokerError, match=r"The broker at 127\.0\.0\.1:\d+ does not answer"):
        office.broker.lengths()
    job = office.begin(corpus)
    assert office.catalogue.tasks.tally(job) == {("network", "waiting"): 1}
    for address in (
        "amqp://somewhere",
        "redis:///0",
        "somewhere",
        "redis://h:99999/0",
        "redis://h/abc",
        "redis://[::1",
    ):
        with pytest.raises(SettingsError, match="ESTAMPE_BROKER_URL must be the address of a Redis"):
            make_app(Settings(broker_url=address))


def test_workers_are_paused_drained_and_go_on(corpus: Path, redis_server: Redis, tmp_path: Path) -> None:
    """The commands, on real workers: one dies of a page and goes on; the clock begins what is due."""
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "daily.yaml").write_text(
        f"name: {{en: Daily}}\nevery: day\nlicences: [any]\nsources: [{corpus / 'tome'}]\n"
    )
    estampe = Estampe(tmp_path / "home", {"ESTAMPE_BROKER_URL": redis_server.url, "ESTAMPE_LISTS": str(lists)})
    detached = estampe("run", "--detach", "--offline", corpus / "book")
    assert "no worker answers" in detached.errors
    assert "paused: 1" in estampe("jobs", "pause").output
    with (
        Workers(estampe.environment, tmp_path / "log") as workers,
        Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue,
    ):
        workers.start("deadly", prelude=_DEADLY.format(once=str(tmp_path / "once")))
        workers.ready()
        assert "nothing is under way" in estampe("jobs", "drain").output
        assert catalogue.tasks.tally(1) == {("network", "waiting"): 1}
        estampe("jobs", "resume", "1")
        wait_for(lambda: catalogue.jobs()[-1].state == "done", workers)
        assert catalogue.counts().pages_done == 4 and (tmp_path / "once").exists()
        clock = estampe.start("beat")
        wait_for(lambda: len(catalogue.jobs()) == 2 and catalogue.jobs()[0].state == "done", workers)
        clock.send_signal(signal.SIGTERM)
        clock.communicate(timeout=60)
        twin = estampe("worker", "--name", "deadly@test", status=2)
        assert "a worker called deadly@test is at work already" in twin.errors
        assert workers.stop("deadly") == 0
    assert "job 9" in estampe("jobs", "retry", "9", status=2).errors
    listed = estampe("jobs").output.splitlines()
    assert [line.split()[:2] for line in listed] == [["2", "done"], ["1", "done"]]


#: A library that crashes on a page, the first time.
_DEADLY = """
import os, pathlib, estampe.pipeline.readers as readers
honest, once = readers.read, pathlib.Path({once!r})
def read(some, sight):
    if any(one.page.number == 3 for one in some) and not once.exists():
        once.touch()
        os.kill(os.getpid(), 9)
    return honest(some, sight)
readers.read = read
"""


def wait_for(condition: Callable[[], bool], workers: Workers) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, workers.log()[-3000:]
        time.sleep(0.1)
