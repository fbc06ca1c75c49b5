"""Change Discovery 1.0, level 2: which manifests came, changed and went, and when. https://iiif.io/api/discovery/1.0/

A page has the changes of a fixed range of the catalogue's sequence, so that its address never means another part.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Change
from .addresses import Addresses
from .values import Json

#: Changes of the catalogue on one page.
PAGE_LENGTH = 1000
_CONTEXT = "http://iiif.io/api/discovery/1/context.json"


def page_count(last: int) -> int:
    """Return how many pages there are when the catalogue's last change has this number."""
    return max(1, -(-last // PAGE_LENGTH))


def page_range(number: int) -> tuple[int, int]:
    """Return the changes of a page, from 0: after this one, and up to and with that one."""
    return number * PAGE_LENGTH, (number + 1) * PAGE_LENGTH


def write_activity_collection(addresses: Addresses, *, last: int) -> Json:
    """Return the list of all pages; ``last`` is the number of the catalogue's last change."""
    return {
        "@context": _CONTEXT,
        "id": addresses.activity(),
        "type": "OrderedCollection",
        "first": _page(addresses, 0),
        "last": _page(addresses, page_count(last) - 1),
    }


def write_activity_page(changes: Sequence[Change], addresses: Addresses, *, number: int, last: int) -> Json:
    """Return a page of changes, oldest first.

    A document's pages and illustrations are part of its manifest, so a change to them is an update of it; several
    changes of one manifest on a page are told once, as the last of them.

    Args:
        changes: those of `page_range`, in order.
        addresses: the maker of our own addresses.
        number: of the page, from 0.
        last: the number of the catalogue's last change.

    """
    told: dict[str, Json] = {}
    for change in changes:
        before = told.pop(change.document, None)
        what = _what(change)
        if what == "Update" and before:
            what = before["type"] if before["type"] != "Delete" else "Delete"
        told[change.document] = {
            "id": f"{addresses.activity_page(number)}#{change.sequence}",
            "type": what,
            "object": {"id": addresses.manifest(change.document), "type": "Manifest"},
            "endTime": change.at,
        }
    page: Json = {
        "@context": _CONTEXT,
        "id": addresses.activity_page(number),
        "type": "OrderedCollectionPage",
        "partOf": {"id": addresses.activity(), "type": "OrderedCollection"},
    }
    if number > 0:
        page["prev"] = _page(addresses, number - 1)
    if number + 1 < page_count(last):
        page["next"] = _page(addresses, number + 1)
    return page | {"orderedItems": list(told.values())}


def _page(addresses: Addresses, number: int) -> Json:
    return {"id": addresses.activity_page(number), "type": "OrderedCollectionPage"}


def _what(change: Change) -> str:
    if change.entity != "document":
        return "Update"
    return {"create": "Create", "delete": "Delete"}.get(change.what, "Update")
