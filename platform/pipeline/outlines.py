"""What pictures are compared by, kept from their reading to the end of the run: nothing is opened for it once more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

#: So many are kept, of some 20 kB each, those of the pages that were read last.
_MOST: Final = 3_000


class Outlines:
    """Outlines of illustrations (see `reproductions.outline`) by their ids, in memory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Image.Image] = OrderedDict()

    def put(self, outlines: Mapping[str, Image.Image]) -> None:
        """Keep outlines; the oldest go where there are too many."""
        for id_, outline in outlines.items():
            self._kept[id_] = outline
            self._kept.move_to_end(id_)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def get(self, illustration: str) -> Image.Image | None:
        """Return an outline, None where it is not kept."""
        return self._kept.get(illustration)
