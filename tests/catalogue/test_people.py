"""People's work: it wins on reading, no machine overwrites it, and its history stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estampe.catalogue import Catalogue, Verdict
from estampe.errors import NotFoundError, UsageError
from estampe.identity import illustration_id
from estampe.records import Box, Label, Page
from tests.catalogue.builders import Mirror, boxed, found, page, photograph, put, read

HERE, THERE = Box(100, 100, 300, 400), Box(500, 900, 200, 200)
DRAWN = Box(90, 80, 350, 450)


@pytest.fixture
def sheet(catalogue: Catalogue) -> Page:
    return catalogue.pages(put(catalogue))[0]


@pytest.fixture
def seen(catalogue: Catalogue, sheet: Page) -> str:
    """The id of an illustration that a machine found."""
    read(catalogue, sheet, found(sheet, HERE, labels=(photograph(), Label("drawing", "technique", 0.2, "labels@1"))))
    return illustration_id(sheet.id, HERE)


def test_a_persons_box_stands_above_what_machines_find(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    catalogue.move_box(seen, DRAWN, person="Anne")
    read(catalogue, sheet, *boxed(sheet, replace(HERE, x=101), region_run="region@2"), fingerprint="b")
    (shown,) = catalogue.illustrations_of(page=sheet.id)
    assert (shown.id, shown.box, shown.region_run) == (seen, DRAWN, "person:Anne")
    assert shown.share == DRAWN.area / (1000 * 1500) and shown.shape == "portrait"
    assert [(event.who, event.box) for event in catalogue.history(seen)] == [
        ("region@1", HERE),
        ("person:Anne", DRAWN),
        ("region@2", replace(HERE, x=101)),
    ]
    before = catalogue.last_change()
    catalogue.move_box(seen, DRAWN, person="Anne")
    read(catalogue, sheet, *boxed(sheet, replace(HERE, x=101), region_run="region@2"), fingerprint="b")
    assert catalogue.last_change() == before
    Mirror(catalogue).check()


def test_a_machine_that_finds_the_persons_box_finds_the_same(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    catalogue.move_box(seen, Box(0, 0, 900, 900), person="Anne")
    read(catalogue, sheet, *boxed(sheet, Box(0, 0, 890, 890), region_run="region@2"), fingerprint="b")
    (shown,) = catalogue.illustrations_of(page=sheet.id)
    assert (shown.id, shown.box) == (seen, Box(0, 0, 900, 900))


def test_what_a_person_touched_does_not_go(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    catalogue.add_label(seen, "subject", "portrait", person="Anne")
    read(catalogue, sheet, fingerprint="b")
    assert [one.id for one in catalogue.illustrations_of(page=sheet.id)] == [seen]
    Mirror(catalogue).check()


def test_what_a_person_deleted_is_not_found_again(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    catalogue.delete_illustration(seen, person="Anne", note="a stain")
    assert catalogue.illustration(seen) is None and catalogue.illustrations_of(page=sheet.id) == []
    near = [replace(HERE, x=HERE.x + step) for step in (0, 10, 20)]
    read(catalogue, sheet, *boxed(sheet, *near, region_run="region@2"), fingerprint="b")
    assert catalogue.illustrations_of(page=sheet.id) == []
    with pytest.raises(NotFoundError):
        catalogue.move_box(seen, THERE, person="Anne")
    Mirror(catalogue).check()
    catalogue.restore_illustration(seen, person="Jean")
    assert [one.id for one in catalogue.illustrations_of(page=sheet.id)] == [seen]
    done = [(event.who, event.action, event.note) for event in catalogue.history(seen) if event.action != "box"]
    assert done == [("person:Anne", "delete", "a stain"), ("person:Jean", "restore", "")]
    Mirror(catalogue).check()


def test_deleting_one_of_two_that_look_alike_leaves_the_other(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    read(catalogue, sheet, *boxed(sheet, HERE, replace(HERE, y=160)), fingerprint="b")
    catalogue.delete_illustration(seen, person="Anne")
    read(catalogue, sheet, *boxed(sheet, HERE, replace(HERE, y=160)), fingerprint="c")
    assert [one.box.y for one in catalogue.illustrations_of(page=sheet.id)] == [160]


def test_an_illustration_that_a_person_drew(catalogue: Catalogue, sheet: Page) -> None:
    drawn = catalogue.add_illustration(sheet.id, Box(900, 900, 500, 100), person="Anne")
    assert drawn == illustration_id(sheet.id, Box(900, 900, 100, 100)), "what lies beyond the edge is cut"
    assert catalogue.add_illustration(sheet.id, Box(901, 900, 99, 100), person="Jean") == drawn, "it is there already"
    read(catalogue, sheet, *boxed(sheet, Box(902, 900, 98, 100), caption="lue", noise="rule"))
    (shown,) = catalogue.illustrations_of(page=sheet.id)
    assert (shown.id, shown.region_run, shown.caption) == (drawn, "person:Anne", "lue")
    assert shown.noise is None, "whoever draws a box says that there is a picture"
    with pytest.raises(UsageError, match="does not lie on the page"):
        catalogue.add_illustration(sheet.id, Box(1000, 0, 50, 50), person="Anne")
    with pytest.raises(NotFoundError, match="no page x"):
        catalogue.add_illustration("x", HERE, person="Anne")
    Mirror(catalogue).check()


def test_a_person_draws_again_what_had_gone(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    read(catalogue, sheet, fingerprint="b")
    assert catalogue.illustrations_of(page=sheet.id) == []
    assert catalogue.add_illustration(sheet.id, HERE, person="Anne") == seen
    catalogue.delete_illustration(seen, person="Anne")
    assert catalogue.add_illustration(sheet.id, DRAWN, person="Jean") == seen
    assert [one.box for one in catalogue.illustrations_of(page=sheet.id)] == [DRAWN]
    Mirror(catalogue).check()


def test_a_persons_word_on_labels_wins(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    catalogue.review_label(seen, "technique", "drawing", Verdict.REJECTED, person="Anne", note="no")
    assert catalogue.labels(seen) == (photograph(),)
    catalogue.review_label(seen, "technique", "photograph", Verdict.ACCEPTED, person="Jean")
    assert catalogue.labels(seen) == (Label("photograph", "technique", 1.0, "person:Jean"),)
    catalogue.add_label(seen, "subject", "portrait", person="Anne")
    shown = catalogue.illustration(seen)
    assert shown is not None and [(one.concept, one.run) for one in shown.labels] == [
        ("portrait", "person:Anne"),
        ("photograph", "person:Jean"),
    ]
    # A later run says what was rejected once more, in vain.
    again = found(sheet, HERE, labels=(Label("drawing", "technique", 0.99, "labels@2"),))
    read(catalogue, sheet, again, fingerprint="b")
    assert {one.concept for one in catalogue.labels(seen)} == {"portrait", "photograph"}
    assert len(catalogue.labels(seen, all_runs=True)) == 5
    before = catalogue.last_change()
    catalogue.add_label(seen, "subject", "portrait", person="Anne")
    assert catalogue.last_change() == before
    catalogue.review_label(seen, "technique", "drawing", Verdict.WITHDRAWN, person="Anne")
    assert {one.concept for one in catalogue.labels(seen)} == {"portrait", "photograph", "drawing"}
    assert [(event.action, event.concept) for event in catalogue.history(seen) if event.concept] == [
        ("rejected", "drawing"),
        ("accepted", "photograph"),
        ("accepted", "portrait"),
        ("withdrawn", "drawing"),
    ]
    Mirror(catalogue).check()


def test_the_state_of_review_is_kept_with_the_illustration(catalogue: Catalogue, sheet: Page, seen: str) -> None:
    def state() -> str:
        with catalogue._engine.connect() as connection:
            from sqlalchemy import text

            return str(connection.execute(text("SELECT review FROM illustrations")).scalar_one())

    assert state() == "" and catalogue.counts().reviewed == 0
    catalogue.review_label(seen, "technique", "drawing", Verdict.REJECTED, person="Anne")
    assert state() == "partly" and catalogue.counts().reviewed == 1
    catalogue.review_label(seen, "technique", "photograph", Verdict.ACCEPTED, person="Anne")
    assert state() == "done"
    read(catalogue, sheet, found(sheet, HERE, labels=(Label("map", "function", 0.9, "labels@2"),)), fingerprint="b")
    assert state() == "partly"


def test_boxes_drawn_by_people_go_into_a_better_frame(catalogue: Catalogue) -> None:
    from estampe.records import Size

    known = put(catalogue, page(1, size=Size(500, 750)), route="folder")
    drawn = catalogue.add_illustration(f"{known}.f1", Box(10, 10, 100, 100), person="Anne")
    put(catalogue, page(1), route="iiif")
    (shown,) = catalogue.illustrations_of(document=known)
    assert (shown.id, shown.box) == (drawn, Box(20, 20, 200, 200))
