"""What is published of a document and of collections, put together from the catalogue: for the server and for files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..catalogue import Catalogue, Tally
from ..iiif import Addresses, CollectionMember, write_annotation_page, write_collection, write_manifest
from ..records import Document, Illustration, LanguageMap, Page
from ..vocabulary import vocabulary

Json = dict[str, Any]
_TOP: LanguageMap = {"en": ("All titles and providers",), "fr": ("Tous les titres et fournisseurs",)}


def manifest(catalogue: Catalogue, document: Document, addresses: Addresses, *, searchable: bool) -> Json:
    """Return a document's manifest; ``searchable``: whether something answers a search inside it."""
    pages = catalogue.pages(document.id)
    return write_manifest(
        document,
        pages,
        catalogue.original(document.id),
        addresses,
        annotated=pictures(catalogue, document).keys(),
        searchable=searchable and any(page.texts for page in pages),
    )


def annotation_pages(
    catalogue: Catalogue, document: Document, addresses: Addresses, *, only: Page | None = None, language: str = "fr"
) -> Iterator[tuple[str, Json]]:
    """Yield the annotations of the pages of a document that have pictures, or of one page, with their addresses.

    Args:
        catalogue: is read.
        document: the document.
        addresses: the maker of public addresses.
        only: the page that is asked for, whether it has pictures or not.
        language: of the names of concepts.

    """
    runs = catalogue.runs()
    generated = max((harvest.at for harvest in catalogue.harvests(document.id)), default="")
    by_page = pictures(catalogue, document, only)
    matches = catalogue.values.matches(one.id for some in by_page.values() for one in some)
    for page in [only] if only else catalogue.pages(document.id):
        if only or page.id in by_page:
            yield (
                addresses.annotations(document.id, page.key),
                write_annotation_page(
                    document,
                    page,
                    by_page.get(page.id, ()),
                    runs,
                    addresses,
                    generated=generated,
                    concept=vocabulary().concept,
                    language=language,
                    matches=matches,
                ),
            )


def pictures(catalogue: Catalogue, document: Document, only: Page | None = None) -> dict[str, list[Illustration]]:
    """Return the illustrations of a document, or of one page, by page; what is no picture is not published."""
    found: defaultdict[str, list[Illustration]] = defaultdict(list)
    listed = catalogue.illustrations_of(page=only.id) if only else catalogue.illustrations_of(document=document.id)
    for one in listed:
        if one.noise is None:
            found[one.page].append(one)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a Collection lists: the documents of a title or of a provider.

    ``homepage`` shows them to people; ``which`` narrows `Catalogue.documents` to them.
    """

    address: str
    label: str
    tally: Tally
    homepage: str
    which: dict[str, str]


def titles(catalogue: Catalogue, addresses: Addresses) -> list[Shelf]:
    """Return the periodicals and sets."""
    return [
        Shelf(
            addresses.title_collection(one.id),
            one.title or one.id,
            one.tally,
            addresses.title_page(one.id),
            {"series": one.id},
        )
        for one in catalogue.series()
    ]


def providers(catalogue: Catalogue, addresses: Addresses) -> list[Shelf]:
    """Return the providers."""
    return [
        Shelf(
            addresses.provider_collection(one.provider),
            one.provider,
            one.tally,
            addresses.provider_page(one.provider),
            {"provider": one.provider},
        )
        for one in catalogue.providers()
    ]


def top_collection(shelves: Iterable[Shelf], addresses: Addresses) -> Json:
    """Return the Collection of everything."""
    lines = [CollectionMember(shelf.address, "collection", plain(shelf.label)) for shelf in shelves]
    return write_collection(addresses.top_collection(), _TOP, lines, homepage=addresses.collections())


def collection(shelf: Shelf, listed: list[CollectionMember], addresses: Addresses) -> Json:
    """Return the Collection of a shelf: its documents, or the parts that list them."""
    return write_collection(
        shelf.address,
        plain(shelf.label),
        listed,
        homepage=shelf.homepage,
        part_of=[addresses.top_collection()],
    )


def collection_part(shelf: Shelf, address: str, start: int, documents: list[Document], addresses: Addresses) -> Json:
    """Return a part of a long Collection; ``start`` is the place of its first document, from 1."""
    return write_collection(
        address,
        plain(f"{start}–{start + len(documents) - 1}"),
        members(documents, addresses),
        homepage=shelf.homepage,
        part_of=[shelf.address],
    )


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
