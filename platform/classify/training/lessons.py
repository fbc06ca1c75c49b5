"""What is learnt from: real pictures, varied copies of them, parts of pages, and pictures made of real ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from ...errors import UsageError
from ...learning.coco import read_coco
from ...learning.folders import read_class_folders, read_table
from ...learning.folds import document_key
from ...learning.samples import DataSet, Sample
from ...learning.yolo import read_yolo
from ...press import specimens
from ...press.renderings import CLASS_OF, Chance, Technique, inked, rendered
from ..views import LONGEST, trimmed
from . import imitating
from .configuration import Part, Training
from .varying import varied

#: The ceiling of parts cut from one page.
_WINDOWS = 1
#: How much made pictures count beside real ones, unless the configuration says otherwise.
MADE = 0.3
# Pictures are rendered larger than they are looked at: dots and lines are finer than pixels then.
_RENDERED = 900
_IMITATED = 640


@dataclass(frozen=True, slots=True)
class Lesson:
    """A picture to learn from.

    ``groups`` are the documents that it was made of: none of them may be in a fold that it is measured on. What is not
    ``scored`` is only learnt from, and measured apart where it is ``found``. ``made`` says how it was made, empty for a
    real one.
    """

    label: str
    groups: frozenset[str]
    source: str
    name: str
    weight: float
    scored: bool
    made: str
    picture: Callable[[], Image.Image]
    found: bool = False


def lessons(training: Training, data: Path, seed: int) -> list[Lesson]:
    """Return all lessons of a configuration, those that are scored first. Raises FormatError and UsageError."""
    real = [lesson for part in training.data for lesson in _of_part(part, data, seed)]
    if training.classes and (strange := sorted({lesson.label for lesson in real} - set(training.classes))):
        raise UsageError(f"the data have the class {strange[0]!r}, which 'classes' does not name")
    scored = [lesson for lesson in real if lesson.scored]
    if not scored:
        raise UsageError("no part of the data is scored, so nothing could be measured")
    copies = [
        replace(_varied(lesson, seed + 1000 * copy + place), weight=training.weights.get("varied", MADE))
        for copy in range(training.learning.varied)
        for place, lesson in enumerate([*scored, *(lesson for lesson in real if lesson.found and not lesson.scored)])
    ]
    made = list(_made(training, [lesson for lesson in real if lesson.made != "window"], seed))
    return [*scored, *(lesson for lesson in real if not lesson.scored), *copies, *made]


def _of_part(part: Part, data: Path, seed: int) -> Iterator[Lesson]:
    for sample in _samples(part, data):
        if part.labels and sample.label not in part.labels:
            continue
        label = part.labels.get(sample.label, sample.label)
        if any(re.search(pattern, sample.group) for pattern in part.without.get(label, [])):
            continue
        if part.sources and sample.source not in part.sources:
            continue
        yield replace(_lesson(replace(sample, label=label), part.weight, scored=part.scored), found=part.found)
    if part.windows:
        for sample in _windows(read_coco(data / part.coco), part.windows, np.random.default_rng(seed)):
            yield replace(_lesson(sample, part.weight, scored=False), made="window")


def _samples(part: Part, data: Path) -> Iterator[Sample]:
    if part.table:
        yield from read_table(data / part.table, data / part.images, source=part.source)
    elif part.folders:
        yield from read_class_folders(data / part.folders)
    elif part.coco:
        yield from read_coco(data / part.coco).crops(smallest=20)
    elif part.yolo:
        yield from read_yolo(data / part.yolo).crops(smallest=20)
    else:
        raise UsageError("a part of the data names none of 'table', 'folders', 'coco' and 'yolo'")


def _lesson(sample: Sample, weight: float, *, scored: bool) -> Lesson:
    group = document_key(sample.group)
    name = sample.path.name
    return Lesson(sample.label, frozenset({group}), sample.source, name, weight, scored, "", lambda: _opened(sample))


def _opened(sample: Sample) -> Image.Image:
    picture = sample.open()
    if max(picture.size) > LONGEST:
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _varied(lesson: Lesson, seed: int) -> Lesson:
    def picture() -> Image.Image:
        return varied(lesson.picture(), np.random.default_rng(seed))

    return replace(lesson, scored=False, found=False, made="varied", picture=picture)


def _windows(pages: DataSet, label: str, chance: Chance) -> Iterator[Sample]:
    """Cut parts of pages where no box is: they hold text, if anything."""
    for page in pages.images:
        found = 0
        for _ in range(12):
            width, height = page.width * chance.uniform(0.3, 0.95), page.height * chance.uniform(0.2, 0.9)
            left, top = chance.uniform(0, page.width - width), chance.uniform(0, page.height - height)
            if found < _WINDOWS and not any(_meet((left, top, width, height), box.bounds) for box in page.boxes):
                found += 1
                yield Sample(page.path, label, page.group, page.source, (left, top, width, height))


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


# --- made of real ones -------------------------------------------------------------------------------


def _made(training: Training, real: Sequence[Lesson], seed: int) -> Iterator[Lesson]:
    """Make so many pictures of each kind as the configuration says; each document is drawn from as often as others."""
    chance = np.random.default_rng(seed + 77)
    for kind, count in training.made.items():
        if kind not in _KINDS:
            raise UsageError(f"the configuration's 'made' has {kind!r}; it may have {', '.join(_KINDS)}")
        label, of, make = _KINDS[kind]
        groups: dict[str, list[Lesson]] = {}
        for lesson in real:
            if lesson.label in of:
                groups.setdefault(min(lesson.groups), []).append(lesson)
        names = sorted(groups)
        for number in range(count if names or not of else 0):
            source = None
            if names:
                document = groups[names[int(chance.integers(len(names)))]]
                source = document[int(chance.integers(len(document)))]
            made = _one(kind, label, source, make, int(chance.integers(1 << 30)))
            yield replace(made, weight=training.weights.get(kind, MADE), name=f"{kind} {number}")


Maker = Callable[[Image.Image, Chance], Image.Image]


def _one(kind: str, label: str, source: Lesson | None, make: Maker, seed: int) -> Lesson:
    def picture() -> Image.Image:
        chance = np.random.default_rng(seed)
        made = make(source.picture() if source else Image.new("RGB", (8, 8)), chance)
        if max(made.size) > LONGEST:
            made.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        return varied(made, chance) if chance.random() < 0.5 else made

    return Lesson(label, source.groups if source else frozenset(), "made", kind, 1.0, False, kind, picture)


def _drawn(technique: Technique) -> Maker:
    def make(picture: Image.Image, chance: Chance) -> Image.Image:
        source = trimmed(picture)
        scale = _RENDERED / max(source.size)
        size = (max(16, round(source.width * scale)), max(16, round(source.height * scale)))
        tone = rendered(source.resize(size, Image.Resampling.BICUBIC), technique, chance)
        drawing = CLASS_OF[technique] == "drawing"
        papers, inks = (specimens.TONED, specimens.CHALKS) if drawing else (specimens.PAPERS, specimens.INKS)
        sheet = inked(tone, papers[int(chance.integers(len(papers)))], inks[int(chance.integers(len(inks)))])
        if technique == "wash" and chance.random() < 0.5:
            sheet = Image.blend(sheet, source.resize(size), 0.4)
        return specimens.mounted(sheet, chance) if not drawing and chance.random() < 0.5 else sheet

    return make


def _poster(picture: Image.Image, chance: Chance) -> Image.Image:
    if chance.random() < 0.6:
        techniques: tuple[Technique, ...] = ("lithograph", "line block", "engraving", "pen")
        picture = _drawn(techniques[int(chance.integers(4))])(picture, chance)
    return specimens.poster(picture, chance)


def _imitated(make: Maker) -> Maker:
    """Give a maker the picture alone, large."""

    def of(picture: Image.Image, chance: Chance) -> Image.Image:
        source = trimmed(picture)
        scale = _IMITATED / max(source.size)
        size = (max(16, round(source.width * scale)), max(16, round(source.height * scale)))
        return make(source.resize(size, Image.Resampling.BICUBIC), chance)

    return of


def _mounted_print(make: Maker) -> Maker:
    """Put a print on its sheet, more often than not."""

    def of(picture: Image.Image, chance: Chance) -> Image.Image:
        sheet = _imitated(make)(picture, chance)
        return specimens.mounted(sheet, chance) if chance.random() < 0.7 else sheet

    return of


def _mounted_drawing(make: Maker) -> Maker:
    """Put a drawing on a mount with lines, now and then."""

    def of(picture: Image.Image, chance: Chance) -> Image.Image:
        sheet = _imitated(make)(picture, chance)
        return imitating.framed(sheet, chance) if chance.random() < 0.25 else sheet

    return of


_PICTURES = frozenset({"photograph", "print", "drawing"})
_TONES = frozenset({"photograph", "print"})
_KINDS: dict[str, tuple[str, frozenset[str], Maker]] = {
    "mounted photograph": ("photograph", frozenset({"photograph"}), specimens.mounted),
    "mounted halftone": (
        "photograph",
        frozenset({"photograph"}),
        lambda picture, chance: specimens.mounted(_drawn("halftone")(picture, chance), chance),
    ),
    "mounted print": ("print", frozenset({"print"}), specimens.mounted),
    "mounted drawing": ("drawing", frozenset({"drawing"}), specimens.mounted),
    "halftone": ("photograph", frozenset({"photograph"}), _drawn("halftone")),
    "engraving": ("print", _PICTURES, _drawn("engraving")),
    "woodcut": ("print", _PICTURES, _drawn("woodcut")),
    "line block": ("print", _PICTURES, _drawn("line block")),
    "lithograph": ("print", _PICTURES, _drawn("lithograph")),
    "pencil": ("drawing", frozenset({"photograph", "print"}), _drawn("pencil")),
    "pen": ("drawing", frozenset({"photograph", "print"}), _drawn("pen")),
    "wash": ("drawing", frozenset({"photograph", "print"}), _drawn("wash")),
    "watercolour": ("drawing", _TONES, _mounted_drawing(imitating.watercolour)),
    "gouache": ("drawing", _TONES, _mounted_drawing(imitating.gouache)),
    "chalk": ("drawing", _TONES, _mounted_drawing(imitating.chalk)),
    "redrawn": ("drawing", frozenset({"drawing"}), imitating.redrawn),
    "cartoon": ("drawing", _TONES, _imitated(imitating.cartoon)),
    "coloured print": ("print", _PICTURES, _mounted_print(imitating.coloured_print)),
    "tinted print": ("print", _PICTURES, _mounted_print(imitating.tinted_print)),
    "cover": ("poster", frozenset({"print", "drawing"}), imitating.cover),
    "tinted cover": ("poster", _TONES, lambda p, c: imitating.cover(_imitated(imitating.tinted_print)(p, c), c)),
    "poster": ("poster", _PICTURES, _poster),
    "lettered poster": ("poster", frozenset(), lambda _, chance: specimens.poster(None, chance)),
    "faded": ("photograph", frozenset({"photograph"}), _imitated(imitating.faded)),
    "faint": ("drawing", _TONES, _mounted_drawing(imitating.faint)),
    "plan": ("plan", frozenset(), lambda _, chance: specimens.plan(chance)),
    "text": ("text", frozenset(), lambda _, chance: specimens.text_page(chance)),
}
