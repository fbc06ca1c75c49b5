"""The store of record: documents, pages, illustrations, what machines and people say of them, and what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from ..records import Article, Box, Change, Diagnostic, Document, Illustration, Label, Page, Run, Vector
from . import changes, dialect, documents, forgetting, people, reading, statistics, work, writing
from .compression import inflate
from .diagnostics import diagnostics_of
from .inspecting import Inspection
from .labels import all_labels, shown_labels
from .migrating import migrate
from .origins import Origins
from .results import (
    Counts,
    DiagnosticTally,
    Entry,
    Event,
    Harvest,
    Job,
    NoiseTally,
    ProviderTally,
    Refused,
    SeriesTally,
    Tombstone,
    Verdict,
)
from .speaking import Speakers
from .tasks import Tasks
from .transactions import PATIENCE, Transactions
from .values import Values
from .words import PageText


class Catalogue:
    """The catalogue in a database; open it with `Catalogue.open`.

    Each method that writes is one transaction, together with its lines in the sequence of changes; writing the same
    again writes nothing. May be used by several threads at once, and by several processes on one database. After a
    ``fork`` each process opens its own.

    All methods raise CatalogueError where the database fails, and NotFoundError where a name that is written to is not
    there; those that read return None or nothing instead.
    """

    def __init__(self, engine: Engine, patience: float = PATIENCE) -> None:
        self._engine = engine
        transactions = Transactions(engine, patience)
        self._read, self._write, self._write_plain = transactions.read, transactions.write, transactions.write_plain
        self._known_runs: Mapping[str, Run] = {}
        #: What single runs say of many illustrations, what these look like, and which are the same.
        self.values = Values(transactions, self._runs_of)
        #: What jobs are made of, where several processes share them.
        self.tasks = Tasks(self._read, self._write_plain)
        #: What the sources list, and what they do not any more.
        self.origins = Origins(transactions)
        #: Whether all in it agrees.
        self.inspection = Inspection(self._read, self._write)

    @classmethod
    def open(cls, url: str, *, patience: float = PATIENCE) -> Self:
        """Open a catalogue by the URL of its database, bringing its tables up to date. Raises SettingsError.

        A call waits for a server that went away for ``patience`` seconds.
        """
        engine = dialect.open_engine(url)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, patience)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- machines write ---

    def put_runs(self, runs: Iterable[Run]) -> None:
        """Register runs; the newest of a facet becomes its current one. Values can only point to runs that are here."""
        runs = list(runs)
        if {run.id for run in runs} - self._known_runs.keys() or not runs:
            self._write_plain(work.put_runs, runs)
            self._known_runs = self.runs()

    def put_document(
        self,
        document: Document,
        *,
        route: str,
        original: bytes | None,
        pages: Sequence[Page],
        articles: Sequence[Article] = (),
        diagnostics: Sequence[Diagnostic] = (),
        unlearnt: Collection[str] = (),
        revive: bool = False,
    ) -> str:
        """Take in what a route says of a document; return the document's id, which may be another than was given.

        The document is known by any of its aliases. The values of each route are kept apart and merged field by field,
        ``iiif`` before ``gallica`` before ``folder``, so the order in which routes come does not matter. Pages are the
        same by their key; one that no route has any more goes, unless a person worked on it. Where two documents turn
        out to be one, the one that came first is written to, and a diagnostic names the other. Fields of the document
        that the route could not learn this time stay as it said them before. Of several manifests at addresses of their
        own, one is used, by a fixed order; another adds its name, and a diagnostic says so.

        Raises ForgottenError where the document was forgotten, unless it is to ``revive``; UsageError without an alias.
        """
        # What kind of page it is, runs say and no route.
        pages = [replace(page, labels=()) if page.labels else page for page in pages]
        said = documents.Said(document, route, original, pages, articles, diagnostics, frozenset(unlearnt))
        if revive and (left := self._read(forgetting.half_forgotten)):
            # What is left of it is not what comes back.
            meant = {self.resolve(alias) for alias in document.aliases}
            for identifier in filter(meant.__contains__, left):
                self.forget(identifier)
        return self._write(documents.put, said, revive=revive)

    def put_page(
        self,
        page: Page,
        *,
        fingerprint: str,
        words: PageText | None,
        illustrations: Sequence[Illustration],
        diagnostics: Sequence[Diagnostic] = (),
        vectors: Sequence[Vector] = (),
        asked: Collection[str] | None = None,
    ) -> None:
        """Replace what machines say of a page, and note the fingerprint of what that was made from.

        ``page`` is as `pages` gave it, with what reading it told (its frame, the size and digest of its scan); boxes
        are in its frame. They are matched one to one with those the page had (IoU of at least .7) and keep their ids;
        what is no longer found goes, unless a person worked on it; what a person deleted is not found again. An
        illustration without ``pixels`` keeps those seen earlier in the same box. ``vectors`` name illustrations by the
        ids that these come with.

        ``asked`` are the runs that looked at the page, also those that had nothing to say. Of labels, detections, names
        and vectors, those stay current that are of facets whose runs were not asked; where it is None, what is not said
        again is no longer current.

        Raises NotFoundError for an unknown page, UsageError for an unknown run, RefusedError for numbers that are none.
        """
        findings = writing.Findings(page, fingerprint, words, illustrations, diagnostics, vectors)
        runs = self._runs_of(findings.runs().union(asked or ()))
        self._write(writing.put, findings, Speakers(runs, None if asked is None else frozenset(asked)))

    def forget(self, document: str, *, reason: str = "") -> None:
        """Remove a document, by id or alias, with all that hangs on it; only a tombstone with its names is left.

        Long documents go some pages at a time. What was cut off is brought to its end by forgetting it again.

        Raises NotFoundError.
        """

        identifier = self.resolve(document) or document
        while not self._write(forgetting.step, identifier, reason):
            pass
        self.tasks.forget(identifier)
        dialect.after_forgetting(self._engine)

    # --- people write ---

    def add_illustration(self, page: str, box: Box, *, person: str) -> str:
        """Add an illustration that a person drew on a page; return its id, or that of the one which is there already.

        A box that reaches over the page's edge is cut. Raises NotFoundError and UsageError.
        """
        return self._write(people.add, page, box, person)

    def move_box(self, illustration: str, box: Box, *, person: str) -> None:
        """Give an illustration the box that a person drew, which then stands above what machines find."""
        self._write(people.move, illustration, box, person)

    def delete_illustration(self, illustration: str, *, person: str, note: str = "") -> None:
        """Delete an illustration; no machine finds it again."""
        self._write(people.remove, illustration, person, note)

    def restore_illustration(self, illustration: str, *, person: str) -> None:
        """Bring back an illustration that a person deleted."""
        self._write(people.restore, illustration, person)

    def review_label(
        self, illustration: str, facet: str, concept: str, verdict: Verdict, *, person: str, note: str = ""
    ) -> None:
        """Take a person's word on a concept said of an illustration. The newest word counts; all are kept."""
        self._write(people.review, illustration, (facet, concept), Verdict(verdict), person, note)

    def add_label(self, illustration: str, facet: str, concept: str, *, person: str, note: str = "") -> None:
        """Say a concept of an illustration in a person's name."""
        self.review_label(illustration, facet, concept, Verdict.ACCEPTED, person=person, note=note)

    # --- jobs ---

    def start_job(self, kind: str, detail: str = "") -> int:
        """Note that a piece of work begins; return its number."""
        return self._write_plain(work.start_job, kind, detail)

    def count_job(self, number: int, counters: Mapping[str, int]) -> None:
        """Note how far a job has come."""
        self._write_plain(work.change_job, number, {"counters": work.counters_text(counters)})

    def finish_job(self, number: int, state: str, counters: Mapping[str, int], message: str = "") -> None:
        """Note that a job ended ``done``, ``partly`` or ``failed``."""
        values = {"state": state, "counters": work.counters_text(counters), "message": message}
        self._write_plain(work.change_job, number, values | {"finished": changes.now()})

    def add_refusal(self, job: int, source: str, cause: str) -> None:
        """Note a source that a job could not use, and why."""
        self._write_plain(work.add_refusal, job, source, cause)

    def jobs(self, limit: int = 50) -> list[Job]:
        """Return the newest jobs, newest first."""
        return self._read(work.jobs, limit)

    def refusals(self, job: int | None = None, *, limit: int = 100) -> list[Refused]:
        """Return the newest refusals, of one job or of all, newest first."""
        return self._read(work.refusals, job, limit)

    # --- documents and pages ---

    def resolve(self, name: str) -> str | None:
        """Return the id of the document with this id or alias."""
        return self._read(reading.resolve, name)

    def tombstone(self, name: str) -> Tombstone | None:
        """Return what is left of a forgotten document, by id or alias."""
        return self._read(reading.tombstone, name)

    def document(self, identifier: str) -> Document | None:
        """Return a document by its id."""
        return self._read(reading.documents_by_id, [identifier]).get(identifier)

    def documents(
        self, *, after: str = "", limit: int = 100, provider: str | None = None, series: str | None = None
    ) -> list[Document]:
        """Return documents in the order of their ids, after one of them; of a provider, of a series (by its id)."""
        return self._read(reading.documents, after, limit, provider, series)

    def original(self, document: str) -> bytes | None:
        """Return the original of a document, byte for byte: the manifest as it was."""
        body = self._read(documents.original, document)
        return None if body is None else inflate(body)

    def harvests(self, document: str) -> tuple[Harvest, ...]:
        """Return the routes by which a document came."""
        return self._read(reading.harvests, document)

    def articles(self, document: str) -> tuple[Article, ...]:
        """Return a document's articles."""
        return self._read(documents.articles, document)

    def diagnostics(self, document: str) -> tuple[Diagnostic, ...]:
        """Return what was odd in a document: of the whole first, then page by page."""
        return self._read(diagnostics_of, document)

    def pages(self, document: str) -> tuple[Page, ...]:
        """Return a document's pages in their order."""
        return self._read(reading.pages_of, document)

    def said_pages(self, document: str) -> tuple[Page, ...]:
        """Return a document's pages as each of its routes says them, route by route."""
        return self._read(reading.said_pages, document)

    def page_count(self, document: str) -> int:
        """Return how many pages a document has."""
        return self._read(reading.page_count, document)

    def some_pages(self, identifiers: Sequence[str]) -> list[tuple[Page, str]]:
        """Return pages with their fingerprints, in the order asked for, leaving out those that are gone."""
        return self._read(reading.pages_with_fingerprints, identifiers)

    def page(self, identifier: str) -> Page | None:
        """Return a page by its id."""
        return self._read(reading.pages_by_id, [identifier]).get(identifier)

    def fingerprint(self, page: str) -> str:
        """Return what a page was last made from, empty where it is still to be read."""
        return self._read(reading.fingerprint, page)

    def fingerprints(self, document: str) -> dict[str, str]:
        """Return the fingerprints of all pages of a document, by page id."""
        return self._read(reading.fingerprints, document)

    def page_text(self, page: str) -> PageText | None:
        """Return the words of a page."""
        return self.page_texts([page]).get(page)

    def page_texts(self, pages: Iterable[str]) -> dict[str, PageText]:
        """Return the words of pages, by page id; pages without words are left out."""
        return self._read(reading.page_texts, pages)

    # --- illustrations ---

    def illustration(self, identifier: str) -> Illustration | None:
        """Return an illustration that is shown."""
        found = self.illustrations([identifier])
        return found[0] if found else None

    def illustrations(self, identifiers: Sequence[str]) -> list[Illustration]:
        """Return illustrations in the order asked for, leaving out those that are not shown."""
        return self._read(reading.illustrations, identifiers)

    def illustrations_of(self, *, document: str | None = None, page: str | None = None) -> list[Illustration]:
        """Return the illustrations of a document or of a page: page by page, each from the top."""
        column, identifier = ("page_id", page) if page is not None else ("document_id", document or "")
        return self._read(reading.illustrations_of, column, identifier)

    def entries(self, identifiers: Sequence[str]) -> list[Entry]:
        """Return illustrations with page and document, in the order asked for, leaving out those that are not shown."""
        return self._read(reading.entries, identifiers)

    def entries_of(self, document: str) -> list[Entry]:
        """Return all illustrations of a document with page and document, page by page, each from the top."""
        return self._read(reading.entries_of, document)

    def labels(self, illustration: str, *, all_runs: bool = False) -> tuple[Label, ...]:
        """Return the labels that are shown of an illustration; or all that runs ever said, and people say."""
        if all_runs:
            return self._read(all_labels, illustration)
        return self._read(shown_labels, [illustration]).get(illustration, ())

    def history(self, illustration: str) -> tuple[Event, ...]:
        """Return all that machines and people did to an illustration's box, and people to its labels, oldest first."""
        return self._read(people.history, illustration)

    def runs(self) -> dict[str, Run]:
        """Return all runs by id, oldest first."""
        return self._read(reading.runs)

    def current_runs(self) -> dict[str, Run]:
        """Return the current run of each facet."""
        return self._read(work.current_runs)

    # --- changes and counts ---

    def changes(self, after: int = 0, limit: int = 1000) -> list[Change]:
        """Return the changes after a place in the sequence, oldest first. The sequence has no gaps."""
        return self._read(changes.read, after, limit)

    def last_change(self) -> int:
        """Return the place of the newest change, 0 before the first."""
        return self._read(changes.last)

    def counts(self) -> Counts:
        """Return what the catalogue holds."""
        return self._read(statistics.counts)

    def diagnostic_tallies(self) -> tuple[DiagnosticTally, ...]:
        """Return how often each oddity was met in what was harvested, commonest first."""
        return self._read(statistics.diagnostic_tallies)

    def noise_tallies(self) -> tuple[NoiseTally, ...]:
        """Return why regions are no pictures, by provider, commonest first."""
        return self._read(statistics.noise_tallies)

    def failures(self) -> dict[str, int]:
        """Return how many failures (diagnostics of severity ``error``) were met in each provider's documents."""
        return self._read(statistics.failures)

    def providers(self) -> tuple[ProviderTally, ...]:
        """Return all providers, by name, with their counts."""
        return self._read(statistics.providers)

    def series(self) -> tuple[SeriesTally, ...]:
        """Return all periodicals and sets, by title, with their counts."""
        return self._read(statistics.series)

    def _runs_of(self, named: Iterable[str]) -> Mapping[str, Run]:
        """Return the runs that are registered; another process may have registered some that this one does not know."""
        if set(named) - self._known_runs.keys():
            self._known_runs = self.runs()
        return self._known_runs
