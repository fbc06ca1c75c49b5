"""Made pages: one rule each, and what holds for all pages."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estampe.records import Article, Block, Box, Document, Illustration, Line, OcrPage, Page, Part, Region, Size, Word
from estampe.segmentation import RUNS, ArticleIndex, illustrate
from estampe.vocabulary import vocabulary

FRAME = Size(2000, 3000)
DOCUMENT = Document("d", "", "", ("x:d",))
#: A column of body text in lines of 40 pixels, 900 wide.
PROSE = "Voici le texte courant de la colonne qui va toujours"


def text(id_: str, x: int, y: int, *lines: str, w: int = 900, h: int = 40, kind: str = "textblock") -> Block:
    made = []
    for number, line in enumerate(lines):
        box = Box(x, y + number * (h + 10), w, h)
        made.append(Line(box, tuple(Word(word, box, None, word) for word in line.split())))
    return Block(id_, Box(x, y, w, len(lines) * (h + 10) - 10), tuple(made), kind)


def body(id_: str, x: int, y: int, lines: int = 8) -> Block:
    return text(id_, x, y, *[PROSE] * lines)


def picture(id_: str, x: int, y: int, w: int, h: int, element: str = "Illustration", type_: str = "") -> Region:
    return Region(id_, Box(x, y, w, h), element, type_)


def run(*things: Block | Region, articles: Sequence[Article] = (), number: int = 2) -> tuple[Illustration, ...]:
    blocks = tuple(thing for thing in things if isinstance(thing, Block))
    regions = tuple(thing for thing in things if isinstance(thing, Region))
    ocr = OcrPage(FRAME, blocks, regions, tuple(thing.id for thing in things))
    return illustrate(DOCUMENT, Page("d.p", "p", number, size=FRAME), ocr, articles, page_count=4)


# --- noise -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (picture("r", 200, 500, 900, 700), None),
        (picture("r", 200, 500, 900, 10), "rule"),
        (picture("r", 200, 500, 12, 2000), "rule"),
        (picture("r", 200, 500, 900, 90), "ornament"),
        (picture("r", 200, 500, 1500, 200), None),  # A panorama is long, and high.
        (picture("r", 200, 500, 70, 70), "speck"),
        (picture("r", 200, 500, 200, 45), "ornament"),  # As high as a line.
        (picture("r", 0, 400, 60, 1800), "binding"),
        (picture("r", 1950, 100, 50, 120), "edge"),
        (picture("r", 0, 0, 2000, 250), "edge"),
        (picture("r", 0, 0, 2000, 2900), None),  # A cover reaches all edges.
        (picture("r", 200, 500, 300, 300, "GraphicalElement"), "ornament"),
        (picture("r", 200, 500, 1500, 1500, "GraphicalElement"), None),
        (picture("r", 200, 500, 300, 300, "GraphicalElement", "stamp"), "stamp"),
        (picture("r", 200, 500, 300, 300, "GraphicalElement", "logo"), None),
        (picture("r", 200, 500, 300, 300, "TextBlock", "GraphicZone:ornament#1"), "ornament"),
        (picture("r", 200, 500, 300, 300, "TextBlock", "DropCapitalZone"), "initial"),
        (picture("r", 200, 500, 1500, 100, "TextBlock", "MusicZone"), None),  # Believed against its shape.
        (picture("r", 200, 500, 900, 900, "ComposedBlock", "Advertisement"), "text"),
        (picture("r", 200, 500, 900, 900, "ComposedBlock", "Comic"), None),
        (picture("r", 200, 500, 900, 900, "ComposedBlock", "Table"), "table"),
    ],
)
def test_noise_has_its_reason(region: Region, reason: str | None) -> None:
    (illustration,) = run(body("b", 1000, 2200, 10), region)
    assert illustration.noise == reason


def test_a_region_that_lines_of_text_fill_is_text() -> None:
    (illustration,) = run(body("b", 200, 500, 10), picture("r", 190, 490, 920, 520))
    assert illustration.noise == "text"


def test_a_group_that_says_nothing_is_no_region_and_two_regions_of_one_box_are_one() -> None:
    (illustration,) = run(
        picture("group", 100, 100, 1800, 2800, "ComposedBlock"),
        picture("a", 200, 500, 900, 700, "ComposedBlock", "Illustration"),
        picture("b", 200, 500, 900, 700, "GraphicalElement"),
    )
    assert (illustration.noise, illustration.labels) == (None, ())


# --- captions, titles, the text around ---------------------------------------------------------------


def test_a_caption_is_told_from_the_body_that_goes_on_below() -> None:
    (illustration,) = run(
        text("title", 100, 50, "UNE BELLE JOURNEE", h=80),
        body("before", 100, 200),
        picture("r", 100, 700, 900, 800),
        text("caption", 300, 1530, "Le port de Calais", w=500, h=32),
        body("after", 100, 1620),
        body("b2", 1050, 200, 20),
    )
    assert illustration.caption == "Le port de Calais"
    assert illustration.title == "UNE BELLE JOURNEE"
    assert illustration.text_before.endswith("va toujours")
    assert illustration.text_after.startswith("Voici le texte")


def test_the_rest_of_a_paragraph_below_a_caption_is_none_of_it() -> None:
    caption = text("t3", 620, 1320, "Le port de Calais, vu de la jetée.", w=460, h=34)
    rest = text("t4", 400, 1370, "et des rafales larges comme sur une mer.", w=700, h=36)
    (found,) = run(body("t1", 400, 100), picture("r", 550, 600, 600, 700), caption, rest, body("t5", 400, 1430))
    assert found.caption == "Le port de Calais, vu de la jetée."
    assert found.text_after.startswith("et des rafales")


def test_body_text_is_no_caption_and_a_heading_below_belongs_to_what_follows() -> None:
    (illustration,) = run(
        picture("r", 100, 200, 900, 800),
        text("heading", 200, 1060, "AUTRE CHOSE", w=700, h=60),
        body("after", 100, 1130),
        body("b2", 1050, 200, 20),
    )
    assert illustration.caption == ""


def test_two_pictures_over_one_caption_share_it_and_are_related() -> None:
    left, right = run(
        picture("a", 100, 200, 800, 700),
        picture("b", 920, 200, 800, 700),
        text("caption", 400, 930, "Fig. 3. Avant et apres", w=1000, h=30),
        body("after", 100, 1100),
    )
    assert left.caption == right.caption == "Fig. 3. Avant et apres"
    assert (left.related, right.related) == ((right.id,), (left.id,))


def test_two_pictures_with_captions_of_their_own_are_not_related() -> None:
    left, right = run(
        picture("a", 100, 200, 800, 700),
        picture("b", 910, 200, 800, 700),
        text("c1", 250, 930, "M. Dupont", w=500, h=30),
        text("c2", 1060, 930, "Mme Durand", w=500, h=30),
        body("after", 100, 1100),
    )
    assert (left.caption, right.caption) == ("M. Dupont", "Mme Durand")
    assert left.related == right.related == ()


def test_a_picture_within_a_zone_of_text_stands_between_its_lines() -> None:
    (illustration,) = run(
        text("zone", 100, 200, "avant", *[""] * 20, "apres", w=1000), picture("r", 300, 400, 500, 600)
    )
    assert (illustration.text_before, illustration.text_after) == ("avant", "apres")


# --- METS --------------------------------------------------------------------------------------------


def article(id_: str, kind: str, title: str, *parts: tuple[str, str], parents: tuple[str, ...] = ()) -> Article:
    return Article(id_, kind, title, tuple(Part("p", block, role) for block, role in parts), parents)


def test_mets_is_believed_before_the_layout() -> None:
    articles = [
        article("issue", "issue", "Le Journal"),
        article("a", "article", "Le titre", ("before", "paragraph"), parents=("issue",)),
        article("i", "illustration", "Untitled", ("r", "image"), ("far", "caption"), parents=("issue", "a")),
    ]
    (illustration,) = run(
        text("other", 100, 10, "UN AUTRE TITRE", h=80),
        body("before", 100, 100),
        picture("r", 100, 700, 900, 800),
        text("near", 300, 1530, "Phot. X", w=400, h=30),
        text("far", 100, 2500, "La vraie legende"),
        articles=articles,
    )
    assert (illustration.caption, illustration.title) == ("La vraie legende", "Le titre")
    assert illustration.text_before.endswith("va toujours")
    assert illustration.text_after == ""  # What follows on the page is of another article.


def test_the_words_of_mets_stand_in_for_blocks_that_cannot_be_had() -> None:
    articles = [article("i", "illustration", "Le port", ("r", "image"), ("missing", "caption"))]
    (illustration,) = run(picture("r", 100, 700, 900, 800), articles=articles)
    assert illustration.caption == "Le port"


@pytest.mark.parametrize(("kind", "title"), [("advertisement", ""), ("article", "Publicité")])
def test_what_mets_calls_an_advertisement_is_labelled(kind: str, title: str) -> None:
    articles = ArticleIndex([article("a", kind, title, ("r", "image"))])
    (illustration,) = run(picture("r", 100, 700, 900, 800), articles=articles)
    (label,) = illustration.labels
    assert (label.concept, label.facet, label.run) == ("advertisement", "function", RUNS[2].id)
    assert len(articles) == 1


def test_an_article_index_is_the_sequence_it_was_made_of() -> None:
    articles = [article(str(number), "article", "") for number in range(3)]
    assert list(ArticleIndex(articles)) == articles
    assert ArticleIndex(articles)[1:] == tuple(articles[1:])


# --- what holds for all pages ------------------------------------------------------------------------

boxes = st.builds(Box, st.integers(-300, 2200), st.integers(-300, 3200), st.integers(0, 2500), st.integers(0, 3300))
kinds = st.tuples(
    st.sampled_from(["Illustration", "GraphicalElement", "ComposedBlock", "TextBlock"]),
    st.sampled_from(["", "Illustration", "Advertisement", "GraphicZone", "DropCapitalZone", "?", "table", "photo:Map"]),
)
words = st.sampled_from(["Fig.", "le", "PORT", "de", "Calais.", "1914", "—", "x" * 500])


@st.composite
def pages(draw: st.DrawFn) -> OcrPage:
    regions = [
        Region(f"r{number}", box, element, type_, draw(st.sampled_from(["", "r0", "r1", "nobody"])))
        for number, (box, (element, type_)) in enumerate(draw(st.lists(st.tuples(boxes, kinds), max_size=8)))
    ]
    blocks = []
    for number, (box, lines) in enumerate(
        draw(st.lists(st.tuples(boxes, st.lists(st.lists(words, max_size=4), max_size=4)), max_size=8))
    ):
        height = box.h // max(1, len(lines))
        made = tuple(
            Line(line_box, tuple(Word(word, line_box, None, word) for word in line))
            for place, line in enumerate(lines)
            for line_box in [Box(box.x, box.y + place * height, box.w, height)]
        )
        blocks.append(Block(f"b{number}", box, made))
    ids = [thing.id for thing in (*regions, *blocks)]
    order = draw(st.permutations(ids))
    return OcrPage(FRAME, tuple(blocks), tuple(regions), tuple(order[: draw(st.integers(0, len(order)))]))


def illustrated(ocr: OcrPage) -> tuple[Illustration, ...]:
    return illustrate(DOCUMENT, Page("d.p", "p", 1, size=FRAME), ocr, (), page_count=1)


@settings(max_examples=150, deadline=None)
@given(pages(), st.randoms(use_true_random=False))
def test_any_page(ocr: OcrPage, shuffle: random.Random) -> None:
    illustrations = illustrated(ocr)
    by_id = {each.id: each for each in illustrations}
    assert len(by_id) == len(illustrations)
    # No region is lost, and those inside the frame keep their box.
    frame = Box(0, 0, FRAME.w, FRAME.h)
    marked = [r.box for r in ocr.regions if r.element != "ComposedBlock" or r.type]
    assert {box for box in marked if box.covered_by(frame) == 1} <= {each.box for each in illustrations}
    assert len(illustrations) <= len(marked) and bool(illustrations) == bool(marked)
    for each in illustrations:
        assert each.box.covered_by(frame) == 1
        assert 0 < each.share <= 1
        assert each.noise is None or vocabulary().concept(each.noise) is not None
        assert len(each.text_before) <= 400 and len(each.text_after) <= 400
        assert all(each.id in by_id[other].related and other != each.id for other in each.related)
    # The order in which a file lists things decides nothing.
    regions, blocks = list(ocr.regions), list(ocr.blocks)
    shuffle.shuffle(regions)
    shuffle.shuffle(blocks)
    again = OcrPage(FRAME, tuple(blocks), tuple(regions), ocr.order)
    assert illustrated(again) == illustrations


def test_a_page_of_unknown_size_is_as_large_as_what_is_on_it() -> None:
    ocr = OcrPage(None, (), (picture("r", 500, 500, 500, 500),))
    (illustration,) = illustrate(DOCUMENT, Page("d.p", "p", 1), ocr, (), page_count=1)
    assert illustration.share == 0.25
    assert (illustration.front_page, illustration.last_page, illustration.shape) == (True, True, "square")


def test_a_crowded_page_takes_no_longer_than_its_regions() -> None:
    regions = [picture(f"r{number}", 10 + number % 900, 10 + number // 900, 800, 800) for number in range(5_000)]
    blocks = [text(f"b{number}", 10, 10, "x", w=5) for number in range(5_000)]
    illustrations = run(*regions, *blocks)
    assert len(illustrations) == 5_000
    assert not any(each.caption or each.related for each in illustrations)
