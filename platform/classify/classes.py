"""What the classes of others' models are called in our vocabulary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from ..vocabulary import Concept, vocabulary


@cache
def _tables() -> Mapping[str, Mapping[str, list[int | str]]]:
    return tomllib.loads(files(__package__).joinpath("classes.toml").read_text("utf-8"))


@cache
def mistaken_by(model: str) -> frozenset[str]:
    """Return the concepts that a model sees in pages and margins, and that are not to be believed."""
    return frozenset(str(concept) for concept in _tables()["mistaken"][model])


@cache
def concepts_of(model: str) -> Mapping[int, Concept]:
    """Return our concepts by the numbers of a model's classes: ``coco`` (1 to 90) or ``imagenet`` (0 to 999)."""
    table = _tables()[model]
    found: dict[int, Concept] = {}
    for name, numbers in table.items():
        concept = vocabulary().concept(name)
        if concept is None:
            raise ValueError(f"classes.toml names {name}, which is no concept")
        for said in numbers:
            first, _, last = str(said).partition("-")
            for number in range(int(first), int(last or first) + 1):
                if number in found:
                    raise ValueError(f"classes.toml has class {number} of {model} twice")
                found[number] = concept
    return MappingProxyType(found)
