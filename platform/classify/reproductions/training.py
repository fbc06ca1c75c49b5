"""Learns the projection: printings of one picture come to lie near each other, those of others far away.

Supervised contrastive loss (P. Khosla and others, https://arxiv.org/abs/2004.11362) on features of a network that stays
as it is, so that it takes minutes on two cores. Keras 3 alone: any backend trains it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .projection import SIZE, Projection

if TYPE_CHECKING:
    import keras

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Pictures in a batch, and printings of each.
_PICTURES, _PRINTINGS = 192, 3
_HIDDEN = 512
_TEMPERATURE = 0.06


def learn(features: Array, pictures: Ints, *, steps: int = 1500, seed: int = 1) -> Projection:
    """Return the projection learnt from features, one row a printing; ``pictures`` says of which picture each is.

    Pictures with fewer than two printings teach nothing. The same seed gives the same projection on the same machine.
    """
    import keras
    from keras import ops

    keras.utils.set_random_seed(seed)
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-3
    standard = np.clip((features - mean) / deviation, -6, 6).astype(np.float32)
    model = _network(standard.shape[1])

    def contrast(owners: Any, vectors: Any) -> Any:
        """Return how badly each finds the other printings of its picture among all."""
        owners = ops.reshape(owners, (-1,))
        alike = ops.matmul(vectors, ops.transpose(vectors)) / _TEMPERATURE
        itself = ops.eye(ops.shape(vectors)[0])
        same = ops.cast(ops.equal(owners[:, None], owners[None, :]), "float32") - itself
        chances = alike - ops.logsumexp(alike - 1e9 * itself, axis=1, keepdims=True)
        return -ops.sum(same * chances, axis=1) / ops.maximum(ops.sum(same, axis=1), 1.0)

    rate = keras.optimizers.schedules.CosineDecay(1e-3, steps, warmup_target=2e-3, warmup_steps=50)
    model.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.02), loss=contrast)
    for rows in _batches(pictures, steps, np.random.default_rng(seed)):
        model.train_on_batch(standard[rows], pictures[rows].astype(np.float32))
    hidden, bias = model.get_layer("hidden").get_weights()
    (skipped,), (output,) = (model.get_layer(name).get_weights() for name in ("skipped", "output"))
    return Projection(mean, deviation, hidden, bias, skipped, output)


def _network(length: int) -> keras.Model:
    import keras
    from keras import layers

    seen = keras.Input((length,))
    fewer = layers.Dropout(0.2)(seen)
    hidden = layers.Dense(_HIDDEN, activation="relu", name="hidden")(fewer)
    output = layers.Dense(SIZE, use_bias=False, name="output")(layers.Dropout(0.2)(hidden))
    skipped = layers.Dense(SIZE, use_bias=False, name="skipped")(fewer)
    return keras.Model(seen, layers.UnitNormalization()(layers.Add()([output, skipped])))


def _batches(pictures: Ints, steps: int, chance: np.random.Generator) -> list[Ints]:
    """Return the rows of each batch: some pictures, some printings of each."""
    order = np.argsort(pictures, kind="stable")
    _, starts, counts = np.unique(pictures[order], return_index=True, return_counts=True)
    several = np.flatnonzero(counts > 1)
    chosen = []
    for _ in range(steps):
        some = chance.choice(several, min(_PICTURES, len(several)), replace=False)
        rows = [
            order[starts[each] + chance.choice(counts[each], min(_PRINTINGS, counts[each]), replace=False)]
            for each in some
        ]
        chosen.append(np.concatenate(rows).astype(np.int64))
    return chosen
