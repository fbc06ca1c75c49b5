"""Merging does not depend on the order of arrival, and loses no name and no page; records survive being kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.catalogue.codec import clean, decode, encode
from estampe.catalogue.merging import in_order, merge_documents, merge_pages
from estampe.records import (
    Article,
    DateSpan,
    Document,
    ImageService,
    ImageSource,
    Page,
    Part,
    Pixels,
    Rights,
    Run,
    Series,
    Size,
    TextSource,
)

word = st.sampled_from(["", "a", "b", "é"])
days = st.none() | st.dates(date(1600, 1, 1), date(2000, 1, 1))
sizes = st.none() | st.builds(Size, st.integers(1, 9), st.integers(1, 9))
images = st.none() | st.builds(
    ImageSource,
    word,
    st.none() | st.builds(ImageService, word, st.integers(1, 3), st.none() | st.integers(0, 2)),
    sizes,
    word,
    st.none() | word,
    st.none() | st.integers(0, 9),
)
pages = st.lists(
    st.builds(
        Page,
        st.just(""),
        st.sampled_from("abcd"),
        st.integers(1, 9),
        word,
        word,
        sizes,
        images,
        st.lists(st.builds(TextSource, word, word), max_size=3).map(tuple),
    ),
    max_size=4,
    unique_by=lambda page: page.key,
).map(tuple)
documents = st.builds(
    Document,
    st.just("id"),
    word,
    word,
    st.lists(st.sampled_from("xyz"), min_size=1, unique=True).map(tuple),
    series=st.none() | st.builds(Series, word, word),
    date=st.none() | st.builds(DateSpan, word, days, days),
    languages=st.lists(word, max_size=2).map(tuple),
    rights=st.builds(Rights, st.none() | word, word, word),
    viewing_direction=st.sampled_from(["left-to-right", "right-to-left"]),
    metadata=st.lists(st.tuples(word, word), max_size=2).map(tuple),
)
said = st.dictionaries(st.sampled_from(["iiif", "gallica", "folder", "press"]), st.tuples(documents, pages), min_size=1)


@given(said, st.randoms())
def test_merging_does_not_depend_on_the_order(
    said: dict[str, tuple[Document, tuple[Page, ...]]], random: st.Random
) -> None:  # type: ignore[name-defined]
    shuffled = list(said)
    random.shuffle(shuffled)
    other = {route: said[route] for route in shuffled}
    one, two = ([value[0] for value in in_order(each)] for each in (said, other))
    assert merge_documents(one) == merge_documents(two)
    first, second = ([value[1] for value in in_order(each)] for each in (said, other))
    assert merge_pages(first) == merge_pages(second)


@given(said)
def test_nothing_that_was_said_is_lost(said: dict[str, tuple[Document, tuple[Page, ...]]]) -> None:
    routes = in_order(said)
    merged = merge_documents([document for document, _ in routes])
    assert set(merged.aliases) == {alias for document, _ in routes for alias in document.aliases}
    for field in ("provider", "title", "series", "languages", "metadata", "date"):
        assert bool(getattr(merged, field)) == any(getattr(document, field) for document, _ in routes)
    together = merge_pages([own for _, own in routes])
    assert {page.key for page in together} == {page.key for _, own in routes for page in own}
    for page in together:
        every = [other for _, own in routes for other in own if other.key == page.key]
        assert set(page.texts) == {text for other in every for text in other.texts}
        assert (page.size is None) == all(other.size is None for other in every)
        assert (page.image is None) == all(other.image is None for other in every)


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (("periodical", "", "newspaper"), "newspaper"),
        (("", "periodical", "book"), "periodical"),
        (("magazine", "newspaper"), "magazine"),
        (("book", "newspaper"), "book"),
        (("", ""), ""),
    ],
)
def test_a_periodical_is_what_any_route_knows_it_to_be(kinds: tuple[str, ...], kind: str) -> None:
    assert merge_documents([Document("id", "", "", ("x",), kind=each) for each in kinds]).kind == kind


@given(documents, pages)
def test_records_come_back_as_they_were(document: Document, own: tuple[Page, ...]) -> None:
    assert decode(Document, encode(document)) == document
    assert decode(tuple[Page, ...], encode(own)) == own


def test_every_kind_of_record_is_kept() -> None:
    article = Article("a", "article", "Titre", (Part("f1", "TB1", "caption"), Part("f2", "TB2")), ("s",))
    run = Run("a@1+x", "a", "1", "text", {"z": "1", "a": "2"})
    pixels = Pixels("grey", "#000000", (("#000000", 1.0),), "ff")
    assert decode(tuple[Article, ...], encode((article,))) == (article,)
    assert decode(Run, encode(run)) == run
    assert decode(Pixels, encode(pixels)) == pixels
    assert decode(Page, '{"id":"x","key":"x","number":1,"of a later Estampe":2}') == Page("x", "x", 1)


@given(st.text(st.characters()))
def test_every_database_can_hold_a_cleaned_text(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text) and "\0" not in cleaned and cleaned.encode().decode() == cleaned
    if "\0" not in text and text.encode("utf-8", "replace").decode() == text:
        assert cleaned == text
