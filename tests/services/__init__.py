"""The services that Estampe can run on, started for the tests that talk to them, and ended with the test run.

* ``postgresql``: the URL of an empty database on a PostgreSQL server; the server is shared by all tests of a run.
* ``redis_server``: a Redis of the test's own, which it may stop, start and empty.
* ``elasticsearch``: the address of an Elasticsearch that is shared by all tests of a run; each test gives its indexes a
  prefix of its own.

A service is used where ``ESTAMPE_TEST_POSTGRESQL_URL`` or ``ESTAMPE_TEST_ELASTICSEARCH`` names one; else it is started,
if its programs are installed; else the tests are skipped with the reason. Where ``ESTAMPE_TEST_SERVICES`` is
``required``, as in continuous integration, they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from .postgresql import PostgreSQL, database
from .processes import free_port, lacking, once
from .redis import Redis
from .search import Elasticsearch

REQUIRED = "ESTAMPE_TEST_SERVICES"


def _absent(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{reason}; {REQUIRED} is 'required'", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def services_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "services"


@pytest.fixture(scope="session")
def postgresql_server(services_folder: Path) -> str:
    """The URL of a PostgreSQL server's own database; what is done there is seen by all."""
    if named := os.environ.get("ESTAMPE_TEST_POSTGRESQL_URL"):
        return named
    if reason := PostgreSQL.lacks():
        _absent(reason)
    return once(services_folder, "postgresql", lambda: PostgreSQL().start().url)


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    with database(postgresql_server) as url:
        yield url


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server of the test's own, which it may stop and start."""
    if reason := PostgreSQL.lacks():
        _absent(reason)
    with PostgreSQL() as server:
        server.start()
        yield server


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A Redis of the test's own."""
    if reason := lacking("redis-server", "Redis (Debian: redis-server)"):
        _absent(reason)
    with Redis() as server:
        server.start()
        yield server


@pytest.fixture(scope="session")
def elasticsearch_lib(services_folder: Path) -> Path:
    """The folder of the Elasticsearch that Maven built, from which nodes are started."""
    if reason := Elasticsearch.lacks():
        _absent(reason)
    return Path(once(services_folder, "elasticsearch-built", lambda: str(Elasticsearch.build())))


@pytest.fixture(scope="session")
def elasticsearch(services_folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of an Elasticsearch."""
    if named := os.environ.get("ESTAMPE_TEST_ELASTICSEARCH"):
        return named
    built: Path = request.getfixturevalue("elasticsearch_lib")
    return once(services_folder, "elasticsearch", lambda: Elasticsearch(built).start().address)


__all__ = ["Elasticsearch", "PostgreSQL", "Redis", "database", "free_port"]
