"""Records as JSON and back: fields at their default are left out, so that a record may gain fields later."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_Record = TypeVar("_Record")
_Decoder = Callable[[Any], Any]


def clean(text: str) -> str:
    """Return a text that every database can hold: NUL and lone surrogates become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def encode(value: Any) -> str:
    """Return a record, or a tuple of records, as JSON; equal records give equal JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def decode(kind: Callable[..., _Record], text: str) -> _Record:
    """Return the record that ``encode`` wrote."""
    decoded: _Record = _decoder(kind)(json.loads(text))
    return decoded


def pack(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode(), 6)


def unpack(data: bytes) -> str:
    """Return the text that ``pack`` compressed."""
    return zlib.decompress(data).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {clean(key): _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, date):
        return value.isoformat()
    return {
        name: _plain(item)
        for name, default in _defaults(value.__class__)
        if (item := getattr(value, name)) != default or default is MISSING
    }


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


@cache
def _decoder(kind: Any) -> _Decoder:
    """Return what turns the JSON of a type into the type; types are taken apart once."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _record_decoder(kind)
    if origin is UnionType:
        inner = _decoder(next(argument for argument in arguments if argument is not NoneType))
        return lambda value: None if value is None else inner(value)
    if origin is tuple and arguments[-1] is Ellipsis:
        each = _decoder(arguments[0])
        return tuple if each is _same else lambda value: tuple([each(item) for item in value])
    if origin is tuple:
        parts = [_decoder(argument) for argument in arguments]
        return lambda value: tuple(part(item) for part, item in zip(parts, value, strict=True))
    if kind is date:
        return date.fromisoformat
    return _same


def _same(value: Any) -> Any:
    return value


def _record_decoder(kind: Any) -> _Decoder:
    hints = get_type_hints(kind)
    nested = {name: decoder for name, hint in hints.items() if (decoder := _decoder(hint)) is not _same}
    known = frozenset(hints)

    def decoded(value: dict[str, Any]) -> Any:
        # A later Estampe may have written fields that this one does not know.
        return kind(**{k: nested[k](v) if k in nested else v for k, v in value.items() if k in known})

    return decoded
