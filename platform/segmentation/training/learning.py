"""The network learns: one training from its beginning to its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import keras
from keras import ops

from ..network import SIDE, adapt, kinds_of, prepared
from .configuration import Learning, Shares
from .data import Data
from .feeding import feeding
from .kinds import solve_kinds
from .objective import Learner

#: Steps over which the rate rises to its height.
_WARMING: Final = 60
#: Hears the step, of how many, and the loss since it last heard.
Told = Callable[[int, int, float], None]


def learnt(base: keras.Model, data: Data, shares: Shares, learning: Learning, seed: int, told: Told) -> keras.Model:
    """Return a network that learnt from the data; the same seed gives the same, as far as the backend does."""
    keras.utils.set_random_seed(seed)
    steps = learning.early + learning.steps
    network = adapt(base, classes=data.classes)
    if learning.early:
        small = adapt(base, learning.early_side, data.classes)
        phase = _Phase(0, learning.early, steps)
        _learn(small, learning.early_side, data, shares, learning, seed, phase, told)
        network.set_weights(small.get_weights())
    _learn(network, SIDE, data, shares, learning, seed + 1000, _Phase(learning.early, steps, steps), told)
    if kinds_of(data.classes) and learning.kinds:
        with feeding(data, shares, seed + 2000, learning.batch) as batches:
            solve_kinds(network, islice(batches, learning.kinds), data.classes)
    return network


@dataclass(frozen=True, slots=True)
class _Phase:
    """Steps from ``start`` to ``stop`` of so many in all."""

    start: int
    stop: int
    steps: int


def _learn(
    network: keras.Model,
    side: int,
    data: Data,
    shares: Shares,
    learning: Learning,
    seed: int,
    phase: _Phase,
    told: Told,
) -> None:
    for layer in [layer for layer in network.layers if layer.weights][: learning.frozen]:
        layer.trainable = False
    learner = Learner(network, side, data.classes)
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            _Rate(learning.rate, phase),
            weight_decay=learning.decay,
            use_ema=True,
            ema_momentum=learning.average,
            clipnorm=10.0,
        )
    )
    with feeding(data, shares, seed, learning.batch, side) as batches:
        for step, (pixels, truth) in zip(range(phase.start + 1, phase.stop + 1), batches, strict=False):
            losses: dict[str, Any] = learner.train_on_batch(prepared(pixels), truth, return_dict=True)
            if step % 10 == 0 or step == phase.stop:
                told(step, phase.steps, float(losses["loss"]))
                learner.reset_metrics()
    learner.optimizer.finalize_variable_values(learner.trainable_variables)


class _Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Rises over the first steps of a phase to where the cosine over all phases is, and falls with it."""

    def __init__(self, height: float, phase: _Phase) -> None:
        super().__init__()
        self._height, self._phase = height, phase

    def __call__(self, step: Any) -> Any:
        """Return the rate at a step of the phase."""
        done = ops.cast(step, "float32")
        warming = min(_WARMING, (self._phase.stop - self._phase.start) // 4)
        share = (done + self._phase.start) / self._phase.steps
        fall = 0.02 + 0.98 * 0.5 * (1 + ops.cos(math.pi * ops.minimum(share, 1.0)))
        return self._height * fall * ops.minimum((done + 1) / max(warming, 1), 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return what makes it again."""
        return {"height": self._height, "phase": self._phase}
