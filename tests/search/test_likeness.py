"""What looks like something: nearest first, with the filters of the search in force, whichever index it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from estampe.errors import QueryError
from estampe.records import Vector
from estampe.search import FACETS, Index, IndexDocument, Near, Query, Results
from estampe.search import nearest as embedded_nearest
from estampe.search.elastic import nearest as elastic_nearest

Make = Callable[..., IndexDocument]
SIZE = 16
LOOK, SENSE = "look@1", "sense@1"


def unit(row: NDArray[Any]) -> NDArray[np.float16]:
    half: NDArray[np.float16] = (row / np.linalg.norm(row)).astype(np.float16)
    return half


def seen(picture: IndexDocument, row: NDArray[Any], *others: Vector) -> IndexDocument:
    return replace(picture, vectors=(Vector(picture.id, LOOK, unit(row)), *others))


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


@pytest.fixture
def crowd(picture: Make) -> list[IndexDocument]:
    """Pictures in clusters, as pictures are, of several kinds."""
    chance = np.random.default_rng(7)
    centres = chance.normal(size=(12, SIZE))
    made = [
        seen(
            picture(
                f"d{number % 9}.{number}.p",
                caption="le cheval blanc" if number % 3 else "le chien",
                provider="BL" if number % 7 == 0 else "Gallica",
                date_start=date(1900 + number % 20, 1, 1),
                labels={"technique": {"photograph" if number % 2 else "engraving": 0.3 + number % 5 / 10}},
                noise="blank" if number % 50 == 0 else "",
            ),
            centres[number % 12] + 0.5 * chance.normal(size=SIZE),
        )
        for number in range(400)
    ]
    return [*made, picture("d0.999.without", caption="le cheval blanc")]


def expected(crowd: list[IndexDocument], like: IndexDocument, passes: Callable[[IndexDocument], bool]) -> list[str]:
    """Return the ids of those that pass, nearest first, by comparing all of them."""
    aim = like.vectors[0].values.astype(np.float64)
    aim /= np.linalg.norm(aim)
    near = []
    for one in crowd:
        if one.vectors and one.id != like.id and not one.noise and passes(one):
            row = one.vectors[0].values.astype(np.float64)
            near.append((-round(float(row @ aim / np.linalg.norm(row)), 5), one.id))
    return [identifier for _, identifier in sorted(near)]


def _cosine(one: IndexDocument, other: IndexDocument) -> float:
    first, second = (each.vectors[0].values.astype(np.float64) for each in (one, other))
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def labelled(one: IndexDocument, concept: str, least: float) -> bool:
    return any(label.concept == concept and label.confidence >= least for label in one.labels)


@pytest.fixture
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare all that pass, or ask USearch for neighbours, as is done otherwise only where many pass."""
    if request.param == "neighbours asked":
        monkeypatch.setattr(embedded_nearest, "_FEW", 10)
        monkeypatch.setattr(embedded_nearest, "_LEAST", 5)


#: Each index, in each way that it can be asked; Elasticsearch decides by itself.
_WAYS = pytest.mark.parametrize(
    ("index", "way"),
    [("embedded", "all compared"), ("embedded", "neighbours asked"), ("elasticsearch", "as it decides")],
    indirect=True,
)


@_WAYS
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("narrowed", "passes"),
    [
        ({}, lambda one: True),
        ({"text": "cheval"}, lambda one: "cheval" in one.caption),
        ({"filters": {"provider": ("BL",)}}, lambda one: one.provider == "BL"),
        (
            {"filters": {"technique": ("engraving",), "provider": ("Gallica",)}, "min_confidence": 0.6},
            lambda one: labelled(one, "engraving", 0.6) and one.provider == "Gallica",
        ),
        (
            {"date_from": date(1905, 1, 1), "date_to": date(1907, 12, 31), "text": "technique:photograph -chien"},
            lambda one: (
                1905 <= one.date_start.year <= 1907 and labelled(one, "photograph", 0) and "chien" not in one.caption
            ),
        ),
        ({"filters": {"document": ("nowhere",)}}, lambda one: False),
    ],
)
def test_the_nearest_that_pass_come_first(
    index: Index, crowd: list[IndexDocument], narrowed: dict[str, Any], passes: Callable[[IndexDocument], bool]
) -> None:
    for start in range(0, len(crowd), 150):
        index.update(crowd[start : start + 150], [], start + 1)
    like, by_id = crowd[31], {one.id: one for one in crowd}
    right = expected(crowd, like, passes)
    for near in (Near(LOOK, like=like.id), Near(LOOK, vector=tuple(2.5 * like.vectors[0].values.astype(float)))):
        query = Query(near=near, limit=20, **narrowed)
        results = index.search(query, facets=FACETS, timeline=True)
        found = ids(results)
        if near.vector and passes(like):
            assert found[0] == like.id and results.hits[0].score == pytest.approx(1, abs=1e-3)
            found = found[1:]
        assert results.total == len(right) + (bool(near.vector) and passes(like))
        # Of equals the order is by id; half precision makes some nearly so.
        assert len(set(found) & set(right[: len(found)])) >= len(found) - 1
        assert len(found) >= min(19, len(right))
        cosines = [hit.cosine for hit in results.hits]
        assert cosines == sorted(cosines, reverse=True)
        assert cosines == pytest.approx([_cosine(by_id[hit.id], like) for hit in results.hits], abs=2e-3)
        counted = {value.value: value.count for value in results.facets["front_page"]}
        assert counted.get("false", 0) == results.total
    mine = index.search(Query(near=Near(LOOK, like=like.id), noise=True, limit=1))
    assert mine.total == sum(bool(one.vectors) for one in crowd) - 1


