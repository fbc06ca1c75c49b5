"""Networks for LiteRT, written operation by operation from their weights: no TensorFlow is needed to make or run them.

Loading TensorFlow takes 2.7 seconds of processor and 290 MB, in each process that reads pages, LiteRT a tenth of both;
and on a processor its convolutions take no longer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..engines import quietly, threads

Array = npt.NDArray[np.float32]

# The version of the format (TFL3), and of all its operations that are used here.
_FORMAT, _VERSION = 3, 1
_IDENTIFIER = b"TFL3"


class Tensor(NamedTuple):
    """A tensor of a network that is being written: its number, and its channels."""

    number: int
    channels: int


class Writer:
    """Writes a network: each method adds an operation and returns what it gives.

    Pictures are (pictures, height, width, channels); their height and width are whatever is given when it runs.
    """

    def __init__(self) -> None:
        from ai_edge_litert import schema_py_generated

        self._schema: Any = schema_py_generated
        # The first buffer is empty: that of all tensors which have no numbers of their own.
        self._buffers, self._tensors, self._operators = [self._schema.BufferT()], [], []  # type: ignore[var-annotated]
        self._codes: dict[int, int] = {}
        self._inputs: list[int] = []

    def picture(self, channels: int) -> Tensor:
        """Add an input."""
        found = self._tensor(channels)
        self._inputs.append(found.number)
        return found

    def convolved(self, x: Tensor, kernel: Array, bias: Array, stride: int = 1, *, relu6: bool = True) -> Tensor:
        """Add a convolution, as wide as its input; ``kernel`` is (height, width, channels, channels it gives)."""
        options = self._schema.Conv2DOptionsT()
        return self._convolved("CONV_2D", options, x, kernel.transpose(3, 0, 1, 2), bias, stride, relu6)

    def by_channel(self, x: Tensor, kernel: Array, bias: Array, stride: int = 1) -> Tensor:
        """Add a convolution of each channel by itself; ``kernel`` is (height, width, channels, 1)."""
        options = self._schema.DepthwiseConv2DOptionsT()
        options.depthMultiplier = 1
        return self._convolved("DEPTHWISE_CONV_2D", options, x, kernel.transpose(3, 0, 1, 2), bias, stride, True)

    def _convolved(
        self, operation: str, options: Any, x: Tensor, kernel: Array, bias: Array, stride: int, relu6: bool
    ) -> Tensor:
        options.padding, options.strideH, options.strideW = self._schema.Padding.SAME, stride, stride
        options.dilationHFactor = options.dilationWFactor = 1
        options.fusedActivationFunction = self._activation(relu6)
        inputs = (x.number, self._constant(kernel), self._constant(bias))
        return self._add(operation, inputs, len(bias), options)

    def sum(self, one: Tensor, other: Tensor) -> Tensor:
        """Add two tensors of one shape."""
        return self._add("ADD", (one.number, other.number), one.channels, self._schema.AddOptionsT())

    def scaled(self, x: Tensor, factor: float, offset: float) -> Tensor:
        """Multiply by a factor, and add an offset."""
        factors, offsets = (self._constant(np.array([number], np.float32)) for number in (factor, offset))
        product = self._add("MUL", (x.number, factors), x.channels, self._schema.MulOptionsT())
        return self._add("ADD", (product.number, offsets), x.channels, self._schema.AddOptionsT())

    def mean(self, x: Tensor) -> Tensor:
        """Return the mean of each channel (pictures, 1, 1, channels)."""
        options = self._schema.ReducerOptionsT()
        options.keepDims = True
        return self._add("MEAN", (x.number, self._constant(np.array([1, 2], np.int32))), x.channels, options)

    def deviation(self, x: Tensor, mean: Tensor) -> Tensor:
        """Return the standard deviation of each channel (pictures, 1, 1, channels)."""
        options = self._schema.SquaredDifferenceOptionsT()
        squares = self._add("SQUARED_DIFFERENCE", (x.number, mean.number), x.channels, options)
        return self._add("SQRT", (self.mean(squares).number,), x.channels)

    def likelihoods(self, x: Tensor) -> Tensor:
        """Return how likely each channel is, where one of them is right."""
        options = self._schema.SoftmaxOptionsT()
        options.beta = 1.0
        return self._add("SOFTMAX", (x.number,), x.channels, options)

    def chances(self, x: Tensor) -> Tensor:
        """Return how likely each channel is, each by itself."""
        return self._add("LOGISTIC", (x.number,), x.channels)

    def written(self, outputs: Sequence[Tensor]) -> bytes:
        """Return the network as a file; it gives ``outputs`` in their order."""
        import flatbuffers

        graph = self._schema.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = self._inputs, [each.number for each in outputs]
        model = self._schema.ModelT()
        model.version, model.subgraphs, model.buffers = _FORMAT, [graph], self._buffers
        model.operatorCodes = [self._code(code) for code in self._codes]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), _IDENTIFIER)
        return bytes(builder.Output())

    def _activation(self, relu6: bool) -> int:
        kinds = self._schema.ActivationFunctionType
        return int(kinds.RELU6 if relu6 else kinds.NONE)

    def _code(self, number: int) -> Any:
        code = self._schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = number
        code.version = _VERSION
        return code

    def _add(self, operation: str, inputs: Sequence[int], channels: int, options: Any = None) -> Tensor:
        found, operator = self._tensor(channels), self._schema.OperatorT()
        code = getattr(self._schema.BuiltinOperator, operation)
        operator.opcodeIndex = self._codes.setdefault(code, len(self._codes))
        operator.inputs, operator.outputs = list(inputs), [found.number]
        if options is not None:
            name = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(self._schema.BuiltinOptions, name)
            operator.builtinOptions = options
        self._operators.append(operator)
        return found

    def _tensor(self, channels: int) -> Tensor:
        self._put((1, 1, 1, channels), self._schema.TensorType.FLOAT32, 0).shapeSignature = [-1, -1, -1, channels]
        return Tensor(len(self._tensors) - 1, channels)

    def _constant(self, numbers: npt.NDArray[Any]) -> int:
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(numbers).tobytes(), np.uint8)
        self._buffers.append(buffer)
        kinds = self._schema.TensorType
        kind = kinds.INT32 if numbers.dtype == np.int32 else kinds.FLOAT32
        self._put(numbers.shape, kind, len(self._buffers) - 1)
        return len(self._tensors) - 1

    def _put(self, shape: Sequence[int], kind: int, buffer: int) -> Any:
        tensor = self._schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = str(len(self._tensors)), list(shape), kind, buffer
        self._tensors.append(tensor)
        return tensor


class Lite:
    """A network, opened. Safe between threads: one looks at a time."""

    def __init__(self, file: bytes) -> None:
        with quietly():
            from ai_edge_litert.interpreter import Interpreter

            self._interpreter = Interpreter(model_content=file, num_threads=threads())
        self._inputs = [int(each["index"]) for each in self._interpreter.get_input_details()]
        self._outputs = [int(each["index"]) for each in self._interpreter.get_output_details()]
        self._shapes: list[tuple[int, ...]] = []
        self._one = threading.Lock()

    def __call__(self, *given: Array) -> list[Array]:
        """Return what the network gives for its inputs, (1, height, width, channels) each."""
        with self._one:
            shapes = [each.shape for each in given]
            if shapes != self._shapes:
                # Silent, for the first time LiteRT tells what it runs on.
                with quietly():
                    for place, shape in zip(self._inputs, shapes, strict=True):
                        self._interpreter.resize_tensor_input(place, shape)
                    self._interpreter.allocate_tensors()
                self._shapes = shapes
            for place, each in zip(self._inputs, given, strict=True):
                self._interpreter.set_tensor(place, each)
            self._interpreter.invoke()
            return [np.asarray(self._interpreter.get_tensor(place)) for place in self._outputs]
