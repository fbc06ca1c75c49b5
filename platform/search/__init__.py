"""Finding illustrations: one query, and the indexes that answer it."""

from .documents import SIZES, IndexDocument, IndexLabel, IndexPage
from .index import FacetValue, Hit, Index, PageHit, Results, Segments
from .names import FACETS, FIELDS, LABEL_FACETS, SORTS
from .query import DEFAULT_LIMIT, MAX_LIMIT, Query

__all__ = [
    "DEFAULT_LIMIT",
    "FACETS",
    "FIELDS",
    "LABEL_FACETS",
    "MAX_LIMIT",
    "SIZES",
    "SORTS",
    "FacetValue",
    "Hit",
    "Index",
    "IndexDocument",
    "IndexLabel",
    "IndexPage",
    "PageHit",
    "Query",
    "Results",
    "Segments",
]
