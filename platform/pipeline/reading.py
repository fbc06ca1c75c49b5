"""Pages through the stages: their OCR is read, their pictures are found and described, many pages at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ..catalogue import PageText
from ..classify import COLOUR_RUN, OWN, PAGE_RUN, colour_labels, page_kind
from ..errors import EstampeError
from ..images import PIXEL_RUN, WHOLE, describe
from ..ocr import read_alto
from ..records import Box, Diagnostic, Illustration, OcrPage, Page, Severity, Vector, is_local
from ..segmentation import RUNS, Seen, illustrate
from .eye import Eye
from .inputs import Text
from .page import Fingerprint, Reading, ToRead, Whole, basis, methods
from .scans import PAGE, Opened, Picture, look_closer, open_scan
from .watch import Missing

if TYPE_CHECKING:
    from PIL import Image

#: How large an illustration is looked at, for its palette and hash and by the models: none of them takes more.
LOOK: Final = 512
#: Words of an illustration in which names are looked for.
TEXTS: Final = ("caption", "title", "text_before", "text_after")


def read_pages(some: Sequence[ToRead], eye: Eye | None = None) -> list[Reading]:
    """Take pages through the stages. What is wrong with a text or scan is a diagnostic, and never raised.

    Each scan is decoded once; models see all pages, and then all pictures of them, at once.
    """
    drafts = [_Draft.of(one) for one in some]
    finds = eye is not None and eye.finds
    if eye is not None and finds:
        # One by one where they are looked at as large as they are: several would fill the memory.
        at_once = 1 if eye.longest == WHOLE else len(drafts)
        for start in range(0, len(drafts), at_once):
            _look(drafts[start : start + at_once], eye)
    for draft in drafts:
        draft.illustrate(eye.least if eye else 1.0)
        if not finds and draft.illustrations:
            draft.open()
        draft.look_closer()
    ready = [draft for draft in drafts if not draft.wanted]
    for draft in ready:
        draft.sort(looked=eye is not None and eye.finds_pictures)
        draft.describe()
    if eye is not None:
        _describe(ready, eye)
        for draft in ready:
            draft.point(eye)
        _find_names(ready, eye)
    return [draft.reading(eye) for draft in drafts]


@dataclass(slots=True)
class _Draft:
    """A page on its way through the stages."""

    whole: Whole
    page: Page
    text: Text | None
    picture: Picture | None
    parts: tuple[Picture, ...]
    closer: bool
    ocr: OcrPage | None = None
    opened: Opened | None = None
    seen: tuple[Seen, ...] | None = None
    sought: tuple[Seen, ...] | None = None
    wanted: tuple[Box, ...] = ()
    illustrations: tuple[Illustration, ...] = ()
    vectors: list[Vector] = field(default_factory=list)
    outlines: dict[str, Image.Image] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    #: What is to be looked at, by the place of its illustration.
    cuts: dict[int, Image.Image] = field(default_factory=dict)

    @classmethod
    def of(cls, one: ToRead) -> _Draft:
        """Read the OCR of a page."""
        missing = [one.missing] if one.missing else []
        page = replace(one.page, labels=())
        draft = cls(
            one.whole,
            page,
            one.text,
            one.picture,
            one.parts,
            one.closer,
            seen=one.seen,
            sought=one.sought,
            missing=missing,
        )
        if one.text is None:
            return draft
        try:
            draft.ocr = read_alto(one.text.data, name=one.text.source.address, frame=one.page.size)
        except EstampeError as error:
            draft.diagnostics.append(Diagnostic("ocr-unreadable", str(error), Severity.ERROR, one.page.key))
            return draft
        # The frame is the canvas where there is one; a folder's page gets it from its ALTO, and keeps it.
        draft.page = replace(page, size=page.size or draft.ocr.size)
        draft.diagnostics += [replace(diagnostic, where=one.page.key) for diagnostic in draft.ocr.diagnostics]
        return draft

    @property
    def is_looked_at(self) -> bool:
        """Whether all models that look at pages did."""
        return self.seen is not None and self.sought is not None

    def open(self, longest: int = PAGE) -> None:
        """Decode the scan, if it is at hand, with ``longest`` pixels on its longer side, if it has so many."""
        try:
            self.opened = open_scan(self.page, self.picture, self.parts, longest=longest)
        except EstampeError as error:
            self._break(error)
        if self.opened:
            # Of a page without canvas and OCR, the scan is the frame.
            self.page = replace(self.opened.page, size=self.page.size or self.opened.scan.size)
            self.opened = replace(self.opened, page=self.page)

    def illustrate(self, least: float) -> None:
        """Find what is pictured on the page; the detector is believed from the confidence ``least`` on."""
        if self.ocr is None and not self.seen and not self.sought:
            return
        self.illustrations = illustrate(
            self.whole.document,
            self.page,
            self.ocr or OcrPage(self.page.size),
            self.whole.articles,
            page_count=self.whole.page_count,
            seen=self.seen or (),
            least=least,
            sought=self.sought or (),
        )

    def look_closer(self) -> None:
        """Have larger views of pictures that are too small for the models: of a file at once, of others on request."""
        if self.opened is None:
            return
        boxes = [found.box for found in self.illustrations if found.noise is None]
        if self.closer and not self.opened.is_large:
            self.wanted = self.opened.small(boxes)
        try:
            self.opened = look_closer(self.opened, boxes)
        except EstampeError as error:
            self._break(error)

    def sort(self, *, looked: bool) -> None:
        """Say what kind of page it is; ``looked`` is whether the detector was asked for pictures."""
        frame = self.page.size
        if frame is None or not frame.area:
            return

        def shares(boxes: Iterable[Box]) -> list[tuple[float, float, float, float]]:
            cut = [inside for box in boxes if (inside := box.clipped(frame))]
            return [(box.x / frame.w, box.y / frame.h, box.right / frame.w, box.bottom / frame.h) for box in cut]

        pictures = shares(found.box for found in self.illustrations if found.noise is None)
        kind = page_kind(
            self.opened.scan.picture if self.opened else None,
            pictures if looked or self.ocr else None,
            shares(block.box for block in self.ocr.blocks) if self.ocr else None,
        )
        self.page = replace(self.page, labels=(kind,) if kind else ())

    def describe(self) -> None:
        """Describe the pixels of all illustrations."""
        if self.opened is None:
            return
        try:
            for place, found in enumerate(self.illustrations):
                cut = self.opened.cut(found.box, LOOK)
                pixels = describe(cut)
                labels = found.labels
                if found.noise is None:
                    self.cuts[place], labels = cut, (*labels, *colour_labels(pixels))
                self.put(place, replace(found, pixels=pixels, pixel_run=PIXEL_RUN.id, labels=labels))
        except EstampeError as error:
            self._break(error)

    def point(self, eye: Eye) -> None:
        """Tell of each illustration what detectors of one's own saw in it."""
        if not self.sought or self.page.size is None:
            return
        regions = [(found.box, found.noise) for found in self.illustrations]
        pointed, _ = eye.point(self.sought, self.page.size, regions)
        for place, told in pointed.items():
            found = self.illustrations[place]
            labels, detections = (*found.labels, *told.labels), (*found.detections, *told.detections)
            self.put(place, replace(found, labels=labels, detections=detections))

    def put(self, place: int, found: Illustration) -> None:
        """Put an illustration in the place of the one that is there."""
        self.illustrations = (*self.illustrations[:place], found, *self.illustrations[place + 1 :])

    def _break(self, error: EstampeError) -> None:
        """Go on without the scan, which turned out to be none."""
        self.opened = None
        self.diagnostics.append(Diagnostic("scan-unreadable", str(error), Severity.ERROR, self.page.key))

    def fail(self, look: str, causes: Sequence[str]) -> None:
        """Note that a look failed on the page, or on some of its pictures. Nothing else is lost; a later run asks it.

        What it said of the page before is not put away.
        """
        if causes:
            self.failed.add(look)
            often = f" {len(causes)} pictures of this page," if len(causes) > 1 else ""
            message = f"a model failed on{often or ' it,'} the rest stands; a later run asks it again: {causes[0]}"
            self.diagnostics.append(Diagnostic("look-failed", message, Severity.WARNING, self.page.key))

    def reading(self, eye: Eye | None) -> Reading:
        """Return what became of the page."""
        if self.wanted:
            return Reading(
                self.page,
                Fingerprint("", seen=False),
                wanted=self.wanted,
                seen=None if "detector" in self.failed else self.seen,
                sought=None if OWN in self.failed else self.sought,
            )
        unreadable = self.text is not None and self.ocr is None
        # What came over the network may be better next time.
        lasting = self.text is None or not unreadable or is_local(self.text.source.address)
        broken = any(diagnostic.code == "scan-unreadable" for diagnostic in self.diagnostics)
        nothing_to_see = not (self.illustrations or (eye and eye.finds)) or self.page.image is None
        seen = bool(self.opened) or nothing_to_see or (broken and self.page.local_scan is not None)
        left_out = {run.id for look in self.failed for run in eye.runs_of(look)} if eye else set()
        looked = [run for run in eye.runs if run.id not in left_out] if eye and seen else []
        own = [PAGE_RUN] if self.page.labels else []
        asked = (*RUNS, PIXEL_RUN, *((COLOUR_RUN, PAGE_RUN, *looked) if seen else own))
        return Reading(
            self.page,
            Fingerprint(
                basis(self.whole, self.page, self.text) if lasting else "",
                seen,
                methods(asked),
            ),
            PageText.from_ocr(self.ocr) if self.ocr else None,
            self.illustrations,
            tuple(self.diagnostics),
            tuple(self.missing),
            tuple(self.vectors),
            frozenset(run.id for run in asked),
            outlines=self.outlines,
        )


