"""The tensors of a PyTorch checkpoint, read with NumPy alone."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ..errors import FormatError

_MAGIC = 0x1950A86A20F9469CFC6C
_KINDS = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
#: The ceiling of one tensor's numbers: what is larger is no model of ours.
_CEILING = 100_000_000


class _Storage(NamedTuple):
    kind: np.dtype[Any]
    key: str
    numbers: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuilt(storage: object, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> _Tensor:
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError("a tensor without numbers")
    return _Tensor(storage, offset, shape, strides)


class _Unpickler(pickle.Unpickler):
    """Makes dictionaries, numbers, text and the shapes of tensors; refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in _KINDS:
            return _KINDS[name]
        raise pickle.UnpicklingError(f"it wants {module}.{name}, which no tensor needs")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _place, count, _view = pid
        if kind != "storage" or not isinstance(dtype, np.dtype) or not 0 <= count <= _CEILING:
            raise pickle.UnpicklingError("it names numbers in a way that is not known")
        return _Storage(dtype, str(key), int(count))


def read_checkpoint(path: Path) -> Mapping[str, np.ndarray]:
    """Return the tensors of a checkpoint by name, as PyTorch lays them out.

    Reads the format that PyTorch wrote before version 1.6: five pickles one behind the other, then the numbers. Nothing
    that a pickle can name is called, except what makes tensors. Raises FormatError.
    """
    try:
        with path.open("rb") as stream:
            return _read(stream)
    except (pickle.UnpicklingError, ValueError, TypeError, KeyError, IndexError, EOFError, AttributeError) as error:
        cause = f"it is no PyTorch checkpoint of the kind that is read here: {error}"
        raise FormatError(str(path), cause, "get the file that the list of models names") from error


def _read(stream: BinaryIO) -> Mapping[str, np.ndarray]:
    if _Unpickler(stream).load() != _MAGIC:
        raise ValueError("it begins with something else")
    _version, _system = _Unpickler(stream).load(), _Unpickler(stream).load()
    tensors = _Unpickler(stream).load()
    numbers = dict[str, np.ndarray]()
    kinds = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    for key in _Unpickler(stream).load():
        numbers[key] = _numbers(stream, kinds[key])
    return {name: _tensor(tensor, numbers[tensor.storage.key]) for name, tensor in tensors.items()}


def _numbers(stream: BinaryIO, storage: _Storage) -> np.ndarray:
    count = int.from_bytes(stream.read(8), "little")
    if count != storage.numbers:
        raise ValueError(f"it holds {count} numbers where it names {storage.numbers}")
    data = stream.read(count * storage.kind.itemsize)
    return np.frombuffer(data, storage.kind, count)


def _tensor(tensor: _Tensor, numbers: np.ndarray) -> np.ndarray:
    end = tensor.offset + sum(
        (length - 1) * stride for length, stride in zip(tensor.shape, tensor.strides, strict=True)
    )
    if min((tensor.offset, *tensor.shape, *tensor.strides), default=0) < 0 or end >= max(len(numbers), 1):
        raise ValueError("a tensor reaches beyond its numbers")
    strides = tuple(stride * numbers.itemsize for stride in tensor.strides)
    view = np.lib.stride_tricks.as_strided(numbers[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.ascontiguousarray(view)
