"""What was printed, or read by OCR, is text in all that is published: no viewer that shows it as HTML finds a tag."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.iiif import (
    Addresses,
    CollectionMember,
    Extent,
    WordHit,
    write_annotation_page,
    write_collection,
    write_manifest,
    write_search_response_1,
    write_search_response_2,
)
from estampe.records import Box, Document, Illustration, Page, Rights, Size

ADDRESSES = Addresses("https://estampe.example")
MARKUP = st.text(alphabet="<>/!?ab ='\"&;imgonscrpt", max_size=40)
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<b>bold</b>",
    "a <!-- b",
    "<x onclick=alert(1)>y",
    "<iframe",
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")


def tags(text: str) -> list[str]:
    """Return the tags that a browser finds in a text, whatever follows it."""
    parser = _Tags()
    parser.feed(f"{text} x='>")
    parser.close()
    return parser.found


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from texts(value)
    elif isinstance(tree, str):
        yield tree


def published(attack: str) -> list[Any]:
    """Return all that is written of a document in which everything that can be printed is an attack."""
    rights = Rights(attribution=attack, statement=attack)
    owner = Document("d", attack, attack, ("ark:/12148/x",), source=attack, creators=(attack,), rights=rights)
    page = Page("d.f1", "f1", 1, label=attack, size=Size(1000, 1500))
    shown = Illustration("d.f1.a", "d.f1", "d", Box(1, 2, 3, 4), "r@1", "t@1", caption=attack, title=attack)
    word = (attack, Box(10, 10, 40, 20))
    hits = [WordHit(page, (word, word), attack, attack)]
    e, said = "https://example.org", {"none": (attack,)}
    return [
        write_manifest(owner, [page], None, ADDRESSES, annotated=["d.f1"]),
        write_annotation_page(owner, page, [shown], {}, ADDRESSES, generated=""),
        write_collection(f"{e}/c.json", said, [CollectionMember(f"{e}/m.json", "manifest", said)], summary=said),
        write_search_response_1(owner, attack, hits, Extent(1), ADDRESSES),
        write_search_response_2(owner, attack, hits, Extent(1), ADDRESSES),
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_printed_is_never_markup(attack: str) -> None:
    for tree in published(attack):
        assert "alert" not in attack or "alert" in json.dumps(tree), "what was printed is still to be read"
        for text in texts(tree):
            assert tags(text) == [], text


@given(MARKUP, MARKUP, MARKUP)
def test_what_surrounds_a_hit_makes_no_markup_with_it(before: str, match: str, after: str) -> None:
    page = Page("d.f1", "f1", 1, size=Size(1000, 1500))
    owner = Document("d", "Gallica", "Le Journal", ("ark:/12148/x",))
    hits = [WordHit(page, ((match, Box(10, 10, 40, 20)),), before, after)]
    (first,) = write_search_response_1(owner, "x", hits, Extent(1), ADDRESSES)["hits"]
    assert tags(first["before"] + first["match"] + first["after"]) == []
    (context,) = write_search_response_2(owner, "x", hits, Extent(1), ADDRESSES)["annotations"]
    (quoted,) = context["items"][0]["target"]["selector"]
    assert tags(quoted.get("prefix", "") + quoted["exact"] + quoted.get("suffix", "")) == []


def test_what_is_no_markup_stays_as_printed() -> None:
    for printed in ("Deutſ<land und Öſterreich", "3 < 4 & 5 > 2", "« Paris »", "a<b", "&lt;"):
        notes = json.dumps(write_annotation_page(
            Document("d", "Gallica", "Le Journal", ("ark:/12148/x",)),
            Page("d.f1", "f1", 1, size=Size(1000, 1500)),
            [Illustration("d.f1.a", "d.f1", "d", Box(1, 2, 3, 4), "r@1", "t@1", caption=printed)],
            {}, ADDRESSES, generated="",
        ), ensure_ascii=False)  # fmt: skip
        assert (printed in notes) == (printed != "a<b"), printed
