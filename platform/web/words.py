"""Vectors of words among pictures: the model is found and read when somebody first asks for them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import EstampeError, QueryError
from ..late import Late
from ..records import Run
from ..settings import Settings
from ..weights import Models

if TYPE_CHECKING:
    from ..classify.vectors import Joint

#: What `ESTAMPE_WITHOUT` says where words are not to be understood.
_LEFT_OUT: Final = frozenset({"all", "words"})
_REMEMBERED: Final = 512
_LOG = logging.getLogger(__name__)


class Words:
    """Where words stand among pictures. Safe to share between threads.

    Args:
        open_space: opens the space that both stand in, None where there is none; called once.

    """

    def __init__(self, open_space: Callable[[], Joint | None]) -> None:
        self._space = Late(open_space)
        self._remembered = lru_cache(_REMEMBERED)(self._vector)

    @property
    def run(self) -> Run | None:
        """Who tells where they stand, None where nobody can."""
        joint = self._space()
        return joint.run if joint else None

    def __call__(self, text: str) -> tuple[float, ...]:
        """Return the vector of some words. Raises QueryError where it cannot be had, or they have none."""
        return self._remembered(text)

    def _vector(self, text: str) -> tuple[float, ...]:
        joint = self._space()
        try:
            row = joint.texts([text])[0] if joint else None
        except EstampeError as error:
            _LOG.warning("What words look like cannot be told: %s", error)
            row = None
        if row is None or not np.any(row):
            raise QueryError("Here nothing tells what these words look like; take another order.", "sort")
        return tuple(map(float, row))


def words_of(settings: Settings) -> Words:
    """Return the words of the space that pictures are put into here; nothing is fetched for them."""

    def opened() -> Joint | None:
        if _LEFT_OUT & {name.strip() for name in settings.without.split(",")}:
            return None
        # Who never searches so does not pay for it.
        from ..classify import towers, vectors, words

        try:
            models = Models.open(settings)
            needed = (towers.TEXT, towers.TOKENIZER) if towers.IMAGE in models else (vectors.NAMES, words.MODEL)
            for name in needed:
                models.file(name)
            return vectors.open_joint(models)
        except EstampeError as error:
            _LOG.info("Pictures cannot be looked for by what words look like: %s", error)
            return None

    return Words(opened)
