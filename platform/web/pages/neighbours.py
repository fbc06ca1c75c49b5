"""What stands before and after a picture in a search, wherever in it that is.

An index goes forward only, from a cursor. So the links from picture to picture carry an anchor: a cursor a little way
before them. Where one steps back over the anchor, the search is gone through from its beginning, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...catalogue import Entry
from ...errors import QueryError
from ...search import Cursor, Hit, Query, Results
from ..likeness import resolved, search

#: Hits that are asked for at once.
_WINDOW = 500
#: Hits before a picture that a new anchor leaves in reach.
_REACH = 100
#: Windows that are gone through from the beginning: what stands further on is known from an anchor alone.
_WINDOWS = 40


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a picture stands in a search: its place, from 1, and what stands before and after it, empty at the ends.

    The place is 0 where it stands too far on to be found. ``anchor`` is the cursor from which its neighbours find
    theirs.
    """

    place: int
    total: int
    before: str = ""
    after: str = ""
    anchor: str = ""


def neighbours(query: Query, entry: Entry) -> Neighbours | None:
    """Return where a picture stands in a search, None where it is not in it; ``query.after`` is the anchor."""
    try:
        return (_beside_anchor(query, entry.illustration.id) if query.after else None) or _walk(query, entry)
    except QueryError:
        return None


def _beside_anchor(query: Query, id_: str) -> Neighbours | None:
    try:
        anchor = Cursor.decode(resolved(query))
        window = _window(query, query.after)
    except QueryError:
        # An address that someone cut short, or of another search: the picture may be in this one all the same.
        return None
    place = _place(window.hits, id_)
    if place is None or anchor is None:
        return None
    found = _found(query, window, window.hits, place, query.after)
    return found if place else replace(found, before=anchor.id)


def _walk(query: Query, entry: Entry) -> Neighbours | None:
    """Find a picture from the beginning of the search."""
    start, total = "", 0
    passed: tuple[Hit, ...] = ()
    for turn in range(_WINDOWS):
        if turn == 1 and not _holds(query, entry):
            return None
        window = _window(query, start)
        total = window.total
        hits = (*passed, *window.hits)
        if (place := _place(hits, entry.illustration.id)) is not None:
            return _found(query, window, hits, place, start if turn == 0 else hits[0].cursor)
        if not window.next:
            return None
        start, passed = window.next, window.hits[-_REACH:]
    return Neighbours(0, total, anchor=query.after)


def _found(query: Query, window: Results, hits: Sequence[Hit], place: int, anchor: str) -> Neighbours:
    """Return the neighbours of a hit among those of a window and some before it."""
    own = Cursor.decode(resolved(replace(query, after=hits[place].cursor)))
    following = hits[place + 1 : place + 2]
    if not following and window.next:
        following = _window(query, window.next, 1).hits
    if place >= _WINDOW - _REACH:
        # The end of the window comes near.
        anchor = hits[place - _REACH].cursor
    return Neighbours(
        own.rank if own else 0,
        window.total,
        hits[place - 1].id if place else "",
        following[0].id if following else "",
        anchor,
    )


def _holds(query: Query, entry: Entry) -> bool:
    """Tell whether a search finds a picture, by what it finds in the picture's document alone."""
    chosen = query.filters.get("document", ())
    if chosen and entry.document.id not in chosen:
        return False
    within = replace(query, filters={**query.filters, "document": (entry.document.id,)})
    window = _window(within, "")
    while _place(window.hits, entry.illustration.id) is None and window.next:
        window = _window(within, window.next)
    return _place(window.hits, entry.illustration.id) is not None


def _window(query: Query, start: str, limit: int = 0) -> Results:
    return search(replace(query, after=start, limit=limit or _WINDOW), highlights=False)


def _place(hits: Sequence[Hit], id_: str) -> int | None:
    return next((place for place, hit in enumerate(hits) if hit.id == id_), None)