def _look(drafts: Sequence[_Draft], eye: Eye) -> None:
    """Have models look at some pages for what is to be found on them."""
    for draft in drafts:
        draft.open(PAGE if draft.is_looked_at else eye.longest)
    there = [(draft, draft.opened) for draft in drafts if draft.opened and not draft.is_looked_at]
    pages = [opened.whole if eye.longest == WHOLE else opened.scan.picture for _, opened in there]
    new = [place for place, (draft, _) in enumerate(there) if draft.seen is None]
    looked = eye.look([pages[place] for place in new])
    for place, number in enumerate(new):
        draft, _ = there[number]
        draft.seen = looked.said.get(place, ())
        draft.fail("detector", [looked.failed[place]] if place in looked.failed else [])
    for (draft, opened), page in zip(there, pages, strict=True):
        if draft.sought is None:
            draft.sought, causes = eye.seek(page)
            draft.fail(OWN, causes)
        draft.opened = opened.reduced()


def _describe(drafts: Sequence[_Draft], eye: Eye) -> None:
    """Have the models look at all pictures of some pages."""
    pictures = [(draft, place) for draft in drafts if draft.opened for place in draft.cuts]
    known = [draft.illustrations[place].labels for draft, place in pictures]
    cut = [draft.cuts[place] for draft, place in pictures]
    failed = _Failures()
    for (draft, place), picture, said in zip(pictures, cut, eye.describe(cut, known), strict=True):
        found = draft.illustrations[place]
        detections = tuple(replace(one, box=on_page(one.box, found.box, picture)) for one in said.detections)
        draft.put(place, replace(found, labels=(*found.labels, *said.labels), detections=detections))
        draft.vectors += [Vector(found.id, run, values) for run, values in said.vectors.items()]
        if said.outline:
            draft.outlines[found.id] = said.outline
        for look, cause in said.failed.items():
            failed.note(draft, look, cause)
    failed.tell()


