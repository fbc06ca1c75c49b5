"""The index follows the catalogue while a run goes on, without holding it up."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

from ..catalogue import Catalogue
from ..errors import BusyError, UnavailableIndexError
from ..search import Index, follow
from .memory import give_back

#: How often the index follows during a run, in seconds.
EVERY = 30.0


class Keeping:
    """Keeps an index up with its catalogue, in a thread of its own."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self._catalogue, self._index = catalogue, index
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="follow")
        self._going: Future[int] | None = None
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown()

    def now_and_then(self) -> int:
        """Begin to follow, if the last time is a while ago; return the changes that went in since this was asked."""
        if self._going and not self._going.done():
            return 0
        done = self._collect()
        if time.monotonic() - self._begun > EVERY:
            self._begun = time.monotonic()
            self._going = self._executor.submit(_follow, self._catalogue, self._index)
        return done

    def finish(self) -> int:
        """Follow to the end; return the changes that went in since this was asked.

        Raises UnavailableIndexError, BusyError: what is missing in the index then goes in with whoever follows next.
        """
        return self._collect() + follow(self._catalogue, self._index)

    def _collect(self) -> int:
        going, self._going = self._going, None
        # Another process that writes into the index follows, too; one that is away is caught up with later.
        with suppress(BusyError, UnavailableIndexError):
            return going.result() if going else 0
        return 0


def _follow(catalogue: Catalogue, index: Index) -> int:
    done = follow(catalogue, index)
    # An index takes much to gather its words.
    give_back()
    return done
