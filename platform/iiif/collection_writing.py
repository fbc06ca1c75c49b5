"""Collections: of everything, of a provider, of a title, of a search; large ones as a Collection of Collections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..records import LanguageMap
from . import blocks
from .schema import PRESENTATION_3, checked
from .values import Json

#: What lists more members than this is better written in parts (version 3 has no pages of Collections).
PART_LENGTH = 500


@dataclass(frozen=True, slots=True)
class CollectionMember:
    """A line of a Collection: ``kind`` is ``manifest`` or ``collection``; ``nav_date`` an ISO 8601 day or empty."""

    address: str
    kind: str
    label: LanguageMap
    thumbnail: str = ""
    nav_date: str = ""


def write_collection(
    address: str,
    label: LanguageMap,
    members: Sequence[CollectionMember],
    *,
    summary: LanguageMap | None = None,
    homepage: str = "",
    thumbnail: str = "",
    part_of: Sequence[str] = (),
    see_also: str = "",
) -> Json:
    """Return a Collection, Presentation 3.

    Args:
        address: its id.
        label: what it is called.
        members: what it lists, in order.
        summary: a sentence about it.
        homepage: the page that shows it to people.
        thumbnail: the address of a small JPEG.
        part_of: the addresses of the Collections around it.
        see_also: the address of its data as JSON.

    """
    more: dict[str, Any] = {}
    if summary:
        more["summary"] = blocks.language_map(summary)
    if thumbnail:
        more["thumbnail"] = [_picture(thumbnail)]
    if homepage:
        more["homepage"] = [
            {"id": homepage, "type": "Text", "label": blocks.language_map(label), "format": "text/html"}
        ]
    if see_also:
        more["seeAlso"] = [
            {"id": see_also, "type": "Dataset", "label": {"none": ["Estampe"]}, "format": "application/json"}
        ]
    if part_of:
        more["partOf"] = [blocks.reference(parent, "Collection") for parent in part_of]
    named = blocks.reference(address, "Collection", blocks.language_map(label))
    items = [_member(member) for member in members]
    return checked("Collection", {"@context": PRESENTATION_3, **named, **more, "items": items})


def collection_parts(address: str, total: int, *, length: int = PART_LENGTH) -> list[CollectionMember]:
    """Return the Collections that a long Collection is cut into: ``1–500``, ``501–1000``…

    Part ``n`` of them, from 1, has the address of the whole with ``part=n`` in its query.
    """
    separator = "&" if "?" in address else "?"
    return [
        CollectionMember(
            f"{address}{separator}part={number}",
            "collection",
            {"none": (f"{start + 1}–{min(start + length, total)}",)},
        )
        for number, start in enumerate(range(0, total, length), start=1)
    ]


def _member(member: CollectionMember) -> Json:
    type_ = "Collection" if member.kind == "collection" else "Manifest"
    more: dict[str, Any] = {}
    if member.nav_date:
        more["navDate"] = f"{member.nav_date[:10]}T00:00:00Z"
    if member.thumbnail:
        more["thumbnail"] = [_picture(member.thumbnail)]
    return blocks.reference(member.address, type_, blocks.language_map(member.label), **more)


def _picture(address: str) -> Json:
    return {"id": address, "type": "Image", "format": "image/jpeg"}
