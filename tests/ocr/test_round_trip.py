"""ALTO made at random says the same after reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from estampe.ocr import page_words, read_alto
from estampe.ocr.hyphens import HYPHENS
from estampe.records import Box, Size
from tests.ocr.pages import V3, alto, element, place

NAMESPACES = [
    None,
    V3,
    "http://www.loc.gov/standards/alto/ns-v2#",
    "http://www.loc.gov/standards/alto/ns-v4#",
    "http://bibnum.bnf.fr/ns/alto_prod",
    "http://schema.ccs-gmbh.com/ALTO",
]
letters = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=HYPHENS), min_size=1)
boxes = st.builds(
    Box, st.integers(-50, 20_000), st.integers(-50, 20_000), st.integers(1, 20_000), st.integers(1, 20_000)
)
words = st.tuples(letters, boxes, st.none() | st.integers(0, 100))
lines = st.tuples(boxes, st.lists(words, min_size=1, max_size=5), st.booleans())
blocks = st.tuples(boxes, st.lists(lines, max_size=4))
pages = st.lists(st.tuples(blocks, st.booleans()), max_size=5)


def at(box: Box) -> dict[str, object]:
    return place(box.x, box.y, box.w, box.h)


def write_line(box: Box, said: list[tuple[str, Box, int | None]], broken: bool) -> str:
    strings = [
        element("String", CONTENT=text, WC=None if wc is None else wc / 100, **at(place_)) for text, place_, wc in said
    ]
    spaced = element("SP", WIDTH=1, HPOS=1, VPOS=1).join(strings)
    return element("TextLine", spaced + (element("HYP", CONTENT="-") if broken else ""), **at(box))


@given(pages, st.sampled_from(NAMESPACES), st.booleans())
def test_what_was_written_is_read(
    page: list[tuple[tuple[Box, list[tuple[Box, list[tuple[str, Box, int | None]], bool]]], bool]],
    namespace: str | None,
    grouped: bool,
) -> None:
    written = []
    for number, ((box, said), picture) in enumerate(page):
        name = "Illustration" if picture else "TextBlock"
        inside = "" if picture else "".join(write_line(*line) for line in said)
        written.append(element(name, inside, ID=f"b{number}", **at(box)))
    group = [element("ComposedBlock", "".join(written), ID="g", **place(0, 0, 9, 9))] if grouped else written
    read = read_alto(alto(*group, namespace=namespace, width=30_000, height=40_000), name="page.xml")

    assert read.size == Size(30_000, 40_000)
    ids = [f"b{number}" for number in range(len(page))]
    assert list(read.order) == (["g"] if grouped else []) + ids
    regions = {region.id: region for region in read.regions}
    texts = {block.id: block for block in read.blocks}
    for id_, ((box, said), picture) in zip(ids, page, strict=True):
        found = regions[id_] if picture else texts[id_]
        assert found.parent == ("g" if grouped else "")
        if picture:
            assert found.box == box
            continue
        assert [line.box for line in texts[id_].lines] == [line[0] for line in said]
        for line, (_, expected, broken) in zip(texts[id_].lines, said, strict=True):
            assert [(word.box, word.confidence) for word in line.words] == [
                (place_, None if wc is None else wc / 100) for _, place_, wc in expected
            ]
            *before, last = [word.text for word in line.words]
            assert before == [text for text, _, _ in expected[:-1]]
            assert last == expected[-1][0] + ("-" if broken else "")


@given(st.lists(st.lists(letters, min_size=1, max_size=4), min_size=1, max_size=6))
def test_breaking_lines_with_marks_loses_no_letter(said: list[list[str]]) -> None:
    """Words are broken over all lines with the marks of the BnF; what is searched for is each of them, once."""
    whole = ["".join(pieces) for pieces in said]
    written = []
    for pieces, word in zip(said, whole, strict=True):
        for number, piece in enumerate(pieces[:2]):
            kind = {0: "HypPart1", 1: "HypPart2"}[number] if len(pieces) > 1 else None
            subs = {"SUBS_TYPE": kind, "SUBS_CONTENT": word if kind else None}
            text = element("String", CONTENT=piece, **subs, **place(0, 0, 9, 9))
            written.append(element("TextLine", text, **place(0, 0, 9, 9)))
    block = element("TextBlock", "".join(written), ID="b", **place(0, 0, 9, 9))
    assert [text for text, _ in page_words(read_alto(alto(block), name="page.xml"))] == whole


@given(pages, st.integers(1, 40_000), st.integers(1, 40_000))
def test_every_box_is_scaled_as_records_scale_it(
    page: list[tuple[tuple[Box, list[object]], bool]], width: int, height: int
) -> None:
    written = [element("Illustration", ID=f"i{number}", **at(box)) for number, ((box, _), _) in enumerate(page)]
    read = read_alto(alto(*written, width=30_000, height=40_000), name="page.xml", frame=Size(width, height))
    for region, ((box, _), _) in zip(read.regions, page, strict=True):
        assert region.box == box.scaled(width / 30_000, height / 40_000)
