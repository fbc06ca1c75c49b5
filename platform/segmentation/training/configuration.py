"""What a training of the detector is told; one TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ...errors import SettingsError
from ...learning.configuration import as_table, made_of, read_configuration
from ..network import CLASSES


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages with the truth of what is on them: a COCO file or a YOLO data set. Paths count from the folder of data.

    ``labels`` says which of its classes is which of the network's: others are no truth.
    ``sources`` are the collections that are taken, all where it is empty. ``sheets`` are those of them whose pages
    without pictures are sheets, on which a drawing may stand; those of the others are text. ``added`` are boxes that
    the data set lacks: a CSV table (file, label, x, y, w, h) in the folder of the configuration, whose labels are the
    network's.
    """

    coco: str = ""
    yolo: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    added: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures to set pages with: a ``table`` (CSV: file, label, group) and the folder of its files.

    ``kinds`` says which of its classes are photographs, drawings, plans, prints or, where that is not known, pictures.
    """

    table: str = ""
    images: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a page is one of the labelled ones, with pictures or without, or set anew. They add up to 1."""

    labelled: float = 0.38
    without: float = 0.12
    text: float = 0.12
    title: float = 0.02
    newspaper: float = 0.09
    album: float = 0.11
    drawn: float = 0.09
    whole: float = 0.02
    empty: float = 0.05


@dataclass(frozen=True, slots=True)
class Learning:
    """How the network learns. The first ``frozen`` convolutions stay as they are; ``rate`` falls as a cosine does.

    It learns from ``early`` steps of smaller pages first, ``early_side`` pixels each way, which cost less than half. At
    the end the kinds of pictures are learnt again, from ``kinds`` batches.
    """

    early: int = 600
    early_side: int = 320
    steps: int = 340
    batch: int = 8
    rate: float = 5e-4
    decay: float = 1e-3
    frozen: int = 9
    average: float = 0.99
    kinds: int = 80


@dataclass(frozen=True, slots=True)
class Measuring:
    """How it is measured: in so many folds of the documents, with each seed.

    ``groups`` are lists of sources: each list is left out of a training as a whole. ``curve`` are numbers of folds that
    are learnt from instead of all but one. Sources ``apart`` are measured by themselves alone. ``kinds`` are sources
    whose pictures must be told as photographs, drawings, or something else.
    """

    folds: int = 4
    seeds: list[int] = field(default_factory=lambda: [0])
    groups: list[list[str]] = field(default_factory=list)
    curve: list[int] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Training:
    """A whole configuration.

    ``classes`` are those of the network; ones of one's own are learnt from labelled pages alone, since pages are set
    anew with pictures, ornaments and initials. ``patch`` is the side of the squares that are looked at one after the
    other, in pixels of the file, where what is wanted is small; 0: whole pages.
    ``base`` is the network to begin from, in the list of models; ``card`` has what the model card says beside the
    numbers: its ``summary``, and sections by their headings.
    """

    name: str
    version: str
    base: str
    classes: tuple[str, ...]
    patch: int
    pages: list[Pages]
    pictures: list[Pictures]
    shares: Shares
    learning: Learning
    measuring: Measuring
    card: Mapping[str, str]


def _pages(given: Mapping[str, Any], path: Path, place: int) -> Pages:
    pages = made_of(Pages, given, path, f"pages[{place}]")
    return replace(pages, added=str(path.parent / pages.added)) if pages.added else pages


_KEYS: Final = (
    *("name", "version", "base", "classes", "patch"),
    *("pages", "pictures", "shares", "learning", "measuring", "card"),
)
_SET: Final = tuple(name for name in Shares.__dataclass_fields__ if name not in {"labelled", "without"})
_LABELLED: Final = Shares(0.75, 0.25, *[0.0] * len(_SET))
#: The least side of patches, in pixels.
SMALLEST_PATCH: Final = 64


def read_training(path: Path) -> Training:
    """Read a configuration. Raises SettingsError saying which key is wrong."""
    content = read_configuration(path, _KEYS)
    for key in ("pages", "pictures"):
        if not isinstance(content.get(key, []), list):
            raise SettingsError(f"the configuration {path}: {key!r} must be written as '[[{key}]]'")
    if not isinstance(content.get("name"), str) or not content.get("pages"):
        raise SettingsError(f"the configuration {path} lacks 'name', or '[[pages]]', of which one is needed at least")
    classes, patch = content.get("classes", list(CLASSES)), content.get("patch", 0)
    if not isinstance(classes, list) or not classes or not all(isinstance(name, str) for name in classes):
        raise SettingsError(f"the configuration {path}: 'classes' is a list of names")
    if not isinstance(patch, int) or (patch and patch < SMALLEST_PATCH):
        raise SettingsError(f"the configuration {path}: 'patch' is a number of pixels from {SMALLEST_PATCH} on, or 0")
    ours = tuple(classes) == CLASSES
    given = as_table(content.get("shares", {}), path, "shares")
    if not ours or patch:
        given = {**dict.fromkeys(_SET, 0.0), **given} if given else asdict(_LABELLED)
    shares = made_of(Shares, given, path, "shares")
    if not ours and any(getattr(shares, name) for name in _SET):
        raise SettingsError(
            f"the configuration {path}: pages are set anew for the classes {', '.join(CLASSES)} alone; "
            "for classes of one's own the shares are 'labelled' and 'without'"
        )
    if abs(sum(getattr(shares, name) for name in Shares.__dataclass_fields__) - 1) > 0.01:
        raise SettingsError(f"the configuration {path}: the shares must add up to 1")
    return Training(
        content["name"],
        str(content.get("version", "1")),
        str(content.get("base", "pp-doclayout-s")),
        tuple(classes),
        patch,
        [_pages(one, path, place) for place, one in enumerate(content["pages"])],
        [made_of(Pictures, one, path, f"pictures[{place}]") for place, one in enumerate(content.get("pictures", []))],
        shares,
        made_of(Learning, as_table(content.get("learning", {}), path, "learning"), path, "learning"),
        made_of(Measuring, as_table(content.get("measuring", {}), path, "measuring"), path, "measuring"),
        {heading: str(text) for heading, text in as_table(content.get("card", {}), path, "card").items()},
    )
