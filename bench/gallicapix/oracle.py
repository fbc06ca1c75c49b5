"""Five real documents as GallicaPix and as Estampe see them, illustration by illustration.

GallicaPix's results, and the ALTO and METS that it made them from, are those that the BnF's prototype publishes
(https://github.com/altomator/Image_Retrieval); CONTRIBUTING.md says where they are looked for.
"""

from __future__ import annotations

import difflib
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from estampe.ocr import read_alto, read_mets
from estampe.records import Box, Document, Illustration, Line, OcrPage, Page, Size
from estampe.segmentation import ArticleIndex, illustrate

from .rule import published_caption

DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
_EXCELSIOR = DATA / "bnf-e2e-excelsior-1910"
_RESULTS = DATA / "alto" / "gallicapix-reference-output"

#: Captions are the same from this share of equal letters on.
SAME = 0.9
#: So many letters of the text that follows tell that a caption has run on into it.
_RUN_ON = 20
#: A block of fewer letters than this is a caption's only where the caption begins or ends with it.
_TELLING = 8


@dataclass(frozen=True)
class Source:
    """Where a document's pages, METS and results are; ``step`` is how its dialect numbers blocks (see `rule`)."""

    name: str
    title: str
    pages: str
    mets: str
    results: Path
    step: int = 1
    scans: Path | None = None


SOURCES = (
    Source(
        "excelsior",
        "Excelsior, 20 December 1910",
        "ocr/X*.xml",
        "toc/M4600034.xml",
        _EXCELSIOR / "OUT-OLR-BNF/4600034.xml",
        scans=_EXCELSIOR / "images/12148/bpt6k46000341",
    ),
    Source(
        "petit-journal",
        "Le Petit Journal, illustrated supplement, 7 August 1904",
        "OLR-EN/19040807_1/ALTO/*.xml",
        "OLR-EN/19040807_1/19040807_1-METS.xml",
        _RESULTS / "OUT-OLR-EN/19040807_1.xml",
    ),
    Source(
        "6519970",
        "A review of prosthetics, 1916–1918 (6519970)",
        "OCR-BnF-magazines-legacy/6519970/X/X*.xml",
        "",
        _RESULTS / "OUT-OCR-BnF-magazines-legacy/6519970.xml",
    ),
    Source(
        "6216870",
        "History of a regiment (6216870)",
        "OCR-BnF-mono-legacy/6216870/X/X*.xml",
        "",
        _RESULTS / "OUT-OCR-BnF-mono-legacy/6216870.xml",
    ),
    Source(
        "humanite",
        "L'Humanité, 18 April 1904",
        "OCR-EN-BnF/BnF_00031_19040418/alto/*.xml",
        "",
        _RESULTS / "OUT-OCR-EN-BnF/BnF_00031_19040418.xml",
        step=2,
    ),
)


@dataclass(frozen=True)
class Theirs:
    """What GallicaPix says of one illustration."""

    number: str
    noise: bool
    caption: str
    title: str


@dataclass(frozen=True)
class Case:
    """One illustration of GallicaPix's, what Estampe says of the same box, and the page around it.

    ``bare`` is what Estampe says without METS, ``replayed`` the caption by GallicaPix's published rule; each None where
    it does not apply. ``ours`` is None where Estampe has no such box.
    """

    document: str
    page: int
    box: Box
    theirs: Theirs
    ours: Illustration | None
    bare: Illustration | None
    replayed: str | None
    ocr: OcrPage
    scan: Path | None

    @property
    def frame(self) -> Size:
        """The page's size."""
        assert self.ocr.size is not None
        return self.ocr.size

    @property
    def caption(self) -> str:
        """Estampe's caption."""
        return self.ours.caption if self.ours else ""

    @property
    def title(self) -> str:
        """Estampe's title."""
        return self.ours.title if self.ours else ""

    @cached_property
    def verdict(self) -> str:
        """How the two captions stand to each other: one of `VERDICTS`."""
        ours, theirs = letters(self.caption), letters(self.theirs.caption)
        after = letters(self.ours.text_after)[:_RUN_ON] if self.ours else ""
        around = letters(f"{self.ours.text_before} {self.ours.text_after}") if self.ours else ""
        if similarity(self.caption, self.theirs.caption) >= SAME:
            return "same" if ours else "none"
        if not theirs:
            return "ours only"
        if self.ours and self.ours.noise:
            return "on noise"
        if not ours:
            return "running text" if theirs[:_RUN_ON] in around or (after and after in theirs) else "theirs only"
        if after and after in theirs and after not in ours:
            return "runs on"
        if len(ours) > len(theirs) and shared(theirs, ours) >= SAME:
            return "ours has more"
        return "differ"

    @cached_property
    def missed(self) -> tuple[str, ...]:
        """Words of GallicaPix's caption, of three letters and more, that are not in ours."""
        ours = letters(self.caption)
        words = re.findall(r"[^\W\d_]{3,}", _plain(self.theirs.caption))
        return tuple(word for word in words if letters(word) not in ours)

    @cached_property
    def their_lines(self) -> tuple[Line, ...]:
        """The lines that GallicaPix took for the caption."""
        return lines_of(self.theirs.caption, self.ocr, self.box)

    @cached_property
    def our_lines(self) -> tuple[Line, ...]:
        """The lines that Estampe took for the caption."""
        return lines_of(self.caption, self.ocr, self.box)