def _find_names(drafts: Sequence[_Draft], eye: Eye) -> None:
    """Have names found in the words of all pictures of some pages."""
    told = [(draft, place) for draft in drafts for place, found in enumerate(draft.illustrations) if not found.noise]
    texts = [{field: getattr(draft.illustrations[place], field) for field in TEXTS} for draft, place in told]
    answers = eye.names(texts, [draft.whole.document.languages for draft, _ in told])
    failed = _Failures()
    for number, (draft, place) in enumerate(told):
        draft.put(place, replace(draft.illustrations[place], mentions=answers.said.get(number, ())))
        if number in answers.failed:
            failed.note(draft, "names", answers.failed[number])
    failed.tell()


class _Failures:
    """Gathers on which pictures of which pages looks failed, to tell it once a page and look."""

    def __init__(self) -> None:
        self._causes: dict[tuple[int, str], tuple[_Draft, list[str]]] = {}

    def note(self, draft: _Draft, look: str, cause: str) -> None:
        self._causes.setdefault((id(draft), look), (draft, []))[1].append(cause)

    def tell(self) -> None:
        for (_, look), (draft, causes) in self._causes.items():
            draft.fail(look, causes)


def on_page(box: Box, around: Box, picture: Image.Image) -> Box:
    """Return a box of a picture, in its pixels, in the frame of the page that it was cut from."""
    placed = box.scaled(around.w / picture.width, around.h / picture.height)
    moved = Box(placed.x + around.x, placed.y + around.y, placed.w, placed.h)
    return moved.intersection(around) or around
