"""The network from its ONNX file, to begin from: needed once, when a new release of PP-DocLayout-S is to be taken.

    python -m estampe.segmentation.training.converting pp_doclayout_s.onnx models/pp-doclayout-s.keras

Needs the package onnx. The file is published by PaddlePaddle under Apache-2.0.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import onnx
from keras import layers
from onnx import numpy_helper

from ..network import SIDE, STRIDES

_Constants = dict[str, np.ndarray[Any, Any]]
_Node = tuple[str, list[str], str, Mapping[str, Any]]
_PLAIN = {
    "HardSwish": lambda: layers.Activation("hard_silu"),
    "HardSigmoid": lambda: layers.Activation("hard_sigmoid"),
    "Sigmoid": lambda: layers.Activation("sigmoid"),
    "Relu": layers.ReLU,
    "GlobalAveragePool": lambda: layers.GlobalAveragePooling2D(keepdims=True),
    "Mul": layers.Multiply,
    "Add": layers.Add,
    "Resize": lambda: layers.UpSampling2D(2, interpolation="nearest"),
    "Concat": layers.Concatenate,
}


def convert(path: str) -> keras.Model:
    """Return the network of an ONNX file as far as its raw outputs, batch normalisation folded into convolutions.

    Outputs are, for each grid: logits of the classes, of the quality, and of the distances.
    """
    constants, nodes = _read(onnx.load(path).graph)
    users: dict[str, list[int]] = {}
    for number, (_, inputs, _, _) in enumerate(nodes):
        for name in inputs:
            users.setdefault(name, []).append(number)
    image = keras.Input((SIDE, SIDE, 3), name="image")
    values: dict[str, Any] = {"image": image}
    folded: set[int] = set()
    logits: list[Any] = []
    outputs: list[Any] = []
    for number, (kind, inputs, out, attributes) in enumerate(nodes):
        if number in folded or (kind == "Reshape" and out in constants):
            continue
        if kind == "Conv":
            out, weight, bias, absorbed = _fold(constants, nodes, users, inputs, out)
            folded |= absorbed
            values[out] = _convolved(values[inputs[0]], weight, bias, attributes)
        elif kind == "Transpose":
            # The end of a grid: what its two sigmoids were applied to, and the distances.
            outputs += [logits[-1], logits[-2], values[inputs[0]]]
            if len(outputs) == 3 * len(STRIDES):
                break
        elif kind == "Resize" or all(name in values for name in inputs):
            given = [values[name] for name in inputs if name in values]
            if kind == "Sigmoid":
                logits.append(given[0])
            if kind in _PLAIN:
                values[out] = _PLAIN[kind]()(given if len(given) > 1 else given[0])
    return keras.Model(image, outputs, name="pp-doclayout-s")


def _read(graph: Any) -> tuple[_Constants, list[_Node]]:
    """Return constants by name and the other nodes, with aliases resolved."""
    constants: _Constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    alias: dict[str, str] = {}

    def real(name: str) -> str:
        while name in alias:
            name = alias[name]
        return name

    nodes: list[_Node] = []
    for node in graph.node:
        inputs, out = [real(name) for name in node.input], node.output[0]
        if node.op_type == "Constant":
            constants[out] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type == "Identity":
            alias[out] = node.input[0]
        elif node.op_type == "Cast" and inputs[0] in constants:
            constants[out] = constants[inputs[0]]
        elif node.op_type == "Reshape" and inputs[0] in constants and inputs[1] in constants:
            constants[out] = constants[inputs[0]].reshape([int(n) for n in constants[inputs[1]]])
        else:
            attributes = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
            nodes.append((node.op_type, inputs, out, attributes))
    return constants, nodes


def _fold(
    constants: _Constants, nodes: list[_Node], users: dict[str, list[int]], inputs: list[str], out: str
) -> tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any], set[int]]:
    """Fold what follows a convolution alone, batch normalisation or an added constant, into its weight and bias."""
    weight = constants[inputs[1]].astype("float32")
    bias = constants[inputs[2]] if len(inputs) > 2 else np.zeros(len(weight), "float32")
    follower, *others = users[out]
    kind, follows, result, attributes = nodes[follower]
    if others or kind not in ("BatchNormalization", "Add"):
        return out, weight, bias, set()
    if kind == "BatchNormalization":
        gamma, beta, mean, variance = (constants[name].astype("float32") for name in follows[1:5])
        scale = gamma / np.sqrt(variance + attributes.get("epsilon", 1e-5))
        return result, weight * scale[:, None, None, None], beta + (bias - mean) * scale, {follower}
    (other,) = (name for name in follows if name != out)
    if other not in constants:
        return out, weight, bias, set()
    return result, weight, constants[other].reshape(-1), {follower}


def _convolved(
    tensor: Any, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any], attributes: Mapping[str, Any]
) -> Any:
    kernel, stride, pad = attributes["kernel_shape"][0], attributes["strides"][0], attributes["pads"][0]
    # Keras pads on the other side where the stride is 2.
    shifted = stride > 1 and bool(pad)
    if shifted:
        tensor = layers.ZeroPadding2D(pad)(tensor)
    padding = "valid" if shifted else "same"
    if attributes["group"] > 1:
        layer: Any = layers.DepthwiseConv2D(kernel, stride, padding)
        weight = weight.transpose(2, 3, 0, 1)
    else:
        layer = layers.Conv2D(len(weight), kernel, stride, padding)
        weight = weight.transpose(2, 3, 1, 0)
    result = layer(tensor)
    layer.set_weights([weight, bias])
    return result


if __name__ == "__main__":
    convert(sys.argv[1]).save(sys.argv[2])
