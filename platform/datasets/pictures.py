"""The scans of this machine as files that a viewer can zoom into, beside the manifests that name them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..catalogue import Catalogue
from ..errors import EstampeError, UsageError
from ..iiif import Addresses
from ..images import Derivatives
from .publication import changed_documents
from .tree import Tree

#: The width of a page's small picture, in pixels, as the server makes it.
_THUMBNAIL = 400
#: Scans after which the place is noted.
_STEP = 50


@dataclass(frozen=True, slots=True)
class Pictured:
    """What it came to: scans written, scans that were here already, scans removed, and those refused with the cause."""

    written: int
    kept: int
    removed: int
    refused: tuple[tuple[str, str], ...]


def publish_pictures(
    catalogue: Catalogue, folder: Path, addresses: Addresses, progress: Callable[[int, int], None] = lambda *_: None
) -> Pictured:
    """Write the scans that are files of this machine as image services of level 0, and a small picture of each.

    The files of a scan take two to three times the room of the JPEG they are made of. Only scans of documents that
    changed are looked at, and of these only those made anew whose file has another time; what belongs to no page any
    more is removed. A run that is killed goes on where it was, and a service is there whole or not at all.

    Args:
        catalogue: is read.
        folder: where `publish` wrote, for the same address.
        addresses: the maker of public addresses.
        progress: is told how many of how many scans are done.

    Raises UsageError where nothing is published in the folder for this address, BusyError where another process
    publishes.

    """
    base = addresses.base_url.rstrip("/")
    tree = Tree(folder, base)
    with tree.open() as place:
        if place is None or place.base != base:
            raise UsageError(f"no manifests are published in {folder} for {base}; publish them first")
        shutil.rmtree(tree.scratch, ignore_errors=True)
        changed = changed_documents(catalogue, place.pictured, place.settled)
        total = sum(len(scans_of(catalogue, document)) for document in changed)
        written, kept, removed, done, noted = 0, 0, 0, 0, 0
        refused: list[tuple[str, str]] = []
        for document, sequence in changed.items():
            here = set()
            for page, scan in scans_of(catalogue, document):
                try:
                    if _write(tree, addresses, page, scan):
                        written += 1
                    else:
                        kept += 1
                    here.add(page)
                except (EstampeError, OSError) as error:
                    refused.append((page, str(error)))
                progress(done := done + 1, total)
            for page in _published(tree, addresses, document) - here:
                shutil.rmtree(tree.path(addresses.image_service(page)), ignore_errors=True)
                tree.path(addresses.thumbnail(page)).unlink(missing_ok=True)
                removed += 1
            if done - noted >= _STEP:
                tree.save(place := replace(place, pictured=sequence))
                noted = done
        tree.save(replace(place, pictured=place.settled))
        shutil.rmtree(tree.scratch, ignore_errors=True)
        return Pictured(written, kept, removed, tuple(refused))


def scans_of(catalogue: Catalogue, document: str) -> list[tuple[str, Path]]:
    """Return the pages of a document whose scans are files of this machine, by id, each with its file."""
    return [(page.id, Path(scan.address)) for page in catalogue.pages(document) if (scan := page.local_scan)]


def _write(tree: Tree, addresses: Addresses, page: str, scan: Path) -> bool:
    """Write the service of a scan and its small picture, unless they are of this very file; say whether."""
    service = addresses.image_service(page)
    target, thumbnail = tree.path(service), tree.path(addresses.thumbnail(page))
    stamp = scan.stat().st_mtime_ns
    if is_current(tree, addresses, page, scan):
        return False
    made = Derivatives(tree.scratch)
    small, tiles = made.thumbnail(scan, _THUMBNAIL), made.tiles(scan)
    info = tiles / "info.json"
    described = {**json.loads(info.read_text("utf-8")), "id": service}
    info.write_text(json.dumps(described, ensure_ascii=False), "utf-8")
    # The time of the scan is that of its description, so that the same scan is known again.
    os.utime(info, ns=(stamp, stamp))
    for place in (target, thumbnail):
        place.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    small.replace(thumbnail)
    tiles.rename(target)
    made.forget(scan)
    return True


def is_current(tree: Tree, addresses: Addresses, page: str, scan: Path) -> bool:
    """Tell whether the service of a scan and its small picture are there, and of this very file."""
    thumbnail, info = tree.path(addresses.thumbnail(page)), tree.path(addresses.image_service(page)) / "info.json"
    return thumbnail.is_file() and _stamp(info) == scan.stat().st_mtime_ns


def _stamp(info: Path) -> int:
    try:
        return info.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _published(tree: Tree, addresses: Addresses, document: str) -> set[str]:
    """Return the ids of the pages of a document whose scans are here."""
    return {folder.name for folder in tree.path(addresses.image_service("x")).parent.glob(f"{document}.*")}
