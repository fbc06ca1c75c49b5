"""A model is asked of many pictures at once; what it fails on costs these pictures alone, and nothing but its own word.

Models may throw on one picture, run out of memory, or turn out to be damaged when their weights are first read, though
their hash is right.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from ..errors import EstampeError

_LOG = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
#: A model that failed on so many pictures and on none did not is asked no more by this process.
_HOPELESS: Final = 4


@dataclass(slots=True)
class Answers(Generic[_Answer]):
    """What a model says, and why it says nothing, by the place of the picture."""

    said: dict[int, _Answer] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


class Asking:
    """Asks one look of the models; safe between threads as far as the models are.

    Args:
        look: what it is called.
        models: by their names; a failure names them.

    """

    def __init__(self, look: str, models: Sequence[str]) -> None:
        self._who = f"{look} ({', '.join(models)})"
        self._worked, self._failures = False, 0
        self._hopeless = ""

    def __call__(self, ask: Callable[[Sequence[int]], Sequence[_Answer]], places: Sequence[int]) -> Answers[_Answer]:
        """Ask of the pictures at some places, together; where that fails, of each by itself."""
        answers: Answers[_Answer] = Answers()
        if self._hopeless:
            answers.failed = dict.fromkeys(places, self._hopeless)
            return answers
        if not places:
            return answers
        try:
            answers.said = dict(zip(places, ask(places), strict=True))
        except Exception as error:  # noqa: BLE001 - whatever a library throws
            if len(places) == 1:
                answers.failed = {places[0]: self._cause(error)}
                self._give_up(answers.failed[places[0]])
            else:
                for place in places:
                    one = self(ask, [place])
                    answers.said |= one.said
                    answers.failed |= one.failed
            return answers
        self._worked = True
        return answers

    def _cause(self, error: Exception) -> str:
        _LOG.debug("%s failed", self._who, exc_info=error)
        told = str(error).strip().splitlines()
        message = told[0][:300] if told else "no reason given"
        return (
            f"{self._who}: {message}"
            if isinstance(error, EstampeError)
            else (f"{self._who}: {type(error).__name__}: {message}")
        )

    def _give_up(self, cause: str) -> None:
        self._failures += 1
        if not self._worked and self._failures >= _HOPELESS:
            self._hopeless = cause
            _LOG.warning("%s; it never worked, and is asked no more by this process", cause)
