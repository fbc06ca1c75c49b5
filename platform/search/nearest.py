"""The hits that look like something, nearest first, in the embedded index.

Where few pictures pass the filters, all of them are compared. Else the nearest of all are asked of USearch, as many
more as the filters will take away, and looked up in Tantivy; where too few of these pass, more are asked for. Either
way the order is by the same cosine, so that it is told exactly how near a hit is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from .compile import Compiler
from .near import DEEPEST, Near, check_run, check_size, direction, no_space, no_vector
from .schema import NUMBER
from .spaces import OpenSpace
from .volume import View

#: So many are compared one by one sooner than USearch is asked, and so many at once.
_FEW: Final = 2_000
#: So many times as much is asked of USearch as should be enough, and so much besides: of the 30 nearest of 20,000
#: made-up vectors it finds all then, and 98 % through a filter that leaves a seventh (`bench.likeness`).
_SPARE: Final = 3
_LEAST: Final = 300
#: A hit, with half of what its cosine is below 1.
Found = tuple[float, tantivy.DocAddress]


def target(view: View, compiler: Compiler, near: Near) -> NDArray[np.float32]:
    """Return the vector that is to be looked like, of length 1. Raises QueryError."""
    check_run(near)
    space = view.spaces.get(near.run)
    if space is None:
        raise no_space(near)
    check_size(near, space.size)
    if near.vector:
        return direction(near.vector)
    hits = view.searcher.search(compiler.same("id", near.like), 1).hits
    number = view.searcher.fast_field_values(NUMBER, [hits[0][1]])[0] if hits else None
    row = space.row(int(number)) if number is not None else None
    if row is None:
        raise no_vector(near)
    return direction(row)


def nearest(
    view: View, compiler: Compiler, node: tantivy.Query, run: str, aim: NDArray[np.float32], wanted: int
) -> tuple[list[Found], int]:
    """Return the nearest of what a query finds, and how many it finds in all.

    Args:
        view: what is searched.
        compiler: for its schema.
        node: the query; it finds only what has a vector of the run.
        run: in whose space.
        aim: what is to be looked like, of length 1.
        wanted: hits at most.

    """
    space = view.spaces[run]
    # The package's types leave it out.
    whole = int(view.searcher.search(node, 1).count)  # type: ignore[attr-defined]
    wanted = min(wanted, DEEPEST, whole)
    if not wanted:
        return [], whole
    if whole > _FEW:
        asked = _LEAST + int(_SPARE * wanted * space.count / whole)
        while asked < min(space.count, whole):
            found = _hits(view, compiler.numbered(node, space.nearest(aim, asked)), asked)
            if len(found) >= wanted:
                return _nearest(space, aim, found, wanted), whole
            asked *= 4
    return _nearest(space, aim, _hits(view, node, whole), wanted), whole


def _hits(view: View, node: tantivy.Query, most: int) -> list[tuple[int, tantivy.DocAddress]]:
    """Return what a query finds, by the number of its vectors."""
    found = view.searcher.search(node, most, count=False, order_by_field=NUMBER, order=tantivy.Order.Asc)
    return [(int(number), address) for number, address in found.hits]


def _nearest(
    space: OpenSpace, aim: NDArray[np.float32], found: Sequence[tuple[int, tantivy.DocAddress]], wanted: int
) -> list[Found]:
    """Return the nearest, and all that are as near as the last of them."""
    near: list[Found] = []
    for start in range(0, len(found), _FEW):
        addresses = dict(found[start : start + _FEW])
        cosines = space.cosines(aim, addresses)
        near += [((1 - cosine) / 2, addresses[number]) for number, cosine in cosines.items()]
        near.sort(key=lambda hit: hit[0])
        if len(near) > wanted:
            last = near[wanted - 1][0]
            near = [hit for hit in near if hit[0] <= last]
    return near
