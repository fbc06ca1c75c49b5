"""How much counts what a search finds, and which of its words need not be found, whatever index is asked."""

from __future__ import annotations

from typing import Final

from ..errors import QueryError
from .grammar import Clause, How, Term, parse
from .names import LOOKS
from .query import Query

#: How much a word counts where it is found.
WEIGHTS: Final = {"caption": 4.0, "title": 3.0, "label": 2.0, "document": 1.5, "creator": 1.5, "text": 1.0}
#: The word as printed counts for more than another of the same stem.
AS_PRINTED: Final = 1.3
#: What several fields have counts for a little more than what one has.
TIE: Final = 0.1
#: So many hits are ranked by relevance; who wants all of them takes another order.
DEEPEST: Final = 10_000
#: Words that a picture need not have: a caption may say "la guerre" where one searches "guerre de 1914".
_LITTLE: Final = frozenset(
    word
    for words in (
        "le la les un une des du de au aux et en",
        "a the of and an in to",
        "der das und dem den ein eine im von zu",
    )
    for word in words.split()
)


def is_little(clause: Clause) -> bool:
    """Say whether a picture need not have any of a clause, unless all clauses are such."""
    return all(
        isinstance(leaf, Term) and leaf.how is How.WORD and not leaf.field and leaf.text.lower() in _LITTLE
        for leaf in clause.any
    )


def asks_for_words(query: Query) -> bool:
    """Say whether a search has anything that makes one picture fit better than another."""
    return any(isinstance(leaf, Term) for clause in parse(query.text) for leaf in clause.any)


def order_of(query: Query) -> str:
    """Return the order that a search is answered in, of `estampe.search.orders`; empty for relevance."""
    if query.sort == "relevance":
        return "" if asks_for_words(query) else "document"
    if query.sort == LOOKS:
        raise QueryError("Here nothing tells what words look like; take another order.", "sort")
    return query.sort
