"""A catalogue is brought up to date when it is opened, by one process at a time, or refused clearly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, RowMapping, create_engine, text, update

from estampe.catalogue import Catalogue, backfilling, migrating, tables
from estampe.errors import CatalogueError, SettingsError
from tests.catalogue.builders import document, page, put


def test_the_migrations_make_the_tables(catalogue: Catalogue) -> None:
    with catalogue._engine.connect() as connection:
        # PostgreSQL tells the collation of a name with its type.
        options = {"compare_type": connection.dialect.name != "postgresql"}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata) == []


def test_the_newest_migration_is_known() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating._FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrating.HEAD


def test_several_processes_may_open_a_new_catalogue_at_once(url: str) -> None:
    program = "import sys; from estampe.catalogue import Catalogue; Catalogue.open(sys.argv[1]).counts()"
    starts = [subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE) for _ in range(4)]
    ends = [start.communicate()[1].decode() for start in starts]
    assert [start.returncode for start in starts] == [0] * 4, "\n".join(ends)
    with Catalogue.open(url) as catalogue:
        put(catalogue)


def test_what_was_kept_is_there_when_opened_again(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        known = put(catalogue)
    with Catalogue.open(url) as catalogue:
        assert catalogue.document(known) is not None


def test_a_catalogue_of_a_later_estampe_is_refused(url: str) -> None:
    Catalogue.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CatalogueError, match="a later Estampe"):
        Catalogue.open(url)


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(CatalogueError, match="file is not a database"):
        Catalogue.open(f"sqlite:///{broken}")
    with pytest.raises(CatalogueError, match=r"unable to open|is a directory|cannot be opened"):
        Catalogue.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("url", "words"),
    [("catalogue", "no address"), ("sqlite://", "must be a file"), ("oracle+cx_oracle://x/y", "needs cx_Oracle")],
)
def test_an_address_that_cannot_be_is_refused(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Catalogue.open(url)


_FILLER = """
import sys
from estampe.catalogue import Catalogue, backfilling
from tests.catalogue.test_migrating import lengthen

backfilling.BACKFILLS.append(lengthen(pause=len(sys.argv) > 2))
Catalogue.open(sys.argv[1]).close()
"""


def lengthen(*, pause: bool) -> backfilling.Backfill:
    """Add a letter to the fingerprint of each page, so that pages which are rewritten twice show."""

    def rewrite(connection: Connection, rows: Sequence[RowMapping]) -> None:
        pages = tables.pages
        for row in rows:
            connection.execute(
                update(pages).where(pages.c.id == row["id"]).values(fingerprint=pages.c.fingerprint.concat("x"))
            )
        if pause:
            sys.stdout.write("rewritten\n")
            sys.stdout.flush()
            sys.stdin.readline()

    return backfilling.Backfill("pages-1", tables.pages, rewrite, batch=7)


def test_rows_are_rewritten_once_each_though_the_work_is_killed(url: str) -> None:
    with Catalogue.open(url) as catalogue:
        for number in range(4):
            own = document(aliases=(f"ark:/12148/n{number}",))
            put(catalogue, *[page(place) for place in range(1, 26)], document=own)
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", _FILLER, url]
    for batches in (1, 3):
        filling = subprocess.Popen([*command, "pause"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        assert filling.stdin
        assert filling.stdout
        for _ in range(batches):
            assert filling.stdout.readline() == b"rewritten\n"
            filling.stdin.write(b"\n")
            filling.stdin.flush()
        # In the middle of the next one: what it wrote is not there.
        assert filling.stdout.readline() == b"rewritten\n"
        filling.kill()
        filling.communicate()
    both = [subprocess.Popen(command, cwd=root) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    with Catalogue.open(url) as catalogue:
        found = [print_ for own in catalogue.documents() for print_ in catalogue.fingerprints(own.id).values()]
        assert found == ["x"] * 100
