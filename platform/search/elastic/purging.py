"""Having the files of the index forget what was deleted.

A deleted document is found no more, but its words stay until Lucene merges their part of the index with another, and
Elasticsearch keeps its id until every copy of a shard surely knows of the deletion: each copy has a lease on the
changes from a certain number on, which moves on every half a minute. So a purge waits until the leases are past.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any, Final

from ...settings import Settings
from .connection import Cluster, connect
from .shelf import Shelf

_HOURS: Final = 4 * 3600.0
#: Seconds that leases are waited for.
_PATIENCE: Final = 150.0
_PAUSE: Final = 1.0
_LOG = logging.getLogger(__name__)


def purge_elastic(settings: Settings) -> None:
    """Take what was deleted out of the files of the index, its dictionaries and the leftovers of broken rebuilds.

    Where a copy is missing, whose lease stays where it is, the ids of what was deleted stay with it; that is logged.

    Raises:
        BusyError: where another process makes the index anew.

    """
    cluster = connect(settings)
    shelf = Shelf(cluster, settings)
    with cluster.client, cluster.explaining(), shelf.rebuilding():
        shelf.sweep()
        index = shelf.known()
        last = {shard: copy["seq_no"]["max_seq_no"] for shard, copy in _copies(cluster, index)}
        # What can go goes at once: all the words.
        _expunge(cluster, index)
        give_up = time.monotonic() + _PATIENCE
        while not (past := _past(cluster, index, last)) and time.monotonic() < give_up:
            time.sleep(_PAUSE)
        _expunge(cluster, index)
    if not past:
        _LOG.warning(
            "The words of what was deleted are gone from the files of the search index, but its ids stay there until "
            "the copies that are missing are back and `estampe forget` is asked once more."
        )


def _expunge(cluster: Cluster, index: str) -> None:
    client = cluster.client.options(request_timeout=_HOURS).indices
    client.flush(index=index, force=True, wait_if_ongoing=True)
    client.forcemerge(index=index, only_expunge_deletes=True)
    # What the merge took the place of goes with the next commit.
    client.flush(index=index, force=True, wait_if_ongoing=True)


def _past(cluster: Cluster, index: str, last: dict[str, int]) -> bool:
    """Say whether no copy keeps any of the changes up to those numbers."""
    return all(
        lease["retaining_seq_no"] > last.get(shard, -1)
        for shard, copy in _copies(cluster, index)
        for lease in copy["retention_leases"]["leases"]
    )


def _copies(cluster: Cluster, index: str) -> Iterator[tuple[str, Any]]:
    """Yield each copy of each shard, with the shard's number."""
    shards = cluster.client.indices.stats(index=index, level="shards")["indices"][index]["shards"]
    for shard, copies in shards.items():
        yield from ((shard, copy) for copy in copies)
