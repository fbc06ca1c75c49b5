"""Pages through the stages and into the catalogue: several under way at once, put down one by one and in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from ..catalogue import Catalogue
from ..errors import BusyError, CatalogueError, EstampeError, ForgottenError, NetworkError, RefusedError
from ..harvest import Harvested
from ..net import Door
from ..records import Document, Page
from .eye import runs_of
from .inputs import Text, drop, fetch_text
from .ledger import Ledger
from .outlines import Outlines
from .page import Fingerprint, Reading, ToRead, Whole, basis, failed, methods, our_failure, unfetched
from .readers import Readers
from .scans import PAGE, Picture, fetch_parts, fetch_scan
from .stopping import Stopping
from .watch import Missing

#: How many pages' texts are asked for before they are needed; the door keeps the pace of each host.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What was had of a page; ``done`` says that there is nothing new of it to be read."""

    text: Text | None
    picture: Picture | None = None
    missing: Missing | None = None
    done: bool = False


@dataclass(slots=True)
class _Work:
    """A page under way."""

    whole: Whole
    page: Page
    fetched: Future[_Fetched]
    had: _Fetched | None = None
    reading: Callable[[], Reading] | None = None


class _Group:
    """Pages that are read at once, when there are enough of them or one is waited for."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._pages: list[ToRead] = []
        self._readings: Callable[[], list[Reading]] | None = None

    def add(self, one: ToRead) -> Callable[[], Reading]:
        """Take a page; the call it gives waits for what became of it."""
        place = len(self._pages)
        self._pages.append(one)
        if self.is_full:
            self._readings = self._readers.submit(self._pages)
        return lambda: self._begun()[place]

    @property
    def is_full(self) -> bool:
        """Whether it takes no more."""
        return self._readings is not None or len(self._pages) >= self._readers.group

    def _begun(self) -> list[Reading]:
        if self._readings is None:
            self._readings = self._readers.submit(self._pages)
        return self._readings()


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
        outlines: takes what pictures are compared by.

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
        outlines: Outlines | None = None,
    ) -> None:
        self._catalogue, self._door, self._pictures = catalogue, door, pictures
        self._outlines = outlines
        self._readers, self._ledger, self._stopping = readers, ledger, stopping
        self._threads = ThreadPoolExecutor(_AHEAD, thread_name_prefix="fetch")
        self._fetching: deque[_Work] = deque()
        self._reading: deque[_Work] = deque()
        self._group = _Group(readers)
        self._finds = bool(readers.sight and readers.sight.eye.finds)
        self._longest = readers.sight.eye.longest if readers.sight else PAGE
        self._wanted = methods(runs_of(readers.sight))
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

    def knows(self, harvested: Harvested) -> bool:
        """Say no: this process has made no attempt before."""
        del harvested
        return False

    def add(self, whole: Whole, page: Page, before: Fingerprint) -> None:
        """Begin with a page, and end with those whose turn it is. Raises CatalogueError, BusyError, Stopped."""
        if whole.document.id in self._refused:
            self._ledger.page()
            return
        self._fetching.append(_Work(whole, page, self._threads.submit(self._fetch, whole, page, before)))
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
        if not work.fetched.cancel():
            with suppress(EstampeError):
                self._stopping.result(work.fetched)
        if work.whole.document.id in self.forgotten:
            self.forgotten[work.whole.document.id][1].append(work.page)

    # --- the steps of a page

    def _fetch(self, whole: Whole, page: Page, before: Fingerprint) -> _Fetched:
        """Have what a page is read from, as far as it is new. Raises EstampeError where its text cannot be had."""
        text = fetch_text(page, self._door)
        same = before.basis == basis(whole, page, text)
        if same and before.seen and self._wanted <= before.methods:
            return _Fetched(text, done=True)
        picture = missing = None
        if (same or self._finds) and self._may_ask(page):
            try:
                picture = fetch_scan(page, self._door, longest=self._longest)
            except NetworkError as error:
                missing = Missing.of(error, whole.document.id, page.key, "picture")
        # What is new is the sight alone, and there is nothing to be seen.
        done = same and page.image is not None and page.local_scan is None and picture is None
        return _Fetched(text, picture, missing, done)

    def _may_ask(self, page: Page) -> bool:
        """Say whether a page has a distant scan that is to be looked at."""
        return page.image is not None and page.local_scan is None and self._pictures and self._door is not None

    def _begin(self, work: _Work) -> None:
        """Begin to read a page, if that is to be done."""
        whole, page = work.whole, work.page
        try:
            had = self._stopping.result(work.fetched)
        except NetworkError as error:
            # What an earlier run read of the page stays; a later run asks again.
            self._ledger.miss(Missing.of(error, whole.document.id, page.key, "text"))
            return
        except EstampeError as error:
            reading = unfetched(page, error)
            work.reading = lambda: reading
            return
        if had.done:
            if had.missing:
                self._ledger.miss(had.missing)
            return
        work.had = had
        if self._group.is_full:
            self._group = _Group(self._readers)
        closer = had.picture is not None and self._readers.sight is not None
        work.reading = self._group.add(ToRead(whole, page, had.text, had.picture, had.missing, closer=closer))

    def _end(self, work: _Work) -> None:
        """Put down what became of a page."""
        if work.reading is None:
            return
        with self._stopping.released():
            reading = work.reading()
        had = work.had
        if had is not None:
            if reading.unseen and not (had.picture or had.missing) and self._may_ask(work.page):
                reading, had = self._look(work, reading, had)
            if reading.wanted:
                reading = self._look_closer(work, reading, had)
            self._forget_broken(reading, had)
        self._put(work.whole.document, reading)

    def _look(self, work: _Work, reading: Reading, had: _Fetched) -> tuple[Reading, _Fetched]:
        """Read a page once more with its distant scan, now that there is something to be seen on it."""
        try:
            with self._stopping.released():
                had = replace(had, picture=fetch_scan(work.page, self._door, longest=self._longest))
        except NetworkError as error:
            missing = Missing.of(error, work.whole.document.id, work.page.key, "picture")
            return replace(reading, missing=(*reading.missing, missing)), had
        closer = self._readers.sight is not None
        return self._read_again(ToRead(work.whole, work.page, had.text, had.picture, closer=closer)), had

    def _look_closer(self, work: _Work, reading: Reading, had: _Fetched) -> Reading:
        """Read a page to its end, with larger views of pictures that are small on it, as far as they can be had."""
        with self._stopping.released():
            parts = fetch_parts(work.page, reading.wanted, self._door)
        return self._read_again(
            ToRead(
                work.whole,
                work.page,
                had.text,
                had.picture,
                had.missing,
                parts=parts,
                seen=reading.seen,
                sought=reading.sought,
            )
        )

    def _read_again(self, one: ToRead) -> Reading:
        with self._stopping.released():
            [reading] = self._readers.submit([one])()
        return reading

    def _forget_broken(self, reading: Reading, had: _Fetched) -> None:
        """Let the next run ask again for what cannot be read."""
        if had.text and not reading.fingerprint.basis:
            drop(had.text.source.address, self._door)
        if had.picture and any(diagnostic.code == "scan-unreadable" for diagnostic in reading.diagnostics):
            drop(had.picture.address, self._door)

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
            vectors=reading.vectors,
            asked=reading.asked or None,
        )
        if self._outlines:
            self._outlines.put(reading.outlines)
