"""Boxes are matched one to one, the best first, always in the same way; ids follow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from estampe.catalogue.matching import SAME, Known, match, name
from estampe.records import Box

# A small world, so that boxes do meet.
boxes = st.builds(Box, st.integers(0, 6), st.integers(0, 6), st.integers(0, 12), st.integers(0, 12))
some = st.lists(boxes, max_size=8)


def alike(a: Box, b: Box) -> float:
    return 1.0 if a == b else a.iou(b)


@given(some, some)
def test_pairs_are_one_to_one_good_and_none_is_missed(known: list[Box], found: list[Box]) -> None:
    pairs = match(known, found)
    assert len(set(pairs.values())) == len(pairs)
    assert all(alike(known[k], found[f]) >= SAME for f, k in pairs.items())
    left = set(range(len(known))) - set(pairs.values())
    for f in set(range(len(found))) - pairs.keys():
        assert all(alike(known[k], found[f]) < SAME for k in left)


@given(some, some)
def test_a_better_pair_always_goes_first(known: list[Box], found: list[Box]) -> None:
    pairs = match(known, found)
    back = {k: f for f, k in pairs.items()}
    for f, one in enumerate(found):
        for k, other in enumerate(known):
            score = alike(one, other)
            if score >= SAME and pairs.get(f) != k:
                theirs = [alike(found[f], known[pairs[f]])] if f in pairs else []
                theirs += [alike(found[back[k]], known[k])] if k in back else []
                assert max(theirs) >= score


@given(some)
def test_the_same_boxes_are_the_same(known: list[Box]) -> None:
    assert match(known, known) == {place: place for place in range(len(known))}


@given(some, some, st.sets(st.integers(0, 7)))
def test_ids_are_unique_and_stable(first: list[Box], second: list[Box], deleted: set[int]) -> None:
    ids = name("p", [], first)
    assert len(set(ids)) == len(first)
    known = [
        Known(id_ or "", box, box, deleted=place in deleted)
        for place, (id_, box) in enumerate(zip(ids, first, strict=True))
    ]
    known.sort(key=lambda one: one.deleted)
    named = name("p", known, second)
    kept = [id_ for id_ in named if id_]
    assert len(set(kept)) == len(kept)
    gone = {one.id for one in known if one.deleted}
    assert not gone & set(kept)
    for id_, box in zip(named, second, strict=True):
        near = [one for one in known if alike(one.box, box) >= SAME]
        if near and all(one.deleted for one in near):
            assert id_ is None
    assert name("p", known, second) == named
