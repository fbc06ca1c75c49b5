"""A server that goes away, comes back, loses an answer, or was never there: nothing is lost, and nothing done twice."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from estampe.catalogue import Catalogue, Verdict
from estampe.errors import CatalogueError, SettingsError
from estampe.records import Box
from tests.catalogue.builders import RUNS, Mirror, boxed, document, page, photograph, put, read
from tests.services import PostgreSQL, free_port

_ROOT = Path(__file__).resolve().parents[2]
_WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from tests.catalogue.test_servers import write_much
from estampe.catalogue import Catalogue

with Catalogue.open(sys.argv[1]) as catalogue:
    print("writing", flush=True)
    write_much(catalogue, sys.argv[3], 40)
"""


def write_much(catalogue: Catalogue, name: str, turns: int, told: Callable[[int], None] = lambda _: None) -> None:
    """Write what can be written again, and what cannot: jobs, refusals, and a person's words."""
    for turn in range(turns):
        job = catalogue.start_job("run", name)
        known = put(catalogue, document=document(f"{name} {turn}", aliases=(f"ark:/12148/{name}",)))
        for sheet in catalogue.pages(known):
            read(catalogue, sheet, *boxed(sheet, Box(0, 0, 90, 90), labels=(photograph(),)), fingerprint=str(turn))
        seen = catalogue.illustrations_of(document=known)[0]
        catalogue.review_label(
            seen.id, "technique", "photograph", Verdict.ACCEPTED if turn % 2 else Verdict.REJECTED, person=name
        )
        catalogue.add_refusal(job, name, f"turn {turn}")
        told(turn)


def check_written(catalogue: Catalogue, names: list[str], turns: int) -> None:
    """Check that all that was written is there, once."""
    assert sorted(job.detail for job in catalogue.jobs(1000)) == sorted(names * turns)
    refusals = [(one.source, one.cause) for one in catalogue.refusals(limit=1000)]
    assert sorted(refusals) == sorted((name, f"turn {turn}") for name in names for turn in range(turns))
    for name in names:
        known = catalogue.resolve(f"ark:/12148/{name}")
        assert known
        words = [
            event.action
            for one in catalogue.illustrations_of(document=known)
            for event in catalogue.history(one.id)
            if event.action != "box"
        ]
        assert words == ["accepted" if turn % 2 else "rejected" for turn in range(turns)]
    assert [change.sequence for change in catalogue.changes(0, 100_000)] == [*range(1, catalogue.last_change() + 1)]
    Mirror(catalogue).check()


def test_a_server_that_is_restarted_in_the_middle_of_writing_is_not_noticed(own_postgresql: PostgreSQL) -> None:
    own, turns = ["a", "b", "c"], 40
    begun = threading.Semaphore(0)
    with Catalogue.open(own_postgresql.url) as catalogue:
        catalogue.put_runs(RUNS)
        other = subprocess.Popen(
            [sys.executable, "-c", _WRITER, own_postgresql.url, str(_ROOT), "other"], stdout=subprocess.PIPE
        )
        assert other.stdout
        assert other.stdout.readline() == b"writing\n"
        with ThreadPoolExecutor(len(own)) as threads:
            writing = [threads.submit(write_much, catalogue, name, turns, lambda _: begun.release()) for name in own]
            for _ in range(2):
                for _ in range(20):
                    begun.acquire()
                own_postgresql.stop()
                own_postgresql.start()
            for one in writing:
                one.result()
        assert other.wait() == 0
        other.stdout.close()
        check_written(catalogue, [*own, "other"], turns)


