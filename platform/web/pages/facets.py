"""The facets of a search, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...search import FACETS, LABEL_FACETS, FacetValue, Query
from .. import names
from ..titles import Titles, name_of
from .refine import address, begun, toggled

#: Values shown before "more".
SHOWN = 10
#: Facets that stand open; the others open where they are in use.
_OPEN = ("technique", "function", "subject", "provider", "series")
#: The certainties that may be asked of labels.
CERTAINTIES = (0.5, 0.75, 0.9)
#: Values counted for the page that lists all of them.
ALL = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: its name, its pictures, whether it is on, and the address that turns it."""

    name: str
    count: int
    active: bool
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: ``more`` is the address of all its values, empty where they are all here."""

    id: str
    name: str
    choices: tuple[Choice, ...]
    open: bool
    more: str = ""


def facets(query: Query, counted: Mapping[str, tuple[FacetValue, ...]], titles: Titles) -> list[Facet]:
    """Return the facets that have any value, in their order."""
    return [facet(query, name, counted[name], titles, SHOWN) for name in FACETS if counted.get(name)]


def facet(query: Query, name: str, values: tuple[FacetValue, ...], titles: Titles, shown: int) -> Facet:
    """Return a facet with so many of its values."""
    chosen = query.filters.get(name, ())
    kept = [value for place, value in enumerate(values) if place < shown or value.value in chosen]
    choices = tuple(
        Choice(
            name_of(name, value.value, titles),
            value.count,
            value.value in chosen,
            address(toggled(query, name, value.value)),
        )
        for value in kept
    )
    more = address(begun(query), "pages.facet", name=name) if len(values) > len(kept) else ""
    return Facet(name, names.facet_name(name), choices, name in _OPEN or bool(chosen), more)


def certainties(query: Query) -> list[Choice]:
    """Return the certainties that may be asked of labels."""
    return [
        Choice(
            names.certainty(least),
            0,
            query.min_confidence == least,
            address(begun(query, min_confidence=0.0 if query.min_confidence == least else least)),
        )
        for least in CERTAINTIES
    ]


def labelled(found: list[Facet]) -> bool:
    """Tell whether any facet is one that labels make, so that certainty says something."""
    return any(one.id in LABEL_FACETS for one in found)
