"""Change Discovery 1.0, read tolerantly: which manifests a publisher says came, changed and went, and when.

https://iiif.io/api/discovery/1.0/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import EstampeError, FormatError
from .values import Json, Notes, absolute, first_object, identifier, kind, load, objects, texts

_KINDS = {"OrderedCollection", "OrderedCollectionPage"}


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done to a resource.

    ``what`` is ``Create``, ``Update``, ``Add``, ``Delete``, ``Remove``, ``Move``, ``Refresh``, or what else is said
    there. ``address`` is the resource's, ``kind`` its type, ``target`` where it moved to; empty where not said, or
    nothing that can be asked. ``at`` is when it was done, None where that is not said.
    """

    what: str
    address: str
    kind: str
    target: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadActivities:
    """A list of changes, or a page of it: oldest first.

    ``last`` is the address of the list's last page, ``previous`` that of the page before this one; empty where none is.
    """

    address: str
    last: str
    previous: str
    activities: tuple[Activity, ...]


def is_activities(data: bytes, address: str) -> bool:
    """Tell whether an answer is a list of changes, or a page of it; what cannot be read is none."""
    if not any(name.encode() in data for name in _KINDS):
        return False
    try:
        return kind(load(data, address, Notes())) in _KINDS
    except EstampeError:
        return False


def read_activities(data: bytes, address: str) -> ReadActivities:
    """Read a list of changes, or a page of it. Raises FormatError and UnsupportedError."""
    node = load(data, address, Notes())
    base = absolute(identifier(node), address) or address
    last = absolute(identifier(first_object(node.get("last"))), base)
    if node.get("first") and not last:
        raise FormatError(address, "this list of changes names no last page, from which it would be read")
    return ReadActivities(
        address,
        last,
        absolute(identifier(first_object(node.get("prev"))), base),
        tuple(_activity(item, base) for item in objects(node.get("orderedItems"))),
    )


def _activity(node: Json, base: str) -> Activity:
    what = first_object(node.get("object"))
    return Activity(
        kind(node),
        absolute(identifier(what), base),
        kind(what),
        absolute(identifier(first_object(node.get("target"))), base),
        _time(node.get("endTime")) or _time(node.get("startTime")),
    )


def _time(value: object) -> datetime | None:
    for text in texts(value):
        try:
            when = datetime.fromisoformat(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
