"""A home is opened; and documents are forgotten, of which nothing stays in it but their tombstones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .catalogue import Catalogue
from .errors import NotFoundError, SettingsError
from .identity import find_ark, manifest_alias
from .images import Derivatives
from .net import open_door
from .pipeline import erase
from .records import Document
from .search import Index, follow, purge
from .settings import Settings


@contextmanager
def stores(settings: Settings) -> Iterator[Catalogue]:
    """Open the catalogue, making the home folder. Raises SettingsError."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = f"ESTAMPE_HOME is {settings.home}, which cannot be a folder of ours ({error.strerror})"
        raise SettingsError(f"{cause}; name one that can be written to") from error
    with Catalogue.open(settings.catalogue_url) as catalogue:
        yield catalogue


def forget(
    settings: Settings,
    catalogue: Catalogue,
    index: Index,
    names: Sequence[str],
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Forget documents by their id, an alias or their manifest's address; return their ids.

    Raises NotFoundError, with nothing done, where one of them is not there. The index is purged at the end, once for
    all of them, for it would keep what was deleted in its files until it has reason to write them again; where it is
    made anew for that, ``progress`` hears how many documents of how many are in it. A forgetting that was cut off is
    brought to its end by asking for it again.
    """
    # One may be named twice, by its id and an alias.
    found = {found[1]: found for found in (_find(catalogue, name) for name in names)}
    door = open_door(settings)
    for document, identifier, aliases in found.values():
        if document is None:
            erase(door, aliases)
            continue
        pages = (*catalogue.pages(identifier), *catalogue.said_pages(identifier))
        erase(door, aliases, document, pages)
        derivatives = Derivatives(settings.derivatives)
        for scan in {page.local_scan.address for page in pages if page.local_scan}:
            derivatives.forget(Path(scan))
        catalogue.forget(identifier)
    follow(catalogue, index)
    purge(settings, catalogue, progress)
    return list(found)


def _find(catalogue: Catalogue, name: str) -> tuple[Document | None, str, tuple[str, ...]]:
    """Return the document of this name, its id and aliases; no document where there is but its tombstone."""
    found = find_ark(name)
    known = [name, found[0] if found else "", manifest_alias(name)]
    for identifier in map(catalogue.resolve, known):
        if identifier and (document := catalogue.document(identifier)):
            return document, identifier, document.aliases
    for stone in map(catalogue.tombstone, known):
        if stone:
            return None, stone.document, stone.aliases
    raise NotFoundError(f"there is no document {name}; `estampe export illustrations` lists those there are")
