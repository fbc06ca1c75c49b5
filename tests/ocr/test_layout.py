"""Blocks, regions and their order, in all the ways the dialects write them."""

from __future__ import annotations

import pytest

from estampe.ocr import read_alto
from estampe.records import Block, Box, OcrPage, Region, Size
from tests.ocr.pages import alto, block, element, line, place, string


def read(*layout: str, head: str = "", **more: object) -> OcrPage:
    return read_alto(alto(*layout, head=head, **more), name="page.xml")  # type: ignore[arg-type]


def codes(page: OcrPage) -> list[str]:
    return [diagnostic.code for diagnostic in page.diagnostics]


def text(id_: str, word: str = "mot") -> str:
    return block(line(string(word)), id=id_)


def test_regions_keep_element_type_and_parent() -> None:
    page = read(
        text("before"),
        element(
            "ComposedBlock",
            element("Illustration", ID="i", **place(1, 2, 3, 4)) + text("caption"),
            ID="group",
            TYPE="Advertisement",
            **place(0, 0, 9, 9),
        ),
        element("GraphicalElement", ID="rule", TYPE="separator", **place(5, 6, 7, 8)),
        text("after"),
    )
    assert page.regions == (
        Region("group", Box(0, 0, 9, 9), "ComposedBlock", "Advertisement"),
        Region("i", Box(1, 2, 3, 4), "Illustration", "", "group"),
        Region("rule", Box(5, 6, 7, 8), "GraphicalElement", "separator"),
    )
    assert [(b.id, b.parent) for b in page.blocks] == [("before", ""), ("caption", "group"), ("after", "")]
    assert page.order == ("before", "group", "i", "caption", "rule", "after")


def test_groups_within_groups() -> None:
    inner = element("ComposedBlock", text("c"), ID="inner", **place(1, 1, 2, 2))
    page = read(element("ComposedBlock", inner + text("d"), ID="outer", **place(0, 0, 9, 9)), text("e"))
    assert {b.id: b.parent for b in page.blocks} == {"c": "inner", "d": "outer", "e": ""}
    assert {r.id: r.parent for r in page.regions} == {"outer": "", "inner": "outer"}


TAGS = element(
    "Tags",
    element("OtherTag", ID="g", LABEL="GraphicZone:figure")
    + element("OtherTag", ID="m", LABEL="MainZone#2")
    + element("LayoutTag", ID="a", LABEL="advertisement", TYPE="Content")
    + element("StructureTag", ID="t", LABEL="titre 1", TYPE="Structural")
    + element("OtherTag", ID="l", LABEL="deu", TYPE="language")
    + element("LayoutTag", ID="tab", LABEL="table"),
)


@pytest.mark.parametrize(
    ("refs", "type_", "kind"),
    [
        (None, None, "textblock"),
        ("m", None, "mainzone"),
        ("m l", None, "mainzone"),
        ("a t", None, "advertisement titre1"),
        (None, "table illegible", "table illegible"),
        ("tab", None, "table"),
        ("nothing", None, "textblock"),
    ],
)
def test_text_blocks_are_of_the_kind_that_tags_and_types_say(refs: str | None, type_: str | None, kind: str) -> None:
    page = read(block(line(string("mot")), id="b", TAGREFS=refs, TYPE=type_), head=TAGS)
    assert [b.kind for b in page.blocks] == [kind]
    assert page.regions == ()


def test_a_zone_that_is_a_picture_is_a_region_and_its_text_a_block() -> None:
    page = read(
        block(id="empty", TAGREFS="g"), block(line(string("mot")), id="full", TAGREFS="g"), text("rest"), head=TAGS
    )
    assert [(r.id, r.element, r.type) for r in page.regions] == [
        ("empty", "TextBlock", "GraphicZone:figure"),
        ("full", "TextBlock", "GraphicZone:figure"),
    ]
    assert [(b.id, b.parent, b.text) for b in page.blocks] == [("full.text", "full", "mot"), ("rest", "", "mot")]
    assert page.order == ("empty", "full", "full.text", "rest")


def test_margins_tell_the_kind() -> None:
    margin = element("TopMargin", text("head"), **place(0, 0, 10, 10))
    content = alto(text("body")).replace(b"<PrintSpace>", margin.encode() + b"<PrintSpace>")
    assert [b.kind for b in read_alto(content, name="page.xml").blocks] == ["topmargin", "textblock"]


def test_alto_turns_against_the_clock() -> None:
    page = read(block(line(string("mot")), id="b", ROTATION="90.00"), block(line(string("x")), id="c", ROTATION="x"))
    assert [b.rotation for b in page.blocks] == [270.0, 0.0]
    assert codes(page) == ["alto-rotation"]


# --- order -------------------------------------------------------------------------------------------


