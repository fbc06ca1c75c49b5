"""What kind of page a page is, on real pages and on what the rules say."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image, ImageDraw

from estampe.classify import PAGE_RUN, page_kind
from tests.classify.page_truth import DATA, kinds, pictures

FULL = (0.1, 0.1, 0.9, 0.9)


def sheet(colour: tuple[int, int, int], lines: int = 0) -> Image.Image:
    page = Image.new("RGB", (600, 900), colour)
    pen = ImageDraw.Draw(page)
    for line in range(lines):
        for word in range(12):
            pen.rectangle((90 + 36 * word, 100 + 20 * line, 116 + 36 * word, 110 + 20 * line), fill=(20, 20, 20))
    return page


@pytest.mark.skipif(not (DATA / "detection").is_dir(), reason="the real pages are not here")
def test_real_pages() -> None:
    marked, told = pictures(), Counter[tuple[str, str]]()
    # All covers and blanks, and some of the others.
    common = {"text-page": 6, "picture-page": 3}
    seen = Counter[str]()
    for name, truth in kinds().items():
        seen[truth] += 1
        if seen[truth] % common.get(truth, 1):
            continue
        with Image.open(DATA / name) as page:
            kind = page_kind(page.convert("RGB"), marked.get(name, []), None)
        told[truth, kind.concept if kind else ""] += 1
    right = sum(count for (truth, said), count in told.items() if truth == said)
    assert right >= 0.93 * told.total(), told
    assert all(
        told[rare, rare] >= 0.9 * sum(n for (t, _), n in told.items() if t == rare)
        for rare in ("blank-page", "cover-page")
    )


def test_the_rules() -> None:
    paper, wrapper = (240, 232, 214), (170, 90, 60)
    said = {
        "blank-page": page_kind(sheet(paper), [], None),
        "cover-page": page_kind(sheet(wrapper, 3), [], None),
        "text-page": page_kind(sheet(paper, 30), [], None),
        "picture-page": page_kind(sheet(paper, 30), [FULL], None),
    }
    assert {name: kind.concept for name, kind in said.items() if kind} == {name: name for name in said}
    assert all(
        kind and kind.run == PAGE_RUN.id and kind.facet == "page" and 0.5 <= kind.confidence < 1
        for kind in said.values()
    )


def test_words_of_the_ocr_stand_against_pictures() -> None:
    column = (0.1, 0.1, 0.45, 0.9)
    half = page_kind(None, [(0.5, 0.1, 0.9, 0.3)], [column])
    assert half and half.concept == "text-page" and half.confidence < 0.9
    plate = page_kind(None, [FULL], [(0.3, 0.91, 0.7, 0.94)])
    assert plate and plate.concept == "picture-page"
    # A page of words on a coloured wrapper has words, and is told by them.
    assert (words := page_kind(sheet((170, 90, 60), 30), [], [column])) and words.concept == "text-page"


def test_nothing_is_said_where_nobody_looked() -> None:
    assert page_kind(None, None, None) is None
    assert page_kind(None, [], []) is None, "OCR without a word, and no scan"
    assert page_kind(sheet((240, 232, 214), 30), None, None) is None, "it may be full of pictures"
    assert (blank := page_kind(sheet((240, 232, 214)), None, None)) and blank.concept == "blank-page"