VERDICTS = {
    "same": "the same caption",
    "none": "no caption, in both",
    "runs on": "theirs runs on into the text below; ours stops",
    "running text": "theirs is running text; ours is empty",
    "on noise": "theirs gives a caption to what ours calls noise",
    "ours has more": "ours has all of theirs, and more of the print",
    "ours only": "a caption that only ours has",
    "theirs only": "a caption that only theirs has",
    "differ": "different captions",
}


def read(source: Source, unpacked: Path) -> list[Case]:
    """Run Estampe on one document and set what it says beside GallicaPix's results."""
    folder = _EXCELSIOR / "OLR-BnF/4600034" if source.name == "excelsior" else unpacked
    files = sorted(folder.glob(source.pages))
    articles = read_mets(folder / source.mets, name=source.mets).articles if source.mets else ()
    pages = [read_alto(file, name=file.name) for file in files]
    ours = dict(_illustrations(files, pages, ArticleIndex(articles)))
    bare = dict(_illustrations(files, pages, ArticleIndex(()))) if articles else {}
    cases = []
    for number, box, theirs in _results(source.results):
        ocr = pages[number - 1]
        scan = source.scans / f"f{number}.jpg" if source.scans else None
        replayed = None if articles else published_caption(ocr, box, step=source.step)
        key = (number, box)
        shown = scan if scan and scan.is_file() else None
        cases.append(Case(source.name, number, box, theirs, ours.get(key), bare.get(key), replayed, ocr, shown))
    return cases


def unpack(folder: Path) -> None:
    """Unpack the real documents."""
    with tarfile.open(DATA / "alto" / "gallicapix-oracle-alto.tar.xz") as archive:
        archive.extractall(folder, filter="data")


def _results(path: Path) -> Iterator[tuple[int, Box, Theirs]]:
    for page in etree.parse(path, etree.XMLParser(recover=True, resolve_entities=False)).iter("page"):
        for ill in page.iter("ill"):
            box = Box(*(int(ill.get(side, "0")) for side in "xywh"))
            caption, title = (" ".join(ill.findtext(tag, "").split()) for tag in ("leg", "titraille"))
            yield int(page.get("ordre", "0")), box, Theirs(ill.get("n", ""), ill.get("filtre") == "1", caption, title)


def _illustrations(
    files: list[Path], pages: list[OcrPage], articles: ArticleIndex
) -> Iterator[tuple[tuple[int, Box], Illustration]]:
    document = Document("d", "Gallica", "", ("x:d",))
    for number, (file, ocr) in enumerate(zip(files, pages, strict=True), start=1):
        page = Page(f"d.{file.stem}", file.stem, number, size=ocr.size)
        for illustration in illustrate(document, page, ocr, articles, page_count=len(files)):
            yield (number, illustration.box), illustration


def _plain(text: str) -> str:
    """Return a text of GallicaPix's without what its export made of quotation marks and brackets: `` quot; ``."""
    return re.sub(r"\b(?:quot|gt|lt|amp);", "", text)


def letters(text: str) -> str:
    """Return the letters and digits of a text alone."""
    return re.sub(r"[\W_]", "", _plain(text).casefold())


def similarity(a: str, b: str) -> float:
    """Return how much two texts have the same letters, 0 to 1."""
    return difflib.SequenceMatcher(None, letters(a), letters(b), autojunk=False).ratio()


def shared(part: str, whole: str) -> float:
    """Return the share of a text's letters that stand in another one, in their order."""
    matcher = difflib.SequenceMatcher(None, part, whole, autojunk=False)
    return sum(match.size for match in matcher.get_matching_blocks()) / max(1, len(part))


def lines_of(caption: str, ocr: OcrPage, box: Box) -> tuple[Line, ...]:
    """Return the lines of a page that a caption's words stand in: of two that have the same words, the nearer."""
    left = letters(caption)
    found: list[Line] = []
    # The longest first, so that words within it are not looked for elsewhere.
    for block in sorted(ocr.blocks, key=lambda block: (-len(_printed(block.lines)), _distance(block.box, box))):
        for piece in (block.lines, *((line,) for line in block.lines)):
            text = _printed(piece)
            if text and text in left and (len(text) >= _TELLING or left.startswith(text) or left.endswith(text)):
                left = left.replace(text, "", 1)
                found += piece
                if piece == block.lines:
                    break
    return tuple(found)


def _printed(lines: Iterable[Line]) -> str:
    return letters("".join(word.text for line in lines for word in line.words))


def _distance(box: Box, other: Box) -> int:
    across = max(box.x - other.right, other.x - box.right, 0)
    down = max(box.y - other.bottom, other.y - box.bottom, 0)
    return across + down
