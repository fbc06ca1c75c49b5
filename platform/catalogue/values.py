"""What one run says of many illustrations or pages, vectors, and which illustrations show the same picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from ..errors import RefusedError, UsageError
from ..records import Label, Match, Run, Vector
from . import matched, matches, tables, vectors
from .changes import ChangeLog
from .findings import Found, all_findings, check_found, put_findings
from .kinds import all_kinds, put_kinds
from .labels import put_labels, refresh_reviews
from .results import Said
from .rows import PRESENT, batches, hold_documents
from .speaking import Speakers
from .transactions import Transactions

_FOUND, _PAGES = tables.illustrations, tables.pages


class Values:
    """What single runs say; `Catalogue.values` has it.

    A run that speaks of something replaces what it said of that before, and puts away what other runs of its facet
    said: their values stay with their runs, no longer current. Of all else, and of people's words, nothing changes.
    """

    def __init__(self, transactions: Transactions, runs: Callable[[Iterable[str]], Mapping[str, Run]]) -> None:
        self._read, self._write, self._runs = transactions.read, transactions.write, runs

    # --- write ---

    def put(self, run: str, said: Mapping[str, Said]) -> None:
        """Write what a run says of illustrations; those that are gone meanwhile are passed over.

        An illustration that is named with an empty `Said` was looked at, and nothing was found. One call is one
        transaction: a few hundred illustrations at a time are well.

        Raises UsageError for an unknown run and for a value of another one, RefusedError for numbers that are none.
        """
        runs = self._runs([run])
        for illustration, own in said.items():
            _check(illustration, own, run, runs)
        self._write(_put, said, Speakers(runs, frozenset({run})))

    def put_pages(self, run: str, said: Mapping[str, Sequence[Label]]) -> None:
        """Write what a run says of whole pages; those that are gone meanwhile are passed over.

        Raises UsageError and RefusedError, as `put`.
        """
        runs = self._runs([run])
        for page, labels in said.items():
            _check(page, Said(labels=tuple(labels)), run, runs)
        self._write(_put_pages, said, Speakers(runs, frozenset({run})))

    def put_matches(self, run: str, illustrations: Collection[str], said: Collection[Match]) -> None:
        """Write which illustrations show the same picture as some that a run was asked about.

        Args:
            run: who says so.
            illustrations: those that it was asked about; what it said of them before is replaced.
            said: each names at least one of them. Those of illustrations that are gone meanwhile are passed over.

        Raises UsageError for an unknown run and for what is no match, RefusedError for a score that is none.

        """
        self._write(matches.put_matches, run, illustrations, said, Speakers(self._runs([run]), frozenset({run})))

    # --- read ---

    def vector(self, illustration: str, run: str) -> Vector | None:
        """Return the vector that a run gave an illustration."""
        return self._read(vectors.vector, illustration, run)

    def vectors_of(self, illustrations: Iterable[str], run: str = "") -> dict[str, tuple[Vector, ...]]:
        """Return the current vectors of illustrations, by illustration; those that have none are left out.

        They are those of a run; without one, those of all runs by which pictures are looked up.
        """
        return self._read(vectors.current_vectors, illustrations, run)

    def vectors(self, run: str, *, after: str = "", limit: int = 1000) -> list[Vector]:
        """Return vectors of a run in the order of the ids of their illustrations, after one of them."""
        return self._read(vectors.vectors, run, after, limit)

    def matches_of(self, illustration: str, *, all_runs: bool = False) -> tuple[Match, ...]:
        """Return the matches of an illustration that are shown, best first; or all that runs ever said."""
        if all_runs:
            return self._read(matches.all_matches, illustration)
        return self.matches([illustration]).get(illustration, ())

    def matches(self, illustrations: Iterable[str]) -> dict[str, tuple[Match, ...]]:
        """Return the matches that are shown, by illustration; those that have none are left out.

        A person judges a match like a label: `Catalogue.review_label` with the facet ``match`` and the id of the other
        illustration.
        """
        return self._read(matches.matches, illustrations)

    def unmatched(self, space: str, run: str, *, after: str = "", limit: int = 100) -> list[Vector]:
        """Return vectors of the run ``space`` of pictures that another run was not asked about, by their ids."""
        return self._read(matched.unmatched, space, run, after, limit)

    def note_asked(self, run: str, illustrations: Collection[str]) -> None:
        """Note that a run which goes over all vectors was asked about illustrations, and has nothing more to say."""
        self._write(matched.note_asked, run, illustrations)

    def hashes(self, *, after: str = "", limit: int = 10_000) -> list[tuple[str, str]]:
        """Return the ids of pictures, in their order after one of them, with the hashes of their pixels."""
        return self._read(matched.hashes, after, limit)

    def found(self, illustration: str) -> Found:
        """Return what all runs ever found in an illustration and its words, whatever people say of it."""
        return self._read(all_findings, illustration)

    def page_labels(self, page: str) -> tuple[Label, ...]:
        """Return what all runs ever said of a whole page; what is shown now stands with the page."""
        return self._read(all_kinds, page)


def _check(name: str, said: Said, run: str, runs: Mapping[str, Run]) -> None:
    named = [value.run for value in said.labels] + [value.run for value in said.detections]
    named += [value.run for value in said.mentions] + ([said.vector.run] if said.vector else [])
    if other := next((one for one in named if one != run), None):
        raise UsageError(f"what {run} says of {name} is said by {other}")
    if run not in runs:
        raise UsageError(f"the run {run} is not known; put_runs must register it first")
    if not all(math.isfinite(label.confidence) for label in said.labels):
        raise RefusedError(name, "a label has a confidence that is none")
    check_found(Found(said.detections, said.mentions), name, None)
    if said.vector:
        vectors.check_vector(said.vector, runs)


def _put(connection: Connection, log: ChangeLog, said: Mapping[str, Said], speakers: Speakers) -> None:
    query = select(_FOUND.c.id, _FOUND.c.document_id, _FOUND.c.review).where(_FOUND.c.state == PRESENT)

    def rows() -> dict[str, tuple[str, str]]:
        return {
            row.id: (row.document_id, row.review)
            for some in batches(said)
            for row in connection.execute(query.where(_FOUND.c.id.in_(some)))
        }

    hold_documents(connection, {document for document, _ in rows().values()})
    # Some may have gone before they were held.
    there = rows()
    changed: set[str] = set()
    for some in batches(there):
        own = {illustration: said[illustration] for illustration in some}
        relabelled = put_labels(connection, {id_: one.labels for id_, one in own.items()}, some, speakers)
        refresh_reviews(connection, [id_ for id_ in relabelled if there[id_][1]])
        found = {id_: Found(one.detections, one.mentions) for id_, one in own.items()}
        seen = {id_: [one.vector] for id_, one in own.items() if one.vector}
        changed |= relabelled | put_findings(connection, found, some, speakers)
        changed |= vectors.put_vectors(connection, seen, some, speakers)
    for illustration in sorted(changed):
        log.note("illustration", illustration, there[illustration][0], "update")


def _put_pages(connection: Connection, log: ChangeLog, said: Mapping[str, Sequence[Label]], speakers: Speakers) -> None:
    query = select(_PAGES.c.id, _PAGES.c.document_id)

    def rows() -> dict[str, str]:
        return {
            row.id: row.document_id
            for some in batches(said)
            for row in connection.execute(query.where(_PAGES.c.id.in_(some)))
        }

    hold_documents(connection, set(rows().values()))
    there = rows()
    for some in batches(there):
        for page in sorted(put_kinds(connection, {page: said[page] for page in some}, speakers)):
            log.note("page", page, there[page], "update")
