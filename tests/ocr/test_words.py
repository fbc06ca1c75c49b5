"""Words as printed and words as meant: hyphens, confidences, strings of several words."""

from __future__ import annotations

import pytest

from estampe.ocr import page_words, read_alto
from estampe.records import Box, Word
from tests.ocr.pages import alto, block, element, line, string

HYP = element("HYP", CONTENT="-")


def words(*lines: str) -> list[Word]:
    page = read_alto(alto(block(*lines, id="b")), name="page.xml")
    return [word for b in page.blocks for printed in b.lines for word in printed.words]


def texts(*lines: str) -> list[tuple[str, str]]:
    return [(word.text, word.whole) for word in words(*lines)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # The BnF writes the hyphen into the word, and again behind it.
        (
            string("com-", SUBS_TYPE="HypPart1", SUBS_CONTENT="commerce") + HYP,
            string("merce", SUBS_TYPE="HypPart2", SUBS_CONTENT="commerce"),
            [("com-", "commerce"), ("merce", "")],
        ),
        # The Library of Congress writes it behind the word alone.
        (
            string("com", SUBS_TYPE="HypPart1", SUBS_CONTENT="commerce") + HYP,
            string("merce", SUBS_TYPE="HypPart2", SUBS_CONTENT="commerce"),
            [("com-", "commerce"), ("merce", "")],
        ),
        # ABBYY tells of a soft hyphen, and not what the word is.
        (string("com") + element("HYP", CONTENT="\u00ad"), string("merce"), [("com-", "commerce"), ("merce", "")]),
        (string("Ca¬"), string("therine"), [("Ca¬", "Catherine"), ("therine", "")]),
        (string("twen-"), string("ty"), [("twen-", "twenty"), ("ty", "")]),
        # A dash, a name, a number: nothing says that they are one word.
        (string("-"), string("puis"), [("-", "-"), ("puis", "puis")]),
        (string("Saint-"), string("Denis"), [("Saint-", "Saint-"), ("Denis", "Denis")]),
        (string("1914-"), string("18"), [("1914-", "1914-"), ("18", "18")]),
    ],
)
def test_broken_words_are_put_together(first: str, second: str, expected: list[tuple[str, str]]) -> None:
    assert texts(line(first), line(second)) == expected


def test_half_a_word_whose_other_half_is_on_another_page_is_not_lost() -> None:
    second = string("merce", SUBS_TYPE="HypPart2", SUBS_CONTENT="commerce")
    assert texts(line(second)) == [("merce", "commerce")]


def test_a_broken_word_is_found_once() -> None:
    first = string("com-", 5, 6, 7, 8, SUBS_TYPE="HypPart1", SUBS_CONTENT="commerce")
    page = read_alto(
        alto(block(line(first), line(string("merce", SUBS_TYPE="HypPart2", SUBS_CONTENT="commerce")), id="b")),
        name="page.xml",
    )
    assert list(page_words(page)) == [("commerce", Box(5, 6, 7, 8))]
    assert page.blocks[0].text == "commerce"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("0.81", 0.81), ("1", 1.0), ("0", 0.0), (None, None), ("", None), ("nan", None), ("95", None), ("-0.1", None)],
)
def test_confidence(said: str | None, expected: float | None) -> None:
    assert words(line(string("mot", WC=said)))[0].confidence == expected


def test_a_string_of_several_words_is_divided_by_its_letters() -> None:
    page = read_alto(alto(block(line(string("de la mer", 100, 0, 90, 10)), id="b")), name="page.xml")
    assert list(page_words(page)) == [
        ("de", Box(100, 0, 20, 10)),
        ("la", Box(130, 0, 20, 10)),
        ("mer", Box(160, 0, 30, 10)),
    ]
    assert [d.code for d in page.diagnostics] == ["alto-words-estimated"]


def test_hebrew_begins_on_the_right() -> None:
    first, second = words(line(string("אבג דה", 0, 0, 60, 10)))
    assert first.box == Box(30, 0, 30, 10)
    assert second.box == Box(0, 0, 20, 10)


def test_a_word_without_a_place_is_where_its_line_is() -> None:
    page = read_alto(alto(block(line(element("String", CONTENT="mot"), x=3, y=4, w=50, h=9), id="b")), name="page.xml")
    assert page.blocks[0].lines[0].words[0].box == Box(3, 4, 50, 9)
    assert [d.code for d in page.diagnostics] == ["alto-words-unplaced"]


def test_an_empty_string_is_no_word() -> None:
    assert texts(line(string(""), string(" "), string("a"))) == [("a", "a")]


def test_characters_that_xml_has_names_for() -> None:
    assert texts(line(string("R&D"), string("<«'é'»>"), string('"'))) == [(w, w) for w in ("R&D", "<«'é'»>", '"')]
