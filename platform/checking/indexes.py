"""The index beside the catalogue: all that is to be found is in it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from ..catalogue import Catalogue
from ..search import Index, follow, put_anew
from .finding import Finding

_PART = "index"
#: Where it lacks more changes than these, it is not compared before it has followed.
_BEHIND: Final = 10_000
_AT_ONCE: Final = 500


class IndexCheck:
    """Compares an index with its catalogue, some documents at a time.

    What changed and has not reached the index yet is no disagreement.

    Args:
        catalogue: is believed.
        index: is compared, and mended.
        rebuild: makes the index anew.
        mend: whether what is found is mended.

    """

    def __init__(self, catalogue: Catalogue, index: Index, rebuild: Callable[[], None], *, mend: bool) -> None:
        self._catalogue, self._index, self._rebuild, self._mend = catalogue, index, rebuild, mend
        self.comparable = True

    def position(self) -> Iterator[Finding]:
        """Check how far the index has followed."""
        position, last = self._index.position(), self._catalogue.last_change()
        if position > last:
            if self._mend:
                self._rebuild()
            what = f"it has followed up to change {position}, and the catalogue has but {last}"
            yield Finding(_PART, "all of it", what, "made anew", self._mend)
            self.comparable = self._mend
        elif last - position > _BEHIND and not self._mend:
            what = f"it is {last - position} changes behind, so it is not compared"
            yield Finding(_PART, "all of it", what, "brought up to date, and compared")
            self.comparable = False
        elif self._mend:
            follow(self._catalogue, self._index)

    def compare(self, documents: Sequence[str]) -> Iterator[Finding]:
        """Check what the index holds of documents of the catalogue."""
        differing = self._differing(documents)
        if differing:
            # Others may write meanwhile.
            differing = self._differing([one for one in differing if one not in self._on_the_way()])
        if differing and self._mend:
            put_anew(self._catalogue, self._index, list(differing))
        for document, (lacking, strange) in differing.items():
            parts = [f"{len(lacking)} are not in it (as {min(lacking)})"] if lacking else []
            parts += [f"{len(strange)} in it are not in the catalogue (as {min(strange)})"] if strange else []
            what = "of its illustrations and pages " + ", ".join(parts)
            yield Finding(_PART, document, what, "the document is indexed anew", self._mend)

    def strangers(self) -> Iterator[Finding]:
        """Check that the index holds nothing of documents that the catalogue does not have."""
        held = self._index.documents()
        while some := list(islice(held, _AT_ONCE)):
            strange = set(some) - self._catalogue.inspection.existing(some)
            strange = strange - self._on_the_way() if strange else strange
            if strange and self._mend:
                put_anew(self._catalogue, self._index, sorted(strange))
            for document in sorted(strange):
                what = "it is in the index, and not in the catalogue"
                yield Finding(_PART, document, what, "taken out of the index", self._mend)

    def _differing(self, documents: Sequence[str]) -> dict[str, tuple[set[str], set[str]]]:
        if not documents:
            return {}
        wanted, held = self._catalogue.inspection.indexed(documents), self._index.ids(documents)
        found = {}
        strange = held.difference(*wanted.values())
        for document, own in wanted.items():
            others = {one for one in strange if one.startswith(f"{document}.")}
            if own - held or others:
                found[document] = (own - held, others)
        return found

    def _on_the_way(self) -> set[str]:
        """Return the documents whose changes the index has still to take in."""
        changes = self._catalogue.changes(self._index.position(), _BEHIND)
        return {change.document for change in changes}
