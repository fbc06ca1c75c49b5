"""Running a search for a page: its answer as cards, facets and years, and what to do where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...catalogue import Entry
from ...search import FACETS, Cursor, Query, Results
from ..cards import Card, cards
from ..likeness import resolved, search
from ..links import link
from ..services import services
from ..titles import titles
from ..wording import gettext
from .facets import SHOWN, Choice, Facet, certainties, facets, labelled
from .refine import Chip, address, arguments, bare, begun, chips
from .timeline import Timeline, timeline

#: Pictures that a first look is chosen from.
_LARGEST = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A search and its answer, as a page shows them.

    ``ends_at`` is the place at which its order ends before all are shown, else 0.
    """

    query: Query
    total: int
    cards: list[Card]
    chips: list[Chip]
    facets: list[Facet]
    certainties: list[Choice]
    timeline: Timeline | None
    next: str
    ends_at: int = 0


@dataclass(frozen=True, slots=True)
class Escape:
    """What can be dropped from a search that finds nothing, and the pictures that there are then."""

    name: str
    address: str
    total: int


def find(query: Query) -> Found:
    """Run a search."""
    known = services()
    # One value more than is shown tells whether there are more.
    results = search(query, facets=FACETS, facet_limit=SHOWN + 1, timeline=True)
    names = titles(known.catalogue, query, results.facets)
    shown = facets(query, results.facets, names)
    return Found(
        query,
        results.total,
        hit_cards(query, results),
        list(chips(query, names)),
        shown,
        certainties(query) if labelled(shown) else [],
        timeline(query, results.timeline),
        address(replace(query, after=results.next)) if results.next else "",
        _ends_at(query, results),
    )


def _ends_at(query: Query, results: Results) -> int:
    """Return the place of the last picture, where the order by best match ends there though more were found; else 0."""
    if results.next or not results.hits:
        return 0
    last = Cursor.decode(resolved(replace(query, after=results.hits[-1].cursor)))
    return last.rank if last and last.rank < results.total else 0


def hit_cards(query: Query, results: Results) -> list[Card]:
    """Return the cards of what was found, each leading to its page within the search."""
    entries = services().catalogue.entries([hit.id for hit in results.hits])
    found = {hit.id: hit.highlights for hit in results.hits}
    context = arguments(query)
    return cards(entries, lambda id_: link("pages.illustration", context | {"illustration": id_}), found)


def escapes(found: Found) -> tuple[list[Escape], bool]:
    """Return what emptied a search, that without which there is most first, and whether one thing alone did.

    Where no filter alone is to blame, the words or all filters together may be.
    """
    query = found.query
    alone = [
        (gettext("without %(facet)s: %(name)s", facet=chip.facet, name=chip.name), chip.rest) for chip in found.chips
    ]
    if query.text and found.chips:
        alone.append((gettext("without the words “%(words)s”", words=query.text), begun(query, text="", fields=())))
    if single := _counted(alone):
        return single, True
    return _counted([(gettext("without any filter"), bare(query))] if found.chips else []), False


def _counted(choices: list[tuple[str, Query]]) -> list[Escape]:
    counted = [Escape(name, address(rest), search(replace(rest, limit=1)).total) for name, rest in choices]
    return sorted((escape for escape in counted if escape.total), key=lambda escape: -escape.total)


def selection(limit: int) -> tuple[list[Entry], int]:
    """Return pictures worth a first look, large ones of as many documents as there are, and the number of all."""
    known = services()
    results = known.index.search(Query(sort="size", limit=_LARGEST))
    entries = known.catalogue.entries([hit.id for hit in results.hits])
    shelves: dict[str, list[Entry]] = {}
    for entry in entries:
        shelves.setdefault(entry.document.id, []).append(entry)
    rounds = (shelf[turn] for turn in range(len(entries)) for shelf in shelves.values() if turn < len(shelf))
    return [entry for entry, _ in zip(rounds, range(limit), strict=False)], results.total
