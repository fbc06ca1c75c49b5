"""What a training is told: data, what is made beside it, how it learns; one TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import SettingsError
from ...learning.configuration import as_table, as_words, made_of, read_configuration
from ..genre import LOOKS, MADE_SO


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the data. Paths count from the folder of data that the command is given.

    Of a ``table`` (CSV: file, label, group) ``images`` is the folder of its files
    and ``source`` its column of collections; ``coco`` and ``yolo`` are data sets
    of boxes, whose crops are learnt from; ``folders`` is a folder with a folder a class. ``labels`` says which of its
    classes is which of ours: others are left out; empty, all are taken as they are. ``without`` leaves out documents
    of a class. What is not ``scored`` is only learnt from; ``found`` measures on it apart what the configuration's
    ``found`` says. ``windows`` names the class of parts of the pages, cut where no box is.
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
    found: bool = False
    windows: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Learning:
    """How it learns. ``components`` of the features of each look are kept; ``ridge`` holds their weights down.

    ``looks`` says how much the scores of the whole, of what is on the sheet, of the part, and of how all are made
    count; ``kernels`` how much those by likeness in how all, what is on the sheet and the part are made, and in what
    goes together on the sheet and in the part, to so many ``centres``, in ``kernel_components``; ``kernel_ridge`` holds
    them down. ``varied`` copies are made of each scored picture. ``balance`` 1 makes classes count the same, 0 as often
    as they occur; ``documents`` does so for documents. ``right`` is the share that shall be right of what is not left
    unsaid.
    """

    components: int = 500
    ridge: list[float] = field(default_factory=lambda: [0.0005, 0.001, 0.001, 0.001])
    looks: list[float] = field(default_factory=lambda: [0.5, 1.0, 1.0, 1.0])
    kernels: list[float] = field(default_factory=lambda: [1.0, 1.0, 1.0, 1.0, 1.0])
    kernel_components: int = 300
    kernel_ridge: float = 0.1
    centres: int = 800
    varied: int = 2
    balance: float = 0.5
    documents: float = 0.25
    folds: int = 5
    inner: int = 4
    seeds: list[int] = field(default_factory=lambda: [0, 1, 2])
    right: float = 0.95


@dataclass(frozen=True, slots=True)
class Training:
    """A whole configuration.

    ``made`` says how many pictures are made of each kind, ``weights`` how much such a kind counts beside a real picture
    (``varied`` and ``window`` are kinds too). ``facets`` says what a class means: facet and concept, or several.
    ``found`` says what classes are one when few are told apart: what it does not name is no answer that can be right.
    """

    name: str
    version: str
    classes: list[str]
    data: list[Part]
    learning: Learning
    made: Mapping[str, int]
    weights: Mapping[str, float]
    facets: Mapping[str, Mapping[str, str]]
    found: Mapping[str, str]
    card: Mapping[str, Any]


_KNOWN = ("name", "version", "classes", "data", "learning", "made", "weights", "facets", "found", "card")


def read_training(path: Path) -> Training:
    """Read a configuration. Raises SettingsError saying which key is wrong."""
    content = read_configuration(path, _KNOWN)
    if not isinstance(content.get("name"), str) or not isinstance(content.get("data"), list) or not content["data"]:
        raise SettingsError(f"the configuration {path} lacks 'name', or '[[data]]', of which one is needed at least")
    made = as_table(content.get("made", {}), path, "made")
    if any(type(count) is not int or count < 0 for count in made.values()):
        raise SettingsError(f"the configuration {path}: 'made' must say of each kind how many, in whole numbers")
    weights = as_table(content.get("weights", {}), path, "weights")
    if any(type(weight) not in {int, float} or weight < 0 for weight in weights.values()):
        raise SettingsError(f"the configuration {path}: 'weights' must say of each kind how much it counts, in numbers")
    facets = as_table(content.get("facets", {}), path, "facets")
    return Training(
        content["name"],
        str(content.get("version", "1")),
        as_words(content.get("classes", []), path, "classes"),
        [made_of(Part, table, path, f"data[{number}]") for number, table in enumerate(content["data"])],
        _learning(made_of(Learning, content.get("learning", {}), path, "learning"), path),
        made,
        weights,
        {name: as_table(meaning, path, f"facets.{name}") for name, meaning in facets.items()},
        _names(as_table(content.get("found", {}), path, "found"), path),
        as_table(content.get("card", {}), path, "card"),
    )


def _learning(learning: Learning, path: Path) -> Learning:
    for name, wanted in (("ridge", len(LOOKS)), ("looks", len(LOOKS)), ("kernels", len(MADE_SO))):
        if len(getattr(learning, name)) != wanted:
            raise SettingsError(f"the configuration {path}: 'learning.{name}' must have {wanted} numbers")
    return learning


def _names(table: Mapping[str, Any], path: Path) -> Mapping[str, str]:
    if any(not isinstance(name, str) for name in table.values()):
        raise SettingsError(f"the configuration {path}: 'found' must say in one word what each class counts as")
    return table
