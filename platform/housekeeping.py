"""Forgetting a document: nothing of it stays in catalogue, index and disk but its tombstone."""

from __future__ import annotations

from pathlib import Path

from .catalogue import Catalogue
from .errors import NotFoundError
from .images import Derivatives
from .net import open_door
from .pipeline import is_local, scan_address
from .search import Index, follow
from .settings import Settings


def forget(settings: Settings, catalogue: Catalogue, index: Index, name: str) -> str:
    """Forget a document by its id or an alias; returns its id. Raises NotFoundError."""
    identifier = catalogue.resolve(name)
    document = catalogue.document(identifier) if identifier else None
    if identifier is None or document is None:
        raise NotFoundError(f"there is no document {name}; `estampe export illustrations` lists those there are")
    pages = catalogue.pages(identifier)
    catalogue.forget(identifier)
    follow(catalogue, index)
    door = open_door(settings)
    derivatives = Derivatives(settings.derivatives)
    door.forget(document.manifest)
    for page in pages:
        for address in (scan_address(page), *(text.address for text in page.texts)):
            door.forget(address)
        if page.image and is_local(page.image.address):
            derivatives.forget(Path(page.image.address))
    return identifier
