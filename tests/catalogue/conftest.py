"""Every store that keeps the catalogue's promises, one after the other; each test gets an empty one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from estampe.catalogue import Catalogue
from tests.catalogue.builders import RUNS

#: The environment variable that names a PostgreSQL server to test on: ``postgresql+psycopg://user@host/postgres``.
POSTGRESQL = "ESTAMPE_TEST_POSTGRESQL_URL"


#: PostgreSQL is one of them where a server is named.
STORES = ["sqlite", *(["postgresql"] if os.environ.get(POSTGRESQL) else [])]


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
        return
    server = os.environ[POSTGRESQL]
    name = f"estampe_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    """An empty catalogue that knows some runs."""
    with Catalogue.open(url) as opened:
        opened.put_runs(RUNS)
        yield opened
