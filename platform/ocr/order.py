"""The order in which a page's blocks are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def reading_order(ids: Sequence[str], told: Sequence[str], following: Mapping[str, str]) -> list[str]:
    """Return the ids of blocks and regions in reading order.

    Args:
        ids: all of them, in the order of the file.
        told: ids as a ReadingOrder lists them, empty where the file has none; those it leaves out keep their place
            behind the one that they follow in the file.
        following: the id that comes next (``IDNEXT``), by id.

    """
    known = set(ids)
    order = _merged(ids, [id_ for id_ in dict.fromkeys(told) if id_ in known])
    return _chained(order, {a: b for a, b in following.items() if a in known and b in known and a != b})


def _merged(ids: Sequence[str], told: list[str]) -> list[str]:
    if not told:
        return list(ids)
    listed = set(told)
    before: list[str] = []
    behind: dict[str, list[str]] = {id_: [] for id_ in told}
    place = before
    for id_ in ids:
        if id_ in listed:
            place = behind[id_]
        else:
            place.append(id_)
    return before + [id_ for head in told for id_ in (head, *behind[head])]


def _chained(order: list[str], following: Mapping[str, str]) -> list[str]:
    if not following:
        return order
    successors = set(following.values())
    result: dict[str, None] = {}
    # First those that begin a chain; what is left are rings, which begin where the file has them first.
    for start in [id_ for id_ in order if id_ not in successors] + order:
        id_: str | None = start
        while id_ is not None and id_ not in result:
            result[id_] = None
            id_ = following.get(id_)
    return list(result)
