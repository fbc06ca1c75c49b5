"""One Tantivy index in a folder: opened, read while it is written, and written as a whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

import tantivy

from ..errors import DamagedIndexError, NoRoomError
from .documents import IndexDocument, IndexPage
from .schema import facet_field, illustration_fields, page_fields, register, schema

# Bytes that the writer gathers before it writes a segment; fewer segments are faster to search.
_GATHERED = 64_000_000
_GATHERED_ANEW = 256_000_000
_META = "meta.json"


Commit: TypeAlias = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class View:
    """What an index holds at one moment; ``commit`` tells it from others."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    commit: Commit


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
        self._seen: Commit | None = None
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
            _write_position(writer, index.schema, 0)
            writer.commit()
            writer.wait_merging_threads()
        return cls(path)

    def view(self) -> View:
        """Return a view of all that was committed, by whatever process; later writing does not change it."""
        found = (self.path / _META).stat()
        commit = (self.path.name, found.st_ino, found.st_mtime_ns, found.st_size)
        if commit != self._seen:
            with self._lock:
                if commit != self._seen:
                    self._index.reload()
                    self._seen = commit
        return View(self._index.searcher(), self.schema, commit)

    def position(self) -> int:
        """Return the last change that the index holds."""
        searcher = self.view().searcher
        hits = searcher.search(tantivy.Query.term_query(self.schema, "state", "position", index_option="basic"), 2).hits
        if len(hits) != 1:
            raise DamagedIndexError(f"The search index in {self.path} does not know what it holds.")
        return int(searcher.doc(hits[0][1])["number"][0])

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
        with _told_of_room(self.path):
            self._update(upserts, deletes, position, fresh=fresh)

    def _update(
        self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int, *, fresh: bool
    ) -> None:
        writer = self._index.writer(_GATHERED_ANEW if fresh else _GATHERED, 1)
        try:
            for identifier in deletes:
                for field in ("id", "page", facet_field("document")):
                    writer.delete_documents_by_term(field, identifier)
            for upsert in upserts:
                if not fresh:
                    writer.delete_documents_by_term("id", upsert.id)
                fields = illustration_fields(upsert) if isinstance(upsert, IndexDocument) else page_fields(upsert)
                writer.add_document(tantivy.Document.from_dict(fields, self.schema))
            _write_position(writer, self.schema, position)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()


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


def _write_position(writer: tantivy.IndexWriter, schema: tantivy.Schema, position: int) -> None:
    writer.delete_documents_by_term("state", "position")
    writer.add_document(tantivy.Document.from_dict({"state": "position", "number": position}, schema))
