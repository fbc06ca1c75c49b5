"""Likeness over 100,000 pictures with a vector each, filters in force: milliseconds a search, how exact, memory.

    python -m bench.likeness [--pictures 100000] [--size 256] [--only embedded|elasticsearch] [--json FILE]

The vectors lie in 500 clusters, as those of pictures do, and each is written through the same batches as a catalogue's.
Searches ask for the 30 nearest to pictures of the index, through filters that leave all of them, a seventh, a hundredth
and a few; facets are not counted, for `bench.search` measures that. ``recall`` is the share of the right 30, found by
comparing all. Elasticsearch is as in `bench.search`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.search import opened
from estampe.records import Vector
from estampe.search import IndexDocument, Near, Query
from estampe.search.following import BATCH
from tests.services import Elasticsearch

RUN = "look@1"
#: How many pictures have each value of the facet.
SHARES = {"all": 1, "a seventh": 7, "a hundredth": 100, "few": 2000}
_WANTED = 30


def vectors(count: int, size: int) -> NDArray[np.float16]:
    """Make up vectors of length 1."""
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(500, size)).astype(np.float32)
    rows = np.empty((count, size), np.float16)
    for start in range(0, count, 10_000):
        some = rows[start : start + 10_000]
        made = 0.7 * centres[chance.integers(0, 500, len(some))] + chance.normal(size=some.shape).astype(np.float32)
        some[:] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return rows


def pictures(rows: NDArray[np.float16]) -> Iterator[IndexDocument]:
    """Make up pictures that look like this; the source says which shares they are of."""
    for number, row in enumerate(rows):
        name = f"d{number // 100}.{number % 100}.p"
        shares = tuple(share for share, every in SHARES.items() if number % every == 0)
        yield IndexDocument(
            id=name,
            page=name.rpartition(".")[0],
            document=name.partition(".")[0],
            page_number=number % 100,
            top=0,
            left=0,
            caption=f"Une image {number}",
            languages=shares,
            vectors=(Vector(name, RUN, row),),
        )


def run(kind: str, rows: NDArray[np.float16], queries: int) -> dict[str, object]:
    """Measure an index."""
    with opened(kind) as measured:
        index = measured.index
        source, made, start = pictures(rows), 0, time.perf_counter()
        worked = time.process_time()
        while some := list(islice(source, BATCH)):
            made += len(some)
            index.update(some, [], made)
        writing, worked = time.perf_counter() - start, time.process_time() - worked
        chance = np.random.default_rng(2)
        names = np.array([one.id for one in pictures(rows)])
        every = rows.astype(np.float32)
        found: dict[str, object] = {}
        before = measured.memory()
        for share, step in SHARES.items():
            taken, work, recall = [], [], []
            passing = np.arange(0, len(rows), step)
            for place in chance.integers(0, len(rows), queries):
                query = Query(near=Near(RUN, like=str(names[place])), limit=_WANTED, filters={"language": (share,)})
                started, busy = time.perf_counter(), time.process_time()
                hits = [hit.id for hit in index.search(query).hits]
                taken.append((time.perf_counter() - started) * 1000)
                work.append((time.process_time() - busy) * 1000)
                others = passing[passing != place]
                right = others[np.argsort(-(every[others] @ every[place]))[:_WANTED]]
                recall.append(len(set(hits) & set(names[right])) / len(right))
            found[share] = {
                "pass": len(passing),
                "p50_ms": round(statistics.median(taken), 2),
                "p95_ms": round(sorted(taken)[int(len(taken) * 0.95)], 2),
                "p50_processor_ms": round(statistics.median(work), 2),
                "recall": round(statistics.mean(recall), 4),
            }
        own = measured.process == os.getpid()
        peak = {"peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)} if own else {}
        return {
            "pictures": len(rows),
            "size": rows.shape[1],
            "written_per_second": round(len(rows) / writing),
            "written_processor_seconds": round(worked, 1),
            "index_megabytes": round(measured.disk(), 1),
            "memory_before_queries_megabytes": round(before),
            "memory_megabytes": round(measured.memory()),
            **peak,
            "searches": found,
        }


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--queries", type=int, default=40, help="of each share")
    parser.add_argument("--only", choices=["embedded", "elasticsearch"], help="measure this index alone")
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    given = parser.parse_args()
    kinds = [given.only] if given.only else ["embedded", "elasticsearch"]
    if "elasticsearch" in kinds and not os.environ.get("ESTAMPE_ELASTICSEARCH_URL") and (why := Elasticsearch.lacks()):
        print(f"Elasticsearch is left out: {why}")
        kinds.remove("elasticsearch")
    rows = vectors(given.pictures, given.size)
    written = json.dumps({kind: run(kind, rows, given.queries) for kind in kinds}, indent=2)
    print(written)
    if given.json:
        given.json.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
