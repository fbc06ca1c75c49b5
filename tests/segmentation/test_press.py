"""Pages off the press, whose captions are known exactly, by their layout alone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from estampe.ocr import read_alto
from estampe.press import Order, print_corpus
from estampe.records import Box, Document, Page
from estampe.segmentation import illustrate

ORDERS = (
    Order("zeitung", "newspaper", "de", 8, date(1910, 1, 1)),
    Order("gazette", "newspaper", "en", 8, date(1910, 1, 2)),
    Order("journal", "newspaper", "fr", 8, date(1910, 1, 3)),
    Order("livre", "book", "fr", 18),
    Order("album", "album", "en", 4),
)


@pytest.fixture(scope="module")
def captions(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int, Box], tuple[str, str]]:
    """What was set as each picture's caption, and what is found."""
    folder = tmp_path_factory.mktemp("press")
    print_corpus(folder, ORDERS, images=False)
    document, found = Document("d", "", "", ("x:d",)), {}
    for name in ORDERS:
        for number in range(1, name.pages + 1):
            ocr = read_alto(folder / "documents" / name.name / "alto" / f"{number:04d}.xml", name=str(number))
            page = Page("d.p", "p", number, size=ocr.size)
            for illustration in illustrate(document, page, ocr, (), page_count=name.pages):
                found[name.name, number, illustration.box] = illustration.caption
    rows = map(json.loads, (folder / "truth.jsonl").read_text("utf-8").splitlines())
    keys = {
        (row["document"], row["page"], Box(*(row[side] for side in "xywh"))): row["caption"]
        for row in rows
        if row["kind"] == "picture"
    }
    return {key: (caption, found[key]) for key, caption in keys.items()}


def test_captions_are_found_whatever_their_measure(
    captions: dict[tuple[str, int, Box], tuple[str, str]],
) -> None:
    captioned = {key: pair for key, pair in captions.items() if pair[0]}
    missed = {key: pair for key, pair in captioned.items() if pair[0] != pair[1]}
    assert len(captioned) == 70
    assert len(missed) <= 0.02 * len(captioned), missed


def test_the_words_of_an_advertisement_are_no_caption_of_its_cut(
    captions: dict[tuple[str, int, Box], tuple[str, str]],
) -> None:
    assert {found for caption, found in captions.values() if not caption} == {""}