class Cutter:
    """Stands between a client and the server, and cuts the line at a COMMIT: before it is told, or before the answer.

    ``cuts`` says at which of the commits of the whole, counted from now on.
    """

    def __init__(self, port: int) -> None:
        self._port, self._listener = port, socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts: list[str] = []
        self.made = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server, suppress(OSError):
            mute = threading.Event()
            back = threading.Thread(target=self._relay, args=(server, client, mute), daemon=True)
            back.start()
            while data := client.recv(65536):
                cut = self.cuts.pop(0) if b"COMMIT" in data and self.cuts else ""
                if cut == "before":
                    self.made += 1
                    break
                if cut == "after":
                    mute.set()
                    server.sendall(data)
                    # The server ends the connection when all that was asked is done.
                    server.shutdown(socket.SHUT_WR)
                    back.join()
                    self.made += 1
                    break
                server.sendall(data)
            # Both sides are to see the end, also where the other thread is in the middle of a read.
            for side in (client, server):
                with suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
            back.join()

    @staticmethod
    def _relay(server: socket.socket, client: socket.socket, mute: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if not mute.is_set():
                    client.sendall(data)


@contextmanager
def cutting(url: str) -> Iterator[tuple[Catalogue, Cutter]]:
    """Open a catalogue whose line to the server can be cut."""
    parsed = make_url(url)
    cutter = Cutter(parsed.port or 5432)
    try:
        with Catalogue.open(parsed.set(port=cutter.port).render_as_string(hide_password=False)) as catalogue:
            yield catalogue, cutter
    finally:
        cutter.close()


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_made_once(postgresql: str, cut: str) -> None:
    with cutting(postgresql) as (catalogue, cutter):
        catalogue.put_runs(RUNS)
        steps = 0
        for place in range(1000):
            # Each commit of the same writing is cut once, wherever it is.
            cutter.cuts, cutter.made = [""] * place + [cut], 0
            write_much(catalogue, f"n{place}", 1)
            assert sum(job.detail == f"n{place}" for job in catalogue.jobs(1000)) == 1
            steps += 1
            if not cutter.made:
                break
        assert steps > 10
        cutter.cuts = []
        check_written(catalogue, [f"n{place}" for place in range(steps)], 1)


def test_a_server_that_stays_away_is_told_without_the_password(own_postgresql: PostgreSQL) -> None:
    url = make_url(own_postgresql.url).set(password="sesame").render_as_string(hide_password=False)
    with Catalogue.open(f"{url}?application_name=sesame", patience=0.2) as catalogue:
        known = put(catalogue)
        own_postgresql.stop()
        for call in (lambda: catalogue.document(known), lambda: put(catalogue, page(3))):
            with pytest.raises(CatalogueError, match="does not answer; look whether PostgreSQL runs") as caught:
                call()
            assert "sesame" not in str(caught.value) and "127.0.0.1" in str(caught.value)
        own_postgresql.start()
        assert catalogue.document(known) is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"port": "free"}, "does not answer"),
        ({"database": "none_such"}, "there is no database none_such; make it with"),
        ({"username": "nobody"}, "postgres at|says|does not exist"),
    ],
)
def test_a_server_that_refuses_is_told_at_once(postgresql: str, change: dict[str, str], words: str) -> None:
    changed = change | ({"port": free_port()} if "port" in change else {})
    url = make_url(postgresql).set(**changed, password="sesame")  # type: ignore[arg-type]
    with pytest.raises(CatalogueError, match=words) as caught:
        Catalogue.open(url.render_as_string(hide_password=False))
    assert "sesame" not in str(caught.value)


def test_an_address_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(SettingsError, match="no address") as caught:
        Catalogue.open("postgresql://me:sesame@host:port/estampe")
    assert "sesame" not in str(caught.value) and "host:port" in str(caught.value)


def test_an_at_sign_in_a_password_is_not_taken_for_the_host() -> None:
    with pytest.raises(SettingsError, match=r"'host'.*%40") as caught:
        Catalogue.open("postgresql://me:open@sesame@host/estampe")
    assert "sesame" not in str(caught.value)


def test_the_plain_name_of_postgresql_will_do(postgresql: str) -> None:
    with Catalogue.open(postgresql.replace("postgresql+psycopg", "postgresql")) as catalogue:
        put(catalogue)


def test_after_a_fork_both_processes_go_on(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        catalogue.put_runs(RUNS)
        child = os.fork()
        if not child:
            status = 1
            try:
                write_much(catalogue, "child", 3)
                status = 0
            finally:
                os._exit(status)
        write_much(catalogue, "parent", 3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        check_written(catalogue, ["child", "parent"], 3)
