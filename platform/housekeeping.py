"""Forgetting a document: nothing of it stays in catalogue, index, cache and derivatives but its tombstone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .catalogue import Catalogue
from .errors import NotFoundError
from .identity import find_ark, manifest_alias
from .images import Derivatives
from .net import Door, open_door
from .pipeline import is_local, scan_address
from .records import Document, Page
from .search import Index, follow, rebuild
from .settings import Settings

#: The name in an ARK is looked for without its authority where it is as long as this.
_TELLING = 8


def forget(
    settings: Settings,
    catalogue: Catalogue,
    index: Index,
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Forget a document by its id, an alias or its manifest's address; return its id. Raises NotFoundError.

    The index is made anew at the end, for it would keep what was deleted in its files until it has reason to write
    them again; ``progress`` hears how many documents of how many are in it. A forgetting that was cut off is brought to
    its end by asking for it again.
    """
    document, identifier, aliases = _find(catalogue, name)
    door = open_door(settings)
    if document is None:
        _erase(door, aliases)
    else:
        pages = (*catalogue.pages(identifier), *catalogue.said_pages(identifier))
        _erase(door, aliases, document, pages)
        derivatives = Derivatives(settings.derivatives)
        for scan in {page.image.address for page in pages if page.image and is_local(page.image.address)}:
            derivatives.forget(Path(scan))
        catalogue.forget(identifier)
    follow(catalogue, index)
    rebuild(settings, catalogue, progress)
    return identifier


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


def _erase(door: Door, aliases: Sequence[str], document: Document | None = None, pages: Sequence[Page] = ()) -> None:
    """Delete from the cache what was had of a document, and whatever names it."""
    addresses = [document.manifest] if document else []
    for page in pages:
        addresses += [scan_address(page), *(text.address for text in page.texts)]
        if page.image:
            addresses += [page.image.address, page.image.service.id if page.image.service else ""]
    door.erase([address for address in addresses if "://" in address], list(_names(aliases)))


def _names(aliases: Sequence[str]) -> Iterator[str]:
    """Give the words by which answers of the network name a document."""
    for alias in aliases:
        scheme, _, rest = alias.partition(":")
        if scheme == "ark":
            name = rest.rpartition("/")[2]
            yield name if len(name) >= _TELLING else rest.strip("/")
        elif scheme == "iiif":
            yield rest
