"""What a harvest finds is put into the catalogue, and its pages are handed on to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from ..catalogue import Catalogue
from ..errors import BusyError, CatalogueError, EstampeError, ForgottenError
from ..harvest import Complete, Found, Harvested, Harvester, Refusal, Withdrawn
from ..net import Door
from ..records import Diagnostic, Document, Page
from .erasing import erase
from .eye import Sight, runs_of
from .ledger import Ledger
from .page import Fingerprint, Whole, methods, our_failure
from .stopping import Stopping

#: Formats of OCR that a harvest may find, and that no reader is for.
_UNREAD = {"page": "PAGE XML", "hocr": "hOCR", "text": "plain text"}


class Sink(Protocol):
    """Where pages go to be read: to this process (`Pages`), or to workers."""

    @property
    def forgotten(self) -> Mapping[str, tuple[Document, list[Page]]]:
        """Documents that somebody forgot meanwhile, each with pages of which something was asked for since."""

    def knows(self, harvested: Harvested) -> bool:
        """Say whether an earlier attempt at the same work has handed on this very document."""

    def add(self, whole: Whole, page: Page, before: Fingerprint) -> None:
        """Take a page; ``before`` is what it was made from when it was last read."""

    def finish(self, aliases: Iterable[str] | None = None) -> None:
        """Return when all pages are done; with aliases, those of the document that has one of these."""


class Intake:
    """Takes in what a harvest finds.

    Args:
        catalogue: the store of record.
        door: the network, from whose cache goes what turns out to be forgotten; None where only files are read.
        ledger: is told what became of each document.
        stopping: where a person may stop the work.
        revive: take in again what was forgotten.
        sight: the models by which pages are to have been seen; None where none look.

    """

    def __init__(
        self,
        catalogue: Catalogue,
        door: Door | None,
        *,
        ledger: Ledger,
        stopping: Stopping,
        revive: bool,
        sight: Sight | None = None,
    ) -> None:
        self._catalogue, self._door = catalogue, door
        self._wanted = methods(runs_of(sight))
        self._ledger, self._stopping, self._revive = ledger, stopping, revive
        self._forgotten: set[str] = set()

    def take_in(self, harvester: Harvester, sources: Iterable[str], sink: Sink) -> Iterator[bool]:
        """Take in all documents of some sources; yields after each page, and after each document: then it is True.

        A refused document never stops the others. Raises CatalogueError, BusyError, Stopped.
        """
        for source in sources:
            for found in self._found(harvester, source):
                if isinstance(found, Harvested):
                    yield from self._take(found, sink)
                elif isinstance(found, Complete):
                    gone = self._catalogue.origins.complete(found.origin, found.names, found.until)
                    self._ledger.summary.withdrawn += len(gone)
                elif not isinstance(found, Withdrawn) or not self._withdraw(found):
                    self._ledger.refuse(found.source, found.error)
        sink.finish()
        if self._door:
            # Before it was known that they are forgotten, something of them was asked for.
            if self._forgotten:
                erase(self._door, self._forgotten)
            for document, some in sink.forgotten.values():
                erase(self._door, document.aliases, document, some)

    def _withdraw(self, found: Withdrawn) -> bool:
        """Mark what its source removed; say whether it was known, or need not be."""
        gone = self._catalogue.origins.withdraw(found.listing.origin, found.listing.name, told=found.told)
        self._ledger.summary.withdrawn += len(gone)
        return bool(gone) or found.told

    def _found(self, harvester: Harvester, source: str) -> Iterator[Found]:
        """Give what a harvest finds; where Estampe itself fails on it, the other sources go on."""
        found = harvester.harvest(source)
        while True:
            try:
                with self._stopping.released():
                    one: Found | None = next(found, None)
            except Exception as error:  # noqa: BLE001 - one bad source never stops a run
                one = Refusal(source, our_failure(source, error))
            if one is None:
                return
            yield one

    def _take(self, harvested: Harvested, sink: Sink) -> Iterator[bool]:
        """Take in a document; where that fails, the other documents go on."""
        name = next(iter(harvested.document.aliases), harvested.document.id)
        known = sink.knows(harvested)
        if not known:
            # What is under way of it by another route is made of what was known of it then.
            sink.finish(harvested.document.aliases)
        try:
            whole = self._note(_with_unread_formats(harvested))
        except (CatalogueError, BusyError):
            raise
        except EstampeError as error:
            if isinstance(error, ForgottenError):
                self._forgotten.update(harvested.document.aliases)
            self._ledger.refuse(name, error)
            return
        except Exception as error:  # noqa: BLE001 - one bad document never stops a run
            self._ledger.refuse(name, our_failure(name, error))
            return
        if not known:
            fingerprints = self._catalogue.fingerprints(whole.document.id)
            for page in self._catalogue.pages(whole.document.id):
                before = Fingerprint.parse(fingerprints.get(page.id, ""))
                if harvested.unchanged and before.stands(page, self._wanted):
                    self._ledger.page()
                else:
                    sink.add(whole, page, before)
                yield False
        yield True

    def _note(self, harvested: Harvested) -> Whole:
        """Put what a harvest tells of a document into the catalogue."""
        catalogue = self._catalogue
        identifier = catalogue.put_document(
            harvested.document,
            route=harvested.route,
            original=harvested.original,
            pages=harvested.pages,
            articles=harvested.articles,
            diagnostics=harvested.diagnostics,
            unlearnt=harvested.unlearnt,
            revive=self._revive,
        )
        if listing := harvested.listing:
            catalogue.origins.hold(listing.origin, listing.name, identifier)
        document = catalogue.document(identifier) or harvested.document
        for diagnostic in harvested.diagnostics:
            self._ledger.remark(document.id, diagnostic)
        whole = Whole.of(document, catalogue.articles(identifier), catalogue.page_count(identifier))
        self._ledger.document(document, whole.page_count)
        return whole


def _with_unread_formats(harvested: Harvested) -> Harvested:
    """Say of how many pages the OCR is in a format that is not read."""
    unread = [page for page in harvested.pages if page.texts and not any(t.format == "alto" for t in page.texts)]
    formats = sorted({text.format for page in unread for text in page.texts} & _UNREAD.keys())
    if not formats:
        return harvested
    kinds = ", ".join(_UNREAD[format_] for format_ in formats)
    message = f"the OCR of {len(unread)} of {len(harvested.pages)} pages is {kinds}, which is not read; only ALTO is"
    return replace(harvested, diagnostics=(*harvested.diagnostics, Diagnostic("ocr-format", message)))
