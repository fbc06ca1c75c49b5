"""The hits that look like something, nearest first, in Elasticsearch.

Filters hold while Lucene looks for neighbours: it compares one by one where few pass. One request counts what there is,
a second finds the nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..cursor import Cursor
from ..near import DEEPEST, Near, check_size, direction, no_vector
from .compile import Node
from .ranking import Ask
from .spaces import space_field

#: So many times as many are looked at as are wanted, and so many at least: what is missed of the nearest is rare then.
_CANDIDATES: Final = 4
_LEAST: Final = 400
# What may have come in front of the cursor since.
_SPARE: Final = 16


def target(ask: Ask, near: Near, size: int) -> list[float]:
    """Return the vector that is to be looked like, of length 1. Raises QueryError."""
    check_size(near, size)
    if near.vector:
        return [float(value) for value in direction(near.vector)]
    field = space_field(near.run)
    wanted = {"query": {"term": {"id": near.like}}, "size": 1, "_source": [field]}
    parent, _, name = field.partition(".")
    row = next((hit.get("_source", {}).get(parent, {}).get(name) for hit in ask(wanted)["hits"]["hits"]), None)
    if row is None:
        raise no_vector(near)
    return [float(value) for value in direction(row)]


def nearest(
    ask: Ask, near: Near, aim: Sequence[float], filters: Sequence[Node], cursor: Cursor | None, limit: int
) -> list[Mapping[str, Any]]:
    """Return the nearest hits behind a cursor, one more than wanted where there are more.

    Args:
        ask: asks the index.
        near: in whose space.
        aim: what is to be looked like.
        filters: what hits must be.
        cursor: the hit behind which to go on, which may be gone.
        limit: hits wanted.

    """
    wanted = min((cursor.rank if cursor else 0) + limit + 1 + _SPARE, DEEPEST)
    knn = {
        "field": space_field(near.run),
        "query_vector": list(aim),
        "k": wanted,
        "num_candidates": max(_LEAST, _CANDIDATES * wanted),
        "filter": list(filters),
    }
    sort = [{"_score": "desc"}, {"id": "asc"}]
    hits: list[Mapping[str, Any]] = ask({"knn": knn, "sort": sort, "size": wanted, "_source": ["shown"]})["hits"][
        "hits"
    ]
    if cursor:
        hits = [hit for hit in hits if (-float(hit["sort"][0]), str(hit["sort"][1])) > (cursor.key, cursor.id)]
    return hits
