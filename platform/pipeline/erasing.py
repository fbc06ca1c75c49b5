"""What the cache of the network holds of a document is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ..net import Door
from ..records import Document, Page, is_local
from .scans import scan_addresses

#: The name in an ARK is looked for without its authority where it is as long as this.
_TELLING = 8


def erase(door: Door, aliases: Iterable[str], document: Document | None = None, pages: Collection[Page] = ()) -> None:
    """Delete from the cache what was had of a document, and whatever names it by one of its aliases.

    The whole cache is read for that. ``document`` and ``pages`` tell of addresses that do not name it.
    """
    addresses = [document.manifest] if document else []
    for page in pages:
        addresses += [*scan_addresses(page), *(text.address for text in page.texts)]
        if page.image:
            addresses += [page.image.address, page.image.service.id if page.image.service else ""]
    door.erase([address for address in addresses if not is_local(address)], list(_names(aliases)))


def _names(aliases: Iterable[str]) -> Iterator[str]:
    """Give the words by which answers of the network name a document."""
    for alias in aliases:
        scheme, _, rest = alias.partition(":")
        if scheme == "ark":
            name = rest.rpartition("/")[2]
            yield name if len(name) >= _TELLING else rest.strip("/")
        elif scheme == "iiif":
            yield rest
