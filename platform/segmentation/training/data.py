"""The data of a training: labelled pages by fold, and the pictures that other pages are set with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from ...errors import UsageError
from ...learning import coco, folders, folds, yolo
from ...learning.samples import DataSet, LabelledBox, LabelledImage, Sample
from ..network import CLASSES, PICTURES
from .composing import Cut, inked
from .configuration import Pages, Pictures, Training
from .samples import HELD, RealPage, cut_out


@dataclass(frozen=True, slots=True)
class Data:
    """All that a training may learn from. What is of one document has one ``group``, however its id is spelt.

    ``folder`` is what the paths of a configuration count from; ``classes`` and ``patch`` are the training's.
    """

    folder: Path
    pages: tuple[RealPage, ...]
    pictures: tuple[tuple[str, Sample], ...]
    classes: tuple[str, ...]
    patch: int

    def name(self, path: Path) -> str:
        """Return the name of a file of the data, the same on every machine."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.as_posix()

    def folds(self, count: int, seed: int) -> list[int]:
        """Return the fold of each page: documents whole, each source spread over all folds as evenly as they allow."""
        labels = [f"{page.source} {page.has_pictures}" for page in self.pages]
        return [int(fold) for fold in folds.grouped_folds([page.document for page in self.pages], labels, count, seed)]

    def without(self, documents: Collection[str]) -> Data:
        """Return what is of other documents."""
        return replace(
            self,
            pages=tuple(page for page in self.pages if page.document not in documents),
            pictures=tuple(
                (kind, one) for kind, one in self.pictures if folds.document_key(one.group) not in documents
            ),
        )


@dataclass(frozen=True, slots=True)
class Stock:
    """Pictures by what they are, cut out and decoded, and pages by what may be set on them.

    ``all`` are pictures with their class, ``decorations`` ornaments and initials with theirs.
    """

    photographs: list[Image.Image]
    drawings: list[Image.Image]
    all: list[Cut]
    decorations: list[Cut]
    pictured: list[RealPage]
    texts: list[RealPage]
    sheets: list[RealPage]

    @classmethod
    def of(cls, data: Data) -> Stock:
        """Open all pictures. Raises UsageError where there is nothing to learn from."""
        pictured = [page for page in data.pages if page.has_pictures]
        if data.classes != CLASSES or data.patch:
            # Nothing is set anew from pages like these.
            if not pictured:
                raise UsageError("there is nothing to learn from: no page has anything of the classes wanted")
            return cls([], [], [], [], pictured, [], [])
        # A drawing in a collection of pictures has its sheet around it.
        cut = [(kind, inked(one.open()) if kind == "drawing" else one.open()) for kind, one in data.pictures]
        cut += [one for page in data.pages for one in cut_out(page)]
        everything = [one for one in cut if one[0] in PICTURES]
        empty = [page for page in data.pages if not page.has_pictures]
        texts = [page for page in empty if not page.is_sheet]
        if not pictured or not texts or not everything:
            raise UsageError("there is nothing to learn from: pages with pictures and pages without are both needed")

        def of(*kinds: str) -> list[Image.Image]:
            return [picture for kind, picture in everything if kind in kinds] or [picture for _, picture in everything]

        return cls(
            of("photograph"),
            of("drawing", "plan"),
            everything,
            [one for one in cut if one[0] in _DECORATIONS],
            pictured,
            texts,
            [page for page in empty if page.is_sheet and not page.truth],
        )


_DECORATIONS: Final = ("ornament", "initial")


def read_data(training: Training, folder: Path) -> Data:
    """Read what a configuration names, from a folder. Raises FormatError, UsageError."""
    pages = [page for part in training.pages for page in _pages(part, training, folder)]
    pictures = [entry for part in training.pictures for entry in _pictures(part, folder)]
    return Data(folder, tuple(pages), tuple(pictures), training.classes, training.patch)


def _pages(part: Pages, training: Training, folder: Path) -> Sequence[RealPage]:
    if bool(part.coco) == bool(part.yolo):
        raise UsageError("[[pages]] names either a file in 'coco' or a data set in 'yolo'")
    found = coco.read_coco(folder / part.coco) if part.coco else yolo.read_yolo(folder / part.yolo)
    if unknown := sorted({*part.labels.values()} - {*training.classes}):
        raise UsageError(f"'labels' says {unknown[0]!r}; the network has {', '.join(training.classes)}")
    wanted = [image for image in found.images if not part.sources or image.source in part.sources]
    if not wanted:
        raise UsageError(f"{_name(found)} has no page of the sources {', '.join(part.sources)}")
    added = folders.read_boxes(Path(part.added)) if part.added else {}
    return [_page(image, part, training, added.get(_within(image, part, folder), [])) for image in wanted]


def _within(image: LabelledImage, part: Pages, folder: Path) -> str:
    return image.path.relative_to((folder / (part.coco or part.yolo)).parent).as_posix()


def _page(image: LabelledImage, part: Pages, training: Training, added: Sequence[LabelledBox]) -> RealPage:
    truth = tuple((part.labels[box.label], box.bounds) for box in image.boxes if box.label in part.labels)
    group = folds.document_key(image.group)
    truth += tuple((box.label, box.bounds) for box in added if box.label in training.classes)
    sheet, held = image.source in part.sheets, 0 if training.patch else HELD
    return RealPage(image.path, image.source, group, image.width, truth, sheet, training.classes, held)


def _pictures(part: Pictures, folder: Path) -> Sequence[tuple[str, Sample]]:
    if unknown := sorted({*part.kinds.values()} - {*PICTURES}):
        raise UsageError(f"'kinds' says {unknown[0]!r}; there are {', '.join(PICTURES)}")
    found = folders.read_table(folder / part.table, folder / part.images, part.kinds)
    return [(one.label, one) for one in found]


def _name(found: DataSet) -> str:
    return found.name
