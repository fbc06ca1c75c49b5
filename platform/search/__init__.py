"""Finding illustrations: one query, and the indexes that answer it."""

from .building import index_document
from .cursor import Cursor
from .documents import SIZES, IndexDocument, IndexLabel, IndexPage
from .following import follow, put_anew
from .highlighting import highlight
from .index import FacetValue, Health, Hit, Index, PageHit, Results, Segments
from .matching import Matcher, find_words
from .names import FACETS, FIELDS, LABEL_FACETS, LOOKS, SORTS
from .near import Near
from .opening import open_index, purge, rebuild
from .query import DEFAULT_LIMIT, MAX_LIMIT, Query

__all__ = [
    "DEFAULT_LIMIT",
    "FACETS",
    "FIELDS",
    "LABEL_FACETS",
    "LOOKS",
    "MAX_LIMIT",
    "SIZES",
    "SORTS",
    "Cursor",
    "FacetValue",
    "Health",
    "Hit",
    "Index",
    "IndexDocument",
    "IndexLabel",
    "IndexPage",
    "Matcher",
    "Near",
    "PageHit",
    "Query",
    "Results",
    "Segments",
    "find_words",
    "follow",
    "highlight",
    "index_document",
    "open_index",
    "purge",
    "put_anew",
    "rebuild",
]
