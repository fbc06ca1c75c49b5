"""SSD-MobileNetV2 for LiteRT, from the numbers of TensorFlow's frozen graph: in two parts, and for the classes wanted.

Mark Sandler et al., MobileNetV2, https://arxiv.org/abs/1801.04381. Two thirds of the network's work are what tells its
90 classes apart, 3 × 3 convolutions of 576 and 1,280 channels. So the first part gives boxes and how likely each is a
person, and what it saw; the second makes of that how likely the other classes are, where somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .lite import Tensor, Writer

Array = npt.NDArray[np.float32]

#: COCO's number of persons.
PERSON = 1
#: The side of what the network sees, in pixels.
SIDE = 300
_GRIDS = (19, 10, 5, 3, 2, 1)
_BLOCKS, _HALVING = 17, (1, 3, 6, 13)
# What is seen of the first grid: the inside of this block.
_SEEN = 13
_EXTRA = (("2", "256", "512"), ("3", "128", "256"), ("4", "128", "256"), ("5", "64", "128"))
# How boxes are written down: their middles against anchors, and the logarithms of their sides.
_MIDDLE, _LENGTH = 10, 5
# Where the graph has the sizes of anchors.
_FIRST = 14
_NETWORK = "FeatureExtractor/MobilenetV2/"


def persons(constants: Mapping[str, Array]) -> bytes:
    """Return the network that sees a picture (1, `SIDE`, `SIDE`, 3), -1 to 1.

    It gives for each grid the boxes as they are written down, and how likely each is a person: (1, rows, columns,
    anchors × 4) and (1, rows, columns, anchors); then what it saw, for `others`.
    """
    net = _Network(constants)
    seen = net.seen(net.writer.picture(3))
    boxes = [net.predicted(x, f"BoxPredictor_{grid}/BoxEncodingPredictor") for grid, x in enumerate(seen)]
    chances = [net.likely(x, grid, (PERSON,)) for grid, x in enumerate(seen)]
    return net.writer.written([*boxes, *chances, *seen])


def others(constants: Mapping[str, Array], classes: Sequence[int]) -> bytes:
    """Return the network that makes of what was seen how likely classes are: (1, rows, columns, anchors × classes)."""
    net = _Network(constants)
    kernels = [constants[f"BoxPredictor_{grid}/ClassPredictor/weights"] for grid in range(len(_GRIDS))]
    seen = [net.writer.picture(kernel.shape[2]) for kernel in kernels]
    return net.writer.written([net.likely(x, grid, classes) for grid, x in enumerate(seen)])


def placed(written: Array, begun: Array) -> Array:
    """Return boxes as rows of top, left, bottom, right, in shares of the picture; ``begun`` are their `anchors`."""
    middles = written[:, :2] / _MIDDLE * begun[:, 2:] + begun[:, :2]
    halves = np.exp(written[:, 2:] / _LENGTH) * begun[:, 2:] / 2
    return np.concatenate([middles - halves, middles + halves], axis=1)


def anchors(constants: Mapping[str, Array]) -> Array:
    """Return the boxes that those of all grids begin from: middle and sides, down before across; rows, then columns."""
    found = []
    for grid, count in enumerate(_GRIDS):
        number = f"_{grid}" if grid else ""
        ratios = np.sqrt(constants[f"MultipleGridAnchorGenerator/Sqrt{number}/x"])
        sizes = constants[f"MultipleGridAnchorGenerator/div_{_FIRST + grid}/x"]
        sides = np.stack([sizes / ratios, sizes * ratios], axis=1)
        middles = np.stack(np.meshgrid(*[(np.arange(count) + 0.5) / count] * 2, indexing="ij"), axis=-1)
        cells = np.repeat(middles.reshape(-1, 2), len(sides), axis=0)
        found.append(np.concatenate([cells, np.tile(sides, (count * count, 1))], axis=1))
    return np.concatenate(found).astype(np.float32)


class _Network:
    """A part of the network while it is written."""

    def __init__(self, constants: Mapping[str, Array]) -> None:
        self._constants = constants
        self.writer = Writer()

    def seen(self, x: Tensor) -> list[Tensor]:
        """Write what sees a picture; return what is seen in each grid."""
        found = []
        x = self._convolved(x, "Conv", 2)
        for block in range(_BLOCKS):
            name, entered = f"expanded_conv_{block}" if block else "expanded_conv", x
            stride = 2 if block in _HALVING else 1
            if block:
                x = self._convolved(x, f"{name}/expand")
            if block == _SEEN:
                found.append(x)
            x = self._by_channel(x, f"{name}/depthwise", stride)
            x = self._convolved(x, f"{name}/project", relu6=False)
            if stride == 1 and x.channels == entered.channels:
                x = self.writer.sum(x, entered)
        found.append(self._convolved(x, "Conv_1"))
        for number, narrow, wide in _EXTRA:
            x = self._convolved(found[-1], f"layer_19_1_Conv2d_{number}_1x1_{narrow}")
            name = f"layer_19_2_Conv2d_{number}_3x3_s2_{wide}"
            x = self._by_channel(x, f"{name}_depthwise", 2)
            found.append(self._convolved(x, name))
        return found

    def predicted(self, x: Tensor, name: str) -> Tensor:
        kernel, bias = (self._constants[f"{name}/{each}"] for each in ("weights", "biases"))
        return self.writer.convolved(x, kernel, bias, relu6=False)

    def likely(self, x: Tensor, grid: int, classes: Sequence[int]) -> Tensor:
        """Write how likely some classes are; of each anchor the graph has one for nothing, then COCO's in order."""
        name = f"BoxPredictor_{grid}/ClassPredictor"
        kernel, bias = (self._constants[f"{name}/{each}"] for each in ("weights", "biases"))
        boxes = len(self._constants[f"BoxPredictor_{grid}/BoxEncodingPredictor/biases"]) // 4
        wanted = (np.arange(boxes)[:, None] * (len(bias) // boxes) + np.array(classes)).ravel()
        return self.writer.chances(self.writer.convolved(x, kernel[..., wanted], bias[wanted], relu6=False))

    def _convolved(self, x: Tensor, name: str, stride: int = 1, *, relu6: bool = True) -> Tensor:
        scale, bias = self._normalised(name)
        kernel = self._constants[f"{_NETWORK}{name}/weights"] * scale
        return self.writer.convolved(x, kernel, bias, stride, relu6=relu6)

    def _by_channel(self, x: Tensor, name: str, stride: int) -> Tensor:
        scale, bias = self._normalised(name)
        kernel = self._constants[f"{_NETWORK}{name}/depthwise_weights"] * scale[:, None]
        return self.writer.by_channel(x, kernel, bias, stride)

    def _normalised(self, name: str) -> tuple[Array, Array]:
        """Return what a layer's batch normalisation makes of its kernel: a factor and a bias for each channel."""
        gamma, beta, mean, variance, epsilon = (
            self._constants[f"{_NETWORK}{name}/BatchNorm/{each}"]
            for each in ("gamma", "beta", "moving_mean", "moving_variance", "batchnorm/add/y")
        )
        scale = gamma / np.sqrt(variance + epsilon)
        return scale, beta - mean * scale
