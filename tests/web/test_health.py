"""Programs that watch over the server learn whether it lives, whether what it needs answers, and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from sqlalchemy.engine import Engine

from estampe.catalogue import NewTask
from estampe.metrics import Metrics
from estampe.records import Document
from estampe.settings import Settings
from estampe.web import Beside, create_app
from estampe.web.health import Health
from tests.services import PostgreSQL, Redis
from tests.web.conftest import Site

_MEASURED = 9100


def test_that_it_lives_is_said_without_asking_anything(site: Site) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer = site.app.test_client().get("/healthz")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "alive\n", "no-store")
    assert not asked


def test_what_does_not_answer_is_named_and_comes_back(
    own_postgresql: PostgreSQL, redis_server: Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(home=tmp_path, database_url=own_postgresql.url, broker_url=redis_server.url))
    client = app.test_client()

    def parts() -> set[str]:
        """Return those that answer."""
        answer = client.get("/readyz")
        assert answer.headers["Cache-Control"] == "no-store"
        found = answer.json["parts"]
        # Why a part is away is for the operator: it may name hosts and folders.
        assert all(set(part) == {"state", "milliseconds"} for part in found.values())
        up = {name for name, part in found.items() if part["state"] == "up"}
        assert answer.json["ready"] == (answer.status_code == 200) == (up == set(found)) and len(found) == 3
        return up

    try:
        assert parts() == {"catalogue", "index", "broker"}
        own_postgresql.stop()
        redis_server.stop()
        assert parts() == parts() == {"index"}
        told = {record.getMessage().split()[1] for record in caplog.records if record.name == "estampe.web.health"}
        assert told == {"broker", "catalogue"}
        assert client.get("/healthz").status_code == 200
        # Readers are told at once, so that nobody waits behind those who wait for the database.
        away = client.get("/api/v1/illustrations")
        assert away.status_code == 503 and away.headers["Retry-After"] and "password" not in away.text
        own_postgresql.start()
        redis_server.start()
        while parts() != {"catalogue", "index", "broker"}:
            pass
    finally:
        app.extensions["estampe"].close()


def test_a_part_that_hangs_is_silent_and_not_asked_again() -> None:
    release, asked = Event(), []

    def hang() -> None:
        asked.append(1)
        release.wait()

    health = Health({"catalogue": hang, "index": lambda: None}, patience=0.2)
    for _ in range(3):
        found = health.look()
        assert (found["catalogue"].state, found["index"].state) == ("silent", "up")
    assert len(asked) == 1
    release.set()
    while health.look()["catalogue"].state != "up":
        pass


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[tuple[Flask, Beside]]:
    """A site whose requests are counted."""
    metrics = Metrics()
    app = create_app(Settings(home=tmp_path), metrics)
    yield app, Beside(app, metrics, _MEASURED)
    app.extensions["estampe"].close()


def ask(app: Beside, path: str, port: int) -> tuple[str, bytes]:
    environ: dict[str, Any] = {"PATH_INFO": path, "SERVER_PORT": str(port), "HTTP_HOST": f"localhost:{_MEASURED}"}
    setup_testing_defaults(environ)
    said: list[str] = []
    body = app(environ, lambda status, headers, *_: said.append(status) or (lambda _: None))  # type: ignore[arg-type,return-value]
    return said[0], b"".join(body)


def numbers(text: bytes) -> dict[tuple[str, ...], float]:
    """Return all samples by name and the values of their labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_what_is_measured(measured: tuple[Flask, Beside]) -> None:
    app, beside = measured
    client = app.test_client()
    for path in ("/en/search?q=cat", "/en/search?q=dog", "/fr/search?q=(", "/en/documents/none", "/a", "/b"):
        client.get(path).get_data()
    app.extensions["estampe"].catalogue.put_document(
        Document(id="d1", provider="p", title="", aliases=("p:1",)), route="iiif", original=None, pages=()
    )
    job = app.extensions["estampe"].catalogue.start_job("run")
    app.extensions["estampe"].catalogue.tasks.add(job, [NewTask("pages", "cpu", {}, 3)])
    status, text = ask(beside, "/metrics", _MEASURED)
    assert status == "200 OK"
    found = numbers(text)
    # By route, so that they stay few whatever is asked for.
    assert found["estampe_http_requests_total", "GET", "/{lang}/search", "200"] == 2
    assert found["estampe_http_requests_total", "GET", "none", "404"] == 2
    assert found["estampe_http_request_seconds_count", "/{lang}/search"] == 3
    assert found["estampe_search_seconds_count", "illustrations"] >= 2
    assert ("estampe_search_failures_total", "illustrations") not in found
    assert found["estampe_documents",] == 1 and found["estampe_index_lag_changes",] == 1
    assert found["estampe_tasks", "cpu", "waiting"] == 1
    assert found["estampe_up", "catalogue"] == found["estampe_up", "index"] == 1


def test_what_is_measured_is_not_open_to_the_outside(measured: tuple[Flask, Beside]) -> None:
    _, beside = measured
    # Whatever the request says of itself, it is the port it came in at that counts.
    assert ask(beside, "/metrics", 8000)[0].startswith("404")
    assert ask(beside, "/en/", _MEASURED)[0].startswith("404")


def test_a_request_has_a_name_which_a_proxy_may_give(site: Site) -> None:
    client = site.app.test_client()
    given = client.get("/healthz", headers={"X-Request-Id": "abc-12345678"}).headers["X-Request-Id"]
    assert given == "abc-12345678"
    forged = client.get("/healthz", headers={"X-Request-Id": "a b\tERROR"}).headers["X-Request-Id"]
    assert forged != "a b\tERROR" and len(forged) == 32
