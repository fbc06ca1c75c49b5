"""A collection of Presentation 2 or 3: what it lists, and where it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..records import Diagnostic, Severity
from .values import Json, Notes, absolute, first_object, identifier, kind, objects
from .wording import label

#: Collections set whole into a collection are followed so deep.
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Member:
    """What a collection lists: the address of a ``manifest`` or a ``collection``, and what it is called."""

    address: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class ReadCollection:
    """A collection read: its members in order, each once.

    ``next`` is the address of the page that goes on, empty at the end. ``embedded`` are manifests that stand in the
    collection whole, as JSON; they are not among the members.
    """

    id: str
    label: str
    members: tuple[Member, ...]
    next: str
    diagnostics: tuple[Diagnostic, ...]
    embedded: tuple[bytes, ...]


def read_collection(collection: Json, address: str, notes: Notes) -> ReadCollection:
    """Read a parsed collection; collections that stand in it whole give their members to it."""
    base = absolute(identifier(collection), address) or absolute(address, "")
    members: dict[str, Member] = {}
    embedded: list[bytes] = []
    for node, listed_as in _listed(collection, _DEEPEST):
        what = {"Manifest": "manifest", "Collection": "collection"}.get(kind(node), "" if kind(node) else listed_as)
        link = absolute(identifier(node), base)
        if not what:
            notes.add("member-kind", f"the collection lists a {kind(node)}, which is not harvested", identifier(node))
        elif what == "manifest" and _is_whole(node):
            embedded.append(json.dumps({"@context": collection.get("@context"), **node}).encode())
        elif what == "collection" and _is_whole_collection(node):
            continue
        elif not link:
            notes.add("member-address", "the collection lists something without a usable address", identifier(node))
        elif link not in members:
            members[link] = Member(link, what, label(node.get("label")))
    following = absolute(identifier(first_object(collection.get("next"))), base)
    if not following and not members:
        following = absolute(identifier(first_object(collection.get("first"))), base)
    if not members and not embedded and not following:
        notes.add("collection-empty", "the collection lists nothing", severity=Severity.INFO)
    id_ = base or identifier(collection) or address
    return ReadCollection(
        id_,
        label(collection.get("label")) or id_,
        tuple(members.values()),
        following if following != base else "",
        notes.diagnostics(),
        tuple(embedded),
    )


def _listed(collection: Json, depth: int) -> Iterator[tuple[Json, str]]:
    """Yield what a collection lists, with what the place of listing says of its kind; embedded collections opened."""
    lists: tuple[tuple[str, str], ...] = (
        ("collections", "collection"),
        ("manifests", "manifest"),
        ("members", "manifest"),
        ("items", "manifest"),
    )
    for name, listed_as in lists:
        for node in objects(collection.get(name)):
            yield node, listed_as
            if depth and kind(node) in {"Collection", ""} and _is_whole_collection(node):
                yield from _listed(node, depth - 1)


def _is_whole(node: Json) -> bool:
    """Whether a manifest stands here whole, with its pages."""

    def holds(value: Any, *names: str) -> bool:
        return any(first_object(value).get(name) for name in names)

    return holds(node.get("sequences"), "canvases") or kind(first_object(node.get("items"))) == "Canvas"


def _is_whole_collection(node: Json) -> bool:
    return any(objects(node.get(name)) for name in ("collections", "manifests", "members", "items")) and not _is_whole(
        node
    )
