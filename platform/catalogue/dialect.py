"""What differs between the databases: opening, locking, and which failures are worth a second attempt.

Everything else in the catalogue is SQL that SQLite and PostgreSQL read alike.
"""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Text, TypeDecorator, create_engine, event, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.types import TypeEngine

from ..errors import SettingsError
from .codec import clean
from .failures import no_folder

#: An execution option of connections that will write.
WRITES = "estampe_writes"


class Name(TypeDecorator[str]):
    """A name: sorts by code point on every database, and a name that no database can hold names nothing."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sort by code point on a PostgreSQL server of any locale."""
        return dialect.type_descriptor(TEXT(collation="C") if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Clean a name on its way to the database."""
        return value if value is None else clean(value)


#: How long a writer waits for another one, in milliseconds.
_PATIENCE = 60_000
#: PostgreSQL's serialisation failures and deadlocks, and SQLSTATE 23505: two writers made the same row at once.
_WORTH_ANOTHER_TRY = frozenset({"40001", "40P01", "23505"})


def open_engine(url: str) -> Engine:
    """Return an engine for a database, making the folder of an SQLite file. Raises SettingsError, CatalogueError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(f"the catalogue's database {url!r} is no address that SQLAlchemy understands") from error
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError("the catalogue's SQLite database must be a file, as sqlite:///folder/catalogue.sqlite")
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise no_folder(error, parsed) from error
    # Readers see one state of the catalogue however many queries they make; SQLite does that by itself.
    options: dict[str, Any] = {} if parsed.get_backend_name() == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    try:
        engine = create_engine(parsed, **options)
    except ImportError as error:
        raise SettingsError(f"the catalogue's database {parsed.render_as_string()} needs {error.name}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def write_options(engine: Engine) -> dict[str, Any]:
    """Return the execution options of connections that will write."""
    if engine.dialect.name == "sqlite":
        return {WRITES: True}
    # A writer that waited for a row's lock must see what the other one wrote.
    return {WRITES: True, "isolation_level": "READ COMMITTED"}


def lock_everything(connection: Connection) -> None:
    """Let no other process migrate while this transaction is open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(8037531)"))


def after_forgetting(engine: Engine) -> None:
    """Leave nothing of what was deleted in the log beside the database."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            # Readers that take longer keep the log; the next checkpoint empties it.
            cursor.execute("PRAGMA busy_timeout = 2000")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")


def is_conflict(error: DBAPIError) -> bool:
    """Say whether two writers met, and one of them should simply start again."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return code in _WORTH_ANOTHER_TRY if code else isinstance(error, IntegrityError)


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    # Transactions are begun by hand, below: the driver would begin them too late to read and write as one.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = wal")
    cursor.execute("PRAGMA synchronous = normal")
    cursor.execute("PRAGMA foreign_keys = on")
    # What a person asks to forget must not be found in the file's free pages.
    cursor.execute("PRAGMA secure_delete = on")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
