"""What is seen in pictures, read in their words, what they look like and which are the same: by run, and people win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from estampe.catalogue import Catalogue, Said, Verdict
from estampe.errors import EstampeError, NotFoundError, RefusedError, UsageError
from estampe.identity import illustration_id
from estampe.records import Box, Detection, Label, Match, Mention, Page, Size, Vector
from tests.catalogue.builders import (
    Mirror,
    document,
    found,
    horse,
    page,
    photograph,
    put,
    read,
    table_sizes,
    vector,
)

HERE, THERE = Box(100, 100, 300, 400), Box(500, 900, 200, 200)
CAPTION = "M. Clemenceau à Verdun"
CLEMENCEAU = Mention("person", "M. Clemenceau", "caption", 0, 13, "names@1")
VERDUN = Mention("place", "Verdun", "caption", 16, 22, "names@1")
#: What the new values stand in.
TABLES = ("findings", "vectors", "matches", "page_labels")


@pytest.fixture
def sheet(catalogue: Catalogue) -> Page:
    return catalogue.pages(put(catalogue))[0]


def seen(catalogue: Catalogue, sheet: Page, box: Box = HERE, vectors: Sequence[Vector] = (), **fields: Any) -> str:
    """Put a page on which one illustration was found; return its id."""
    one = found(sheet, box, **{"caption": CAPTION} | fields)
    read(catalogue, sheet, one, vectors=[replace(own, illustration=one.id) for own in vectors])
    return one.id


def test_what_is_put_with_a_page_is_read_and_the_same_again_writes_nothing(catalogue: Catalogue, sheet: Page) -> None:
    for _ in range(2):
        one = seen(
            catalogue,
            replace(sheet, labels=(Label("picture-page", "page", 0.9, "kinds@1"),)),
            detections=(horse(0.4), horse(0.9)),
            mentions=(VERDUN, CLEMENCEAU),
            vectors=[vector("", 1, 2, 3, 4), vector("", 4, 3, 2, 1, run="sense@1")],
        )
        shown = catalogue.illustration(one)
        assert shown and shown.detections == (horse(0.9), horse(0.4)) and shown.mentions == (CLEMENCEAU, VERDUN)
        assert (
            catalogue.illustrations_of(page=sheet.id) == [shown] == [e.illustration for e in catalogue.entries([one])]
        )
        assert catalogue.values.vectors_of([one]) == {
            one: (vector(one, 1, 2, 3, 4), vector(one, 4, 3, 2, 1, run="sense@1"))
        }
        for kept in (catalogue.page(sheet.id), catalogue.pages(shown.document)[0], catalogue.entries([one])[0].page):
            assert kept and kept.labels == (Label("picture-page", "page", 0.9, "kinds@1"),)
        last = catalogue.last_change()
    seen(
        catalogue,
        catalogue.pages(shown.document)[0],
        detections=(horse(0.9), horse(0.4)),
        mentions=(CLEMENCEAU, VERDUN),
        vectors=[vector("", 1, 2, 3, 4), vector("", 4, 3, 2, 1, run="sense@1")],
    )
    assert catalogue.last_change() == last
    Mirror(catalogue).check()


def test_a_reading_replaces_what_was_asked_anew_and_leaves_the_rest(catalogue: Catalogue, sheet: Page) -> None:
    one = seen(
        catalogue,
        replace(sheet, labels=(Label("cover-page", "page", 0.9, "kinds@1"),)),
        labels=(photograph(),),
        detections=(horse(),),
        mentions=(VERDUN,),
        vectors=[vector("", 1, 0, 0, 0)],
    )
    again = found(sheet, HERE, caption=CAPTION, detections=(horse(run="objects@2"),))
    read(catalogue, sheet, again, asked={"objects@2", "kinds@2"})
    shown = catalogue.illustration(one)
    assert shown and shown.labels == (photograph(),) and shown.mentions == (VERDUN,)
    assert shown.detections == (horse(run="objects@2"),) and catalogue.values.vectors_of([one])
    assert catalogue.values.found(one).detections == (horse(), horse(run="objects@2"))
    kept = catalogue.page(sheet.id)
    assert kept and not kept.labels and catalogue.values.page_labels(sheet.id)
    # By all there is: what is not said again is past, and stays with its run.
    read(catalogue, sheet, found(sheet, HERE, caption=CAPTION))
    shown = catalogue.illustration(one)
    assert shown and (shown.labels, shown.detections, shown.mentions) == ((), (), ())
    assert not catalogue.values.vectors_of([one]) and catalogue.values.vector(one, "look@1") == vector(one, 1, 0, 0, 0)
    assert len(catalogue.values.found(one).mentions) == 1
    Mirror(catalogue).check()


def test_one_run_is_asked_again_about_many_and_nothing_else_changes(catalogue: Catalogue) -> None:
    ids = list[str]()
    for number in range(3):
        known = put(catalogue, document=document(f"No {number}", aliases=(f"ark:/12148/n{number}",)))
        values = {"labels": (photograph(),), "detections": (horse(),), "mentions": (VERDUN,)}
        ids += [seen(catalogue, sheet, **values) for sheet in catalogue.pages(known)]
    catalogue.review_label(ids[0], "technique", "photograph", Verdict.REJECTED, person="Anne")
    catalogue.add_label(ids[1], "technique", "drawing", person="Anne")
    before, last = catalogue.illustrations(ids), catalogue.last_change()
    said = {one: Said(labels=(photograph(0.6, "labels@2"),)) for one in ids[:4]} | {ids[4]: Said()}
    for _ in range(2):
        catalogue.values.put("labels@2", said | {"no such illustration": Said()})
        after = catalogue.illustrations(ids)
        assert [change.id for change in catalogue.changes(last)] == sorted(ids[:5])
    assert [[(label.concept, label.run) for label in one.labels] for one in after] == [
        [],
        [("drawing", "person:Anne"), ("photograph", "labels@2")],
        [("photograph", "labels@2")],
        [("photograph", "labels@2")],
        [],
        [("photograph", "labels@1")],
    ]
    assert [replace(one, labels=()) for one in after] == [replace(one, labels=()) for one in before]
    assert {label.run for label in catalogue.labels(ids[4], all_runs=True)} == {"labels@1"}
    catalogue.values.put("objects@1", {ids[0]: Said(detections=(horse(0.3),)), ids[1]: Said()})
    assert [one.detections for one in catalogue.illustrations(ids[:3])] == [(horse(0.3),), (), (horse(),)]
    catalogue.values.put("look@1", {one: Said(vector=vector(one, 1, 1, 0, 0)) for one in ids})
    catalogue.values.put("look@2", {ids[0]: Said(vector=vector(ids[0], 1, 1, 0, run="look@2"))})
    assert [own.run for (own,) in catalogue.values.vectors_of(ids).values()] == ["look@2"] + 5 * ["look@1"]
    Mirror(catalogue).check()


def test_whoever_goes_over_all_is_asked_again_of_what_was_said_anew_and_of_nothing_else(
    catalogue: Catalogue, sheet: Page
) -> None:
    chances = vector("", 1, 2, 2, 0, run="chances@1")
    one = seen(catalogue, sheet, vectors=[chances, vector("", 1, 2, 3, 4)])
    # Nothing is looked up by how likely things are, and nobody who follows need know.
    assert [own.run for own in catalogue.values.vectors_of([one])[one]] == ["look@1"]
    assert catalogue.values.vectors_of([one], "chances@1") == {one: (replace(chances, illustration=one),)}
    assert catalogue.values.unmatched("chances@1", "together@1")
    catalogue.values.note_asked("together@1", [one, "no such illustration"])
    catalogue.values.put_matches("same@1", [one], [])
    assert not catalogue.values.unmatched("chances@1", "together@1")
    catalogue.values.put("look@1", {one: Said(vector=vector(one, 4, 3, 2, 1))})
    assert not catalogue.values.unmatched("chances@1", "together@1")
    # What is said by itself hides what the company said, even where it is the same as before.
    last = catalogue.last_change()
    catalogue.values.put("chances@1", {one: Said(vector=replace(chances, illustration=one))})
    assert catalogue.values.unmatched("chances@1", "together@1") and catalogue.last_change() == last


def test_vectors_come_in_a_stream_of_what_is_shown(catalogue: Catalogue, sheet: Page) -> None:
    boxes = [Box(100 * number, 0, 90, 90) for number in range(7)]
    pictures = [found(sheet, box) for box in boxes]
    vectors = [vector(one.id, 1, number, 0, 0) for number, one in enumerate(pictures)]
    read(catalogue, sheet, *pictures, vectors=vectors)
    catalogue.delete_illustration(pictures[3].id, person="Anne")
    after, told = "", list[Vector]()
    while some := catalogue.values.vectors("look@1", after=after, limit=2):
        told += some
        after = some[-1].illustration
    assert told == sorted(vectors[:3] + vectors[4:], key=lambda own: own.illustration)
    assert told[0].values.dtype == np.float16
    assert not catalogue.values.vectors("look@2")


def test_a_name_is_shown_while_it_stands_in_the_words(catalogue: Catalogue, sheet: Page) -> None:
    one = seen(catalogue, sheet, mentions=(CLEMENCEAU, VERDUN))
    read(catalogue, sheet, found(sheet, HERE, caption="M. Clemenceau a Verdun"), asked=())
    assert catalogue.illustrations([one])[0].mentions == (CLEMENCEAU, VERDUN)
    read(catalogue, sheet, found(sheet, HERE, caption="M. Clemenceau a  Verdun"), asked=())
    assert catalogue.illustrations([one])[0].mentions == (CLEMENCEAU,)


def test_people_judge_what_is_seen_and_named(catalogue: Catalogue, sheet: Page) -> None:
    face = Detection(Box(1, 1, 9, 9), "person", "face", 0.5, "objects@1")
    one = seen(catalogue, sheet, detections=(horse(), face), mentions=(CLEMENCEAU, VERDUN))
    catalogue.review_label(one, "object", "horse", Verdict.REJECTED, person="Anne")
    catalogue.review_label(one, "person_name", "M. Clemenceau", Verdict.REJECTED, person="Anne")
    for _ in range(2):
        shown = catalogue.illustration(one)
        assert shown and shown.detections == (face,) and shown.mentions == (VERDUN,)
        catalogue.values.put("objects@1", {one: Said(detections=(horse(0.99), face))})
    assert catalogue.values.found(one).detections == (horse(0.99), face)
    catalogue.review_label(one, "object", "horse", Verdict.WITHDRAWN, person="Anne")
    assert catalogue.illustrations([one])[0].detections == (horse(0.99), face)


def test_boxes_of_what_is_seen_go_with_the_page_into_a_better_frame(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1, size=None), route="folder")
    [sheet] = catalogue.pages(known)
    one = found(
        replace(sheet, size=Size(500, 750)), Box(50, 50, 100, 100), detections=(horse(box=Box(60, 60, 10, 20)),)
    )
    read(catalogue, replace(sheet, size=Size(500, 750)), one)
    put(catalogue, page(1), route="iiif")
    [shown] = catalogue.illustrations_of(document=known)
    assert (shown.box, shown.detections[0].box) == (Box(100, 100, 200, 200), Box(120, 120, 20, 40))


def couple(catalogue: Catalogue) -> tuple[str, str, str]:
    """Three illustrations, the first two of one document."""
    first, second = (
        catalogue.pages(put(catalogue, document=document(name, aliases=(f"ark:/12148/{name}",)))) for name in "ab"
    )
    one, other = seen(catalogue, first[0]), seen(catalogue, first[1])
    return one, other, seen(catalogue, second[0])


def test_matches_are_kept_by_run_and_people_judge_them(catalogue: Catalogue) -> None:
    one, other, third = couple(catalogue)
    copy, crop = Match(one, other, "copy", 0.9, "same@1"), Match(one, third, "crop", 0.95, "same@1")
    catalogue.values.put_matches("same@1", [one], [copy, crop])
    assert catalogue.values.matches([one, other, third]) == {one: (crop, copy), other: (copy,), third: (crop,)}
    last = catalogue.last_change()
    catalogue.values.put_matches("same@1", [one], [crop, copy])
    assert catalogue.last_change() == last
    catalogue.values.put_matches("same@2", [third], [])
    assert catalogue.values.matches_of(third) == () and catalogue.values.matches_of(one) == (copy,)
    assert catalogue.values.matches_of(third, all_runs=True) == (crop,)
    assert [change.id for change in catalogue.changes(last)] == sorted([one, third])
    # A person's word, from either side, whatever runs say.
    catalogue.review_label(other, "match", one, Verdict.REJECTED, person="Anne")
    catalogue.review_label(third, "match", one, Verdict.ACCEPTED, person="Anne")
    catalogue.values.put_matches("same@1", [one], [copy])
    assert catalogue.values.matches_of(one) == (Match(one, third, "crop", 1.0, "person:Anne"),)
    assert not catalogue.labels(third) and not catalogue.labels(other, all_runs=True)
    Mirror(catalogue).check()
    with pytest.raises(NotFoundError):
        catalogue.review_label(one, "match", "no such", Verdict.ACCEPTED, person="Anne")


def test_what_is_gone_matches_nothing_and_leaves_nothing(catalogue: Catalogue) -> None:
    one, other, third = couple(catalogue)
    own = [Match(one, other, "copy", 0.9, "same@1"), Match(one, third, "crop", 0.95, "same@1")]
    catalogue.values.put_matches("same@1", [one, "gone"], [*own, Match(one, "zzz", "copy", 1.0, "same@1")])
    mirror = Mirror(catalogue)
    mirror.check()
    catalogue.delete_illustration(third, person="Anne")
    assert catalogue.values.matches_of(one) == (own[0],)
    mirror.check()
    catalogue.restore_illustration(third, person="Anne")
    mirror.check()
    assert len(catalogue.values.matches_of(one)) == 2
    for name in "ab":
        catalogue.forget(f"ark:/12148/{name}")
        mirror.check()
    assert not {name: size for name, size in table_sizes(catalogue).items() if name in TABLES and size}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"detections": (horse(run="objects@9"),)}, UsageError),
        ({"detections": (horse(float("nan")),)}, RefusedError),
        ({"detections": (horse(box=Box(0, 0, -1, 5)),)}, RefusedError),
        ({"mentions": (replace(VERDUN, start=15),)}, UsageError),
        ({"mentions": (replace(VERDUN, kind="ship"),)}, UsageError),
        ({"vectors": [vector("", 1, 2, 3)]}, UsageError),
        ({"vectors": [Vector("", "look@1", np.ones(4, np.float32))]}, UsageError),
        ({"vectors": [Vector("", "look@1", np.ones(4, np.float16))]}, RefusedError),
        ({"vectors": [Vector("", "look@1", np.full(4, np.nan, np.float16))]}, RefusedError),
        ({"vectors": [Vector("", "labels@1", np.full(4, 0.5, np.float16))]}, UsageError),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    catalogue: Catalogue, sheet: Page, fields: dict[str, Any], error: type[EstampeError]
) -> None:
    last = catalogue.last_change()
    with pytest.raises(error):
        seen(catalogue, sheet, **fields)
    assert catalogue.last_change() == last and not catalogue.fingerprint(sheet.id)


def test_a_run_speaks_for_itself_alone(catalogue: Catalogue, sheet: Page) -> None:
    one, other = sorted([seen(catalogue, sheet), illustration_id(sheet.id, THERE)])
    last = catalogue.last_change()
    for refused in (
        lambda: catalogue.values.put("objects@1", {one: Said(detections=(horse(run="objects@2"),))}),
        lambda: catalogue.values.put("objects@9", {one: Said()}),
        lambda: catalogue.values.put_pages("kinds@1", {sheet.id: [Label("cover-page", "page", 1.0, "kinds@2")]}),
        lambda: catalogue.values.put_matches("same@1", [one], [Match(other, one, "copy", 1.0, "same@1")]),
        lambda: catalogue.values.put_matches("same@1", [], [Match(one, other, "copy", 1.0, "same@1")]),
        lambda: catalogue.values.put_matches("same@1", [one], [Match(one, other, "twin", 1.0, "same@1")]),
    ):
        with pytest.raises(UsageError):
            refused()
    assert catalogue.last_change() == last


def test_kinds_of_pages_are_written_for_many(catalogue: Catalogue) -> None:
    known = put(catalogue)
    pages = [sheet.id for sheet in catalogue.pages(known)]
    last = catalogue.last_change()
    for _ in range(2):
        said = {one: [Label("cover-page", "page", 0.8, "kinds@1")] for one in pages}
        catalogue.values.put_pages("kinds@1", said | {"no such": []})
    assert [change.id for change in catalogue.changes(last)] == sorted(pages)
    catalogue.values.put_pages("kinds@2", {pages[0]: []})
    assert [len(sheet.labels) for sheet in catalogue.pages(known)] == [0, 1]
    # A route knows nothing of it.
    put(catalogue, page(1, labels=(Label("cover-page", "page", 1.0, "kinds@1"),)), page(2), route="folder")
    assert [len(sheet.labels) for sheet in catalogue.pages(known)] == [0, 1]
    Mirror(catalogue).check()
