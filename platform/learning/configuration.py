"""Configurations of trainings: TOML files, read into dataclasses, each key and kind checked."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from ..errors import SettingsError

_T = TypeVar("_T")


def read_configuration(path: Path, known: Collection[str]) -> dict[str, Any]:
    """Read a configuration whose tables and values at the top are among ``known``. Raises SettingsError."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"the configuration {path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"the configuration {path} is no TOML: {error}") from error
    if unknown := sorted(set(content) - set(known)):
        may = ", ".join(sorted(known))
        raise SettingsError(f"the configuration {path}: {unknown[0]!r} means nothing here; it may have {may}")
    return content


def made_of(kind: type[_T], value: object, path: Path, where: str) -> _T:
    """Return a dataclass of a table: keys are its fields, values of its defaults' kinds. Raises SettingsError."""
    table = as_table(value, path, where)
    wanted = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    for key, given in table.items():
        if key not in wanted:
            raise SettingsError(f"the configuration {path}: {where} has {key!r}, which means nothing here")
        default = _default(wanted[key])
        number = isinstance(default, float) and isinstance(given, int) and not isinstance(given, bool)
        if not number and type(given) is not type(default):
            raise SettingsError(f"the configuration {path}: {where}.{key} must be of another kind: like {default!r}")
    return kind(**table)


def as_table(value: object, path: Path, where: str) -> dict[str, Any]:
    """Return a value that must be a table. Raises SettingsError."""
    if not isinstance(value, dict):
        raise SettingsError(f"the configuration {path}: {where!r} must be a table")
    return value


def as_words(value: object, path: Path, where: str) -> list[str]:
    """Return a value that must be a list of words. Raises SettingsError."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SettingsError(f"the configuration {path}: {where!r} must be a list of words")
    return value


def _default(one: Any) -> Any:
    return one.default_factory() if callable(one.default_factory) else one.default
