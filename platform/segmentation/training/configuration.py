"""What a training of the detector is told; one TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import SettingsError
from ...learning.configuration import as_table, made_of, read_configuration


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages with the truth of what is on them: a COCO file or a YOLO data set. Paths count from the folder of data.

    ``labels`` says which of its classes is which of the network's (picture, ornament, initial): others are no truth.
    ``sources`` are the collections that are taken, all where it is empty. ``sheets`` are those of them whose pages
    without pictures are sheets, on which a drawing may stand; those of the others are text.
    """

    coco: str = ""
    yolo: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures to set pages with: a ``table`` (CSV: file, label, group) and the folder of its files.

    ``kinds`` says which of its classes are photographs, drawings or something else (``other``).
    """

    table: str = ""
    images: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a page is one of the labelled ones, with pictures or without, or set anew. They add up to 1."""

    labelled: float = 0.38
    without: float = 0.14
    text: float = 0.12
    title: float = 0.02
    newspaper: float = 0.09
    album: float = 0.11
    drawn: float = 0.09
    whole: float = 0.02
    empty: float = 0.03


@dataclass(frozen=True, slots=True)
class Learning:
    """How the network learns. The first ``frozen`` convolutions stay as they are; ``rate`` falls as a cosine does.

    It learns from ``early`` steps of smaller pages first, ``early_side`` pixels each way, which cost less than half.
    """

    early: int = 600
    early_side: int = 320
    steps: int = 340
    batch: int = 8
    rate: float = 5e-4
    decay: float = 1e-3
    frozen: int = 9
    average: float = 0.99
    folds: int = 4
    seeds: list[int] = field(default_factory=lambda: [0])


@dataclass(frozen=True, slots=True)
class Training:
    """A whole configuration.

    ``base`` is the network to begin from, in the list of models; ``card`` has what the model card says beside the
    numbers: its ``summary``, and sections by their headings.
    """

    name: str
    version: str
    base: str
    pages: list[Pages]
    pictures: list[Pictures]
    shares: Shares
    learning: Learning
    card: Mapping[str, str]


def read_training(path: Path) -> Training:
    """Read a configuration. Raises SettingsError saying which key is wrong."""
    content = read_configuration(path, ("name", "version", "base", "pages", "pictures", "shares", "learning", "card"))
    for key in ("pages", "pictures"):
        if not isinstance(content.get(key, []), list):
            raise SettingsError(f"the configuration {path}: {key!r} must be written as '[[{key}]]'")
    if not isinstance(content.get("name"), str) or not content.get("pages"):
        raise SettingsError(f"the configuration {path} lacks 'name', or '[[pages]]', of which one is needed at least")
    shares = made_of(Shares, content.get("shares", {}), path, "shares")
    if abs(sum(getattr(shares, name) for name in Shares.__dataclass_fields__) - 1) > 0.01:
        raise SettingsError(f"the configuration {path}: the shares must add up to 1")
    return Training(
        content["name"],
        str(content.get("version", "1")),
        str(content.get("base", "pp-doclayout-s")),
        [made_of(Pages, one, path, f"pages[{place}]") for place, one in enumerate(content["pages"])],
        [made_of(Pictures, one, path, f"pictures[{place}]") for place, one in enumerate(content.get("pictures", []))],
        shares,
        made_of(Learning, as_table(content.get("learning", {}), path, "learning"), path, "learning"),
        {heading: str(text) for heading, text in as_table(content.get("card", {}), path, "card").items()},
    )
