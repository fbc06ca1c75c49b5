"""The OCR knows text, the detector knows pictures: what each says of a page, as one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.records import Block, Box, Document, Illustration, Line, OcrPage, Page, Region, Size, Word
from estampe.segmentation import Seen, illustrate
from estampe.segmentation.runs import REGION_RUN

FRAME = Size(1000, 2000)
DOCUMENT = Document("d", "here", "A paper", ("d",))

DETECTOR = "detector@1"


def seen(x: int, y: int, w: int, h: int, confidence: float = 0.9, kind: str = "picture") -> Seen:
    return Seen(kind, (x / 1000, y / 2000, (x + w) / 1000, (y + h) / 2000), confidence, DETECTOR)


def lines(id_: str, x: int, y: int, count: int, w: int = 800, said: str = "lorem") -> Block:
    rows = [Box(x, y + 40 * n, w, 30) for n in range(count)]
    words = tuple(Line(row, tuple(Word(word, row, None, word) for word in said.split())) for row in rows)
    return Block(id_, Box(x, y, w, 40 * count), words)


def region(x: int, y: int, w: int, h: int, element: str = "Illustration", type_: str = "") -> Region:
    return Region(f"r{x}-{y}", Box(x, y, w, h), element, type_)


def found(
    marked: list[Region], told: list[Seen], *blocks: Block, sought: Sequence[Seen] = ()
) -> tuple[Illustration, ...]:
    things = [*blocks, *marked]
    ocr = OcrPage(FRAME, blocks, tuple(marked), tuple(thing.id for thing in things))
    page = Page("d.1", "1", 1, size=FRAME)
    return illustrate(DOCUMENT, page, ocr, [], page_count=3, seen=told, least=0.5, sought=sought)


def sureness(one: Illustration) -> list[float]:
    return [label.confidence for label in one.labels if label.run == DETECTOR]


def test_on_a_page_without_ocr_the_detector_alone_finds_what_there_is() -> None:
    ornament = seen(400, 1500, 200, 100, 0.8, "ornament")
    picture, other = found([], [seen(100, 200, 700, 500), ornament, seen(0, 0, 50, 50, 0.4)])
    assert (picture.box, picture.region_run, picture.noise) == (Box(100, 200, 700, 500), DETECTOR, None)
    assert (other.noise, sureness(other)) == ("ornament", [0.8])


def test_in_one_place_the_box_of_the_ocr_stands_and_the_detectors_word_is_kept() -> None:
    [one] = found([region(100, 200, 700, 500)], [seen(110, 190, 700, 520, 0.7)])
    assert (one.box, one.region_run, sureness(one)) == (Box(100, 200, 700, 500), REGION_RUN.id, [0.7])


@pytest.mark.parametrize(
    "told", [[seen(100, 200, 300, 500), seen(450, 200, 350, 500)], [seen(90, 180, 720, 540)]], ids=["parts", "around"]
)
def test_what_lies_in_a_picture_of_the_ocr_or_around_it_is_none_of_its_own(told: list[Seen]) -> None:
    assert len(found([region(100, 200, 700, 500)], told)) == 1


def test_a_picture_that_the_ocr_only_took_for_text_is_one_where_the_detector_sees_it() -> None:
    group = region(100, 200, 700, 500, "ComposedBlock", "Advertisement")
    [alone] = found([group], [])
    [confirmed] = found([group], [seen(100, 210, 700, 480)])
    assert (alone.noise, confirmed.noise) == ("text", None)


def test_what_the_ocr_calls_an_initial_stays_one() -> None:
    [one] = found([region(100, 200, 200, 200, "Illustration", "DropCapitalZone")], [seen(100, 200, 200, 200)])
    assert one.noise == "initial"


def test_a_box_that_lines_of_text_fill_is_no_picture() -> None:
    assert found([], [seen(100, 200, 800, 400)], lines("b", 100, 200, 10)) == ()


def test_a_new_picture_has_the_caption_below_it_and_its_place_between_the_texts() -> None:
    above, caption, below = (
        lines("a", 100, 100, 5),
        lines("c", 300, 1010, 1, 300, "Fig. 1. Le port"),
        lines("z", 100, 1100, 12),
    )
    [one] = found([], [seen(100, 400, 800, 600)], above, caption, below)
    assert (one.caption, one.text_before) == ("Fig. 1. Le port", " ".join(["lorem"] * 5))
    assert one.text_after.startswith("lorem")


OWN = "animals@1"


def owl(x: int, y: int, w: int, h: int) -> Seen:
    return replace(seen(x, y, w, h, 0.8, "owl"), run=OWN)


def test_what_a_detector_of_ones_own_sees_in_pictures_is_none_of_its_own() -> None:
    marked, told = [region(100, 200, 400, 500)], [seen(600, 200, 300, 500)]
    both = found(marked, told)
    assert found(marked, told, sought=[owl(120, 300, 40, 40), owl(590, 180, 200, 200)]) == both


def test_what_lies_in_no_picture_is_one_and_holds_what_lies_in_it() -> None:
    caption = lines("c", 300, 1010, 1, 300, "Fig. 1. Chouette")
    marked = [region(100, 1500, 100, 100)]
    [one, other] = found(marked, [], caption, sought=[owl(300, 700, 60, 60), owl(250, 600, 400, 400)])
    assert (one.box, one.region_run, one.noise, one.labels) == (Box(250, 600, 400, 400), OWN, None, ())
    assert one.caption == "Fig. 1. Chouette" and other.region_run == REGION_RUN.id


def test_of_what_is_sought_in_lines_of_text_the_reason_is_kept() -> None:
    [one] = found([], [], lines("b", 100, 200, 10), sought=[owl(100, 200, 800, 400)])
    assert (one.region_run, one.noise) == (OWN, "text")


@pytest.mark.parametrize(
    ("marked", "noise"),
    [
        (region(100, 200, 200, 200, "Illustration", "DropCapitalZone"), "initial"),
        (region(100, 200, 200, 200, "ComposedBlock", "Advertisement"), None),
    ],
    ids=["told by the OCR", "taken for text by its shape"],
)
def test_what_is_sought_in_the_place_of_noise(marked: Region, noise: str | None) -> None:
    assert [one.noise for one in found([marked], [], sought=[owl(110, 190, 200, 200)])] == [noise]


def test_what_is_sought_in_a_group_of_text_is_a_picture_of_its_own() -> None:
    group = region(0, 0, 900, 900, "ComposedBlock", "Advertisement")
    [advertisement, alone] = found([group], [], sought=[owl(9, 9, 40, 40)])
    assert (advertisement.noise, alone.noise, alone.region_run) == ("text", None, OWN)


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 5), max_size=12), st.lists(st.tuples(*[st.integers(0, 900)] * 4)))
def test_whatever_both_say_each_region_of_the_ocr_is_there_once(
    told: list[tuple[float, ...]], marked: list[tuple[int, int, int, int]]
) -> None:
    regions = [region(x, y, w + 1, h + 1) for x, y, w, h in dict.fromkeys(marked)]
    sights = [
        Seen("picture", (min(a, c), min(b, d), max(a, c), max(b, d)), e, DETECTOR)
        for a, b, c, d, e in sorted(told, key=lambda one: -one[4])
    ]
    result = found(regions, sights)
    by_ocr = [one.box for one in result if one.region_run == REGION_RUN.id]
    assert len(by_ocr) == len(set(by_ocr)) == len({one.box.clipped(FRAME) for one in regions})
    assert all(one.box.clipped(FRAME) == one.box for one in result)
