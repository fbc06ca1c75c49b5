"""What a database's failure means to whoever runs Estampe: where it was, and what to do."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..errors import CatalogueError

_LOG = logging.getLogger(__name__)

#: What runs leave beside a catalogue in the home folder.
_BESIDE = ("index", "jobs", "derivatives")
_FULL = "the disk is full; make room there and run the same again: it goes on where it was"
_SHUT = "it cannot be written to; allow that, for its folder too, or set ESTAMPE_HOME to a folder of yours"
# What SQLite says, and what to say; the first that fits.
_SAID = (
    ("disk is full", _FULL),
    ("disk image is malformed", "it is damaged"),
    ("not a database", "it is damaged, or no catalogue"),
    ("readonly database", _SHUT),
    ("unable to open", "it cannot be opened; look whether the folder is there and yours to write to"),
    ("disk i/o", "the disk does not read or write as it should; look whether it is full, failing or gone"),
    ("locked", "another process has been writing for over a minute; wait for it, or end it, and run the same again"),
)
_AWAY = (
    "it does not answer; look whether PostgreSQL runs there and lets this machine in, and whether "
    "ESTAMPE_DATABASE_URL is right; what was done is kept, and the same again goes on where it was"
)
_NOT_LET_IN = "it does not let {user} in; look at the name and the password in ESTAMPE_DATABASE_URL"
_NO_DATABASE = "there is no database {database}; make it with `createdb {database}`"
# What PostgreSQL says while somebody connects, where there is no code; in the language of most servers.
_REFUSED = (
    ("authentication failed", _NOT_LET_IN),
    ("no password supplied", _NOT_LET_IN),
    ("no pg_hba.conf entry", _NOT_LET_IN),
    ('role "', _NOT_LET_IN),
    ("does not exist", _NO_DATABASE),
)
# What to say of PostgreSQL's codes, or of their classes.
_CODES = {
    "08": _AWAY,
    "28": _NOT_LET_IN,
    "3D": _NO_DATABASE,
    "25006": "it can only be read, as a standby can; name the server that is written to in ESTAMPE_DATABASE_URL",
    "42501": "{user} may not do that there; make {user} the owner of the database {database}",
    "53100": _FULL,
    "53300": "it has no connection left; let it have more (max_connections), or run fewer processes",
    "55P03": "another process has been writing for over a minute; wait for it, or end it, and run the same again",
    "57P": _AWAY,
}
_DAMAGED = (
    "put a copy of it back in its place; or save what is left with `sqlite3 {name} .recover`; or move it away, and a "
    "new one begins that knows nothing of what people did"
)


def explained(error: SQLAlchemyError, url: URL) -> CatalogueError:
    """Return what to raise for a failure of a catalogue's database."""
    cause = str(getattr(error, "orig", None) or error)
    if url.get_backend_name() != "sqlite":
        return _explained_by_a_server(error, " ".join(cause.split()), url)
    said = next((said for mark, said in _SAID if mark in cause.lower()), "")
    if "damaged" in said:
        said = f"{said}; {_DAMAGED.format(name=Path(url.database or '').name)}"
    return CatalogueError(
        f"the catalogue {_place(url)}: {said} ({cause})" if said else f"the catalogue {_place(url)}: {cause}"
    )


def _explained_by_a_server(error: SQLAlchemyError, cause: str, url: URL) -> CatalogueError:
    code = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    said = _CODES.get(code) or _CODES.get(code[:3]) or _CODES.get(code[:2], "")
    if not said and isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None):
        said = next((said for mark, said in _REFUSED if mark in cause), _AWAY)
    said = said.format(user=url.username or "the user", database=url.database or "the database")
    head = f"the catalogue's database {place(url)}"
    return CatalogueError(f"{head}: {said} ({cause})" if said else f"{head} says: {cause}")


def place(url: URL) -> str:
    """Return what a database is called, for people: without a password, wherever in its address it may stand."""
    if url.get_backend_name() == "sqlite":
        return str(_place(url))
    host = url.host or "of this machine"
    return f"{url.database or url.username or ''} at {host}{f':{url.port}' if url.port else ''}"


def no_folder(error: OSError, url: URL) -> CatalogueError:
    """Return what to raise where the folder of a catalogue cannot be made."""
    said = (
        _FULL
        if error.errno in {errno.ENOSPC, errno.EDQUOT}
        else f"its folder cannot be made ({error.strerror}); {_SHUT}"
    )
    return CatalogueError(f"the catalogue {_place(url)}: {said}")


def left_behind(url: URL) -> list[str]:
    """Return what lies beside a catalogue that is not there, though it is of no use without one."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    file = Path(url.database)
    try:
        return [] if file.exists() else [name for name in _BESIDE if any((file.parent / name).glob("*"))]
    except OSError:
        return []


def warn_of_a_new_one(url: URL, left: list[str]) -> None:
    """Say that a catalogue began in a folder that had one: what people did is lost with it."""
    _LOG.warning(
        "There was no catalogue %s, though its folder holds what belongs to one (%s). A new, empty one begins. "
        "If that is not what you want, stop, and put a copy of the old one in its place.",
        _place(url),
        ", ".join(left),
    )


def _place(url: URL) -> Path:
    return Path(url.database or "").absolute()
