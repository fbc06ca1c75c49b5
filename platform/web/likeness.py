"""Searches by likeness: in whose space pictures are alike is said here, and where words stand among them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ..errors import QueryError
from ..records import JOINT, REPRODUCTION, VISUAL, Run
from ..search import LOOKS, Near, Query, Results
from .services import current_runs, runs, services

#: What an address calls a space (``by=``), and the facet of the runs that make it: what looks like a picture, and the
#: same picture in another printing.
SPACES: Final = {"visual": VISUAL, "same": REPRODUCTION}


def search(query: Query, **how: Any) -> Results:
    """Ask the index; see `Index.search`. Raises QueryError where nothing tells what is alike here."""
    return services().index.search(resolved(query), **how)


def resolved(query: Query) -> Query:
    """Return a search as an index understands it: spaces named by their runs, words by their vector.

    Raises QueryError where there is no such space.
    """
    if query.sort == LOOKS:
        if not query.text.strip():
            return replace(query, sort="relevance")
        if not offers_looks():
            raise QueryError("Here nothing tells what words look like; take another order.", "sort")
        words = services().words
        vector, run = words(query.text), words.run
        return query.in_sight(run.id if run else "", vector)
    if query.near is None or query.near.run in runs():
        return query
    run = space(query.near.run or "visual")
    if run is None:
        known = ", ".join(SPACES)
        raise QueryError(f"by can be {known} or a run that made vectors; there is none {query.near.run!r} here.", "by")
    return replace(query, near=replace(query.near, run=run.id))


def space(name: str) -> Run | None:
    """Return the current run that makes a space, None where there is none."""
    return current_runs().get(SPACES.get(name, ""))


def offers_looks() -> bool:
    """Tell whether pictures can be ordered by how they look like words: both are in one space."""
    current = current_runs().get(JOINT)
    run = services().words.run if current else None
    return bool(current and run and current.id == run.id)


def can_be_like(illustration: str, name: str = "visual") -> bool:
    """Tell whether it is known of an illustration what is like it."""
    run = space(name)
    return bool(run and services().catalogue.values.vector(illustration, run.id))


def like(illustration: str, query: Query | None = None, by: str = "") -> Query:
    """Return the search for what is like an illustration, with all else that a search asks."""
    query = query or Query()
    if query.sort == LOOKS:
        # Words that pictures were to look like need not be printed.
        query = replace(query, text="", fields=())
    return replace(query, near=Near(by, like=illustration), sort="relevance", after="")
