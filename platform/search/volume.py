"""One Tantivy index in a folder, and its vectors: opened, read while written, and written as a whole or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeAlias

import tantivy

from ..errors import DamagedIndexError, NoRoomError
from .documents import IndexDocument, IndexPage
from .gathering import Gathering, Number, numbered
from .schema import NUMBER, SPACE, facet_field, illustration_fields, page_fields, register, schema
from .spaces import FOLDER, OpenPart, OpenSpace, Spaces

# Bytes that the writer gathers before it writes a segment; fewer segments are faster to search.
_GATHERED = 64_000_000
_GATHERED_ANEW = 256_000_000
_META = "meta.json"
# Upserts that are looked at together.
_TOGETHER = 500
# How often a view is opened again where others write meanwhile.
_ATTEMPTS = 20


Commit: TypeAlias = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class View:
    """What an index holds at one moment; ``commit`` tells it from others, ``spaces`` are its vectors by run."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    commit: Commit
    spaces: Mapping[str, OpenSpace]


class Volume:
    """A Tantivy index in a folder.

    The place that it reached in the catalogue's changes is a document among the others, so that the two can never
    disagree: Tantivy commits all of a batch or nothing.

    Args:
        path: the folder.

    Raises:
        DamagedIndexError: where there is no index, or none that can be used.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._view: View | None = None
        self._parts: dict[str, OpenPart] = {}
        try:
            self._index = tantivy.Index.open(str(path))
            register(self._index)
            self._index.config_reader("manual")
            self.schema = self._index.schema
            self.position()
        except (ValueError, OSError) as error:
            raise DamagedIndexError(f"The search index in {path} cannot be opened: {error}") from error

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty index in a new folder."""
        with _told_of_room(path):
            path.mkdir(parents=True)
            index = tantivy.Index(schema(), str(path))
            register(index)
            writer = index.writer(_GATHERED, 1)
            _write_position(writer, index.schema, 0, Spaces())
            writer.commit()
            writer.wait_merging_threads()
        return cls(path)

    def view(self) -> View:
        """Return a view of all that was committed, by whatever process; later writing does not change it."""
        view = self._view
        if view is None or view.commit != self._commit():
            with self._lock:
                view = self._view
                if view is None or view.commit != self._commit():
                    view = self._view = self._reloaded()
        return view

    def position(self) -> int:
        """Return the last change that the index holds."""
        return int(self._state(self.view().searcher)["number"][0])

    def update(
        self,
        upserts: Iterable[IndexDocument | IndexPage],
        deletes: Collection[str],
        position: int,
        *,
        fresh: bool = False,
    ) -> None:
        """Write a batch, all or nothing. Only one may write at a time; who calls sees to it.

        Args:
            upserts: what is new or other than before.
            deletes: ids of illustrations, pages and documents, taken away before anything is put in.
            position: the last change that the index then holds.
            fresh: none of the upserts is in the index yet.

        """
        before = self.view().searcher
        gathering = Gathering(self.path, self._spaces(before))
        with _told_of_room(self.path):
            try:
                spaces = self._update(before, gathering, upserts, deletes, position, fresh=fresh)
            except BaseException:
                gathering.undo()
                raise
        gathering.sweep(spaces)

    def _update(
        self,
        before: tantivy.Searcher,
        gathering: Gathering,
        upserts: Iterable[IndexDocument | IndexPage],
        deletes: Collection[str],
        position: int,
        *,
        fresh: bool,
    ) -> Spaces:
        writer = self._index.writer(_GATHERED_ANEW if fresh else _GATHERED, 1)
        try:
            for identifier in deletes:
                for field in ("id", "page", facet_field("document")):
                    writer.delete_documents_by_term(field, identifier)
            for some in _by(_TOGETHER, upserts):
                known = {} if fresh else self._numbers(before, some)
                for upsert in some:
                    if not fresh:
                        writer.delete_documents_by_term("id", upsert.id)
                    fields = _fields(upsert, gathering, known)
                    writer.add_document(tantivy.Document.from_dict(fields, self.schema))
            spaces = gathering.finish(
                lambda run, first, last: _count(before, self._numbered(run, first, last)),
                lambda run, first, last: _numbers_of(before, self._numbered(run, first, last)),
            )
            _write_position(writer, self.schema, position, spaces)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()
        return spaces

    def _commit(self) -> Commit:
        found = (self.path / _META).stat()
        return (self.path.name, found.st_ino, found.st_mtime_ns, found.st_size)

    def _reloaded(self) -> View:
        for attempt in range(1, _ATTEMPTS + 1):
            commit = self._commit()
            self._index.reload()
            searcher = self._index.searcher()
            try:
                spaces = self._opened(self._spaces(searcher))
            except FileNotFoundError as error:
                # Joined with others, between the two steps.
                if attempt == _ATTEMPTS:
                    raise DamagedIndexError(f"The search index in {self.path} lacks vectors: {error}") from error
                continue
            return View(searcher, self.schema, commit, spaces)
        raise AssertionError

    def _opened(self, spaces: Spaces) -> dict[str, OpenSpace]:
        folder = self.path / FOLDER
        opened = {}
        for run, space in spaces.by_run.items():
            parts = [self._parts.get(part.name) or OpenPart(folder, part) for part in space.parts]
            opened[run] = OpenSpace(space.size, tuple(parts))
        self._parts = {one.part.name: one for space in opened.values() for one in space.parts}
        return opened

    def _state(self, searcher: tantivy.Searcher) -> Mapping[str, Any]:
        hits = searcher.search(tantivy.Query.term_query(self.schema, "state", "position", index_option="basic"), 2).hits
        if len(hits) != 1:
            raise DamagedIndexError(f"The search index in {self.path} does not know what it holds.")
        return searcher.doc(hits[0][1]).to_dict()

    def _spaces(self, searcher: tantivy.Searcher) -> Spaces:
        return Spaces.of(json.loads(bytes(self._state(searcher)["spaces"][0])))

    def _numbers(
        self, searcher: tantivy.Searcher, upserts: Sequence[IndexDocument | IndexPage]
    ) -> Mapping[str, Number]:
        """Return the numbers that illustrations with vectors had before, by id."""
        ids = [one.id for one in upserts if isinstance(one, IndexDocument) and one.vectors]
        if not ids:
            return {}
        found = searcher.search(tantivy.Query.term_set_query(self.schema, "id", ids), len(ids)).hits
        stored = [searcher.doc(address).to_dict() for _, address in found]
        return {str(one["id"][0]): number for one in stored if (number := numbered(one))}

    def _numbered(self, run: str, first: int, last: int) -> tantivy.Query:
        """Return what has a vector of a run of these numbers."""
        within = tantivy.Query.range_query(
            self.schema, NUMBER, tantivy.FieldType.Integer, lower_bound=first, upper_bound=last
        )
        own = tantivy.Query.term_query(self.schema, SPACE, run, index_option="basic")
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, within), (tantivy.Occur.Must, own)])


