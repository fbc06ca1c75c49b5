"""The network learns: one training from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras

from ..network import SIDE, adapt
from .configuration import Learning, Shares
from .data import Data
from .feeding import feeding
from .objective import Learner

#: Steps over which the rate rises to its height.
_WARMING: Final = 60
_LEAST: Final = 1e-5
#: Hears the step, of how many, and the loss since it last heard.
Told = Callable[[int, int, float], None]


def learnt(base: keras.Model, data: Data, shares: Shares, learning: Learning, seed: int, told: Told) -> keras.Model:
    """Return a network that learnt from the data; the same seed gives the same, as far as the backend does."""
    keras.utils.set_random_seed(seed)
    network = adapt(base)
    for layer in [layer for layer in network.layers if layer.weights][: learning.frozen]:
        layer.trainable = False
    learner = Learner(network, SIDE)
    warming = min(_WARMING, learning.steps // 4)
    rate = keras.optimizers.schedules.CosineDecay(
        _LEAST, max(learning.steps - warming, 1), alpha=0.02, warmup_target=learning.rate, warmup_steps=warming
    )
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            rate, weight_decay=learning.decay, use_ema=True, ema_momentum=learning.average, clipnorm=10.0
        )
    )
    with feeding(data, shares, seed, learning.batch) as batches:
        for step, (pixels, truth) in zip(range(1, learning.steps + 1), batches, strict=False):
            losses: dict[str, Any] = learner.train_on_batch(pixels, truth, return_dict=True)
            if step % 10 == 0 or step == learning.steps:
                told(step, learning.steps, float(losses["loss"]))
                learner.reset_metrics()
    learner.optimizer.finalize_variable_values(learner.trainable_variables)
    return network
