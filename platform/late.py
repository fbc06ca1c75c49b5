"""Things that are made when they are first needed, such as networks out of large files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Generic[T]):
    """Something that is made once, when it is first asked for. Safe between threads.

    What went wrong in making it goes wrong again, or not, when it is asked for again.

    Args:
        make: makes it.

    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._making = threading.Lock()
        self._made: tuple[T] | None = None

    def __call__(self) -> T:
        """Return it. Raises what making it raises."""
        with self._making:
            if self._made is None:
                self._made = (self._make(),)
            return self._made[0]
