"""GallicaPix's own results for five real documents, against ours from the same ALTO and METS.

https://github.com/altomator/Image_Retrieval: what the prototype of the BnF found, with captions and titles.
"""

from __future__ import annotations

import difflib
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from estampe.ocr import read_alto, read_mets
from estampe.records import Box, Document, Illustration, Page
from estampe.segmentation import ArticleIndex, illustrate

pytestmark = pytest.mark.real_data


@dataclass(frozen=True)
class Reference:
    """What GallicaPix says of one illustration."""

    number: str
    noise: bool
    advertisement: bool
    caption: str
    title: str


@dataclass(frozen=True)
class Oracle:
    """One document: GallicaPix's illustrations and ours, by page and box."""

    theirs: Mapping[tuple[int, Box], Reference]
    ours: Mapping[tuple[int, Box], Illustration]

    def __getitem__(self, number: str) -> Illustration:
        return next(self.ours[key] for key, reference in self.theirs.items() if reference.number == number)


#: Name: the pages, the METS, the results, how many illustrations these have.
DOCUMENTS = {
    "excelsior": ("ocr/X*.xml", "toc/M4600034.xml", "OUT-OLR-BNF/4600034.xml", 32),
    "6519970": ("OCR-BnF-magazines-legacy/6519970/X/X*.xml", "", "OUT-OCR-BnF-magazines-legacy/6519970.xml", 27),
    "6216870": ("OCR-BnF-mono-legacy/6216870/X/X*.xml", "", "OUT-OCR-BnF-mono-legacy/6216870.xml", 1),
    "humanite": ("OCR-EN-BnF/BnF_00031_19040418/alto/*.xml", "", "OUT-OCR-EN-BnF/BnF_00031_19040418.xml", 19),
    "petit-journal": (
        "OLR-EN/19040807_1/ALTO/*.xml",
        "OLR-EN/19040807_1/19040807_1-METS.xml",
        "OUT-OLR-EN/19040807_1.xml",
        8,
    ),
}

Read = Callable[..., Oracle]