def _fields(upsert: IndexDocument | IndexPage, gathering: Gathering, known: Mapping[str, Number]) -> dict[str, Any]:
    if isinstance(upsert, IndexPage):
        return page_fields(upsert)
    fields = illustration_fields(upsert)
    if upsert.vectors:
        number = gathering.number(upsert.vectors, known.get(upsert.id))
        fields |= {NUMBER: number.number, SPACE: [vector.run for vector in upsert.vectors]}
        fields["vectors"] = f"{number.number} {number.digest}".encode()
    return fields


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    # The package's types leave it out.
    return int(searcher.search(query, 1).count)  # type: ignore[attr-defined]


def _numbers_of(searcher: tantivy.Searcher, query: tantivy.Query) -> list[int]:
    """Return the numbers of vectors of what a query finds, in their order."""
    count = max(_count(searcher, query), 1)
    found = searcher.search(query, count, order_by_field=NUMBER, order=tantivy.Order.Asc).hits
    return [int(number) for number, _ in found]


def _by(size: int, items: Iterable[IndexDocument | IndexPage]) -> Iterator[list[IndexDocument | IndexPage]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


@contextmanager
def _told_of_room(path: Path) -> Iterator[None]:
    """Say that the disk is full where that is why Tantivy failed: it tells by its words alone."""
    try:
        yield
    except (ValueError, OSError) as error:
        said: BaseException | None = error
        while said is not None and "No space left" not in str(said) and "File too large" not in str(said):
            said = said.__context__
        if said is None:
            raise
        message = f"There is no room left for the search index in {path.parent}: make room, and do the same again"
        raise NoRoomError(f"{message}; nothing is lost.") from error


def _write_position(writer: tantivy.IndexWriter, schema: tantivy.Schema, position: int, spaces: Spaces) -> None:
    writer.delete_documents_by_term("state", "position")
    fields = {"state": "position", "number": position, "spaces": json.dumps(spaces.plain()).encode()}
    writer.add_document(tantivy.Document.from_dict(fields, schema))
