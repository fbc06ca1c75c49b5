"""What pictures are, once all pictures of their document are known: genre's last word, in the catalogue.

A page is read by itself, so that each page is the same whatever was read before it. What its pictures are likely to be
is kept; here each is seen in the company of the others (see `classify.together`), and where that says something else
than the picture alone, it is what is told. Which pictures were seen so stands in the catalogue, so that this goes on
where it was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from ..catalogue import Catalogue, Said
from ..classify import ROUNDED, Genre, Rows, among, likely
from ..records import CHANCES, TOGETHER, Illustration, Label, Run
from .eye import Sight
from .stopping import Stopping

#: Who asks; the facet says whose vectors are asked about (see `catalogue.vectors`).
TOGETHER_RUN: Final = Run("together@1", "together", "1", TOGETHER, {"unknown": "1"})
# Documents that are looked for at once, and pictures that are written at once.
_LOOKED, _WRITTEN = 100, 500


def tell_together(catalogue: Catalogue, sight: Sight | None, stopping: Stopping) -> int:
    """Tell what new pictures are among those of their documents, if the kinds of pictures are asked (see `Company`)."""
    # Where nothing was ever told, no model is opened for it.
    genre = sight.eye.genre if sight and CHANCES in catalogue.current_runs() else None
    return Company(catalogue, genre, stopping).run() if genre else 0


class Company:
    """Tells what pictures are among those of their documents, wherever that was not done yet.

    Args:
        catalogue: has how likely each picture is to be what, and takes what comes of it.
        genre: who said that, and knows how likely is enough.
        stopping: where the work may be stopped.

    """

    def __init__(self, catalogue: Catalogue, genre: Genre, stopping: Stopping) -> None:
        self._catalogue, self._genre, self._stopping = catalogue, genre, stopping

    def run(self) -> int:
        """Look at all documents with new pictures; return of how many pictures something else is told than before.

        Raises Stopped between two documents.
        """
        chances, changed, after = self._genre.runs()[CHANCES].id, 0, ""
        values = self._catalogue.values
        while new := values.unmatched(chances, TOGETHER_RUN.id, after=after, limit=_LOOKED):
            self._catalogue.put_runs([TOGETHER_RUN])
            found = self._catalogue.illustrations([vector.illustration for vector in new])
            after = new[-1].illustration
            for document in dict.fromkeys(one.document for one in found):
                changed += self._tell(document, chances)
                with self._stopping.released():
                    pass
        return changed

    def _tell(self, document: str, chances: str) -> int:
        shown = [one for one in self._catalogue.illustrations_of(document=document) if one.noise is None]
        known = self._catalogue.values.vectors_of([one.id for one in shown], chances)
        shown = [one for one in shown if one.id in known]
        rows = [likely(known[one.id][0].values) for one in shown]
        said = list(self._otherwise(shown, np.stack(rows))) if rows else []
        for start in range(0, len(said), _WRITTEN):
            self._write(said[start : start + _WRITTEN])
        self._catalogue.values.note_asked(TOGETHER_RUN.id, [one.id for one in shown])
        return len(said)

    def _write(self, said: Sequence[tuple[str, Sequence[Label]]]) -> None:
        for facet, run in self._genre.runs().items():
            if facet != CHANCES:
                own = {id_: Said(tuple(one for one in labels if one.run == run.id)) for id_, labels in said}
                self._catalogue.values.put(run.id, own)

    def _otherwise(self, shown: Sequence[Illustration], rows: Rows) -> Iterator[tuple[str, Sequence[Label]]]:
        """Yield what is told of pictures of which the catalogue says something else.

        What is told of a picture by itself stands, as sure as it is, unless its company makes another class likelier.
        """
        runs = {run.id for run in self._genre.runs().values()}
        for one, alone, together in zip(shown, rows, among(rows), strict=True):
            own = self._genre.told(alone, ROUNDED) if alone.argmax() == together.argmax() else []
            wanted = own or self._genre.told(together, ROUNDED)
            before = [label for label in one.labels if label.run in runs]
            if _meant(before) != _meant(wanted):
                yield one.id, wanted


def by_themselves(catalogue: Catalogue, sight: Sight, shown: Sequence[Illustration]) -> list[Sequence[Label]]:
    """Return the labels of pictures as they were before their company was heard: what other looks went by."""
    genre = sight.eye.genre
    if genre is None:
        return [one.labels for one in shown]
    runs = genre.runs()
    known = catalogue.values.vectors_of([one.id for one in shown], runs[CHANCES].id)
    said = {id_: genre.told(likely(vector.values), ROUNDED) for id_, (vector,) in known.items()}
    names = {run.id for run in runs.values()}
    return [
        (*(label for label in one.labels if label.run not in names), *said[one.id]) if one.id in said else one.labels
        for one in shown
    ]


def _meant(labels: Sequence[Label]) -> set[tuple[str, str]]:
    return {(label.facet, label.concept) for label in labels}
