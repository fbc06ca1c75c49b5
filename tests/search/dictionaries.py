"""All terms that an embedded index keeps, those of deleted documents too, which files do not show as they are."""

from __future__ import annotations

from pathlib import Path

from estampe.search import FACETS, LABEL_FACETS
from estampe.search.analysis import WAYS
from estampe.search.contents import TEXT_FIELDS
from estampe.search.schema import facet_field, sure_field, text_field
from estampe.search.shelf import Shelf
from estampe.search.volume import Volume

FIELDS = (
    *("id", "page"),
    *map(facet_field, FACETS),
    *map(sure_field, LABEL_FACETS),
    *(text_field(field, way) for field in (*TEXT_FIELDS, "words") for way in WAYS),
)


def terms(home: Path) -> set[str]:
    """Return the terms of all dictionaries of the current index below a home."""
    volume = Shelf(home / "index").current()
    assert volume
    searcher = Volume(volume).view().searcher
    return {term for field in FIELDS for term, _ in searcher.terms_with_prefix(field, "")}
