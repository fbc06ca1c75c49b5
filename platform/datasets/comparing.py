"""A published folder beside the catalogue: what publishing all of it anew would write otherwise, or remove."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..catalogue import Catalogue
from ..errors import EstampeError, UsageError
from ..iiif import Addresses, write_context
from .collecting import write_collections
from .pictures import is_current, publish_pictures, scans_of
from .publication import publish, write_changes, write_document
from .tree import Place, Tree

_AT_ONCE: Final = 100


def compare_published(
    catalogue: Catalogue, folder: Path, addresses: Addresses, *, mend: bool
) -> Iterator[tuple[str, str]]:
    """Yield where a folder is not what `publish` would make of the catalogue now, and what is wrong there.

    Args:
        catalogue: is read.
        folder: where `publish` wrote, for the same address.
        addresses: the maker of public addresses.
        mend: make it what it should be.

    Raises UsageError where nothing is published in the folder for this address, BusyError where another process
    publishes.

    """
    base = addresses.base_url.rstrip("/")
    tree = _Watched(folder, base, mend=mend)
    place = _place(tree, folder, base)
    pictured = place.pictured > 0
    if (behind := catalogue.last_change() - place.settled) > 0:
        yield str(folder), f"it is {behind} changes behind"
        if not mend:
            return
        publish(catalogue, folder, addresses)
    with tree.open():
        for document in _documents(catalogue):
            try:
                write_document(catalogue, tree, addresses, document)
            except EstampeError as error:
                # Publishing refuses it too, and says so.
                tree.told.append(f"it cannot be published: {error}")
            if pictured and (lacking := _without_tiles(catalogue, tree, addresses, document)):
                tree.told.append(f"{lacking} scans are not there, or older than their files")
            yield from tree.news(document)
        for name in _strangers(catalogue, tree, addresses):
            if mend:
                shutil.rmtree(tree.path(addresses.manifest(name)).parent)
            yield name, "it is published, and not in the catalogue"
        tree.write(addresses.context(), write_context(addresses))
        write_collections(catalogue, tree, addresses)
        write_changes(catalogue, tree, addresses, 0, catalogue.last_change())
        yield from tree.news("collections and changes")
        if mend and pictured:
            tree.save(Place(place.base, place.version, catalogue.last_change(), catalogue.last_change(), 0))
    if mend and pictured:
        publish_pictures(catalogue, folder, addresses)


class _Watched(Tree):
    """A tree that tells what is written otherwise and removed, and does either only where it is to mend."""

    def __init__(self, folder: Path, base: str, *, mend: bool) -> None:
        super().__init__(folder, base)
        self._mend = mend
        self.told: list[str] = []

    def news(self, where: str) -> Iterator[tuple[str, str]]:
        """Yield what was told since, as one thing."""
        if self.told:
            more = f", and {len(self.told) - 1} more" if len(self.told) > 1 else ""
            yield where, self.told[0] + more
        self.told.clear()

    def write(self, address: str, content: Any) -> None:
        path, data = self.path(address), self.encoded(content)
        if not self.is_same(path, data):
            self.told.append(f"{path.name} is {'other' if path.exists() else 'not there'}")
            if self._mend:
                super().write(address, content)

    def remove_beside(self, address: str, kept: set[str]) -> None:
        self.told += [f"{path.name} should not be there" for path in self.beside(address, kept)]
        if self._mend:
            super().remove_beside(address, kept)

    def remove_around(self, address: str) -> None:
        if self.path(address).parent.exists():
            self.told.append("it should not be there")
            if self._mend:
                super().remove_around(address)


def _place(tree: Tree, folder: Path, base: str) -> Place:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; `estampe publish` makes one")
    with tree.open() as place:
        if place is None or place.base != base:
            raise UsageError(f"nothing is published in {folder} for {base}; `estampe publish` does that")
        return place


def _documents(catalogue: Catalogue) -> Iterator[str]:
    after = ""
    while documents := catalogue.inspection.documents(after, _AT_ONCE):
        yield from documents
        after = documents[-1]


def _without_tiles(catalogue: Catalogue, tree: Tree, addresses: Addresses, document: str) -> int:
    return sum(
        scan.exists() and not is_current(tree, addresses, page, scan) for page, scan in scans_of(catalogue, document)
    )


def _strangers(catalogue: Catalogue, tree: Tree, addresses: Addresses) -> Iterator[str]:
    """Yield the names of published documents that the catalogue does not have."""
    root = tree.path(addresses.manifest("x")).parent.parent
    for manifest in root.glob("*/manifest.json"):
        name = manifest.parent.name
        if not catalogue.inspection.existing([name]):
            yield name
