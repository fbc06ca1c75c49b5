"""The words of a page survive being kept, whatever the OCR made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.catalogue import PageText
from estampe.catalogue.words import decode, encode
from estampe.records import Block, Box, Line, OcrPage, Size, Word

side = st.one_of(st.integers(-10, 10_000), st.integers(-(2**63), 2**63 - 1))
boxes = st.builds(Box, side, side, side, side)
# Any code point, lone surrogates and NUL among them.
texts = st.text(st.characters(), max_size=8)


@st.composite
def pages(draw: st.DrawFn) -> PageText:
    words = draw(st.lists(st.tuples(texts, boxes), max_size=40))
    places = draw(st.sets(st.integers(0, len(words) - 1), max_size=5)) if words else set()
    return PageText(words, [(place, draw(texts)) for place in sorted(places)])


@given(pages())
def test_words_come_back_as_they_were(page: PageText) -> None:
    encoded = encode(page)
    kept = decode(encoded.compressed())
    assert kept == page and kept.words == page.words and kept.wholes == page.wholes
    assert encode(kept).digest == encoded.digest
    assert [kept.box(place) for place in range(len(kept))] == [box for _, box in page.words]


@given(pages(), pages())
def test_different_words_have_different_digests(one: PageText, other: PageText) -> None:
    assert (one == other) == (encode(one).digest == encode(other).digest)


def test_a_box_beyond_all_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        PageText([("x", Box(0, 0, 2**64, 1))])


def test_broken_words_are_searched_whole() -> None:
    line = Line(
        Box(0, 0, 9, 9),
        (
            Word("La", Box(0, 0, 1, 1), whole="La"),
            Word("gra-", Box(1, 0, 1, 1), whole="gravure"),
            Word("vure", Box(0, 1, 1, 1), whole=""),
        ),
    )
    text = PageText.from_ocr(OcrPage(Size(9, 9), (Block("b", line.box, (line,)), Block("c", line.box, (line,)))))
    assert text.texts == ("La", "gra-", "vure") * 2
    assert text.terms == ("La", "gravure", "") * 2
    assert text.text == "La gravure La gravure"
    assert decode(encode(text).compressed()).terms == text.terms
