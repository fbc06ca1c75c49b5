"""The numbers of a frozen graph of TensorFlow, read with NumPy alone.

Such a file is a message of protocol buffers (tensorflow/core/framework/graph.proto): fields with a number and a length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import FormatError

Array = npt.NDArray[np.float32]

# Where things stand in the messages: GraphDef, NodeDef, its attributes (a map), AttrValue, TensorProto and its shape.
_NODE = 1
_NAME, _OPERATION, _ATTRIBUTE = 1, 2, 5
_KEY, _VALUE, _TENSOR = 1, 2, 8
_KIND, _SHAPE, _CONTENT, _FLOATS, _DIMENSION, _SIZE = 1, 2, 4, 5, 2, 1
_FLOAT = 1
# How a field is written.
_VARINT, _LONG, _BYTES, _SHORT = 0, 1, 2, 5


def read_frozen(path: Path) -> Mapping[str, Array]:
    """Return the constants of a graph by name, those that are 32-bit numbers with a point. Raises FormatError."""
    found: dict[str, Array] = {}
    try:
        for number, node in _fields(memoryview(path.read_bytes())):
            if number == _NODE and isinstance(node, memoryview):
                said = dict(_fields(node))
                if bytes(_part(said, _OPERATION)) == b"Const" and (tensor := _tensor(node)) is not None:
                    found[bytes(_part(said, _NAME)).decode()] = tensor
    except (OSError, ValueError, IndexError) as error:
        cause = f"it is no frozen graph of TensorFlow: {error}"
        raise FormatError(str(path), cause, "get the file that the list of models names") from error
    if not found:
        raise FormatError(str(path), "it is no frozen graph of TensorFlow: it has no constants")
    return found


def _tensor(node: memoryview) -> Array | None:
    for number, attribute in _fields(node):
        if number == _ATTRIBUTE and isinstance(attribute, memoryview):
            entry = dict(_fields(attribute))
            if bytes(_part(entry, _KEY)) == b"value":
                return _numbers(_part(dict(_fields(_part(entry, _VALUE))), _TENSOR))
    return None


def _numbers(tensor: memoryview) -> Array | None:
    said = dict(_fields(tensor))
    if said.get(_KIND) != _FLOAT:
        return None
    shape = [
        size
        for number, dimension in _fields(_part(said, _SHAPE))
        if number == _DIMENSION and isinstance(dimension, memoryview)
        if isinstance(size := dict(_fields(dimension)).get(_SIZE, 0), int)
    ]
    numbers = np.frombuffer(_part(said, _CONTENT if _CONTENT in said else _FLOATS), "<f4")
    return np.full(shape, numbers[0]) if numbers.size == 1 else numbers.reshape(shape)


def _part(said: Mapping[int, int | memoryview], number: int) -> memoryview:
    part = said.get(number, memoryview(b""))
    if isinstance(part, int):
        raise ValueError(f"field {number} is a number")
    return part


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the fields of a message: their number, and a number or what is in them."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        if kind == _BYTES:
            length, place = _varint(message, place)
        elif kind in {_LONG, _SHORT}:
            length = 8 if kind == _LONG else 4
        else:
            raise ValueError(f"a field is of kind {kind}")
        if place + length > len(message):
            raise ValueError("it is cut off")
        yield number, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7
