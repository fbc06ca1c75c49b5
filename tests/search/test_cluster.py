"""Three nodes, each shard twice: one of them, the master, is killed in the middle of indexing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from estampe.errors import UnavailableIndexError
from estampe.search import IndexDocument, Query
from estampe.search.elastic import ElasticIndex
from estampe.search.elastic.connection import connect
from estampe.search.elastic.shelf import Shelf
from estampe.settings import Settings
from tests.search.conftest import elastic
from tests.services import Elasticsearch, free_port
from tests.services.processes import wait_until

Make = Callable[..., IndexDocument]
COUNT = 20_000


@pytest.fixture
def nodes(elasticsearch_lib: Path) -> Iterator[dict[str, Elasticsearch]]:
    ports = [free_port() for _ in range(3)]
    names = [f"n{number}" for number in range(3)]
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports)
    with ExitStack() as stack:
        started = {}
        for name, port in zip(names, ports, strict=True):
            settings = [
                *(f"node.name={name}", f"transport.port={port}", "discovery.type=multi-node"),
                *(f"discovery.seed_hosts={seeds}", f"cluster.initial_master_nodes={','.join(names)}"),
            ]
            node = stack.enter_context(Elasticsearch(elasticsearch_lib, settings, heap="400m"))
            started[name] = node.start(wait=False)
        yield started


def test_all_is_there_after_the_master_was_killed_and_searches_go_on(
    nodes: dict[str, Elasticsearch], tmp_path: Path, picture: Make
) -> None:
    settings = Settings(
        home=tmp_path,
        elasticsearch_url=",".join(node.address for node in nodes.values()),
        elasticsearch_shards=2,
        elasticsearch_replicas=1,
    )
    first = next(iter(nodes.values()))
    with connect(settings).client.options(request_timeout=5, max_retries=0) as client:

        def stands() -> bool:
            try:
                return int(client.cluster.health()["number_of_nodes"]) == 3
            except Exception:  # noqa: BLE001
                return False

        wait_until(stands, "the cluster", first.data.parent, 120)
        with elastic(settings) as index, ElasticIndex(cluster := connect(settings), Shelf(cluster, settings)) as reader:
            index.update([picture(f"d0.1.{n}", caption="chat") for n in range(200)], [], 1)
            client.options(request_timeout=60).cluster.health(wait_for_status="green", timeout="60s")
            totals: list[int] = []
            missed: list[UnavailableIndexError] = []
            stop, killed = threading.Event(), threading.Event()

            def search() -> None:
                while not stop.is_set():
                    try:
                        totals.append(reader.search(Query(text="chat", filters={"document": ("d0",)})).total)
                    except UnavailableIndexError as error:
                        missed.append(error)

            def pictures() -> Iterator[IndexDocument]:
                for number in range(COUNT):
                    yield picture(f"d{1 + number // 100}.1.{number}", caption=f"un chat {number}")

            searching = threading.Thread(target=search)
            searching.start()

            def kill() -> None:
                """Kill the master when a quarter is written."""
                stats = connect(settings).client
                with stats:
                    while not killed.is_set():
                        done = stats.indices.stats(index=settings.elasticsearch_index)["_all"]["primaries"]["indexing"]
                        if done["index_total"] > COUNT // 4:
                            master = stats.cat.master(format="json")[0]["node"]
                            nodes[master].stop(signal.SIGKILL)
                            killed.set()

            killing = threading.Thread(target=kill)
            killing.start()
            index.update(pictures(), [], 2)
            killing.join()
            answered = len(totals)
            stop.set()
            searching.join()
            assert killed.is_set()
            assert index.search(Query()).total == COUNT + 200
            assert set(totals) == {200}
            assert answered > len(missed)
            assert index.position() == 2
            assert index.health().nodes == 2
