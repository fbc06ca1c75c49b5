"""What Estampe says while it works: lines for people or for programs, each with what was being worked on."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TextIO, TypeAlias

from .errors import SettingsError

Fields: TypeAlias = Mapping[str, str | int | float]

FORMATS: Final = ("text", "json")
LEVELS: Final = ("debug", "info", "warning", "error")
#: What is ours, or tells how the servers that we start fare.
_OURS: Final = ("estampe", "gunicorn", "celery")
#: From where others are heard. Celery has a line for each message, and Elasticsearch's client a trace for each attempt
#: that it makes again; what comes of both Estampe tells itself.
_OTHERS: Final = {
    "": logging.WARNING,
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.WARNING,
    "celery.beat": logging.WARNING,
    "elastic_transport": logging.ERROR,
}
_NOTHING: Final[Fields] = MappingProxyType({})
_working: ContextVar[Fields] = ContextVar("estampe_logged", default=_NOTHING)
# The password of an address, as of a database.
_SECRET = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+@")


@contextmanager
def logged(
    *,
    document: str | None = None,
    job: int | None = None,
    task: int | str | None = None,
    request: str | None = None,
    host: str | None = None,
) -> Iterator[None]:
    """Add to every line of a block what it is about.

    It holds in this thread (and coroutine) alone: a thread that is started within says so anew.

    Args:
        document: the document's id.
        job: the number of the run that works.
        task: the task's number.
        request: the id of the request that is answered.
        host: the foreign server that is spoken to.

    """
    given = {"document": document, "job": job, "task": task, "request": request, "host": host}
    token = _working.set({**_working.get(), **{name: value for name, value in given.items() if value is not None}})
    try:
        yield
    finally:
        _working.reset(token)


def configure(form: str, level: str) -> None:
    """Write to standard error from here on, in place of what was set before. Raises SettingsError.

    Args:
        form: ``text``, or ``json`` for one object a line.
        level: ``debug``, ``info``, ``warning`` or ``error``, the least that is told.

    """
    for variable, value, known in (("ESTAMPE_LOG_FORMAT", form, FORMATS), ("ESTAMPE_LOG_LEVEL", level, LEVELS)):
        if value not in known:
            raise SettingsError(f"{variable} is {value!r}; it can be {', '.join(known)}")
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler()
    handler.setFormatter(Objects() if form == "json" else Lines())
    root.addHandler(handler)
    # Python's own warnings are lines too.
    logging.captureWarnings(True)
    wanted = logging.getLevelNamesMapping()[level.upper()]
    for name in _OURS:
        logging.getLogger(name).setLevel(wanted)
    for name, least in _OTHERS.items():
        logging.getLogger(name).setLevel(wanted if wanted == logging.DEBUG else max(wanted, least))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error, wherever that leads at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Take none."""


class Lines(logging.Formatter):
    """Lines for people: time, level, logger, message, and what it was about."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and those of an exception below it."""
        about = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname} {record.name}: {_printable(record.getMessage())}"
        trace = _trace(record)
        return _discreet(line + (f" [{_printable(about)}]" if about else "") + (f"\n{trace}" if trace else ""))


class Objects(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, what it was about, ``exception``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, in one line."""
        said: dict[str, str | int | float] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _discreet(record.getMessage()),
        }
        said |= {name: _discreet(value) if isinstance(value, str) else value for name, value in _fields(record).items()}
        if trace := _trace(record):
            said["exception"] = _discreet(trace)
        return json.dumps(said, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(record: logging.LogRecord) -> Fields:
    """Return what a line was about, and what was given with ``extra={"fields": {…}}``."""
    given: Fields = getattr(record, "fields", _NOTHING)
    return {**_working.get(), **given}


def _trace(record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[1]:
        return "".join(traceback.format_exception(record.exc_info[1])).rstrip()
    return record.exc_text or ""


def _discreet(text: str) -> str:
    """Hide the passwords of addresses."""
    return _SECRET.sub(r"\1:***@", text)


def _printable(text: str) -> str:
    """Keep a foreign document's words from steering the terminal, or making lines of their own."""
    return "".join(char if char.isprintable() else "�" for char in text)
