"""What series and documents are called, where a search names them by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ..catalogue import Catalogue
from ..search import FacetValue, Query
from . import names

#: The titles of series and documents, by facet and id.
Titles: TypeAlias = Mapping[tuple[str, str], str]


def titles(catalogue: Catalogue, query: Query, counted: Mapping[str, Iterable[FacetValue]]) -> Titles:
    """Return the titles of the series and documents that a search and its facets mention."""
    wanted = {
        facet: {*query.filters.get(facet, ()), *(value.value for value in counted.get(facet, ()))}
        for facet in ("series", "document")
    }
    found = {("document", id_): one.title for id_ in wanted["document"] if (one := catalogue.document(id_))}
    for series in wanted["series"]:
        for one in catalogue.documents(series=series, limit=1):
            if one.series and one.series.title:
                found["series", series] = one.series.title
    return found


def name_of(facet: str, value: str, titles: Titles) -> str:
    """Return what a value of a facet is called, in the language of the page."""
    return titles.get((facet, value)) or names.value_name(facet, value)
