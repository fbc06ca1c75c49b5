"""EfficientNet-Lite2 in Keras, and for LiteRT, from the weights that its PyTorch port ships.

Mingxing Tan and Quoc Le, EfficientNet, https://arxiv.org/abs/1905.11946; Lite: without squeeze-and-excitation, ReLU6
for swish. Keras 3 alone: it trains on any backend. LiteRT is for processors (see `lite`); both give the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras

    from .lite import Tensor

Array = npt.NDArray[np.float32]

#: The side of a picture that the network was trained on, in pixels.
SIDE = 260
#: The blocks, from 0.
BLOCKS = 21
#: The length of the top features.
TOP = 1280
_WIDTH, _DEPTH = 1.1, 1.2
# repeats, kernel, stride, expansion, channels: one line a stage of EfficientNet-B0, which width and depth multiply.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM = 32
_EPSILON = 1e-3


class _Block(NamedTuple):
    kernel: int
    stride: int
    expansion: int
    channels: int


def _blocks() -> Iterator[_Block]:
    for place, (repeats, kernel, stride, expansion, channels) in enumerate(_STAGES):
        # The first and the last stage are not made deeper.
        count = repeats if place in {0, len(_STAGES) - 1} else math.ceil(_DEPTH * repeats)
        for number in range(count):
            yield _Block(kernel, stride if number == 0 else 1, expansion, _rounded(channels * _WIDTH))


def _rounded(channels: float) -> int:
    eighths = max(8, int(channels + 4) // 8 * 8)
    return eighths + 8 if eighths < 0.9 * channels else eighths


def build(blocks: tuple[int, ...], *, side: int | None = None, shown: int | None = None) -> keras.Model:
    """Return the network without weights.

    It takes pictures of 0 to 255, of any size unless ``side`` is given, and gives four tensors, each with one row a
    picture: the means of the channels of the chosen blocks one behind the other, their standard deviations, the top
    features (1,280), and the probabilities of ImageNet's classes (1,000). A fifth is what the block ``shown`` gives, if
    one is named: (pictures, height, width, channels).
    """
    import keras
    from keras import layers, ops

    def convolve(x: Any, name: str, channels: int | None, kernel: int, stride: int, *, relu: bool = True) -> Any:
        shape: dict[str, Any] = {"strides": stride, "padding": "same", "name": name}
        layer = (
            layers.DepthwiseConv2D(kernel, **shape) if channels is None else layers.Conv2D(channels, kernel, **shape)
        )
        x = layer(x)
        return layers.ReLU(6.0, name=f"{name}_relu")(x) if relu else x

    picture = keras.Input((side, side, 3), name="picture")
    x = layers.Rescaling(1 / 128, -127 / 128, name="rescaled")(picture)
    x = convolve(x, "stem", _STEM, 3, 2)
    before, means, deviations, maps = _STEM, [], [], []
    for number, block in enumerate(_blocks()):
        name, entered = f"b{number}", x
        if block.expansion != 1:
            x = convolve(x, f"{name}_expand", before * block.expansion, 1, 1)
        x = convolve(x, f"{name}_depthwise", None, block.kernel, block.stride)
        x = convolve(x, f"{name}_project", block.channels, 1, 1, relu=False)
        if block.stride == 1 and before == block.channels:
            x = layers.Add(name=f"{name}_add")([x, entered])
        before = block.channels
        if number in blocks:
            mean, variance = ops.moments(x, axes=(1, 2))
            means.append(mean)
            deviations.append(ops.sqrt(variance))
        if number == shown:
            maps.append(x)
    x = convolve(x, "head", TOP, 1, 1)
    top = layers.GlobalAveragePooling2D(name="top")(x)
    classes = layers.Dense(1000, activation="softmax", name="classes")(top)
    joined = [ops.concatenate(each, axis=-1) if each else ops.zeros_like(top[:, :0]) for each in (means, deviations)]
    return keras.Model(picture, [*joined, top, classes, *maps], name="efficientnet_lite2")


def set_weights(model: keras.Model, checkpoint: Mapping[str, Array]) -> None:
    """Give a network the weights of the port's checkpoint."""
    for name, weights in _weights(checkpoint).items():
        model.get_layer(name).set_weights(list(weights))


def written(
    blocks: tuple[int, ...], checkpoint: Mapping[str, Array], *, top: bool = True, shown: int | None = None
) -> bytes:
    """Return the network with its weights for LiteRT (see `lite.Lite`), in pictures of any size.

    It gives the means of the channels of each of the chosen blocks, then the standard deviations of each; then the top
    features and the probabilities of ImageNet's classes, unless ``top`` is off; then what the block ``shown`` gives, if
    one is named.
    """
    from .lite import Writer

    weights, writer = _weights(checkpoint), Writer()

    def convolve(x: Tensor, name: str, stride: int = 1, *, relu6: bool = True) -> Tensor:
        return writer.convolved(x, *weights[name], stride, relu6=relu6)

    x = convolve(writer.scaled(writer.picture(3), 1 / 128, -127 / 128), "stem", 2)
    means, deviations, maps = [], [], []
    for number, block in enumerate(_blocks()):
        if not top and number > max(*blocks, shown or 0):
            break
        name, entered = f"b{number}", x
        if block.expansion != 1:
            x = convolve(x, f"{name}_expand")
        x = writer.by_channel(x, *weights[f"{name}_depthwise"], block.stride)
        x = convolve(x, f"{name}_project", relu6=False)
        if block.stride == 1 and x.channels == entered.channels:
            x = writer.sum(x, entered)
        if number in blocks:
            means.append(writer.mean(x))
            deviations.append(writer.deviation(x, means[-1]))
        if number == shown:
            maps.append(x)
    if not top:
        return writer.written([*means, *deviations, *maps])
    features = writer.mean(convolve(x, "head"))
    kernel, bias = weights["classes"]
    scores = writer.convolved(features, kernel[None, None], bias, relu6=False)
    return writer.written([*means, *deviations, features, writer.likelihoods(scores), *maps])


def _weights(checkpoint: Mapping[str, Array]) -> Mapping[str, tuple[Array, Array]]:
    """Return kernel and bias of each layer, batch normalisation folded into its convolution."""
    found: dict[str, tuple[Array, Array]] = {}

    def fold(name: str, convolution: str, normalisation: str) -> None:
        gamma, beta, mean, variance = (
            checkpoint[f"{normalisation}.{each}"] for each in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + _EPSILON)
        kernel = checkpoint[f"{convolution}.weight"] * scale[:, None, None, None]
        axes = (2, 3, 0, 1) if name.endswith("_depthwise") else (2, 3, 1, 0)
        found[name] = kernel.transpose(axes), beta - mean * scale

    fold("stem", "_conv_stem", "_bn0")
    for number, block in enumerate(_blocks()):
        ours, theirs = f"b{number}", f"_blocks.{number}."
        if block.expansion != 1:
            fold(f"{ours}_expand", f"{theirs}_expand_conv", f"{theirs}_bn0")
        fold(f"{ours}_depthwise", f"{theirs}_depthwise_conv", f"{theirs}_bn1")
        fold(f"{ours}_project", f"{theirs}_project_conv", f"{theirs}_bn2")
    fold("head", "_conv_head", "_bn1")
    found["classes"] = checkpoint["_fc.weight"].T, checkpoint["_fc.bias"]
    return found
