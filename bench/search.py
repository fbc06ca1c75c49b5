"""Search over 100,000 illustrations, with all facets: milliseconds a query, illustrations a second written, memory.

    python -m bench.search [--illustrations 100000] [--only embedded|elasticsearch] [--json FILE]

The illustrations of `bench.search_corpus` go through the same builder and the same batches as those of a catalogue,
into the embedded index and into Elasticsearch: the one that ESTAMPE_ELASTICSEARCH_URL names, or one that is started for
this, with 1 GB. Each of the 200 queries counts all facets and years; none is answered from what was remembered. Times
are by the clock; what this process worked for them stands beside, for a machine that has more to do. Ceilings: the
median takes less than 10 ms in the embedded index, less than 60 ms in Elasticsearch.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from bench.search_corpus import Text, entries, queries
from estampe.catalogue import Catalogue
from estampe.search import FACETS, Index, Query, index_document, open_index
from estampe.search.elastic.connection import connect
from estampe.search.following import BATCH
from estampe.settings import Settings
from tests.services import Elasticsearch

CEILINGS_MS = {"embedded": 10.0, "elasticsearch": 60.0}


@dataclass(frozen=True)
class Measured:
    """An index to be measured, and how large it is on disk and in memory, in megabytes."""

    index: Index
    settings: Settings
    process: int

    def disk(self) -> float:
        if self.settings.elasticsearch_url:
            with connect(self.settings).client as client:
                client.indices.flush(index=self.settings.elasticsearch_index)
                stats = client.indices.stats(index=self.settings.elasticsearch_index, metric="store")
                return float(stats["_all"]["total"]["store"]["size_in_bytes"]) / 1e6
        folder = self.settings.home / "index"
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

    def memory(self) -> float:
        if not self.process:
            return 0.0
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def opened(kind: str) -> Iterator[Measured]:
    """Open an empty index."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        with Catalogue.open(f"sqlite:///{home / 'catalogue.sqlite'}") as catalogue:
            if kind == "embedded":
                settings = Settings(home=home)
                with open_index(settings, catalogue) as index:
                    yield Measured(index, settings, os.getpid())
                return
            with node() as (address, process):
                settings = Settings(home=home, elasticsearch_url=address, elasticsearch_index=f"bench-{token_hex(4)}")
                with open_index(settings, catalogue) as index:
                    yield Measured(index, settings, process)
                with connect(settings).client as client:
                    client.indices.delete(index=list(client.indices.get(index=f"{settings.elasticsearch_index}-*")))


@contextmanager
def node() -> Iterator[tuple[str, int]]:
    """Give the address of an Elasticsearch, and its process where it is ours."""
    if named := os.environ.get("ESTAMPE_ELASTICSEARCH_URL"):
        yield named, 0
        return
    with Elasticsearch(Elasticsearch.build(), heap="1g", quick=False) as started:
        started.start()
        yield started.address, started.process


def run(kind: str, count: int) -> dict[str, object]:
    chance = random.Random(1)
    text = Text(chance)
    with opened(kind) as measured:
        index = measured.index
        writing, made, source = 0.0, 0, entries(count, text, chance)
        while some := [entry for entry, _ in zip(source, range(BATCH), strict=False)]:
            made += len(some)
            start = time.perf_counter()
            index.update((index_document(entry) for entry in some), [], made)
            writing += time.perf_counter() - start
        index.search(Query())
        before = measured.memory()
        taken: dict[str, list[float]] = defaultdict(list)
        work: list[float] = []
        found = 0
        for name, query in queries(text, chance, 200):
            start, worked = time.perf_counter(), time.process_time()
            found += index.search(query, facets=FACETS, timeline=True).total > 0
            taken[name].append((time.perf_counter() - start) * 1000)
            work.append((time.process_time() - worked) * 1000)
        every = sorted(ms for times in taken.values() for ms in times)
        # What else was measured in this process counts into its peak.
        own = measured.process == os.getpid()
        peak = {"peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1)} if own else {}
        return {
            "illustrations": count,
            "written_per_second": round(count / writing),
            "index_megabytes": round(measured.disk(), 1),
            "queries": len(every),
            "queries_with_results": found,
            "p50_ms": round(statistics.median(every), 2),
            "p95_ms": round(every[int(len(every) * 0.95)], 2),
            "worst_ms": round(every[-1], 2),
            "p50_processor_ms": round(statistics.median(work), 2),
            "p95_processor_ms": round(sorted(work)[int(len(work) * 0.95)], 2),
            "p50_ms_by_kind": {name: round(statistics.median(times), 2) for name, times in sorted(taken.items())},
            "memory_megabytes": round(measured.memory(), 1),
            "memory_before_queries_megabytes": round(before, 1),
            **peak,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--illustrations", type=int, default=100_000)
    parser.add_argument("--only", choices=sorted(CEILINGS_MS), help="measure this index alone")
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    given = parser.parse_args()
    kinds = [given.only] if given.only else list(CEILINGS_MS)
    if not given.only and not os.environ.get("ESTAMPE_ELASTICSEARCH_URL") and (reason := Elasticsearch.lacks()):
        print(f"Elasticsearch is left out: {reason}")
        kinds.remove("elasticsearch")
    numbers = {kind: run(kind, given.illustrations) for kind in kinds}
    written = json.dumps(numbers, indent=2, ensure_ascii=False)
    print(written)
    for kind, found in numbers.items():
        print(f"{kind}: median {found['p50_ms']} ms, ceiling {CEILINGS_MS[kind]} ms")
    if given.json:
        given.json.write_text(written + "\n", encoding="utf-8")
    if any(float(str(found["p50_ms"])) >= CEILINGS_MS[kind] for kind, found in numbers.items()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
