"""The IIIF of all documents as files, for any web server: written once, then kept in step with what changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from ..catalogue import Catalogue
from ..errors import EstampeError
from ..iiif import (
    Addresses,
    page_count,
    page_range,
    write_activity_collection,
    write_activity_page,
    write_context,
)
from . import presenting
from .collecting import write_collections
from .tree import Place, Tree

#: Documents after which the place is noted.
_STEP = 50
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to: documents written, removed, and refused, these by id with the cause."""

    written: int
    removed: int
    refused: tuple[tuple[str, str], ...]


def publish(
    catalogue: Catalogue, folder: Path, addresses: Addresses, progress: Callable[[int, int], None] = lambda *_: None
) -> Published:
    """Write manifests, annotations, collections and the list of changes as files, at the paths of their addresses.

    Only documents that changed since the folder was last published are written, and what was forgotten is removed.
    A publication that is killed goes on where it was. Scans that are files of this machine follow with
    `publish_pictures`; search inside needs a server.

    Args:
        catalogue: is read.
        folder: what a web server serves at the base address; of what is in it, only ``iiif/``, ``thumbnails/`` and
            ``.estampe/`` are touched.
        addresses: the maker of public addresses.
        progress: is told how many of how many changed documents are done.

    Raises UsageError where the folder has an ``iiif`` or ``thumbnails`` that is not ours, BusyError where another
    process publishes.

    """
    base = addresses.base_url.rstrip("/")
    tree, fresh = Tree(folder, base), Place(base, version("estampe"))
    with tree.open() as place:
        last = catalogue.last_change()
        if place is None or place.base != base or place.position > last:
            tree.save(fresh)
            tree.clear()
            place = fresh
        elif place.version != fresh.version:
            # Another Estampe may write the same documents otherwise.
            place = replace(fresh, pictured=place.pictured)
        if place.settled == last:
            progress(0, 0)
            return Published(0, 0, ())
        changed = changed_documents(catalogue, place.position, last)
        written, refused = 0, []
        for done, (document, sequence) in enumerate(changed.items(), start=1):
            try:
                written += write_document(catalogue, tree, addresses, document)
            except EstampeError as error:
                tree.remove_around(addresses.manifest(document))
                refused.append((document, str(error)))
            if done % _STEP == 0:
                tree.save(place := replace(place, position=sequence))
            progress(done, len(changed))
        tree.write(addresses.context(), write_context(addresses))
        write_collections(catalogue, tree, addresses)
        write_changes(catalogue, tree, addresses, max(0, place.settled), last)
        tree.save(replace(place, position=last, settled=last))
        return Published(written, len(changed) - written - len(refused), tuple(refused))


def changed_documents(catalogue: Catalogue, after: int, last: int) -> dict[str, int]:
    """Return the documents that changed, by the last change of each: who did one has done all changes up to that."""
    changed: dict[str, int] = {}
    while after < last:
        for change in catalogue.changes(after, min(_BATCH, last - after)):
            changed.pop(change.document, None)
            changed[change.document] = after = change.sequence
    return changed


def write_document(catalogue: Catalogue, tree: Tree, addresses: Addresses, identifier: str) -> bool:
    """Write what is published of a document, or remove it where it was forgotten; say which of them."""
    document = catalogue.document(identifier)
    if document is None:
        tree.remove_around(addresses.manifest(identifier))
        return False
    annotated = set()
    for address, page in presenting.annotation_pages(catalogue, document, addresses):
        tree.write(address, page)
        annotated.add(address)
    # The manifest names the annotations, so it comes after new ones, and before old ones go. Files answer no search.
    tree.write(addresses.manifest(identifier), presenting.manifest(catalogue, document, addresses, searchable=False))
    tree.remove_beside(addresses.annotations(identifier, "x"), annotated)
    return True


def write_changes(catalogue: Catalogue, tree: Tree, addresses: Addresses, before: int, last: int) -> None:
    """Write Change Discovery, from the page on which the list ended before."""
    for number in range(page_count(before) - 1, page_count(last)):
        after, until = page_range(number)
        changes = catalogue.changes(after, min(until, last) - after)
        tree.write(addresses.activity_page(number), write_activity_page(changes, addresses, number=number, last=last))
    tree.write(addresses.activity(), write_activity_collection(addresses, last=last))
