"""A network as a file for LiteRT, which looks at pages on processors."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras

from ...engines import quietly
from ..looking import grid, signature
from ..network import SIDES, resized


def export(network: keras.Model, file: Path) -> None:
    """Write a network that takes squares of all `SIDES`; its weights are in the file once. Keras runs on TensorFlow."""
    import tensorflow as tf

    everything: Any = tf.Module()
    parts = {}
    for side in SIDES:
        other = resized(network, side)
        # What is not held here is not written.
        setattr(everything, signature(side), [variable.value for variable in other.variables])
        parts[signature(side)] = tf.function(_named(other)).get_concrete_function(
            tf.TensorSpec((1, side, side, 3), tf.float32, name="image")
        )
    with tempfile.TemporaryDirectory() as folder, quietly():
        tf.saved_model.save(everything, folder, signatures=parts)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(parts))
        file.write_bytes(converter.convert())


def _named(network: keras.Model) -> Any:
    return lambda image: {grid(at): out for at, out in enumerate(network(image, training=False))}
