"""Opening the index, and making it anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ..catalogue import Catalogue
from ..errors import DamagedIndexError
from ..settings import Settings
from .documents import IndexDocument, IndexPage
from .embedded import EmbeddedIndex
from .following import everything, follow
from .index import Index
from .shelf import Shelf
from .volume import Volume

#: Is told how many documents are done, and how many there are in all.
Progress: TypeAlias = Callable[[int, int], None]
_PATIENCE: Final = 24 * 3600.0
_LOG = logging.getLogger(__name__)


def open_index(settings: Settings, catalogue: Catalogue) -> Index:
    """Open the index of a catalogue.

    Where there is none, one of another version, or one that cannot be read, it is made anew first, which takes some
    minutes for a hundred thousand pictures. Of several processes that start at once one does so, and the others wait.

    Args:
        settings: say whether it is in Elasticsearch; else it is in the home folder.
        catalogue: what the index is made of.

    Raises:
        SettingsError: where what the settings say of Elasticsearch cannot be used.
        UnavailableIndexError: where Elasticsearch does not answer.

    """
    if settings.elasticsearch_url:
        from .elastic import open_elastic

        return open_elastic(settings, catalogue)
    shelf = Shelf(settings.home / "index")
    try:
        return EmbeddedIndex(shelf)
    except DamagedIndexError as error:
        cause = error
    with shelf.rebuilding(_PATIENCE):
        try:
            return EmbeddedIndex(shelf)
        except DamagedIndexError:
            if catalogue.last_change():
                _LOG.warning("%s It is made anew from the catalogue.", cause)
            _rebuild(shelf, catalogue, _silent)
    return EmbeddedIndex(shelf)


def rebuild(settings: Settings, catalogue: Catalogue, progress: Progress | None = None) -> None:
    """Make the index anew beside the old one, then put it in its place at once; searches go on all the while.

    What was deleted is then gone from the files too.

    Raises:
        BusyError: where another process does so already.
        UnavailableIndexError: where Elasticsearch does not answer; the old index stays.

    """
    if settings.elasticsearch_url:
        from .elastic import rebuild_elastic

        rebuild_elastic(settings, catalogue, progress)
        return
    shelf = Shelf(settings.home / "index")
    with shelf.rebuilding():
        _rebuild(shelf, catalogue, progress or _silent)


def purge(settings: Settings, catalogue: Catalogue, progress: Progress | None = None) -> None:
    """Take what was deleted out of the files of the index, where it stays for a while after nothing finds it any more.

    The embedded index is made anew for that.

    Raises:
        BusyError: where another process makes the index anew.
        UnavailableIndexError: where Elasticsearch does not answer.

    """
    if settings.elasticsearch_url:
        from .elastic import purge_elastic

        purge_elastic(settings)
        return
    rebuild(settings, catalogue, progress)


def _rebuild(shelf: Shelf, catalogue: Catalogue, progress: Progress) -> None:
    # What an attempt that did not come to its end has left.
    shelf.sweep()
    volume = Volume.create(shelf.new())
    # What changes from here on is told once more.
    position = catalogue.last_change()
    volume.update(_all(catalogue, progress), (), position, fresh=True)
    follow(catalogue, volume)
    with shelf.writing(_PATIENCE):
        follow(catalogue, volume)
        shelf.swap(volume.path)
    shelf.sweep()


def _all(catalogue: Catalogue, progress: Progress) -> Iterator[IndexDocument | IndexPage]:
    total = catalogue.counts().documents
    for done, held in enumerate(everything(catalogue), 1):
        yield from held
        progress(done, max(done, total))


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
