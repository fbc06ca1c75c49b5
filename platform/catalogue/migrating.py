"""Brings a database's tables up to date when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from ..errors import CatalogueError
from . import dialect
from .backfilling import fill
from .failures import explained, left_behind, place, warn_of_a_new_one

#: The newest migration; a test keeps it true.
HEAD = "0006"
_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, one process at a time. Raises CatalogueError."""
    left = left_behind(engine.url)
    try:
        current = _version(engine) == HEAD
        if not current:
            _upgrade(engine)
    except SQLAlchemyError as error:
        raise explained(error, engine.url) from error
    fill(engine)
    if left and not current:
        warn_of_a_new_one(engine.url, left)


def _version(engine: Engine) -> str | None:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(engine: Engine) -> None:
    # Alembic takes a while to import, and is only needed where tables change.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(**dialect.write_options(engine)).begin() as connection:
        dialect.lock_everything(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise CatalogueError(
                f"the catalogue {place(engine.url)} was written by a later Estampe; update this one"
            ) from error
