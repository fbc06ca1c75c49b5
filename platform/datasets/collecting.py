"""The Collections as files: of everything, of each title, of each provider; long ones in parts."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalogue import Catalogue
from ..iiif import PART_LENGTH, Addresses, CollectionMember
from ..records import Document
from . import presenting
from .presenting import Shelf
from .tree import Tree


def write_collections(catalogue: Catalogue, tree: Tree, addresses: Addresses) -> None:
    """Write all Collections, and remove those of titles and providers that are gone."""
    titles, providers = presenting.titles(catalogue, addresses), presenting.providers(catalogue, addresses)
    for shelves, neighbour in (
        (titles, addresses.title_collection("")),
        (providers, addresses.provider_collection("")),
    ):
        written: set[str] = set()
        for shelf in shelves:
            written |= _write(catalogue, tree, addresses, shelf)
        tree.remove_beside(neighbour, written)
    tree.write(addresses.top_collection(), presenting.top_collection([*titles, *providers], addresses))


def _write(catalogue: Catalogue, tree: Tree, addresses: Addresses, shelf: Shelf) -> set[str]:
    """Write a Collection, and its parts where it is long; return all their addresses.

    A server gives a part at ``?part=2``; files cannot, so there a part has a name of its own.
    """
    if shelf.tally.documents <= PART_LENGTH:
        listed = [member for some in _lists(catalogue, shelf) for member in presenting.members(some, addresses)]
        tree.write(shelf.address, presenting.collection(shelf, listed, addresses))
        return {shelf.address}
    parts: list[CollectionMember] = []
    start = 1
    for number, documents in enumerate(_lists(catalogue, shelf), start=1):
        address = f"{shelf.address.removesuffix('.json')}.part-{number}.json"
        tree.write(address, presenting.collection_part(shelf, address, start, documents, addresses))
        name = presenting.plain(f"{start}–{start + len(documents) - 1}")
        parts.append(CollectionMember(address, "collection", name))
        start += len(documents)
    tree.write(shelf.address, presenting.collection(shelf, parts, addresses))
    return {shelf.address, *(part.address for part in parts)}


def _lists(catalogue: Catalogue, shelf: Shelf) -> Iterator[list[Document]]:
    """Yield the documents of a shelf, in lists of the length of a part."""
    after = ""
    while found := catalogue.documents(after=after, limit=PART_LENGTH, **shelf.which):
        yield found
        after = found[-1].id
