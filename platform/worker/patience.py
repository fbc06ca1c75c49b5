"""What a host does not give now is asked for again later, and counted when it is had, or given up."""

from __future__ import annotations

from typing import Final

from ..catalogue import Catalogue
from ..errors import EstampeError, UnavailableError
from ..pipeline import Ledger, Reading
from ..records import Document
from .notes import Notes

#: How long to wait, in seconds, before what a host did not give is asked for once more, and how often that is done.
WAITS: Final = (5.0, 30.0, 120.0)


class ReadingLedger(Ledger):
    """Leaves a page whose picture may be had in a while to be counted then, unless it is the last time."""

    def __init__(self, catalogue: Catalogue, notes: Notes, job: int, *, last: bool) -> None:
        super().__init__(catalogue, notes, job)
        self._last = last

    def reading(self, document: Document, reading: Reading) -> None:
        """Count what a page had."""
        passing = [missing for missing in reading.missing if missing.passing]
        if passing and not self._last:
            for missing in passing:
                self.miss(missing)
        else:
            super().reading(document, reading)


class HarvestLedger(Ledger):
    """Keeps apart the sources whose hosts are away, unless it is the last time that they are asked."""

    def __init__(self, catalogue: Catalogue, notes: Notes, job: int, *, last: bool) -> None:
        super().__init__(catalogue, notes, job)
        self._notes, self._last = notes, last
        self.away: list[str] = []

    def document(self, document: Document, pages: int) -> None:
        """Count a document, which is then at hand."""
        self._notes.at_hand = document.id
        super().document(document, pages)

    def refuse(self, name: str, error: EstampeError) -> None:
        """Tell of what could not be used, or ask again later."""
        if isinstance(error, UnavailableError) and not self._last:
            self.away.append(str(error))
        else:
            super().refuse(name, error)
