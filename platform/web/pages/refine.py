"""A search with one thing changed: every link of the search page is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ...catalogue import Entry
from ...search import FACETS, Query
from .. import names
from ..cards import own_crop, words_of
from ..formats import percent, shortened
from ..likeness import SPACES
from ..links import link
from ..pictures import Picture, picture
from ..services import runs, services
from ..titles import Titles, name_of
from ..wording import gettext

#: The height of the picture in a filter, in CSS pixels.
_THUMBNAIL = 40


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: what it says, the address and the query without it, and a picture that it is about."""

    name: str
    facet: str
    address: str
    rest: Query
    picture: Picture | None = None


def arguments(query: Query) -> dict[str, list[str]]:
    """Return a query as the arguments of an address."""
    found: dict[str, list[str]] = {}
    for name, value in query.to_args():
        found.setdefault(name, []).append(value)
    return found


def address(query: Query, endpoint: str = "pages.search", **more: Any) -> str:
    """Return the address of a page about a query."""
    return link(endpoint, arguments(query) | more)


def begun(query: Query, **changes: Any) -> Query:
    """Return a query with changes, from its first page."""
    return replace(query, **({"after": ""} | changes))


def toggled(query: Query, facet: str, value: str) -> Query:
    """Return a query with a value of a facet added, or taken away where it was on."""
    values = query.filters.get(facet, ())
    kept = tuple(one for one in values if one != value) if value in values else (*values, value)
    return begun(query, filters={name: given for name, given in {**query.filters, facet: kept}.items() if given})


def bare(query: Query) -> Query:
    """Return a query without any filter: its words stay."""
    return Query(text=query.text, fields=query.fields, sort=query.sort, limit=query.limit)


def is_bare(query: Query) -> bool:
    """Tell whether a query asks for everything."""
    return not query.text and next(chips(query, {}), None) is None


def chips(query: Query, titles: Titles) -> Iterator[Chip]:
    """Return the filters that are on."""

    def chip(name: str, facet: str, rest: Query) -> Chip:
        return Chip(name, facet, address(rest), rest)

    if query.near and query.near.like:
        yield _likeness(query, query.near.like)
    for facet in FACETS:
        for value in query.filters.get(facet, ()):
            yield chip(name_of(facet, value, titles), names.facet_name(facet), toggled(query, facet, value))
    if query.date_from or query.date_to:
        rest = begun(query, date_from=None, date_to=None)
        yield chip(years(query.date_from, query.date_to), gettext("Date"), rest)
    if query.fields:
        where = ", ".join(str(names.FIELDS[field]) for field in query.fields)
        yield chip(where, gettext("Words in"), begun(query, fields=()))
    if query.min_confidence:
        name = gettext("at least %(share)s sure", share=percent(query.min_confidence))
        yield chip(name, gettext("Labels"), begun(query, min_confidence=0.0))
    if query.noise:
        yield chip(gettext("with what was set aside"), gettext("Noise"), begun(query, noise=False))


def _likeness(query: Query, illustration: str) -> Chip:
    """Return the filter that only pictures are found that are like another one, which it shows."""
    entries: list[Entry] = services().catalogue.entries([illustration])
    rest = begun(query, near=None)
    by = (query.near.run if query.near else "") or "visual"
    facet = runs()[by].facet if by in runs() else SPACES.get(by)
    kind = gettext("The same picture as") if facet == SPACES["same"] else gettext("Like")
    if not entries:
        return Chip(illustration, kind, address(rest), rest)
    item, page = entries[0].illustration, entries[0].page
    name = shortened(words_of(item), 60) or gettext("Picture without a caption")
    shown = picture(item, page, own_crop, height=_THUMBNAIL, narrow=_THUMBNAIL)
    return Chip(name, kind, address(rest), rest, shown)


def years(first: date | None, last: date | None) -> str:
    """Return a range of dates in words, by years where it is one of whole years."""
    start, end = edges(first, last)
    if start and end:
        return start if start == end else f"{start}\u2013{end}"
    return gettext("from %(date)s", date=start) if start else gettext("until %(date)s", date=end)


def edges(first: date | None, last: date | None) -> tuple[str, str]:
    """Return the first and the last day as one would type them: years alone where they are whole."""
    return _edge(first, (1, 1)), _edge(last, (12, 31))


def _edge(day: date | None, whole: tuple[int, int]) -> str:
    if day is None:
        return ""
    return str(day.year) if (day.month, day.day) == whole else day.isoformat()
