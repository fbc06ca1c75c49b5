"""Writing a batch of the catalogue's changes into the index that is held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final

from ..documents import IndexDocument, IndexPage
from .bulk import Batch, send
from .connection import Cluster
from .place import Hold
from .spaces import with_fields

# Names asked for at once, and hits of one request.
_NAMES: Final = 5_000
_AT_ONCE: Final = 10_000


def write(
    cluster: Cluster,
    hold: Hold,
    upserts: Iterable[IndexDocument | IndexPage],
    deletes: Collection[str],
    position: int,
) -> None:
    """Write what changed, and then the place reached; raises as `estampe.search.Index.update` does."""
    # It is read while nobody else writes, and so it is of now, whatever the place that it tells.
    with closing(Batch(max(position, hold.position))) as batch:
        batch.put(with_fields(cluster, hold.index, upserts))
        batch.remove(_hanging(cluster, hold.index, deletes))
        send(cluster, hold, batch.lines())
    refresh(cluster, hold.index)
    hold.finish(position)


def refresh(cluster: Cluster, index: str) -> None:
    """Have what was written seen by those who search."""
    with cluster.explaining():
        cluster.client.indices.refresh(index=index)


def _hanging(cluster: Cluster, index: str, names: Collection[str]) -> Iterator[str]:
    """Yield the ids of what is named, and of all that hangs on it: pictures of pages, both of documents."""
    if names:
        # Who was here before may have been killed in the middle of a batch.
        refresh(cluster, index)
    rest = iter(names)
    while some := list(islice(rest, _NAMES)):
        asked: dict[str, Any] = {
            "query": {"bool": {"should": [{"terms": {field: some}} for field in ("id", "page", "document")]}},
            "sort": [{"id": "asc"}],
            "size": _AT_ONCE,
        }
        while True:
            with cluster.explaining():
                hits = cluster.client.search(
                    index=index, source=False, track_total_hits=False, allow_partial_search_results=False, **asked
                )["hits"]["hits"]
            yield from (hit["_id"] for hit in hits)
            if len(hits) < _AT_ONCE:
                break
            asked["search_after"] = hits[-1]["sort"]
