"""What runs the detector's network: LiteRT on processors, Keras on whatever it finds.

A file's name says which: ``.tflite`` is fast on a few cores and small in memory, ``.keras`` can be trained further and
runs on a GPU. Both are imported when a network is opened, not before.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..engines import load_tensorflow, quietly, threads
from .network import SIDES, Array, resized


class Network(Protocol):
    """A network of the detector's kind, opened."""

    def __call__(self, pixels: Array) -> list[Array]:
        """Return the grids of pages (n, side, side, 3): in threes, classes, quality, distances, each (n, …).

        ``side`` is one of `SIDES`.
        """


def signature(side: int) -> str:
    """Return the name of the part of a LiteRT file that takes squares of a side, as ``image``."""
    return f"side_{side}"


def grid(place: int) -> str:
    """Return the name of one of its outputs."""
    return f"grid_{place}"


def opened(file: Path) -> Network:
    """Open a network, by the ending of its name. Raises what the libraries raise for a file that is none."""
    return LiteNetwork(file) if file.suffix == ".tflite" else KerasNetwork.read(file)


class LiteNetwork:
    """A network in LiteRT. Safe between threads: one looks at a time."""

    def __init__(self, file: Path) -> None:
        with quietly():
            from ai_edge_litert.interpreter import Interpreter

            network = Interpreter(model_path=str(file), num_threads=threads())
            self._runs = {side: network.get_signature_runner(signature(side)) for side in SIDES}
            # They say what they run on when they first run.
            for side, run in self._runs.items():
                run(image=np.zeros((1, side, side, 3), np.float32))
        self._one = threading.Lock()

    def __call__(self, pixels: Array) -> list[Array]:
        """Look at pages, one after the other, which is as fast as all at once."""
        run = self._runs[pixels.shape[1]]
        with self._one:
            told = [run(image=page[None]) for page in pixels]
        return [np.concatenate([one[grid(at)] for one in told]) for at in range(len(told[0]))]


class KerasNetwork:
    """A network in Keras, with any of its backends."""

    def __init__(self, network: Any) -> None:
        self._networks = {side: resized(network, side) for side in SIDES}

    @classmethod
    def read(cls, file: Path) -> KerasNetwork:
        """Read a network."""
        load_tensorflow()
        import keras

        return cls(keras.saving.load_model(file, compile=False))

    def __call__(self, pixels: Array) -> list[Array]:
        """Look at pages, all at once."""
        return [np.asarray(grid) for grid in self._networks[pixels.shape[1]].predict_on_batch(pixels)]
