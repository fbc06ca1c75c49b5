"""Opening the index in Elasticsearch, making it anew, and having it forget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, TypeAlias

from ...catalogue import Catalogue
from ...errors import DamagedIndexError, UnavailableIndexError
from ...settings import Settings
from ..documents import IndexDocument, IndexPage
from ..following import everything, follow
from .bulk import index_lines, send
from .connection import FIRST_PATIENCE, Cluster, connect
from .index import ElasticIndex
from .shelf import Shelf
from .spaces import with_fields
from .writing import refresh, write

Progress: TypeAlias = Callable[[int, int], None]
_PATIENCE: Final = 24 * 3600.0
_LOG = logging.getLogger(__name__)


def open_elastic(settings: Settings, catalogue: Catalogue) -> ElasticIndex:
    """Open the index of a catalogue in Elasticsearch; see `estampe.search.open_index`."""
    cluster = connect(settings)
    try:
        with cluster.explaining():
            # Whoever is not there now is not waited for.
            cluster.client.options(request_timeout=FIRST_PATIENCE, max_retries=0).info()
        shelf = Shelf(cluster, settings)
        if not shelf.current():
            with shelf.rebuilding(_PATIENCE):
                if not shelf.current():
                    if catalogue.last_change():
                        _LOG.warning("There is no search index %s. It is made anew from the catalogue.", shelf.alias)
                    _rebuild(cluster, shelf, catalogue, _silent)
    except BaseException:
        cluster.client.close()
        raise
    return ElasticIndex(cluster, shelf)


def rebuild_elastic(settings: Settings, catalogue: Catalogue, progress: Progress | None = None) -> None:
    """Make the index in Elasticsearch anew; see `estampe.search.rebuild`."""
    cluster = connect(settings)
    with cluster.client:
        shelf = Shelf(cluster, settings)
        with shelf.rebuilding():
            _rebuild(cluster, shelf, catalogue, progress or _silent)


class _Beside:
    """An index that is not the current one yet, as `follow` takes it."""

    def __init__(self, cluster: Cluster, shelf: Shelf, name: str) -> None:
        self._cluster, self._place = cluster, shelf.place(name)

    def position(self) -> int:
        return self._place.position()

    def update(self, upserts: Iterable[IndexDocument | IndexPage], deletes: Collection[str], position: int) -> None:
        with self._place.held(_PATIENCE) as hold:
            write(self._cluster, hold, upserts, deletes, position)

    def fill(self, catalogue: Catalogue, progress: Progress) -> None:
        """Put all that a catalogue has into the index, which is empty."""
        # What changes from here on is told once more.
        position = catalogue.last_change()
        with self._place.held(_PATIENCE) as hold:
            documents = with_fields(self._cluster, hold.index, _all(catalogue, progress))
            send(self._cluster, hold, (index_lines(one, position) for one in documents))
            refresh(self._cluster, hold.index)
            hold.finish(position)


def _rebuild(cluster: Cluster, shelf: Shelf, catalogue: Catalogue, progress: Progress) -> None:
    # What an attempt that did not come to its end has left.
    shelf.sweep()
    name = shelf.new()
    beside = _Beside(cluster, shelf, name)
    beside.fill(catalogue, progress)
    follow(catalogue, beside)
    with _held(shelf):
        follow(catalogue, beside)
        shelf.swap(name)
    shelf.sweep()


@contextmanager
def _held(shelf: Shelf) -> Iterator[None]:
    """Let nobody write into the current index, so that the new one is not behind it; one that is broken nobody does."""
    with ExitStack() as stack:
        with suppress(DamagedIndexError, UnavailableIndexError):
            stack.enter_context(shelf.place(shelf.known()).held(_PATIENCE))
        yield


def _all(catalogue: Catalogue, progress: Progress) -> Iterator[IndexDocument | IndexPage]:
    total = catalogue.counts().documents
    for done, held in enumerate(everything(catalogue), 1):
        yield from held
        progress(done, max(done, total))


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
