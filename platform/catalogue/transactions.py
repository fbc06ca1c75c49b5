"""One call, one transaction: begun again where two writers met, and where the server was away for a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from . import dialect
from .changes import ChangeLog
from .failures import explained

_P = ParamSpec("_P")
_Result = TypeVar("_Result")
_LOG = logging.getLogger(__name__)

#: How often a writer starts again after it met another one.
_ATTEMPTS = 5
#: How long a call waits for a server that went away, in seconds: longer than one takes to start again.
PATIENCE = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0


@dataclass(slots=True)
class _Attempt(Generic[_Result]):
    """What a transaction came to; ``name`` is its own on the server, from when it is committed."""

    result: list[_Result]
    name: str = ""


class Transactions:
    """Runs functions on connections of an engine, each in one transaction.

    A call whose connection breaks is made again on a new one, for a bounded time. Where that happened while it was
    committed, nobody knows whether it was; so the server is asked first, and what was committed is not done again. It
    is asked by the name of the transaction, which comes with the numbers that it takes (`changes.take`). One that takes
    none writes the same when it is made again.
    """

    def __init__(self, engine: Engine, patience: float = PATIENCE) -> None:
        self._engine, self._patience = engine, patience
        self._writing = engine.execution_options(**dialect.write_options(engine))

    def read(
        self, function: Callable[Concatenate[Connection, _P], _Result], /, *args: _P.args, **given: _P.kwargs
    ) -> _Result:
        """Run a function in one transaction, so that it sees one state of the catalogue. Raises CatalogueError."""
        return self._run(self._engine, lambda connection: function(connection, *args, **given))

    def write(
        self,
        function: Callable[Concatenate[Connection, ChangeLog, _P], _Result],
        /,
        *args: _P.args,
        **given: _P.kwargs,
    ) -> _Result:
        """Run a function and write the changes it notes, all in one transaction. Raises CatalogueError."""

        def logged(connection: Connection) -> _Result:
            log = ChangeLog()
            result = function(connection, log, *args, **given)
            log.write(connection)
            return result

        return self._run(self._writing, logged)

    def write_plain(
        self, function: Callable[Concatenate[Connection, _P], _Result], /, *args: _P.args, **given: _P.kwargs
    ) -> _Result:
        """Run a function that changes nothing which consumers follow, in one transaction. Raises CatalogueError."""
        return self._run(self._writing, lambda connection: function(connection, *args, **given))

    def _run(self, engine: Engine, function: Callable[[Connection], _Result]) -> _Result:
        trouble = _Trouble(engine, self._patience)
        while True:
            attempt: _Attempt[_Result] = _Attempt([])
            try:
                _once(engine, function, attempt)
                return attempt.result[0]
            except DBAPIError as error:
                trouble.after(error)
            except SQLAlchemyError as error:
                raise explained(error, engine.url) from error
            if attempt.name and self._was_committed(attempt.name, trouble):
                return attempt.result[0]

    def _was_committed(self, name: str, trouble: _Trouble) -> bool:
        """Find out what became of a transaction whose connection broke while it was committed."""
        while True:
            try:
                with self._engine.connect() as connection:
                    fate = dialect.fate_of(connection, name)
                if fate != "in progress":
                    return fate == "committed"
                # The server has not noticed yet that nobody waits for it.
                trouble.wait()
            except DBAPIError as error:
                trouble.after(error)


class _Trouble:
    """What went wrong in a call so far, and whether to try again."""

    def __init__(self, engine: Engine, patience: float) -> None:
        self._engine, self._patience = engine, patience
        self._conflicts = 0
        self._pause = _FIRST_PAUSE
        self._end = 0.0

    def after(self, error: DBAPIError) -> None:
        """Return when it is time to try again. Raises CatalogueError where it is not worth that."""
        if dialect.is_away(error):
            self._be_patient(error)
            return
        self._conflicts += 1
        if self._conflicts == _ATTEMPTS or not dialect.is_conflict(error):
            raise explained(error, self._engine.url) from error

    def wait(self) -> None:
        """Wait a little, longer from time to time."""
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _be_patient(self, error: DBAPIError) -> None:
        now = time.monotonic()
        if not self._end:
            # A connection of the pool may have broken long ago, with nobody looking.
            self._end = now + self._patience
            return
        if now >= self._end:
            raise explained(error, self._engine.url) from error
        if self._pause == _FIRST_PAUSE:
            _LOG.warning("%s It is tried again for %.0f s.", explained(error, self._engine.url), self._end - now)
        self.wait()


def _once(engine: Engine, function: Callable[[Connection], _Result], attempt: _Attempt[_Result]) -> None:
    with engine.connect() as connection:
        dialect.forget_name(connection)
        with connection.begin():
            attempt.result.append(function(connection))
            attempt.name = dialect.name_of(connection)
