"""What the press prints is what it says it prints."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.ocr import read_alto, read_mets
from estampe.press import Order, newspaper_orders, print_corpus
from estampe.records import Box

# One worker runs them all: the corpus is printed once.
ORDERS = (Order("issue", "newspaper", "fr", 2, date(1910, 12, 20)), Order("book", "book", "de", 5))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("press")
    print_corpus(folder, ORDERS)
    return folder


def truth(corpus: Path) -> dict[tuple[str, int], list[dict[str, object]]]:
    pages = defaultdict(list)
    for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        pages[row["document"], row["page"]].append(row)
    return pages


def test_the_alto_tells_the_truth_about_every_picture(corpus: Path) -> None:
    for (document, number), rows in truth(corpus).items():
        name = f"documents/{document}/alto/{number:04d}.xml"
        page = read_alto(corpus / name, name=name)
        marked = {region.box for region in page.regions if region.element != "ComposedBlock"}
        assert marked == {Box(row["x"], row["y"], row["w"], row["h"]) for row in rows}


def test_there_is_ink_where_a_picture_is_and_the_words_are_where_they_say(corpus: Path) -> None:
    for (document, number), rows in truth(corpus).items():
        with Image.open(corpus / f"documents/{document}/images/{number:04d}.jpg") as scan:
            grey = np.asarray(scan.convert("L"), np.float32)
        name = f"documents/{document}/alto/{number:04d}.xml"
        page = read_alto(corpus / name, name=name)
        assert page.size and (page.size.h, page.size.w) == grey.shape
        paper = np.percentile(grey, 90)
        boxes = [Box(row["x"], row["y"], row["w"], row["h"]) for row in rows]
        boxes += [word.box for block in page.blocks for line in block.lines for word in line.words]
        for box in boxes:
            assert grey[box.y : box.bottom, box.x : box.right].min() < paper * 0.6, f"{name} {box.xywh}"


def test_a_broken_word_is_whole_in_the_text(corpus: Path) -> None:
    name = "documents/issue/alto/0001.xml"
    text = " ".join(block.text for block in read_alto(corpus / name, name=name).blocks)
    assert "phosphorescent" in text or "rumeurs" in text or "Charles-François-Bienvenu" in text
    assert "- " not in text.replace(" — ", "").replace("— ", "")


def test_the_mets_binds_captions_to_pictures(corpus: Path) -> None:
    name = "documents/issue/issue-METS.xml"
    mets = read_mets(corpus / name, name=name)
    shown = [
        row for (document, _), rows in truth(corpus).items() for row in rows if document == "issue" and row["caption"]
    ]
    captioned = [article for article in mets.articles if any("caption" in part.role for part in article.parts)]
    assert len(shown) >= 4
    assert len(captioned) >= len(shown)


def test_the_same_seed_prints_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    print_corpus(tmp_path, ORDERS[:1])
    for path in sorted(tmp_path.rglob("documents/**/*.*")):
        twin = corpus / path.relative_to(tmp_path)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(twin.read_bytes()).digest(), path.name


def test_any_number_of_pages_can_be_ordered() -> None:
    orders = list(newspaper_orders(21))
    assert [order.pages for order in orders] == [8, 8, 5]
    assert len({order.name for order in orders}) == 3
