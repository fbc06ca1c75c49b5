"""New pictures are compared with all that there are: the same one in another printing, another copy, a part of it.

Which pictures were asked about stands in the catalogue, so that this goes on where it was cut off, whoever did it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ..catalogue import Catalogue
from ..classify.reproductions import MATCH_RUN, Laying, New, Sighting, find_matches, grain, lay, outline
from ..errors import EstampeError
from ..net import Door
from ..records import REPRODUCTION, Illustration, Vector
from ..search import Index, Near, Query
from .outlines import Outlines
from .scans import PAGE, Opened, fetch_scan, open_scan
from .stopping import Stopping

if TYPE_CHECKING:
    from PIL import Image

# Pictures that are compared, and written, at once: what is done of them is lost where the work is cut off.
_GROUP: Final = 128
# Vectors that have less in common (cosine) are of different pictures: to lay these over each other takes longer than
# all else. Of 1,600 renderings of 400 pictures, 95 in 100 were nearer to their own than that, and two others were.
_NEAR: Final = 0.35
# What is kept of pages that were opened last, and how large a picture is compared.
_OPEN, _SIDE = 6, 320
# Pages whose picture covers this share of a side are opened small: of outlines less than 150 pixels are kept.
_LARGE, _SMALL_PAGE = 0.4, 512
_EVER: Final = 1e10
_HASHES: Final = 10_000


class Matching:
    """Compares pictures that were not compared yet with all of the catalogue.

    Memory holds one hash and one id a picture, some 100 bytes, besides what a group takes.

    Args:
        catalogue: says what is new, and takes what is found.
        index: has followed the catalogue; the nearest vectors are looked up in it.
        door: the network, for distant scans that the cache has not; None where only files are looked at.
        stopping: where the work may be stopped.
        outlines: what pictures are compared by, as far as it is known already; others are opened.
        laying: lays pictures over others.

    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        door: Door | None,
        stopping: Stopping,
        *,
        outlines: Outlines | None = None,
        laying: Laying = lay,
    ) -> None:
        self._catalogue, self._index, self._door, self._stopping = catalogue, index, door, stopping
        self._outlines, self._laying = outlines or Outlines(), laying

    def run(self) -> int:
        """Compare what is new; return how many pairs were found. Raises Stopped between two groups."""
        space = self._catalogue.current_runs().get(REPRODUCTION)
        if space is None:
            return 0
        values, after, found = self._catalogue.values, "", 0
        known: _Known | None = None
        while some := values.unmatched(space.id, MATCH_RUN.id, after=after, limit=_GROUP):
            after = some[-1].illustration
            if known is None:
                self._catalogue.put_runs([MATCH_RUN])
                known = _Known(self._catalogue, self._index, self._door, space.id, self._outlines)
            found += self._compare(some, known)
            with self._stopping.released():
                pass
        return found

    def _compare(self, some: Sequence[Vector], known: _Known) -> int:
        new = list(known.new(some))
        asked = {one.id for one in new}
        said = {(match.one, match.other): match for match in find_matches(new, known, laying=self._laying)}
        count = len(said)
        # What an earlier group found of these stands, though the shortlist from this side may be another one.
        for id_ in asked:
            for match in self._catalogue.values.matches_of(id_, all_runs=True):
                other = match.other if match.one == id_ else match.one
                if match.run == MATCH_RUN.id and other not in asked:
                    said.setdefault((match.one, match.other), match)
        self._catalogue.values.put_matches(MATCH_RUN.id, asked, list(said.values()))
        return count


class _Known:
    """All pictures of a catalogue, as `find_matches` wants them."""

    def __init__(self, catalogue: Catalogue, index: Index, door: Door | None, space: str, outlines: Outlines) -> None:
        self._catalogue, self._index, self._door, self._space = catalogue, index, door, space
        self._outlines = outlines
        self._opened: OrderedDict[tuple[str, int], Opened | None] = OrderedDict()
        self._ids, self._hashes = self._all_hashes()

    def new(self, vectors: Sequence[Vector]) -> Iterator[New]:
        """Yield those of which the picture is at hand; the others are left for another time."""
        by_id = {one.id: one for one in self._catalogue.illustrations([vector.illustration for vector in vectors])}
        for vector in vectors:
            one = by_id.get(vector.illustration)
            if one and (seen := self._sighting(one)):
                yield New(one.id, seen, vector.values, one.pixels.phash if one.pixels else "")

    def nearest(self, vectors: npt.NDArray[np.float32], count: int) -> list[list[str]]:
        """Return of each vector the ids of the nearest that are near enough, nearest first."""
        return [self._near(vector, count) for vector in vectors]

    def alike(self, hashes: Sequence[str], bits: int) -> list[list[str]]:
        """Return of each hash the ids of those that differ in no more bits."""
        return [self._alike(hash_, bits) if hash_ else [] for hash_ in hashes]

    def sighting(self, illustration: str) -> Sighting | None:
        """Return what is kept of a picture, None where it cannot be had."""
        one = self._catalogue.illustration(illustration)
        return self._sighting(one) if one else None

    def _sighting(self, one: Illustration) -> Sighting | None:
        if kept := self._outlines.get(one.id):
            return Sighting(kept, lambda: grain(picture) if (picture := self._cut(one)) else None)
        picture = self._cut(one)
        return Sighting(outline(picture), grain(picture)) if picture else None

    def _near(self, vector: npt.NDArray[np.float32], count: int) -> list[str]:
        near = Near(self._space, vector=tuple(float(value) for value in vector))
        hits = self._index.search(Query(near=near, limit=count), highlights=False).hits
        return [hit.id for hit in hits if hit.cosine >= _NEAR]

    def _alike(self, hash_: str, bits: int) -> list[str]:
        differing = np.bitwise_count(self._hashes ^ np.uint64(int(hash_, 16)))
        return [self._ids[place].decode() for place in np.flatnonzero(differing <= bits)]

    def _all_hashes(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.uint64]]:
        ids: list[npt.NDArray[np.bytes_]] = []
        hashes: list[npt.NDArray[np.uint64]] = []
        after = ""
        while some := self._catalogue.values.hashes(after=after, limit=_HASHES):
            after = some[-1][0]
            ids.append(np.array([id_.encode() for id_, _ in some]))
            hashes.append(np.array([int(hash_, 16) for _, hash_ in some], np.uint64))
        if not ids:
            return np.zeros(0, "S1"), np.zeros(0, np.uint64)
        return np.concatenate(ids), np.concatenate(hashes)

    def _cut(self, one: Illustration) -> Image.Image | None:
        try:
            opened = self._open(one)
            return opened.cut(one.box, _SIDE) if opened else None
        except EstampeError:
            return None

    def _open(self, one: Illustration) -> Opened | None:
        page = self._catalogue.page(one.page)
        if page is None or page.size is None or page.image is None:
            return None
        share = max(one.box.w / page.size.w, one.box.h / page.size.h)
        key = (one.page, _SMALL_PAGE if share >= _LARGE else PAGE)
        if key not in self._opened:
            picture = fetch_scan(page, self._door, max_age=_EVER) if page.local_scan is None else None
            self._opened[key] = open_scan(page, picture, longest=key[1])
            if len(self._opened) > _OPEN:
                self._opened.popitem(last=False)
        self._opened.move_to_end(key)
        return self._opened[key]
