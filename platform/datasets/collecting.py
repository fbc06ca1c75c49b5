"""The Collections as files: of everything, of each title, of each provider; long ones in parts."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalogue import Catalogue, Tally
from ..iiif import PART_LENGTH, Addresses, CollectionMember, write_collection
from ..records import Document, LanguageMap
from .presenting import members, plain
from .tree import Tree

_TOP: LanguageMap = {"en": ("All titles and providers",), "fr": ("Tous les titres et fournisseurs",)}


def write_collections(catalogue: Catalogue, tree: Tree, addresses: Addresses) -> None:
    """Write all Collections, and remove those of titles and providers that are gone."""
    titles = {
        addresses.title_collection(one.id): (one.title, one.tally, {"series": one.id}) for one in catalogue.series()
    }
    providers = {
        addresses.provider_collection(one.provider): (one.provider, one.tally, {"provider": one.provider})
        for one in catalogue.providers()
    }
    for group, neighbour in ((titles, addresses.title_collection("")), (providers, addresses.provider_collection(""))):
        written: set[str] = set()
        for address, (label, tally, which) in group.items():
            written |= _write(tree, addresses, address, label, _lists(catalogue, which), tally)
        tree.remove_beside(neighbour, written)
    lines = [
        CollectionMember(address, "collection", plain(label)) for address, (label, *_) in (titles | providers).items()
    ]
    top = addresses.top_collection()
    tree.write(top, write_collection(top, _TOP, lines, homepage=addresses.collections()))


def _lists(catalogue: Catalogue, which: dict[str, str]) -> Iterator[list[Document]]:
    """Yield the documents of a title or a provider, in lists of the length of a part."""
    after = ""
    while found := catalogue.documents(after=after, limit=PART_LENGTH, **which):
        yield found
        after = found[-1].id


def _write(
    tree: Tree, addresses: Addresses, address: str, label: str, lists: Iterator[list[Document]], tally: Tally
) -> set[str]:
    """Write a Collection, and its parts where it is long; return all their addresses.

    A server gives a part at ``?part=2``; files cannot, so there a part has a name of its own.
    """
    top = addresses.top_collection()
    if tally.documents <= PART_LENGTH:
        shown = [member for documents in lists for member in members(documents, addresses)]
        tree.write(address, write_collection(address, plain(label), shown, part_of=[top]))
        return {address}
    parts: list[CollectionMember] = []
    start = 1
    for number, documents in enumerate(lists, start=1):
        name = plain(f"{start}–{start + len(documents) - 1}")
        part = f"{address.removesuffix('.json')}.part-{number}.json"
        tree.write(part, write_collection(part, name, members(documents, addresses), part_of=[address]))
        parts.append(CollectionMember(part, "collection", name))
        start += len(documents)
    tree.write(address, write_collection(address, plain(label), parts, part_of=[top]))
    return {address, *(part.address for part in parts)}