@pytest.fixture(scope="module")
def read(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    unpacked = tmp_path_factory.mktemp("oracle")
    with tarfile.open(data / "alto" / "gallicapix-oracle-alto.tar.xz") as archive:
        archive.extractall(unpacked, filter="data")

    @cache
    def read(name: str, *, structure: bool = True) -> Oracle:
        pages, mets, results, _ = DOCUMENTS[name]
        excelsior = data / "bnf-e2e-excelsior-1910"
        folder = excelsior / "OLR-BnF" / "4600034" if name == "excelsior" else unpacked
        reference = (excelsior if name == "excelsior" else data / "alto" / "gallicapix-reference-output") / results
        articles = read_mets(folder / mets, name=mets).articles if mets and structure else ()
        return Oracle(_theirs(reference), _ours(sorted(folder.glob(pages)), ArticleIndex(articles)))

    return read


def _theirs(results: Path) -> dict[tuple[int, Box], Reference]:
    pages = etree.parse(results, etree.XMLParser(recover=True, resolve_entities=False)).iter("page")
    return {
        (int(page.get("ordre")), Box(*(int(ill.get(side)) for side in "xywh"))): Reference(
            ill.get("n"),
            ill.get("filtre") == "1",
            ill.get("pub") == "true",
            (ill.findtext("leg") or "").strip(),
            (ill.findtext("titraille") or "").strip(),
        )
        for page in pages
        for ill in page.iter("ill")
    }


def _ours(files: list[Path], articles: ArticleIndex) -> dict[tuple[int, Box], Illustration]:
    document = Document("d", "Gallica", "", ("x:d",))
    ours: dict[tuple[int, Box], Illustration] = {}
    for number, file in enumerate(files, start=1):
        ocr = read_alto(file, name=file.name)
        page = Page(f"d.{file.stem}", file.stem, number, size=ocr.size)
        for illustration in illustrate(document, page, ocr, articles, page_count=len(files)):
            ours[number, illustration.box] = illustration
    return ours


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def similarity(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, letters(a), letters(b), autojunk=False).ratio()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_box_is_ours_to_the_pixel_and_what_is_more_is_noise(read: Read, name: str) -> None:
    oracle = read(name)
    assert len(oracle.theirs) == DOCUMENTS[name][3]
    assert not set(oracle.theirs) - set(oracle.ours)
    assert [ours.box for key, ours in oracle.ours.items() if key not in oracle.theirs and ours.noise is None] == []


def test_noise_of_a_newspaper_is_what_gallicapix_filters(read: Read) -> None:
    excelsior = read("excelsior")
    assert {theirs.number for key, theirs in excelsior.theirs.items() if excelsior.ours[key].noise} == {"10-4", "12-7"}
    humanite = read("humanite")
    differs = [
        theirs.number for key, theirs in humanite.theirs.items() if theirs.noise is (humanite.ours[key].noise is None)
    ]
    assert differs == ["1-1"]  # The box beside the title with the issue's number: small, but a picture of its own.


def test_captions_and_titles_of_articles_are_theirs(read: Read) -> None:
    captions, titles = [], []
    for name in ("excelsior", "petit-journal"):
        oracle = read(name)
        for key, theirs in oracle.theirs.items():
            ours = oracle.ours[key]
            captions += [similarity(ours.caption, theirs.caption)] if theirs.caption else []
            titles += [similarity(ours.title, theirs.title)] if theirs.title else []
    assert (len(captions), len(titles)) == (24, 37)
    assert sum(each >= 0.9 for each in captions) >= 0.95 * len(captions)
    assert sum(each >= 0.9 for each in titles) >= 0.95 * len(titles)


def test_words_that_gallicapix_misses_are_found(read: Read) -> None:
    assert read("excelsior")["7-2"].title == "Les Théâtres"  # The section's, where the article has none.
    assert read("petit-journal")["1-1"].caption == "A SAINT-SÉBASTIEN Combat d'un tigre et, d'un taureau"
    assert read("petit-journal")["4-1"].caption.startswith("M. -GUTL.LEMÎN Inspecteur général")
    assert read("6519970")["41-1"].caption == "Planche 1"


def test_a_caption_stops_where_body_text_begins(read: Read) -> None:
    oracle = read("6519970")
    ran_on = 0
    for key, theirs in oracle.theirs.items():
        ours = oracle.ours[key]
        assert re.match(r"\W*(F.{1,2}\.|Planche)", ours.caption), ours.caption
        follows = letters(ours.text_after)[:20]
        assert not follows or follows not in letters(ours.caption)
        ran_on += bool(follows) and follows in letters(theirs.caption)
    assert ran_on >= 15
    assert oracle["14-1"].caption == "FIG. I."
    assert oracle["14-1"].text_after.startswith("chaque matin, pendant deux ou trois semaines")
    # Both languages of a caption belong to it.
    assert oracle["44-1"].caption == "FIG. 6. — Th. Radiographie de la lésion. (Th. Radiograph of the injury.)"


def test_without_articles_most_captions_are_found_by_the_layout(read: Read) -> None:
    oracle = read("excelsior", structure=False)
    same = [
        similarity(oracle.ours[key].caption, theirs.caption) >= 0.9
        for key, theirs in oracle.theirs.items()
        if theirs.caption
    ]
    assert sum(same) >= 0.9 * len(same)


def test_fragments_that_share_a_caption_are_related_and_pictures_that_do_not_are_not(read: Read) -> None:
    oracle = read("6519970")
    for one, other in (("37-1", "37-2"), ("46-1", "46-2")):
        assert oracle[one].related == (oracle[other].id,)
        assert oracle[other].related == (oracle[one].id,)
        assert oracle[one].caption == oracle[other].caption
    assert sum(bool(ours.related) for ours in oracle.ours.values()) == 4
    assert not any(ours.related for ours in read("excelsior").ours.values())


def test_places_in_the_issue_and_advertisements(read: Read) -> None:
    oracle = read("excelsior")
    for (number, box), theirs in oracle.theirs.items():
        ours = oracle.ours[number, box]
        assert (ours.front_page, ours.last_page) == (number == 1, number == 12)
        assert theirs.advertisement is any(label.concept == "advertisement" for label in ours.labels)