@_WAYS
@pytest.mark.usefixtures("way")
def test_pages_join_without_gaps(index: Index, crowd: list[IndexDocument]) -> None:
    index.update(crowd, [], 1)
    query = Query(near=Near(LOOK, like=crowd[5].id), filters={"technique": ("engraving",)}, limit=30)
    walked = []
    while True:
        results = index.search(query)
        walked += ids(results)
        if not results.next:
            break
        query = replace(query, after=results.next)
    assert len(walked) == len(set(walked)) == results.total
    right = expected(crowd, crowd[5], lambda one: labelled(one, "engraving", 0))
    assert set(walked) == set(right) and walked[:5] == right[:5]
    # The hit of the cursor may be gone.
    first = index.search(replace(query, after=""))
    index.update([], [first.hits[-1].id], 2)
    assert ids(index.search(replace(query, after=first.next))) == walked[30:60]
    with pytest.raises(QueryError, match="another search"):
        index.search(replace(query, after=first.next, near=Near(LOOK, like=crowd[6].id)))


def test_so_many_can_be_walked_through(
    index: Index, crowd: list[IndexDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_nearest, "DEEPEST", 50)
    monkeypatch.setattr(elastic_nearest, "DEEPEST", 50)
    index.update(crowd, [], 1)
    query = Query(near=Near(LOOK, like=crowd[5].id), limit=40)
    first = index.search(query)
    second = index.search(replace(query, after=first.next))
    assert first.total == second.total > 300
    assert (len(first.hits), len(second.hits), second.next) == (40, 10, "")


def test_spaces_of_runs_stand_beside_each_other_and_words_find_pictures(index: Index, picture: Make) -> None:
    texts = {"cheval": [1, 0, 0.1], "bateau": [0, 1, 0.1], "maison": [0.1, 0.1, 1]}
    made = [
        seen(picture(f"d.1.{name}"), np.eye(SIZE)[place], Vector(f"d.1.{name}", SENSE, unit(np.array(row))))
        for place, (name, row) in enumerate(texts.items())
    ]
    index.update([*made, seen(picture("d.1.looks"), np.ones(SIZE))], [], 1)
    words = Near(SENSE, vector=(0.2, 0.9, 0.0))
    assert ids(index.search(Query(near=words))) == ["d.1.bateau", "d.1.cheval", "d.1.maison"]
    assert ids(index.search(Query(near=words, text="", limit=1))) == ["d.1.bateau"]
    assert index.search(Query(near=Near(LOOK, like="d.1.looks"))).total == 3


def test_what_changes_is_found_by_what_it_looks_like_now(index: Index, picture: Make) -> None:
    east, north, other = np.eye(SIZE)[:3]
    one, two, three = picture("d.1.one"), picture("d.1.two"), picture("e.1.three")
    index.update([seen(one, east), seen(two, east + 0.1 * north), seen(three, north)], [], 1)
    query = Query(near=Near(LOOK, vector=tuple(east)))
    assert ids(index.search(query)) == ["d.1.one", "d.1.two", "e.1.three"]
    # Said anew with another caption, it looks the same.
    index.update([replace(seen(one, east), caption="autre")], [], 2)
    assert ids(index.search(query)) == ["d.1.one", "d.1.two", "e.1.three"]
    index.update([seen(one, other)], [], 3)
    assert ids(index.search(query)) == ["d.1.two", "d.1.one", "e.1.three"]
    assert ids(index.search(Query(near=Near(LOOK, like="d.1.two")))) == ["e.1.three", "d.1.one"]
    index.update([two], ["e"], 4)
    assert ids(index.search(query)) == ["d.1.one"]
    with pytest.raises(QueryError, match="nothing can be told to be like it"):
        index.search(Query(near=Near(LOOK, like="d.1.two")))


@pytest.fixture
def small(index: Index, picture: Make) -> Iterator[Index]:
    index.update([seen(picture("d.1.a"), np.ones(SIZE)), picture("d.1.b")], [], 1)
    yield index


@pytest.mark.parametrize(
    ("near", "part", "words"),
    [
        (Near("", like="d.1.a"), "by", "by which run"),
        (Near("nobody@1", like="d.1.a"), "by", "No picture has a vector of 'nobody@1'"),
        (Near(LOOK, like="d.1.b"), "like", "no illustration with a vector"),
        (Near(LOOK, like="nothing"), "like", "no illustration with a vector"),
        (Near(LOOK, vector=(1.0, 2.0)), "vector", "has 2 numbers; those of 'look@1' have 16"),
    ],
)
def test_what_cannot_be_told_is_refused_alike(small: Index, near: Near, part: str, words: str) -> None:
    with pytest.raises(QueryError, match=words) as refused:
        small.search(Query(near=near))
    assert refused.value.part == part


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"like": "a", "vector": (1.0,)},
        {"vector": (0.0, 0.0)},
        {"vector": (float("nan"),)},
        {"vector": (float("inf"), 1.0)},
        {"vector": (1.0,) * 5000},
        {"like": "a" * 1000},
    ],
)
def test_what_is_no_likeness_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(QueryError):
        Near(LOOK, **given)


def test_likeness_stands_in_an_address() -> None:
    query = Query.from_args({"like": ["d.1.a"], "technique": ["print"]})
    assert query.near == Near("", like="d.1.a") and query.in_space(LOOK).near == Near(LOOK, like="d.1.a")
    args: dict[str, list[str]] = {}
    for name, value in query.in_space(LOOK).to_args():
        args.setdefault(name, []).append(value)
    assert Query.from_args(args) == query.in_space(LOOK) == query.in_space(LOOK).in_space(SENSE)
    assert Query().in_space(LOOK).near is None
    with pytest.raises(QueryError, match="leave the order out"):
        Query.from_args({"like": ["d.1.a"], "sort": ["date"]})
