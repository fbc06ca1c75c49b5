"""What it costs to have workers do the work: the same run in this process and on Celery workers, on each database.

    python -m bench.workers [--pages 600] [--rounds 3] [--json FILE]

Pages are those of `bench.pipeline`, each copy of an issue in a folder of its own. One process of `estampe run` with two
readers stands against two worker processes, on SQLite and on PostgreSQL (with every commit flushed to the disk), in
turns; workers are up before they are asked. Times are of the command, from its start to its end. The overhead is the
median of the workers' times over the median of the others; at most 10 % is promised.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from bench.pipeline import copy_of, issue
from tests.services import PostgreSQL, Redis, database
from tests.worker.workers import Workers

LIMIT = 10.0
_ESTAMPE = Path(sys.executable).with_name("estampe")


def run(environment: dict[str, str], corpus: Path) -> float:
    """Return the seconds that the command takes."""
    started = time.perf_counter()
    subprocess.run(
        [_ESTAMPE, "run", "--quiet", "--offline", "--no-pictures", corpus],
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def measure(pages: int, rounds: int) -> dict[str, object]:
    """Return seconds by database and by who does the work."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ESTAMPE_")}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        original = issue(scratch)
        corpus = scratch / "corpus"
        count, number = 0, 1_000_000
        while count < pages:
            number += 1
            copy = copy_of(original, corpus, number)
            count += sum(path.parent.name in {"ocr", "alto"} for path in copy.rglob("*.xml"))
        server = stack.enter_context(PostgreSQL())
        server.start(durable=True)
        redis = stack.enter_context(Redis())
        redis.start()
        for turn in range(rounds):
            for kind in ("sqlite", "postgresql"):
                for who in ("in process", "on workers"):
                    with ExitStack() as one:
                        environment = clean | {"ESTAMPE_HOME": str(scratch / f"{kind} {who} {turn}")}
                        if kind == "postgresql":
                            environment["ESTAMPE_DATABASE_URL"] = one.enter_context(database(server.url))
                        if who == "on workers":
                            environment["ESTAMPE_BROKER_URL"] = redis.url
                            workers = one.enter_context(Workers(environment, scratch / f"log {kind} {turn}"))
                            workers.start("one", processes=2)
                            workers.ready()
                        seconds = run(environment, corpus)
                    times[f"{kind}, {who}"].append(seconds)
                    print(f"{kind}, {who}: {seconds:.1f} s, {count / seconds:.1f} pages a second", flush=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    overhead = {
        kind: round(100 * (medians[f"{kind}, on workers"] / medians[f"{kind}, in process"] - 1), 1)
        for kind in ("sqlite", "postgresql")
    }
    return {
        "pages": count,
        "seconds": {name: [round(value, 2) for value in values] for name, values in times.items()},
        "overhead_percent": overhead,
        "limit_percent": LIMIT,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments.pages, arguments.rounds)
    print(json.dumps(result, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
