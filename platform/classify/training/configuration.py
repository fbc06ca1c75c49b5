"""What a training is told: data, what is made beside it, how it learns; one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ...errors import SettingsError


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the data. Paths count from the folder of data that the command is given.

    Of a ``table`` (CSV: file, label, group) ``images`` is the folder of its files
    and ``source`` its column of collections; ``coco`` and ``yolo`` are data sets
    of boxes, whose crops are learnt from; ``folders`` is a folder with a folder a class. ``labels`` says which of its
    classes is which of ours: others are left out; empty, all are taken as they are. ``without`` leaves out documents
    of a class. What is not ``scored`` is only learnt from. ``windows`` names the class of parts of the pages, cut where
    no box is.
    """

    table: str = ""
    images: str = ""
    source: str = "source"
    coco: str = ""
    yolo: str = ""
    folders: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, list[str]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    scored: bool = True
    windows: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Learning:
    """How it learns. ``components`` are those of the features that are kept; ``ridge`` holds weights down.

    ``varied`` copies are made of each scored picture. ``balance`` 1 makes classes count the same, 0 as often as they
    occur; ``documents`` does so for documents. ``right`` is the share that shall be right of what is not left unsaid.
    """

    components: int = 600
    ridge: float = 0.001
    varied: int = 2
    balance: float = 0.5
    documents: float = 0.25
    made: float = 0.3
    folds: int = 5
    inner: int = 4
    seeds: list[int] = field(default_factory=lambda: [0, 1, 2])
    right: float = 0.95


@dataclass(frozen=True, slots=True)
class Training:
    """A whole configuration. ``facets`` says what a class means in the vocabulary: facet and concept, or several."""

    name: str
    version: str
    classes: list[str]
    data: list[Part]
    learning: Learning
    made: Mapping[str, int]
    facets: Mapping[str, Mapping[str, str]]
    card: Mapping[str, Any]


_T = TypeVar("_T")


def read_training(path: Path) -> Training:
    """Read a configuration. Raises SettingsError saying which key is wrong."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"the configuration {path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"the configuration {path} is no TOML: {error}") from error
    known = {"name", "version", "classes", "data", "learning", "made", "facets", "card"}
    if unknown := sorted(set(content) - known):
        raise SettingsError(
            f"the configuration {path}: {unknown[0]!r} means nothing here; it may have {', '.join(sorted(known))}"
        )
    if not isinstance(content.get("name"), str) or not isinstance(content.get("data"), list) or not content["data"]:
        raise SettingsError(f"the configuration {path} lacks 'name', or '[[data]]', of which one is needed at least")
    return Training(
        content["name"],
        str(content.get("version", "1")),
        _strings(content.get("classes", []), path, "classes"),
        [_made_of(Part, table, path, f"data[{number}]") for number, table in enumerate(content["data"])],
        _made_of(Learning, content.get("learning", {}), path, "learning"),
        {str(kind): int(count) for kind, count in _table(content.get("made", {}), path, "made").items()},
        _table(content.get("facets", {}), path, "facets"),
        _table(content.get("card", {}), path, "card"),
    )


def _table(value: object, path: Path, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"the configuration {path}: {where!r} must be a table")
    return value


def _strings(value: object, path: Path, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SettingsError(f"the configuration {path}: {where!r} must be a list of words")
    return value


def _made_of(kind: type[_T], value: object, path: Path, where: str) -> _T:
    table = _table(value, path, where)
    wanted = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    for key, given in table.items():
        if key not in wanted:
            raise SettingsError(f"the configuration {path}: {where} has {key!r}, which means nothing here")
        default = _default(wanted[key])
        number = isinstance(default, float) and isinstance(given, int) and not isinstance(given, bool)
        if not number and type(given) is not type(default):
            raise SettingsError(f"the configuration {path}: {where}.{key} must be of another kind: like {default!r}")
    return kind(**table)


def _default(one: Any) -> Any:
    return one.default_factory() if callable(one.default_factory) else one.default
