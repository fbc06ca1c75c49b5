"""Pages through the stages and into the catalogue: several under way at once, put down one by one and in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ..catalogue import Catalogue
from ..errors import BusyError, CatalogueError, EstampeError, ForgottenError, NetworkError, RefusedError
from ..harvest import Harvested
from ..net import Door
from ..records import Diagnostic, Document, Page, Severity
from .inputs import Opened, Text, drop, fetch_scan, fetch_text
from .ledger import Ledger
from .page import Fingerprint, Reading, Whole, basis, failed, look, our_failure, unfetched
from .readers import Readers
from .stopping import Stopping
from .watch import Missing

#: How many pages' texts are asked for before they are needed; the door keeps the pace of each host.
_AHEAD = 4


@dataclass(slots=True)
class _Work:
    """A page under way; ``scan`` is its distant scan, where that was had already."""

    whole: Whole
    page: Page
    before: Fingerprint
    text: Future[Text | None]
    reading: Callable[[], Reading] | None = None
    source: str = ""
    scan: Opened | None = None


class Pages:
    """Takes pages from their texts to the catalogue.

    The work goes through two queues: texts are fetched by threads, then pages are read by `Readers`. What comes out is
    put down in the order in which it came in, so that a run gives the same whoever reads.

    Args:
        catalogue: the store of record.
        door: the network; None where only files are read.
        pictures: look at distant scans too.
        readers: read the pages.
        ledger: is told what became of each.
        stopping: where the run may be stopped.

    """

    def __init__(
        self,
        catalogue: Catalogue,
        door: Door | None,
        *,
        pictures: bool,
        readers: Readers,
        ledger: Ledger,
        stopping: Stopping,
    ) -> None:
        self._catalogue, self._door, self._pictures = catalogue, door, pictures
        self._readers, self._ledger, self._stopping = readers, ledger, stopping
        self._threads = ThreadPoolExecutor(_AHEAD, thread_name_prefix="fetch")
        self._fetching: deque[_Work] = deque()
        self._reading: deque[_Work] = deque()
        self._refused: set[str] = set()
        #: Documents that somebody forgot meanwhile, each with pages of which something was asked for since.
        self.forgotten: dict[str, tuple[Document, list[Page]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What is still asked for is of no use any more, and may take minutes.
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._readers.close()

    def knows(self, harvested: Harvested) -> bool:
        """Say no: this process has made no attempt before."""
        del harvested
        return False

    def add(self, whole: Whole, page: Page, before: Fingerprint) -> None:
        """Begin with a page, and end with those whose turn it is. Raises CatalogueError, BusyError, Stopped."""
        if whole.document.id in self._refused:
            self._ledger.page()
            return
        self._fetching.append(_Work(whole, page, before, self._threads.submit(fetch_text, page, self._door)))
        self._go_on(_AHEAD)

    def finish(self, aliases: Iterable[str] | None = None) -> None:
        """End with all pages under way; with aliases, only if some are of a document that has one of these."""
        wanted = None if aliases is None else set(aliases)
        under_way = (*self._reading, *self._fetching)
        if wanted is None or any(wanted.intersection(work.whole.document.aliases) for work in under_way):
            self._go_on(0, depth=0)

    def _go_on(self, ahead: int, depth: int | None = None) -> None:
        while len(self._fetching) > ahead:
            work = self._fetching.popleft()
            self._guarded(self._begin, work)
            self._reading.append(work)
            while len(self._reading) > (self._readers.depth if depth is None else depth):
                self._put_next()
        while depth is not None and len(self._reading) > depth:
            self._put_next()

    def _put_next(self) -> None:
        work = self._reading.popleft()
        self._guarded(self._end, work)
        self._ledger.page()

    def _guarded(self, step: Callable[[_Work], None], work: _Work) -> None:
        """Take a page one step further; where its document is refused on the way, the others go on."""
        document = work.whole.document
        if document.id in self._refused:
            self._drop(work)
            return
        try:
            step(work)
        except (CatalogueError, BusyError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad document never stops a run
            self._refuse(work, error)

    def _refuse(self, work: _Work, error: Exception) -> None:
        """Tell that a document cannot be gone on with."""
        document = work.whole.document
        name = next(iter(document.aliases), document.id)
        self._refused.add(document.id)
        if self._catalogue.tombstone(document.id):
            self.forgotten[document.id] = (document, [work.page])
            error = ForgottenError(name, "it was forgotten while it was read")
        self._ledger.refuse(name, error if isinstance(error, EstampeError) else our_failure(name, error))

    def _drop(self, work: _Work) -> None:
        """End with a page of a document that was refused on the way."""
        if not work.text.cancel():
            with suppress(EstampeError):
                self._stopping.result(work.text)
        if work.whole.document.id in self.forgotten:
            self.forgotten[work.whole.document.id][1].append(work.page)

    # --- the steps of a page

    def _begin(self, work: _Work) -> None:
        """Begin to read a page, if that is to be done."""
        whole, page = work.whole, work.page
        try:
            text = self._stopping.result(work.text)
        except NetworkError as error:
            # What an earlier run read of the page stays; a later run asks again.
            self._ledger.miss(Missing.of(error, whole.document.id, page.key, "text"))
            return
        except EstampeError as error:
            reading = unfetched(page, error)
            work.reading = lambda: reading
            return
        if work.before.basis == basis(whole, page, text) and not self._now_seen(work):
            return
        work.source = text.source.address if text else ""
        work.reading = self._readers.submit(whole, page, text)

    def _now_seen(self, work: _Work) -> bool:
        """Say whether the scan can be had now of a page of which all but that was seen before."""
        if work.before.seen:
            return False
        try:
            work.scan = self._open(work.page)
        except NetworkError as error:
            self._ledger.miss(Missing.of(error, work.whole.document.id, work.page.key, "picture"))
        except EstampeError as error:
            remark = Diagnostic("scan-unreadable", str(error), Severity.ERROR, work.page.key)
            self._ledger.remark(work.whole.document.id, remark)
        return work.scan is not None

    def _open(self, page: Page) -> Opened | None:
        """Open the scan of a page, if it is to be looked at."""
        if page.image is None or not (page.local_scan or (self._pictures and self._door)):
            return None
        with self._stopping.released():
            return fetch_scan(page, self._door)

    def _end(self, work: _Work) -> None:
        """Put down what became of a page."""
        if work.reading is None:
            return
        with self._stopping.released():
            reading = work.reading()
        if reading.unseen:
            reading = look(work.whole.document, reading, lambda page: work.scan or self._open(page))
        if not reading.fingerprint.basis and work.source:
            drop(work.source, self._door)
        self._put(work.whole.document, reading)

    def _put(self, document: Document, reading: Reading) -> None:
        try:
            self._store(reading)
        except ForgottenError:
            raise
        except (RefusedError, ValueError) as error:
            reading = failed(reading.page, error)
            self._store(reading)
        self._ledger.reading(document, reading)

    def _store(self, reading: Reading) -> None:
        self._catalogue.put_page(
            reading.page,
            fingerprint=str(reading.fingerprint),
            words=reading.words,
            illustrations=reading.illustrations,
            diagnostics=reading.diagnostics,
        )
