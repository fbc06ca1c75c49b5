"""What machines say of a page: ids are kept, values replaced, older ones kept aside, the same again writes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estampe.catalogue import Catalogue, PageText
from estampe.errors import RefusedError, UsageError
from estampe.identity import illustration_id
from estampe.records import Box, Diagnostic, ImageSource, Label, Page, Size
from tests.catalogue.builders import GREY, RUNS, Mirror, boxed, found, page, photograph, put, read, table_sizes

HERE, THERE = Box(100, 100, 300, 400), Box(500, 900, 200, 200)


@pytest.fixture
def sheet(catalogue: Catalogue) -> Page:
    """The first page of a document that was put."""
    return catalogue.pages(put(catalogue))[0]


def test_what_is_put_is_read(catalogue: Catalogue, sheet: Page) -> None:
    first = found(
        sheet,
        HERE,
        labels=(photograph(), Label("portrait", "subject", 0.5, "labels@1")),
        pixels=GREY,
        pixel_run="pixels@1",
        title="Les inondations",
        text_before="avant",
        text_after="après",
        front_page=True,
        share=0.08,
        shape="portrait",
        rotation=1.5,
        related=(illustration_id(sheet.id, THERE),),
    )
    second = found(sheet, THERE, noise="rule", last_page=True, related=(first.id,))
    words = PageText(
        [("Les", Box(1, 2, 3, 4)), ("inon-", Box(9, 2, 9, 4)), ("dations", Box(1, 9, 9, 4))],
        [(1, "inondations"), (2, "")],
    )
    odd = Diagnostic("alto-unit-missing", "taken as pixels", where="f1")
    read(catalogue, sheet, second, first, words=words, diagnostics=[odd])
    # Labels come by facet.
    first = replace(first, labels=(Label("portrait", "subject", 0.5, "labels@1"), photograph()))
    assert catalogue.illustrations_of(page=sheet.id) == [first, second]
    assert catalogue.illustrations([second.id, "no such", first.id]) == [second, first]
    assert catalogue.illustration(first.id) == first and catalogue.illustration("no such") is None
    assert catalogue.labels(first.id) == first.labels
    assert catalogue.page_text(sheet.id) == words
    assert words.text == "Les inondations"
    assert catalogue.diagnostics(sheet.id.rpartition(".")[0]) == (odd,)
    assert catalogue.fingerprint(sheet.id) == "a"
    counts = catalogue.counts()
    assert (counts.pages, counts.pages_done, counts.illustrations, counts.noise) == (2, 1, 1, 1)
    Mirror(catalogue).check()


def test_the_same_again_writes_nothing(catalogue: Catalogue, sheet: Page) -> None:
    def again() -> None:
        seen = [
            replace(one, labels=(photograph(),), pixels=GREY, pixel_run="pixels@1")
            for one in boxed(sheet, HERE, THERE, HERE)
        ]
        read(catalogue, sheet, *seen, diagnostics=[Diagnostic("odd", "x")])

    again()
    before, sizes = catalogue.last_change(), table_sizes(catalogue)
    again()
    assert (catalogue.last_change(), table_sizes(catalogue)) == (before, sizes)


def test_a_new_fingerprint_alone_is_no_change(catalogue: Catalogue, sheet: Page) -> None:
    read(catalogue, sheet, *boxed(sheet, HERE))
    before = catalogue.last_change()
    read(catalogue, sheet, *boxed(sheet, HERE), fingerprint="b")
    assert catalogue.fingerprint(sheet.id) == "b" and catalogue.last_change() == before


def test_a_later_run_keeps_ids_and_older_boxes(catalogue: Catalogue, sheet: Page) -> None:
    read(catalogue, sheet, *boxed(sheet, HERE, THERE))
    first, second = catalogue.illustrations_of(page=sheet.id)
    nearly = Box(105, 102, 300, 400)
    before = catalogue.last_change()
    read(catalogue, sheet, *boxed(sheet, nearly, Box(0, 0, 50, 50), region_run="region@2"), fingerprint="b")
    third, moved = catalogue.illustrations_of(page=sheet.id)
    assert (moved.id, moved.box, moved.region_run) == (first.id, nearly, "region@2")
    assert third.id == illustration_id(sheet.id, third.box)
    assert [event.box for event in catalogue.history(first.id)] == [HERE, nearly]
    assert [event.who for event in catalogue.history(first.id)] == ["region@1", "region@2"]
    told = {change.id: change.what for change in catalogue.changes(before)}
    assert told == {first.id: "update", second.id: "delete", third.id: "create"}
    # What is found again is the same as before.
    read(catalogue, sheet, *boxed(sheet, nearly, THERE, region_run="region@2"), fingerprint="c")
    assert [one.id for one in catalogue.illustrations_of(page=sheet.id)] == [first.id, second.id]
    Mirror(catalogue).check()


def test_ids_that_collide_are_told_apart_and_never_used_again(catalogue: Catalogue, sheet: Page) -> None:
    wanted = illustration_id(sheet.id, HERE)
    read(catalogue, sheet, *boxed(sheet, HERE))
    # It wanders off in small steps; another picture then begins where it began, and a third one there too.
    for step in (30, 60, 90, 120):
        read(catalogue, sheet, *boxed(sheet, replace(HERE, x=HERE.x + step)), fingerprint=str(step))
    read(catalogue, sheet, *boxed(sheet, HERE, HERE, replace(HERE, x=220)), fingerprint="z")
    shown = {one.id: one.box.x for one in catalogue.illustrations_of(page=sheet.id)}
    assert shown == {wanted: 220, f"{wanted}-2": 100, f"{wanted}-3": 100}
    Mirror(catalogue).check()


def test_boxes_without_an_area_keep_their_ids(catalogue: Catalogue, sheet: Page) -> None:
    for fingerprint in "ab":
        read(catalogue, sheet, *boxed(sheet, Box(5, 5, 0, 0), Box(7, 7, 100, 0)), fingerprint=fingerprint)
    assert len(catalogue.illustrations_of(page=sheet.id)) == 2
    assert len(catalogue.changes()) == 3 + 1 + 2


def test_related_illustrations_are_named_as_they_are_kept(catalogue: Catalogue, sheet: Page) -> None:
    left, right = Box(0, 0, 100, 200), Box(110, 0, 100, 200)
    read(catalogue, sheet, found(sheet, left))
    (known,) = catalogue.illustrations_of(page=sheet.id)
    shifted = replace(left, x=2)
    one, two = boxed(sheet, shifted, right)
    read(catalogue, sheet, replace(one, related=(two.id,)), replace(two, related=(one.id,)), fingerprint="b")
    first, second = catalogue.illustrations_of(page=sheet.id)
    assert first.id == known.id and first.related == (second.id,) and second.related == (first.id,)


def test_one_run_is_shown_and_older_ones_stay(catalogue: Catalogue, sheet: Page) -> None:
    (seen,) = boxed(sheet, HERE)
    read(catalogue, sheet, replace(seen, labels=(photograph(0.6), Label("drawing", "technique", 0.3, "labels@1"))))
    newer = replace(seen, text_run="text@2", caption="Mieux lue", labels=(photograph(0.9, "labels@2"),))
    read(catalogue, sheet, newer, fingerprint="b")
    assert catalogue.labels(seen.id) == (photograph(0.9, "labels@2"),)
    assert [(one.concept, one.run) for one in catalogue.labels(seen.id, all_runs=True)] == [
        ("photograph", "labels@2"),
        ("photograph", "labels@1"),
        ("drawing", "labels@1"),
    ]
    shown = catalogue.illustration(seen.id)
    assert shown is not None and (shown.caption, shown.text_run) == ("Mieux lue", "text@2")
    # The same run may change its mind: only its last word stays.
    read(catalogue, sheet, replace(newer, labels=(Label("print", "technique", 0.7, "labels@2"),)), fingerprint="c")
    assert {(one.concept, one.run) for one in catalogue.labels(seen.id, all_runs=True)} == {
        ("print", "labels@2"),
        ("photograph", "labels@1"),
        ("drawing", "labels@1"),
    }
    # And an older run may be asked again.
    read(catalogue, sheet, replace(seen, labels=(photograph(0.6),)), fingerprint="d")
    assert catalogue.labels(seen.id) == (photograph(0.6),)
    Mirror(catalogue).check()


def test_the_newest_run_of_a_facet_is_current(catalogue: Catalogue) -> None:
    current = {facet: run.id for facet, run in catalogue.current_runs().items()}
    assert current.items() >= {
        ("region", "region@2"),
        ("text", "text@2"),
        ("technique", "labels@2"),
        ("pixels", "pixels@1"),
    }
    assert set(current) == {run.facet for run in RUNS}
    assert tuple(catalogue.runs().values()) == RUNS
    catalogue.put_runs(RUNS[:1])
    assert catalogue.current_runs()["region"].id == "region@2", "registering an old run again changes nothing"
    with pytest.raises(UsageError, match="another configuration"):
        catalogue.put_runs([replace(RUNS[0], config={"threshold": "2"}), replace(RUNS[0], id="new@1")])
    assert "new@1" not in catalogue.runs()


def test_pixels_that_were_seen_stay_while_the_box_stays(catalogue: Catalogue, sheet: Page) -> None:
    (seen,) = boxed(sheet, HERE, pixels=GREY, pixel_run="pixels@1")
    read(catalogue, sheet, seen)
    unseen = replace(seen, pixels=None, pixel_run="", caption="autre")
    read(catalogue, sheet, unseen, fingerprint="b")
    shown = catalogue.illustration(seen.id)
    assert shown is not None and (shown.pixels, shown.pixel_run, shown.caption) == (GREY, "pixels@1", "autre")
    read(catalogue, sheet, replace(unseen, box=replace(HERE, x=101)), fingerprint="c")
    shown = catalogue.illustration(seen.id)
    assert shown is not None and (shown.pixels, shown.pixel_run) == (None, "")


def test_what_reading_told_of_a_page_is_kept_but_no_route_is_overruled(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1, size=None), page(2, size=Size(10, 20)), route="folder")
    first, second = catalogue.pages(known)
    assert first.image
    scan = replace(first.image, size=Size(4000, 6000), sha256="ab", bytes=12)
    read(catalogue, replace(first, size=Size(2000, 3000), image=scan))
    read(catalogue, replace(second, image=replace(scan, address="https://example.org/elsewhere.jpg")))
    assert catalogue.page(first.id) == replace(first, size=Size(2000, 3000), image=scan)
    assert catalogue.page(second.id) == second
    before = catalogue.last_change()
    put(catalogue, page(1, size=None), page(2, size=Size(10, 20)), route="folder")
    read(catalogue, replace(first, size=Size(2000, 3000), image=scan))
    assert catalogue.last_change() == before
    # A route that tells the frame is right about it; the scan is what it was found to be, while it is the same one.
    put(catalogue, page(1, size=Size(1000, 1500)), page(2, size=Size(10, 20)), route="iiif")
    assert catalogue.page(first.id) == replace(first, size=Size(1000, 1500), image=scan)
    put(catalogue, page(1, image=ImageSource("https://example.org/new.jpg")), page(2), route="iiif")
    again = catalogue.page(first.id)
    assert again is not None and again.image == ImageSource("https://example.org/new.jpg")
    Mirror(catalogue).check()


def test_a_page_without_text_has_none(catalogue: Catalogue, sheet: Page) -> None:
    assert catalogue.page_text(sheet.id) is None
    read(catalogue, sheet, words=PageText())
    assert catalogue.page_text(sheet.id) == PageText()
    read(catalogue, sheet, words=None, fingerprint="b")
    assert catalogue.page_texts([sheet.id]) == {}
    Mirror(catalogue).check()


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"region_run": "unheard@1"}, UsageError, "the run unheard@1 is not known"),
        ({"labels": (photograph(run="unheard@1"),)}, UsageError, "the run unheard@1 is not known"),
        ({"labels": (photograph(float("nan")),)}, RefusedError, "a number that is none"),
        ({"share": float("inf")}, RefusedError, "a number that is none"),
        ({"box": Box(0, 0, -1, 5)}, RefusedError, "the box 0,0,-1,5"),
        ({"box": Box(0, 0, 2**80, 5)}, RefusedError, "cannot be that of an illustration"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    catalogue: Catalogue, sheet: Page, fields: dict[str, object], error: type[Exception], words: str
) -> None:
    before = catalogue.last_change()
    with pytest.raises(error, match=words):
        read(catalogue, sheet, found(sheet, HERE), replace(found(sheet, THERE), **fields))  # type: ignore[arg-type]
    assert catalogue.last_change() == before and catalogue.fingerprint(sheet.id) == ""
