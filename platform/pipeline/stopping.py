"""A run that is asked to stop: at once while it waits, else between two pages, and never in the middle of one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Final, Self, TypeVar

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# How often it is looked whether another thread asks, in seconds.
_PATIENCE: Final = 0.5
_Result = TypeVar("_Result")


class Stopped(KeyboardInterrupt):
    """Somebody asked to stop; ``signal`` says how."""

    def __init__(self, number: int) -> None:
        self.signal = signal.Signals(number)
        super().__init__(f"stopped by {self.signal.name}")


class Stopping:
    """While entered, SIGINT and SIGTERM raise `Stopped` in the main thread.

    What must not be cut in two is `held`: there a first signal waits for the next place that is `released`, and only a
    second one is obeyed at once. Not entered, it does nothing.
    """

    def __init__(self) -> None:
        self._held = False
        self._asked = 0
        self._before: list[Any] = []

    def __enter__(self) -> Self:
        self._before = [signal.signal(number, self._ask) for number in _SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Do something that is not to be cut in two."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    @contextmanager
    def released(self) -> Iterator[None]:
        """Do something within it that may be cut: wait, for example. Raises Stopped where that was asked before."""
        if self._asked:
            raise Stopped(self._asked)
        held, self._held = self._held, False
        try:
            yield
        finally:
            self._held = held

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        return bool(self._asked)

    def ask(self, number: int = signal.SIGTERM) -> None:
        """Ask from another thread; it is obeyed at the next place that is `released`, or while `result` waits."""
        self._asked = number

    def result(self, future: Future[_Result]) -> _Result:
        """Wait for a future. Raises Stopped where that is asked meanwhile."""
        with self.released():
            while not wait([future], _PATIENCE).done:
                if self._asked:
                    raise Stopped(self._asked)
            return future.result()

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        first, self._asked = not self._asked, number
        if not (self._held and first):
            raise Stopped(number)
