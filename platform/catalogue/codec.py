"""Records as JSON and back: fields at their default are left out, so that a record may gain fields later."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_Record = TypeVar("_Record")
_Decoder = Callable[[Any], Any]
_Encoder = Callable[[Any], Any]
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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
    return _JSON(_plain(value))


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
    return _encoder(value.__class__)(value)


@cache
def _encoder(kind: Any) -> _Encoder:
    """Return what makes JSON of the values of a class; classes are taken apart once."""
    if issubclass(kind, str):
        return clean
    if issubclass(kind, bool | int | float | NoneType):
        return _same
    if issubclass(kind, tuple | list):
        return _plain_list
    if issubclass(kind, Mapping):
        return lambda value: {clean(key): _plain(item) for key, item in sorted(value.items())}
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    return _record_encoder(kind)


def _plain_list(value: Sequence[Any]) -> list[Any]:
    if not value:
        return []
    # Nearly all lists are of one class.
    kind = value[0].__class__
    own = _encoder(kind)
    return [own(item) if item.__class__ is kind else _plain(item) for item in value]


def _record_encoder(kind: Any) -> _Encoder:
    names = tuple(field.name for field in fields(kind))
    defaults = tuple(_default(field) for field in fields(kind))
    values = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def encoded(value: Any) -> dict[str, Any]:
        plain = {}
        for name, default, item in zip(names, defaults, values(value), strict=True):
            if item is default or (item == default and default is not MISSING):
                continue
            if item.__class__ is str and item.isascii() and "\0" not in item:
                plain[name] = item
            else:
                plain[name] = _encoder(item.__class__)(item)
        return plain

    return encoded


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
