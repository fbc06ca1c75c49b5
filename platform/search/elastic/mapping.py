"""How an illustration and a page stand in Elasticsearch: the template that gives every index its settings and fields.

Texts come as the terms that our own analysis makes (`estampe.search.analysis`), so that both indexes find the same:
Lucene's stemmers are of another year than Tantivy's, and part *palais*, *bijoux* and *française* from their likes. The
analysers of this mapping are for who asks Elasticsearch by hand: they make nearly the same terms of what is searched.
"""

from __future__ import annotations

from typing import Any, Final

from ...settings import Settings
from ..analysis import STEMMED, WAYS
from ..contents import TEXT_FIELDS
from ..names import FACETS

#: Another number is another index: one of an older mapping is made anew.
MAPPING_VERSION: Final = 2
#: What there is in an index, by its field ``type``: illustrations are `PICTURE` or `NOISE`.
PAGE, STATE = "page", "state"
#: The field of a page's words.
WORDS: Final = "words"
#: The runs in whose spaces an illustration has a vector; `estampe.search.elastic.spaces` has the fields of these.
SPACE: Final = "space"
_STEMMERS = {"fr": "french", "en": "porter2", "de": "german"}
_LONGEST = 59


def text_field(field: str, way: str) -> str:
    """Return the name of a text field, analysed in one of the ways of `estampe.search.analysis`."""
    return f"{field}.{way or 'printed'}" if field == WORDS else f"text.{field}.{way or 'printed'}"


def facet_field(facet: str) -> str:
    """Return the name of a facet's field."""
    return f"facet.{facet}"


def order_field(order: str) -> str:
    """Return the name of the field that sorts by an order."""
    return f"order.{order.replace('-', 'reverse_')}"


def template(settings: Settings) -> dict[str, Any]:
    """Return the composable template of all indexes with our prefix."""
    prefix = settings.elasticsearch_index
    return {
        "index_patterns": [f"{prefix}-*"],
        # Of two prefixes that begin alike, the longer one's counts for its own.
        "priority": 500 + len(prefix),
        # What writes into an index that was swept must fail.
        "allow_auto_create": False,
        "template": {
            "settings": {
                "number_of_shards": settings.elasticsearch_shards,
                "number_of_replicas": settings.elasticsearch_replicas,
                # What is written is seen when a batch is complete, for each ends by asking for it.
                "refresh_interval": "-1",
                # So long a write that comes late is known to be older than a deletion.
                "gc_deletes": "10m",
                # What is purged is gone wherever it is, and not from where much is deleted alone.
                "merge": {"policy": {"expunge_deletes_allowed": 0}},
                "analysis": _analysis(),
            },
            "mappings": {"dynamic": "strict", "_source": {"excludes": ["text", WORDS]}, "properties": _properties()},
        },
        "_meta": {"made_by": "estampe"},
    }


def _analysis() -> dict[str, Any]:
    filters: dict[str, Any] = {"not_too_long": {"type": "length", "max": _LONGEST}}
    filters |= {f"stem_{way}": {"type": "stemmer", "language": _STEMMERS[way]} for way in STEMMED}
    analyzers: dict[str, Any] = {}
    for way in WAYS:
        steps = ["not_too_long", "lowercase", *([f"stem_{way}"] if way else []), "asciifolding"]
        analyzers[_analyzer(way)] = {"type": "custom", "tokenizer": "words", "filter": steps}
    tokenizer = {"type": "pattern", "pattern": r"[^\p{IsAlphabetic}\p{N}]+"}
    return {"tokenizer": {"words": tokenizer}, "filter": filters, "analyzer": analyzers}


def _analyzer(way: str) -> str:
    return f"estampe_{way or 'printed'}"


def _properties() -> dict[str, Any]:
    keyword, number = {"type": "keyword"}, {"type": "long"}
    ways = {
        way or "printed": {
            "type": "text",
            "analyzer": "whitespace",
            "search_analyzer": _analyzer(way),
            # As in Tantivy: one place is left free between two texts of a field.
            "position_increment_gap": 1,
        }
        for way in WAYS
    }
    return {
        "id": keyword,
        "type": keyword,
        "page": keyword,
        "document": keyword,
        "number": {"type": "integer"},
        "text": {"properties": {name: {"properties": ways} for name in TEXT_FIELDS}},
        WORDS: {"properties": ways},
        "facet": {"properties": dict.fromkeys(FACETS, keyword)},
        "labels": {
            "type": "nested",
            "properties": {"concept": keyword, "facet": keyword, "confidence": {"type": "double"}, "run": keyword},
        },
        "dates": {"type": "date_range", "format": "strict_date"},
        "year_first": {"type": "short"},
        "year_last": {"type": "short"},
        "order": {
            "properties": {
                order_field(name).partition(".")[2]: number for name in ("document", "date", "-date", "size")
            }
        },
        "weight": {"type": "double"},
        SPACE: keyword,
        "vector": {"type": "object"},
        "shown": {"type": "object", "enabled": False},
        # Of what is no illustration and no page: the place in the changes, and who writes.
        "position": number,
        "holder": keyword,
        "beat": number,
    }