def told(*refs: str) -> str:
    return element("OrderedGroup", "".join(element("ElementRef", REF=ref) for ref in refs))


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (told("c", "a", "b"), ["c", "a", "b"]),
        # What is not listed stays behind what it followed.
        (told("c", "a"), ["c", "a", "b"]),
        (told("b"), ["a", "b", "c"]),
        # The first of several orders counts.
        (element("UnorderedGroup", told("b", "a", "c") + told("c", "b", "a")), ["b", "a", "c"]),
        (element("OrderedGroup", told("c") + told("b", "a")), ["c", "b", "a"]),
        (told("nothing", "b", "b", "a"), ["b", "c", "a"]),
    ],
)
def test_reading_order(groups: str, expected: list[str]) -> None:
    page = read(text("a"), text("b"), text("c"), head=element("ReadingOrder", groups))
    assert list(page.order) == expected
    assert [b.id for b in page.blocks] == expected


def test_a_reading_order_of_lines_and_words_orders_them_and_their_blocks() -> None:
    first = block(line(string("2"), ID="l1"), line(string("1", ID="w1"), ID="l2"), id="a")
    page = read(first, text("b", "0"), head=element("ReadingOrder", told("b", "w1", "l1")))
    assert [b.text for b in page.blocks] == ["0", "1 2"]


def test_next_blocks() -> None:
    page = read(
        block(line(string("1")), id="a", IDNEXT="c"), text("b"), block(line(string("2")), id="c", IDNEXT="nowhere")
    )
    assert page.order == ("a", "c", "b")


def test_blocks_that_follow_each_other_in_a_ring_are_all_there() -> None:
    page = read(block(line(string("1")), id="a", IDNEXT="b"), block(line(string("2")), id="b", IDNEXT="a"))
    assert page.order == ("a", "b")


# --- what is missing or wrong ------------------------------------------------------------------------


def test_a_block_without_a_place_is_where_its_lines_are() -> None:
    page = read(
        element("TextBlock", line(string("a"), x=10, y=20, w=30, h=5) + line(string("b"), x=5, y=30, w=20, h=5), ID="b")
    )
    assert page.blocks[0].box == Box(5, 20, 35, 15)


def test_a_block_without_a_place_and_without_text_is_told() -> None:
    page = read(element("TextBlock", ID="b"), element("Illustration", ID="i"))
    assert (page.blocks, page.regions, codes(page)) == ((), (), ["alto-box-missing"])


@pytest.mark.parametrize("points", ["10,20 40,20 40,60 10,60", "10 20 40 20 40 60 10 60", "10.2,20.1 40,60.3"])
def test_outlines_stand_in_for_places(points: str) -> None:
    shape = element("Shape", element("Polygon", POINTS=points))
    page = read(element("Illustration", shape, ID="i"))
    assert page.regions[0].box == Box(10, 20, 30, 40)


def test_an_ellipse_is_an_outline() -> None:
    shape = element("Shape", element("Ellipse", HPOS=50, VPOS=50, HLENGTH=20, VLENGTH=10))
    assert read(element("Illustration", shape, ID="i")).regions[0].box == Box(30, 40, 40, 20)


def test_a_place_counts_more_than_an_outline() -> None:
    shape = element("Shape", element("Polygon", POINTS="0,0 9,9"))
    assert read(element("Illustration", shape, ID="i", **place(1, 2, 3, 4))).regions[0].box == Box(1, 2, 3, 4)


@pytest.mark.parametrize("wrong", ["nan", "inf", "-inf", "1e300", "-5", "99999999999999999999", "zehn", "", "١٢x"])
def test_sizes_that_cannot_be(wrong: str) -> None:
    page = read(element("Illustration", ID="i", **place(1, 2, wrong, 4)), text("b"))
    assert page.regions == ()
    assert "alto-box-absurd" in codes(page)
    assert [b.id for b in page.blocks] == ["b"]


def test_width_and_height_the_wrong_way_round() -> None:
    """As in the text blocks of some NDNP files."""
    lines = [line(string("mot"), x=100, y=y, w=80, h=10) for y in range(0, 1000, 20)]
    page = read(block(*lines, id="b", x=100, y=0, w=1000, h=80))
    assert page.blocks[0].box == Box(100, 0, 80, 990)
    assert codes(page) == ["alto-block-misplaced"]


def test_an_id_that_comes_twice() -> None:
    page = read(text("a"), text("a"), block(line(string("x"))))
    assert len(set(page.order)) == 3
    assert "alto-id-twice" in codes(page)


def test_only_the_first_page_of_a_file_is_read() -> None:
    content = alto(text("a"))
    page = content[content.index(b"<Page") : content.index(b"</Layout>")]
    twice = content.replace(b"</Layout>", page.replace(b'"a"', b'"b"') + b"</Layout>")
    read_page = read_alto(twice, name="page.xml")
    assert [b.id for b in read_page.blocks] == ["a"]
    assert codes(read_page) == ["alto-pages"]


