"""What is published of a document, put together from the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ..catalogue import Catalogue
from ..iiif import Addresses, CollectionMember, write_annotation_page, write_manifest
from ..records import Document, Illustration, LanguageMap
from ..vocabulary import vocabulary

Json = dict[str, Any]


def present(catalogue: Catalogue, document: Document, addresses: Addresses) -> tuple[Json, dict[str, Json]]:
    """Return a document's manifest, and by address the annotations of those of its pages that have pictures.

    The files offer no search inside: that needs a server.
    """
    pages = catalogue.pages(document.id)
    by_page: defaultdict[str, list[Illustration]] = defaultdict(list)
    for one in catalogue.illustrations_of(document=document.id):
        if one.noise is None:
            by_page[one.page].append(one)
    manifest = write_manifest(
        document, pages, catalogue.original(document.id), addresses, annotated=by_page.keys(), searchable=False
    )
    runs = catalogue.runs()
    generated = max((harvest.at for harvest in catalogue.harvests(document.id)), default="")
    annotations = {
        addresses.annotations(document.id, page.key): write_annotation_page(
            document,
            page,
            by_page[page.id],
            runs,
            addresses,
            generated=generated,
            concept=vocabulary().concept,
        )
        for page in pages
        if page.id in by_page
    }
    return manifest, annotations


def members(documents: Iterable[Document], addresses: Addresses) -> list[CollectionMember]:
    """Return documents as members of a Collection."""
    return [
        CollectionMember(
            addresses.manifest(one.id),
            "manifest",
            plain(one.title or one.id),
            nav_date=one.date.start.isoformat() if one.date and one.date.start else "",
        )
        for one in documents
    ]


def plain(text: str) -> LanguageMap:
    """Return a text whose language is not known."""
    return {"none": (text,)}
