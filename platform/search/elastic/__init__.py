"""The index in Elasticsearch 8, for a library's many machines; ``docs/search.md`` tells how it is kept right."""

from .index import ElasticIndex
from .opening import open_elastic, rebuild_elastic
from .purging import purge_elastic

__all__ = ["ElasticIndex", "open_elastic", "purge_elastic", "rebuild_elastic"]
