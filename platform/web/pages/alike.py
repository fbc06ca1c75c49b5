"""The rows below a picture: what looks like it, and the same picture elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import url_for

from ...catalogue import Entry
from ...errors import QueryError
from ...search import Query
from .. import names
from ..cards import Card, cards
from ..formats import percent
from ..likeness import can_be_like, like, search
from ..services import services
from ..wording import gettext
from .refine import address, is_bare

#: Pictures in a row.
_SHOWN = 12
#: The same picture is shown so many times.
_SAME = 48


@dataclass(frozen=True, slots=True)
class Row:
    """Pictures, and the search for more: among all, and where one came from a search also among what it finds."""

    cards: list[Card]
    more: str = ""
    within: str = ""


def looks_like(entry: Entry, query: Query | None) -> Row | None:
    """Return the pictures that look most like one, None where that is not known."""
    id_ = entry.illustration.id
    if not can_be_like(id_):
        return None
    try:
        hits = search(replace(like(id_), limit=_SHOWN), highlights=False).hits
    except QueryError:
        # The index has not taken in its vector yet.
        return None
    within = like(id_, query) if query and not is_bare(replace(query, near=None)) else None
    shown = cards(services().catalogue.entries([hit.id for hit in hits]), _address)
    return Row(shown, address(like(id_)), address(within) if within else "") if shown else None


def elsewhere(entry: Entry) -> Row | None:
    """Return the pictures that are the same one, the surest first; None where none is known."""
    id_ = entry.illustration.id
    best = services().catalogue.values.matches_of(id_)[:_SAME]
    matches = {match.other if match.one == id_ else match.one: match for match in reversed(best)}
    shown = []
    for card in cards(services().catalogue.entries(list(reversed(matches))), _address):
        match = matches[card.id]
        said = str(names.MATCHES.get(match.kind, match.kind))
        if not match.run.startswith("person:"):
            said = gettext("%(kind)s, %(share)s sure", kind=said, share=percent(match.score))
        shown.append(replace(card, note=said, origin=names.origin(match.run, None)))
    more = address(like(id_, by="same")) if can_be_like(id_, "same") else ""
    return Row(shown, more) if shown or more else None


def _address(illustration: str) -> str:
    return url_for("pages.illustration", illustration=illustration)
