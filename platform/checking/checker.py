"""The whole check: one walk through the documents, and what is looked at besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..catalogue import Catalogue
from ..datasets import compare_published
from ..iiif import Addresses
from ..search import Index, rebuild
from ..settings import Settings
from .files import FileCheck
from .finding import Finding
from .indexes import IndexCheck
from .records import check_counts, check_sequences, check_strays, check_unfinished
from .running import check_jobs


@dataclass(frozen=True, slots=True)
class Check:
    """Finds where catalogue, index, files and publication disagree; the catalogue is believed.

    Nothing that people did is touched, and nothing is lost that cannot be made again. Memory does not grow with the
    catalogue but by eight bytes a scan of this machine; no transaction reads more than some documents.

    Args:
        settings: where all is.
        catalogue: is read, and mended where it contradicts itself.
        index: is compared with it.
        mend: mend what can be mended.
        deep: read each scan of this machine.
        published: a folder of ``estampe publish`` to compare too.

    """

    settings: Settings
    catalogue: Catalogue
    index: Index
    mend: bool = False
    deep: bool = False
    published: Path | None = None

    def findings(self, progress: Callable[[int, int], None] = lambda *_: None) -> Iterator[Finding]:
        """Yield what disagrees, mended where that is asked for; ``progress`` hears how many documents of how many."""
        catalogue, mend = self.catalogue, self.mend
        yield from check_sequences(catalogue, mend=mend)
        yield from check_unfinished(catalogue, mend=mend)
        yield from check_strays(catalogue, mend=mend)
        yield from check_jobs(catalogue, self.settings.home / "jobs", mend=mend)
        index = IndexCheck(catalogue, self.index, lambda: rebuild(self.settings, catalogue), mend=mend)
        files = FileCheck(catalogue, self.settings.derivatives, deep=self.deep, mend=mend)
        yield from index.position()
        done, after, total = 0, "", catalogue.counts().documents
        while documents := catalogue.inspection.documents(after):
            yield from check_counts(catalogue, documents, mend=mend)
            if index.comparable:
                yield from index.compare(documents)
            for document in documents:
                yield from files.scans(document)
            after, done = documents[-1], done + len(documents)
            progress(done, max(done, total))
        if index.comparable:
            yield from index.strangers()
        yield from files.leavings()
        if self.published:
            addresses = Addresses(self.settings.base_url)
            for where, what in compare_published(catalogue, self.published, addresses, mend=mend):
                yield Finding("publication", where, what, "published anew", mend)
