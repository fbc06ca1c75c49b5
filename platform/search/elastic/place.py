"""The place that an index has reached, and who may write into it: one document, changed only by who saw it last.

Elasticsearch knows no locks and no batches. So who writes first puts its name into the document, if nobody's is there;
the change succeeds only where the document is still the one that was read (``if_seq_no``). While it writes, a thread
changes the document again every few seconds; a holder whose document has not changed for a while is gone, and anybody
may take its place. That while is measured by the clock of who waits alone, so that clocks need not agree. The new place
is written in the same way, with the name taken out: somebody who slept and lost the document cannot write it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from ...errors import BusyError, EstampeError
from .connection import Cluster
from .mapping import STATE

#: Seconds without a sign after which a holder is taken for gone, and between two signs.
SILENCE: Final = 20.0
_SIGN: Final = 4.0
_PAUSE: Final = 0.1
#: The id of the document; no illustration has one like it.
PLACE: Final = "=place"


@dataclass(frozen=True, slots=True)
class _Seen:
    position: int
    holder: str
    number: int
    term: int


class Place:
    """A document that holds a place and the name of who writes.

    Args:
        cluster: where it is.
        index: the index that holds it.
        busy: what to say where another writes.

    """

    def __init__(self, cluster: Cluster, index: str, busy: str) -> None:
        self._cluster, self.index, self._busy = cluster, index, busy

    def create(self) -> None:
        """Put the document, at the place 0, where it is not there."""
        from elasticsearch import ConflictError

        with self._cluster.explaining(), suppress(ConflictError):
            self._cluster.client.create(index=self.index, id=PLACE, document=_document(0, "", 0))

    def position(self) -> int:
        """Return the place. Raises DamagedIndexError where there is no such document."""
        return self._read().position

    @contextmanager
    def held(self, patience: float) -> Iterator[Hold]:
        """Be the only one who writes.

        Raises:
            BusyError: where another still does after so many seconds.

        """
        hold = Hold(self, *self._taken(patience), self._busy)
        try:
            yield hold
        finally:
            hold.leave()

    def _taken(self, patience: float) -> tuple[_Seen, int]:
        """Write our name into the document; return it, and the place that it had when we came.

        Who is at work gives signs, and is waited for as long as we have patience; who has gone gives none, and is
        waited for to the end of the silence.
        """
        give_up = time.monotonic() + patience
        name = secrets.token_hex(8)
        seen, since = self._read(), time.monotonic()
        before, sign = seen.position, False
        while True:
            gone = time.monotonic() - since > SILENCE
            if (not seen.holder or gone) and (taken := self.change(seen, seen.position, name, 0)):
                return taken, before
            if sign and time.monotonic() >= give_up:
                raise BusyError(self._busy)
            time.sleep(_PAUSE)
            now = self._read()
            if (now.number, now.term) != (seen.number, seen.term):
                seen, since, sign = now, time.monotonic(), True

    def change(self, seen: _Seen, position: int, holder: str, beat: int) -> _Seen | None:
        """Change the document if it is still the one seen; return it as it is then, None where it is another's."""
        from elasticsearch import ConflictError

        document = _document(position, holder, beat)
        with self._cluster.explaining():
            try:
                answer = self._cluster.client.index(
                    index=self.index, id=PLACE, document=document, if_seq_no=seen.number, if_primary_term=seen.term
                )
            except ConflictError:
                # The same change may have come through before, its answer lost on the way.
                now = self._read()
                return now if holder and (now.holder, now.position) == (holder, position) else None
        return _Seen(position, holder, int(answer["_seq_no"]), int(answer["_primary_term"]))

    def _read(self) -> _Seen:
        with self._cluster.explaining():
            answer = self._cluster.client.get(index=self.index, id=PLACE)
            source: dict[str, Any] = answer["_source"]
            return _Seen(source["position"], source["holder"], int(answer["_seq_no"]), int(answer["_primary_term"]))

    def rewind(self, position: int) -> None:
        """Have all changes after a place told again, whoever told them."""
        while (seen := self._read()).position > position:
            self.change(seen, position, seen.holder, 0)


class Hold:
    """What one has who may write, until it is left or lost."""

    def __init__(self, place: Place, seen: _Seen, before: int, busy: str) -> None:
        #: The place at which this began, and the one when it was asked for: another may have been waited for.
        self.position, self.before = seen.position, before
        self._place, self._seen, self._busy = place, seen, busy
        self._changing = threading.Lock()
        self._lost = False
        self._beats = 0
        self._last = time.monotonic()
        self._left = threading.Event()
        self._signs = threading.Thread(target=self._give_signs, name="index-hold", daemon=True)
        self._signs.start()

    @property
    def index(self) -> str:
        """The index that is written into."""
        return self._place.index

    def check(self) -> None:
        """Make sure that nobody else writes; called before each request that does.

        Raises:
            BusyError: where another took over, since we gave no sign for too long.

        """
        if time.monotonic() - self._last > SILENCE / 2:
            self._beat()
        if self._lost:
            # A request on its way may have come through after the other had begun.
            self._place.rewind(self.position)
            raise BusyError(self._busy)

    def finish(self, position: int) -> None:
        """Write the place that was reached. Raises BusyError as `check` does."""
        self._change(max(position, self.position))
        self.check()

    def leave(self) -> None:
        """Let others write."""
        self._left.set()
        self._signs.join()
        # Where this cannot be told now, the silence will tell.
        with suppress(EstampeError):
            if not self._lost:
                self._place.change(self._seen, self._seen.position, "", 0)

    def _give_signs(self) -> None:
        while not self._left.wait(_SIGN):
            with suppress(EstampeError):
                self._beat()

    def _beat(self) -> None:
        self._change(self._seen.position)

    def _change(self, position: int) -> None:
        with self._changing:
            self._beats += 1
            now = self._place.change(self._seen, position, self._seen.holder, self._beats)
            self._lost = self._lost or now is None
            if now:
                self._seen, self._last = now, time.monotonic()


def _document(position: int, holder: str, beat: int) -> dict[str, Any]:
    return {"type": STATE, "position": position, "holder": holder, "beat": beat}
