"""Real pages in the other dialects: what each calls a picture, and what it calls by the same word and is none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from estampe.ocr import read_alto
from estampe.records import Document, Illustration, OcrPage, Page
from estampe.segmentation import illustrate

pytestmark = pytest.mark.real_data


def read(file: Path) -> OcrPage:
    return read_alto(file, name=file.name)


def run(file: Path) -> tuple[Illustration, ...]:
    ocr = read(file)
    return illustrate(Document("d", "", "", ("x:d",)), Page("d.p", "p", 1, size=ocr.size), ocr, (), page_count=2)


def pictures(illustrations: tuple[Illustration, ...]) -> list[str]:
    return [each.box.xywh for each in illustrations if each.noise is None]


def test_segmonto_zones_are_all_there_and_decoration_is_told_by_word_and_shape(data: Path) -> None:
    zones: Counter[str] = Counter()
    found: Counter[str | None] = Counter()
    for file in sorted((data / "segmonto-fullres").rglob("*.xml")):
        ocr, illustrations = read(file), run(file)
        assert {region.box for region in ocr.regions} == {each.box for each in illustrations}
        zones.update(region.type for region in ocr.regions)
        found.update(each.noise for each in illustrations)
        for each in illustrations:
            if each.noise == "initial":
                assert [label.concept for label in each.labels] == ["initial"]
    assert zones["DropCapitalZone"] == found["initial"] == 10
    assert zones["StampZone"] == found["stamp"] == 2
    # The miniatures, woodcuts, emblems and printers' marks, and two headpieces as high as pictures.
    assert found[None] == 9


def test_a_caption_below_an_emblem_is_found_where_the_page_has_no_other_text(data: Path) -> None:
    (emblem,) = run(next((data / "segmonto-fullres" / "cremma-16-17-print").rglob("*.xml")))
    assert emblem.caption.startswith("Noctes atque dies")
    assert emblem.title.startswith("AMOR VIGILAT")
    assert emblem.labels == ()  # Its zone is a "Figure": that is no human figure.


def test_graphical_elements_of_a_newspaper_are_what_separates_columns(data: Path) -> None:
    file = data / "alto/bnf-one-per-dialect/OCR-EN-BnF/BnF_00031_19040418/alto/00000001.xml"
    elements = {region.box: region.element for region in read(file).regions}
    reasons = Counter(each.noise for each in run(file) if elements[each.box] == "GraphicalElement")
    assert set(reasons) == {"rule", "edge"}
    assert reasons.total() == 63


def test_luxembourg_marks_a_picture_twice_and_it_is_one(data: Path) -> None:
    illustrations = run(data / "alto/bnl-nautilus/mets-alto-package/text/1858-07-10_01-00001.xml")
    assert pictures(illustrations) == ["1402,325,204,348"]
    tables = [each for each in illustrations if each.noise == "table"]
    assert [label.concept for each in tables for label in each.labels] == ["table", "table"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_boxes_of_la_croix_are_as_large_as_its_crops(data: Path, number: int) -> None:
    folder = data / "bnf-e2e-lacroix"
    found = run(folder / "DOCS" / "0220169" / "X" / f"X000000{number}.xml")
    with Image.open(folder / "IMG" / f"220169-{number}-1.jpg") as crop:
        assert crop.size in {(each.box.w, each.box.h) for each in found if each.noise is None}


def test_a_magazine_keeps_its_five_pictures_and_its_stamps_are_none(data: Path) -> None:
    pages = [run(file) for file in sorted((data / "bnf-e2e-9604118/collection/X").glob("X*.xml"))]
    assert [len(pictures(page)) for page in pages] == [1, 3, 1]
    assert [each.noise for page in pages for each in page if each.noise] == ["stamp", "stamp"]


def test_captions_above_their_pictures_are_found_where_they_say_so(data: Path) -> None:
    file = data / "alto/bnf-one-per-dialect/OCR-BnF-mono/9612399/ocr/X0000019.xml"
    assert [each.caption for each in run(file)] == ["Fig. 5.", "Fig. 6."]


def test_what_an_ocr_finds_at_the_edge_of_a_scan_is_no_picture(data: Path) -> None:
    illustrations = run(data / "iiif/cookbook-0068-newspaper/newspaper_issue_1-alto_p1.xml")
    assert pictures(illustrations) == ["1270,456,266,328"]
    assert {"edge", "binding", "rule"} <= {each.noise for each in illustrations}
