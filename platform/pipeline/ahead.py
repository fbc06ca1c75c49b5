"""Do the next few items while the present one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def ahead(
    executor: Executor, function: Callable[[_Item], _Result], items: Iterable[_Item], depth: int
) -> Iterator[tuple[_Item, Callable[[], _Result]]]:
    """Yield each item, in order, with a call that gives its result or raises its error; ``depth`` are under way."""
    waiting: deque[tuple[_Item, Future[_Result]]] = deque()
    try:
        for item in items:
            waiting.append((item, executor.submit(function, item)))
            if len(waiting) > depth:
                first, future = waiting.popleft()
                yield first, future.result
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result
    finally:
        for _, future in waiting:
            future.cancel()
