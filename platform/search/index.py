"""What every index can do: the seam between the embedded one and Elasticsearch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from .documents import IndexDocument, IndexPage
from .query import Query

#: A text in pieces, each with whether it is what was looked for.
Segments: TypeAlias = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and the pictures that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An illustration found.

    ``score`` says how well words fit; of what looks like something, it is (1 + cosine) / 2. ``highlights`` has the
    texts in which words were found: ``caption``, ``title``, ``document`` whole, ``text_before`` and ``text_after`` as
    an excerpt around them. ``cursor`` leads to what follows this very hit.
    """

    id: str
    score: float
    highlights: Mapping[str, Segments] = field(default_factory=dict, hash=False)
    cursor: str = ""

    @property
    def cosine(self) -> float:
        """How near it is to what it is to look like, -1 to 1."""
        return 2 * self.score - 1


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    Attributes:
        total: all that was found, exactly.
        hits: this page of it.
        facets: the facets asked for, each with its commonest values, commonest first, equals by name; values that are
            selected are there even where they count nothing. The counts of a facet pass over its own selection, so
            that they say what one more value of it would bring.
        timeline: (year, count) of the years that have any; a picture of uncertain date counts in each year that it
            may be of, and the dates asked for are passed over.
        next: the cursor of the next page, empty after the last.

    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict, hash=False)
    timeline: tuple[tuple[int, int], ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page whose words match; `estampe.search.find_words` says which of them."""

    page: str
    number: int


@dataclass(frozen=True, slots=True)
class Health:
    """How an index is.

    Attributes:
        status: ``green``; ``yellow``: all can be found, but copies are missing; ``red``: not all can be found.
        documents: illustrations and pages that it holds.
        nodes: machines that it stands on.
        shards: parts and copies of it that are there.
        missing: parts and copies of it that are not there.

    """

    status: str
    documents: int
    nodes: int = 1
    shards: int = 1
    missing: int = 0

    def __str__(self) -> str:
        said = f"{self.status}: {self.documents} illustrations and pages"
        if (self.nodes, self.shards) != (1, 1) or self.missing:
            said += f", {self.shards} shards on {self.nodes} nodes"
        return f"{said}, {self.missing} shards missing" if self.missing else said


class Index(Protocol):
    """An index of illustrations, and of the words of pages.

    It can be searched from many threads at once, while it is written. What it holds comes from the catalogue alone.
    """

    def search(
        self,
        query: Query,
        *,
        facets: Collection[str] = (),
        facet_limit: int = 10,
        timeline: bool = False,
        highlights: bool = True,
    ) -> Results:
        """Find illustrations.

        Args:
            query: what is asked.
            facets: those to count, of `FACETS`.
            facet_limit: values at most of each.
            timeline: count by year too.
            highlights: show in the hits what was found; not needed where only ids and counts are.

        Raises:
            QueryError: where the cursor is none of this query's, or a facet of a fixed vocabulary has no such value
                and no picture has it.
            UnavailableIndexError: where the servers of the index do not answer.

        """
        ...

    def search_pages(self, document: str, text: str) -> tuple[PageHit, ...]:
        """Find the pages of a document whose OCR has all the words, in page order.

        Raises:
            QueryError: where the text cannot be understood.

        """
        ...

    def update(self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int) -> None:
        """Write what changed, all of it or nothing, together with the place reached in the catalogue's changes.

        Args:
            upserts: illustrations and pages as they now are; they replace those with the same id.
            deletes: ids that are gone, of illustrations, pages (with their illustrations) and documents (with all).
            position: the sequence number of the last change that this tells.

        Raises:
            BusyError: where another process writes and goes on writing.
            UnavailableIndexError: where the servers of the index do not answer; what was written of the batch is
                written again the next time.

        """
        ...

    def position(self) -> int:
        """Return the number of the last change that is in the index, 0 where it is empty."""
        ...

    def health(self) -> Health:
        """Say how the index is."""
        ...

    def documents(self) -> Iterator[str]:
        """Yield the ids of the documents of which it holds anything, in their order."""
        ...

    def ids(self, documents: Collection[str]) -> set[str]:
        """Return the ids of all illustrations and pages that it holds of documents; some hundreds may be named."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
