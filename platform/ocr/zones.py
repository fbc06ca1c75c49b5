"""What the dialects call their blocks: which zones are pictures, which are text."""

from __future__ import annotations

import re
from dataclasses import dataclass

# SegmOnto (https://segmonto.github.io/gd/gdZ) and the names that its users have for the same zones.
_GRAPHIC = frozenset(
    (
        "graphic", "graphics", "figure", "decoration", "dropcapital", "stamp", "seal", "damage", "music",
        "digitizationartefact", "digitisationartefact", "illustration", "image", "picture", "photo", "photograph",
        "drawing", "engraving", "ornament", "vignette", "initial", "map", "diagram",
    )
)  # fmt: skip
# Of these there are text blocks of the same name (the BnF's LayoutTag "table"), so the whole word must be there.
_GRAPHIC_ZONES = frozenset({"tablezone"})
_SUBTYPE = re.compile(r"[#:_\s-]")
_SAID_OF_OTHERS = {"language", "type", "split"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that blocks refer to: the element, its LABEL and its TYPE."""

    element: str
    label: str
    type: str = ""

    @property
    def of_layout(self) -> bool:
        """True where it says what a block is, and not its language, an entity in it or its use in training."""
        if self.element == "OtherTag":
            return bool(self.label) and self.type.lower() not in _SAID_OF_OTHERS and not self.type.startswith("label_")
        return self.element in {"LayoutTag", "StructureTag", "RoleTag"} and bool(self.label)


def is_graphic(label: str) -> bool:
    """Return whether a zone of this name is a region, not text: ``GraphicZone:figure``, ``Figure``, ``StampZone``."""
    base = _SUBTYPE.split(label.strip(), maxsplit=1)[0].lower()
    return base in _GRAPHIC_ZONES or base.removesuffix("zone") in _GRAPHIC


def block_kind(tags: list[Tag], type_: str, fallback: str) -> str:
    """Return the kind of a text block: its tags' labels and its TYPE in lower case, each once, spaces between them."""
    words = [_SUBTYPE.sub("", tag.label.split("#")[0]).lower() for tag in tags] + type_.lower().split()
    return " ".join(dict.fromkeys(word for word in words if word)) or fallback
