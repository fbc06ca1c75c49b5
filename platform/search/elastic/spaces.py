"""The spaces of runs in Elasticsearch: a field for the vectors of each, made when the first of them comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import DamagedIndexError
from ...identity import digest
from ..documents import IndexDocument, IndexPage
from .connection import Cluster

_PARENT = "vector"


def space_name(run: str) -> str:
    """Return what a run's space is called within the field ``vector``."""
    return digest(run, 12)


def space_field(run: str) -> str:
    """Return the field of a run's vectors."""
    return f"{_PARENT}.{space_name(run)}"


def size_of(cluster: Cluster, index: str, run: str) -> int | None:
    """Return how long the vectors of a run are, None where an index has none; ``index`` may be an alias."""
    return _sizes(cluster, index).get(space_name(run))


def with_fields(
    cluster: Cluster, index: str, documents: Iterable[IndexDocument | IndexPage]
) -> Iterator[IndexDocument | IndexPage]:
    """Yield documents, each when there are fields for its vectors. Raises DamagedIndexError for another size."""
    sizes: dict[str, int] | None = None
    for one in documents:
        for vector in one.vectors if isinstance(one, IndexDocument) else ():
            if sizes is None:
                sizes = _sizes(cluster, index)
            name = space_name(vector.run)
            if name not in sizes:
                _make(cluster, index, name, vector.values.size)
                sizes[name] = vector.values.size
            if sizes[name] != vector.values.size:
                raise DamagedIndexError(
                    f"A vector has {vector.values.size} numbers, and others of its run {sizes[name]}. "
                    "Make the search index anew with: estampe index rebuild"
                )
        yield one


def _make(cluster: Cluster, index: str, name: str, size: int) -> None:
    field = {
        "type": "dense_vector",
        "dims": size,
        "index": True,
        "similarity": "cosine",
        # Whole numbers would take a quarter of the memory, and no longer tell exactly how near a hit is.
        "index_options": {"type": "hnsw"},
    }
    with cluster.explaining():
        cluster.client.indices.put_mapping(index=index, properties={_PARENT: {"properties": {name: field}}})


def _sizes(cluster: Cluster, index: str) -> dict[str, int]:
    with cluster.explaining():
        found = cluster.client.indices.get_mapping(index=index)
    (own,) = found.values()
    fields = own["mappings"]["properties"][_PARENT].get("properties", {})
    return {name: int(field["dims"]) for name, field in fields.items()}
