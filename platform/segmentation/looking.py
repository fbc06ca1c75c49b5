"""What runs the detector's network: LiteRT on processors, Keras on whatever it finds.

A file's name says which: ``.tflite`` is fast on a few cores and small in memory, ``.keras`` can be trained further and
runs on a GPU. Both are imported when a network is opened, not before.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from ..engines import load_tensorflow, quietly
from .network import Array

#: More threads do not make a network of this size faster.
_THREADS: Final = 4


class Network(Protocol):
    """A network of the detector's kind, opened."""

    def __call__(self, pixels: Array) -> list[Array]:
        """Return the grids of pages (n, side, side, 3): in threes, classes, quality, distances, each (n, …)."""


def opened(file: Path) -> Network:
    """Open a network, by the ending of its name. Raises what the libraries raise for a file that is none."""
    return LiteNetwork(file) if file.suffix == ".tflite" else KerasNetwork.read(file)


class LiteNetwork:
    """A network in LiteRT. Safe between threads: one looks at a time."""

    def __init__(self, file: Path) -> None:
        threads = min(len(os.sched_getaffinity(0)), _THREADS)
        with quietly():
            from ai_edge_litert.interpreter import Interpreter

            self._run = Interpreter(model_path=str(file), num_threads=threads).get_signature_runner()
            ((self._input, told),) = self._run.get_input_details().items()
            # It says what it runs on when it first runs.
            self._run(**{self._input: np.zeros(told["shape"], np.float32)})
        self._outputs = sorted(self._run.get_output_details(), key=lambda name: int(name.rsplit("_", 1)[1]))
        self._one = threading.Lock()

    def __call__(self, pixels: Array) -> list[Array]:
        """Look at pages, one after the other, which is as fast as all at once."""
        with self._one:
            told = [self._run(**{self._input: page[None]}) for page in pixels]
        return [np.concatenate([one[name] for one in told]) for name in self._outputs]


class KerasNetwork:
    """A network in Keras, with any of its backends."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @classmethod
    def read(cls, file: Path) -> KerasNetwork:
        """Read a network."""
        load_tensorflow()
        import keras

        return cls(keras.saving.load_model(file, compile=False))

    def __call__(self, pixels: Array) -> list[Array]:
        """Look at pages, all at once."""
        return [np.asarray(grid) for grid in self._network.predict_on_batch(pixels)]
