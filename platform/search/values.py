"""The values of facets that have only so many: what is none of them was mistyped, which has to be said.

All other facets hold what sources say (providers, titles, languages…), and none of their values is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Final

from ..errors import QueryError
from ..vocabulary import FACETS as SAID
from ..vocabulary import vocabulary
from .documents import SIZES
from .grammar import Value, Without, parse
from .query import Query

_FIXED: Final = {
    "size": tuple(name for name, _ in SIZES),
    "shape": ("portrait", "landscape", "square", "panorama", "column"),
    "kind": ("newspaper", "magazine", "periodical", "book", "manuscript", "map", "image", "music"),
    "front_page": ("true", "false"),
    "rotation": ("90", "180", "270"),
}
# So many are all said; of more, those that are nearest.
_FEW = 12
_NEAREST = 3


def unheard_of(query: Query) -> Iterator[tuple[Value, str]]:
    """Yield the values asked for that no facet of a fixed vocabulary has, each with the argument that holds it."""
    for facet, values in query.filters.items():
        yield from ((Value(facet, value), facet) for value in values if not _is_known(facet, value))
    for clause in parse(query.text):
        for leaf in clause.any:
            node = leaf.node if isinstance(leaf, Without) else leaf
            if isinstance(node, Value) and not _is_known(node.facet, node.value):
                yield node, "q"


def refusal(asked: Value, part: str) -> QueryError:
    """Return the error that names a value which there is not, and those that may be meant."""
    near = _nearest(asked.facet, asked.value)
    hint = f" Possible: {', '.join(near)}." if near else ""
    message = f"{asked.facet} has no value {asked.value!r}.{hint}"
    return QueryError(message, part, reason="value", said=asked.value, known=near)


@cache
def _values(facet: str) -> tuple[str, ...]:
    """Return the values of a facet, nothing where there may be any."""
    concepts = vocabulary().facet(facet) if facet in SAID else ()
    return _FIXED.get(facet) or tuple(concept.id for concept in concepts)


def _is_known(facet: str, value: str) -> bool:
    return not _values(facet) or value in _values(facet)


def _nearest(facet: str, value: str) -> tuple[str, ...]:
    """Return the values that may be meant: by any name in any language, or spelt nearly so."""
    if named := vocabulary().find(facet, value):
        return (named.id,)
    values = _values(facet)
    names = {name.lower(): one.id for one in vocabulary().facet(facet) for name in (*one.names.values(), one.id)}
    names |= {one: one for one in values}
    near = dict.fromkeys(names[name] for name in get_close_matches(value.lower()[:100], names, 2 * _NEAREST))
    return tuple(near)[:_NEAREST] or (values if len(values) <= _FEW else ())