# --- frames ------------------------------------------------------------------------------------------


def framed(page: bytes, frame: Size | None = None, dpi: float | None = None) -> OcrPage:
    return read_alto(page, name="page.xml", frame=frame, dpi=dpi)


def test_a_page_as_large_as_its_canvas_keeps_every_pixel() -> None:
    page = framed(alto(text("a"), width=1000, height=2000), Size(1000, 2000))
    assert page.blocks[0].box == Box(0, 0, 100, 100)
    assert codes(page) == []


def test_boxes_are_scaled_to_the_canvas_and_neighbours_stay_neighbours() -> None:
    left = element("Illustration", ID="l", **place(0, 0, 5, 5))
    right = element("Illustration", ID="r", **place(5, 0, 5, 5))
    page = framed(alto(left, right, width=1000, height=2000), Size(300, 600))
    assert [r.box for r in page.regions] == [Box(0, 0, 2, 2), Box(2, 0, 1, 2)]
    assert page.size == Size(300, 600)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 2000), (9_999_999, 9_999_999)])
def test_a_page_size_that_no_page_has_is_told_and_not_used(width: int, height: int) -> None:
    for frame in (None, Size(1000, 2000)):
        page = framed(alto(text("a"), width=width, height=height), frame)
        assert page.blocks[0].box == Box(0, 0, 100, 100) and page.size == frame
        [told] = page.diagnostics
        assert told.code == "alto-page-size" and f"{width} × {height}, which no page is" in told.message


def test_what_lies_outside_the_page_is_told() -> None:
    page = read(text("a"), element("Illustration", ID="i", **place(1000, 5, 50, 50)), width=1000)
    [told] = page.diagnostics
    assert (told.code, told.message.split()[0]) == ("alto-box-outside", "1") and "first: i" in told.message
    assert codes(read(element("Illustration", **place(990, 1990, 50, 50)))) == [], (
        "what reaches over the edge is no oddity"
    )


def test_more_pictures_than_any_page_has_are_told() -> None:
    many = [element("Illustration", ID=f"i{n}", **place(n % 50, n // 50, 300, 400)) for n in range(2000)]
    page = read(*many)
    [told] = page.diagnostics
    assert told.code == "alto-pictures-many" and "2,000 pictures" in told.message
    assert len(page.regions) == 2000, "none is dropped"
    rules = [element("GraphicalElement", **place(n % 50, n // 50, 300, 1)) for n in range(2000)]
    assert codes(read(*rules)) == [], "a table may have so many rules"


def test_a_canvas_of_another_shape_is_told() -> None:
    page = framed(alto(text("a"), width=1000, height=2000), Size(1000, 1900))
    assert codes(page) == ["alto-frame-shape"]
    assert codes(framed(alto(text("a"), width=1000, height=2000), Size(1000, 1990))) == []


def test_without_a_page_size_nothing_is_scaled() -> None:
    page = framed(alto(text("a"), width=None, height=None), Size(50, 50))
    assert page.blocks[0].box == Box(0, 0, 100, 100)
    assert codes(page) == ["alto-page-size"]


@pytest.mark.parametrize(
    ("unit", "dpi", "scale", "expected"),
    [
        ("pixel", None, 1, []),
        ("mm10", 254, 1, []),
        ("mm10", None, 300 / 254, ["alto-dpi-assumed"]),
        ("inch1200", 400, 1 / 3, []),
        ("inch1200", None, 1 / 4, ["alto-dpi-assumed"]),
        (None, None, 1, ["alto-unit"]),
        ("furlong", None, 1, ["alto-unit"]),
    ],
)
def test_units(unit: str | None, dpi: float | None, scale: float, expected: list[str]) -> None:
    page = framed(alto(element("Illustration", ID="i", **place(120, 240, 360, 480)), unit=unit), dpi=dpi)
    assert page.regions[0].box == Box(120, 240, 360, 480).scaled(scale, scale)
    assert page.size == Size(round(1000 * scale), round(2000 * scale))
    assert codes(page) == expected


def test_numbers_with_a_point_are_rounded_at_their_edges() -> None:
    page = framed(alto(element("Illustration", ID="i", **place("10.4", "10.6", "10.4", "0"))))
    assert page.regions[0].box == Box(10, 11, 11, 1)


def test_blocks_are_what_the_records_say() -> None:
    page = framed(alto(block(line(string("a", 1, 2, 3, 4)), id="b")))
    assert page.blocks == (Block("b", Box(0, 0, 100, 100), page.blocks[0].lines),)
    assert page.blocks[0].lines[0].words[0].box == Box(1, 2, 3, 4)
    assert hash(page.blocks[0]) == hash(Block("b", Box(0, 0, 100, 100), page.blocks[0].lines))
