"""A harvest ends with the same catalogue whoever does it, and whatever falls over on the way."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue
from estampe.search import Query, open_index
from estampe.settings import Settings
from tests.pipeline.command import Estampe
from tests.services import Elasticsearch, PostgreSQL, Redis
from tests.worker.source import Source
from tests.worker.workers import Workers

#: 506 pages.
COPIES = 23
KILLS = 10
AWAY = 20.0


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with Source(tmp_path_factory.mktemp("press"), COPIES) as serving:
        yield serving


@pytest.fixture(scope="module")
def undisturbed(source: Source, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The catalogue as one process makes it, which asks later for what was not to be had at first."""
    estampe = Estampe(tmp_path_factory.mktemp("undisturbed"), {})
    source.forget()
    first = estampe("run", "--quiet", source.collection)
    assert "also at attempt 4; ask later" in first.errors
    again = estampe("run", "--quiet", source.collection)
    assert "ask later" not in again.errors and f"pages:             {source.pages}," in again.output
    return estampe("export", "illustrations").output


def test_one_worker(source: Source, undisturbed: str, redis_server: Redis, tmp_path: Path) -> None:
    estampe = Estampe(tmp_path / "home", {"ESTAMPE_BROKER_URL": redis_server.url})
    source.forget()
    with Workers(estampe.environment, tmp_path / "log") as workers:
        workers.start("one", processes=2)
        workers.ready()
        ran = estampe("run", "--quiet", source.collection)
        assert f"pages:             {source.pages}," in ran.output and "ask later" not in ran.errors
        assert workers.stop("one") == 0
    assert estampe("export", "illustrations").output == undisturbed


def test_two_workers_in_a_storm(
    source: Source,
    undisturbed: str,
    redis_server: Redis,
    own_postgresql: PostgreSQL,
    elasticsearch_lib: Path,
    tmp_path: Path,
) -> None:
    """Workers are killed ten times, Redis comes back empty, PostgreSQL is restarted, Elasticsearch is away for long."""
    with Elasticsearch(elasticsearch_lib, heap="400m") as elastic:
        elastic.start()
        estampe = Estampe(
            tmp_path / "home",
            {
                "ESTAMPE_BROKER_URL": redis_server.url,
                "ESTAMPE_DATABASE_URL": own_postgresql.url,
                "ESTAMPE_ELASTICSEARCH_URL": elastic.address,
            },
        )
        source.forget()

        def restart_redis() -> None:
            redis_server.stop()
            redis_server.start()

        def restart_postgresql() -> None:
            own_postgresql.stop()
            own_postgresql.start()

        def be_without_elasticsearch() -> None:
            elastic.stop()
            time.sleep(AWAY)
            elastic.start()

        accidents: dict[int, Callable[[], None]] = {
            2: be_without_elasticsearch,
            4: restart_redis,
            6: restart_postgresql,
        }
        chance = random.Random(11)
        with Workers(estampe.environment, tmp_path / "log") as workers:
            for name in "ab":
                workers.start(name)
            workers.ready()
            run = estampe.start("run", "--quiet", source.collection)
            happening = []
            with Catalogue.open(own_postgresql.url) as catalogue:
                for kill in range(KILLS):
                    _wait_for(catalogue, source.pages * (kill + 1) // (KILLS + 2))
                    if accident := accidents.get(kill):
                        happening.append(threading.Thread(target=accident))
                        happening[-1].start()
                    time.sleep(chance.uniform(0, 0.5))
                    name = "ab"[kill % 2]
                    workers.kill(name)
                    workers.start(name)
            output, errors = run.communicate(timeout=300)
            for one in happening:
                one.join()
            assert run.returncode == 0, f"{output}\n{errors}\n{workers.log()[-3000:]}"
            assert f"pages:             {source.pages}," in output
        assert estampe("export", "illustrations").output == undisturbed
        settings = Settings(home=estampe.home, database_url=own_postgresql.url, elasticsearch_url=elastic.address)
        with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
            assert index.position() == catalogue.last_change()
            found = index.search(Query(noise=True, limit=1)).total
            assert found == sum(1 for _ in undisturbed.splitlines())
            assert not catalogue.tasks.failed()


def _wait_for(catalogue: Catalogue, pages: int) -> None:
    """Wait until so many pages are done."""
    end = time.monotonic() + 120
    while catalogue.counts().pages_done < pages:
        assert time.monotonic() < end, f"{catalogue.counts().pages_done} of {pages} pages are done"
        time.sleep(0.1)
