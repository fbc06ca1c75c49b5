"""What differs between the databases: opening, locking, and which failures are worth a second attempt.

Everything else in the catalogue is SQL that SQLite and PostgreSQL read alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any
from weakref import WeakSet

from sqlalchemy import (
    ARRAY,
    URL,
    Connection,
    Dialect,
    Double,
    Engine,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from ..errors import SettingsError
from .codec import clean
from .failures import no_folder, place

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


class Clock(FunctionElement[float]):
    """The database's own time, in seconds since 1970, so that the clocks of those who use it may differ."""

    type = Double()
    inherit_cache = True


@compiles(Clock, "postgresql")
def _clock_of_postgresql(*_: object, **__: object) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


@compiles(Clock, "sqlite")
def _clock_of_sqlite(*_: object, **__: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


class TransactionName(FunctionElement[str]):
    """What a server calls the transaction that asks; NULL where a commit never goes unanswered."""

    type = Text()
    inherit_cache = True


@compiles(TransactionName)
def _no_name(_element: TransactionName, _compiler: SQLCompiler, **_: Any) -> str:
    return "NULL"


@compiles(TransactionName, "postgresql")
def _postgresql_name(_element: TransactionName, _compiler: SQLCompiler, **_: Any) -> str:
    return "CAST(pg_current_xact_id() AS text)"


#: How long a writer waits for another one, in milliseconds.
_PATIENCE = 60_000
#: PostgreSQL's serialisation failures and deadlocks, and SQLSTATE 23505: two writers made the same row at once.
_WORTH_ANOTHER_TRY = frozenset({"40001", "40P01", "23505"})
#: PostgreSQL goes down, comes up, or has no connection left just now.
_AWAY = frozenset({"57P01", "57P02", "57P03", "53300"})
#: So that a server that went without a word is not waited for by the quarter of an hour; in seconds.
_POSTGRESQL = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": _PATIENCE,
}
#: Connections idle for longer may have been dropped by a firewall on the way, in seconds.
_RECYCLE = 1800
#: Where the name of a transaction is kept until it has ended.
_NAME = "estampe_transaction"

#: Rows that are worth an insert of another form.
_MANY = 50
_LOCK_NAME = text("SELECT pg_advisory_xact_lock(:key)")

_ENGINES: WeakSet[Engine] = WeakSet()


def open_engine(url: str) -> Engine:
    """Return an engine for a database, making the folder of an SQLite file. Raises SettingsError, CatalogueError."""
    parsed = _parse(url)
    options: dict[str, Any] = {}
    if parsed.get_backend_name() == "sqlite":
        _make_folder(parsed)
    else:
        # Readers see one state of the catalogue however many queries they make; SQLite does that by itself.
        options = {"isolation_level": "REPEATABLE READ", "pool_recycle": _RECYCLE}
    if parsed.get_backend_name() == "postgresql":
        options["connect_args"] = {name: value for name, value in _POSTGRESQL.items() if name not in parsed.query}
    try:
        engine = create_engine(parsed, **options)
    except ImportError as error:
        remedy = "; it comes with `pip install 'estampe[cluster]'`" if error.name == "psycopg" else ""
        raise SettingsError(f"the catalogue's database {place(parsed)} needs {error.name}{remedy}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgresql)
    _ENGINES.add(engine)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # A password may be in it, and is not told.
        said = repr(url) if "@" not in url else f"…@{url.rpartition('@')[2]!r}"
        raise SettingsError(f"the catalogue's database {said} is no address that SQLAlchemy understands") from error
    _, at, host = (parsed.host or "").rpartition("@")
    if at:
        # What was taken for a part of the host is one of the password.
        raise SettingsError(f"the catalogue's database at {host!r}: in a password, an @ is written %40")
    # Of PostgreSQL's drivers there is one that we know.
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in {"postgresql", "postgres"} else parsed


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise SettingsError("the catalogue's SQLite database must be a file, as sqlite:///folder/catalogue.sqlite")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_folder(error, url) from error


def write_options(engine: Engine) -> dict[str, Any]:
    """Return the execution options of connections that will write."""
    if engine.dialect.name == "sqlite":
        return {WRITES: True}
    # A writer that waited for a row's lock must see what the other one wrote.
    return {WRITES: True, "isolation_level": "READ COMMITTED"}


def locks_rows(connection: Connection) -> bool:
    """Say whether writers meet at rows; SQLite has but one of them at a time."""
    return connection.dialect.name != "sqlite"


def lock_names(connection: Connection, names: Iterable[str]) -> None:
    """Let no other writer make something of one of these names while this transaction is open."""
    if connection.dialect.name == "postgresql":
        keys = {int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names}
        # In one order, so that no two wait for each other.
        for key in sorted(keys):
            connection.execute(_LOCK_NAME, {"key": key})


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns, as fast as the database can where they are many."""
    if connection.dialect.name != "postgresql" or len(rows) < _MANY:
        connection.execute(insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    arrays = [bindparam(column.name, type_=ARRAY(column.type)) for column in columns]
    lists = select(*func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived().columns)
    every = {column.name: [row[column.name] for row in rows] for column in columns}
    connection.execute(insert(table).from_select(columns, lists), every)


def lock_everything(connection: Connection) -> None:
    """Let no other process migrate while this transaction is open."""
    if connection.dialect.name == "postgresql":
        # Another one may take as long as it needs.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
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


def is_away(error: DBAPIError) -> bool:
    """Say whether the server went away, or cannot be reached, so that it may be there again soon."""
    if error.connection_invalidated:
        return True
    # An SQLite file that cannot be opened is not away.
    code = getattr(error.orig, "sqlstate", None)
    is_connecting = error.statement is None and type(error.orig).__module__.startswith("psycopg")
    return code in _AWAY or (is_connecting and code is None)


def forget_name(connection: Connection) -> None:
    """Begin without the name of the transaction before."""
    connection.info.pop(_NAME, None)


def note_name(connection: Connection, name: str | None) -> None:
    """Keep the name of the transaction, which came with the numbers that it took."""
    connection.info[_NAME] = name or ""


def name_of(connection: Connection) -> str:
    """Return the name of the transaction; empty where it took no numbers, or no server may lose an answer."""
    return str(connection.info.get(_NAME, ""))


def fate_of(connection: Connection, name: str) -> str:
    """Return what became of a transaction: ``committed``, ``aborted`` or ``in progress``."""
    return str(connection.execute(text("SELECT pg_xact_status(CAST(:name AS xid8))"), {"name": name}).scalar_one())


def _let_go() -> None:
    """After a fork, leave the connections to the parent: two processes on one would talk at once."""
    for engine in list(_ENGINES):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_let_go)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # Nobody waits for another writer for ever, and a lock does not outlive a machine that went down.
    connection.execute(
        "SELECT set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)",
        [str(_PATIENCE), str(_PATIENCE)],
    )
    connection.commit()


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
