"""Writing the catalogue on SQLite and on PostgreSQL: documents and pages a second, by one writer and by four.

    python -m bench.catalogue [--documents 60] [--json FILE] [--postgresql URL]

Each document is an issue of 8 pages, each page with 700 words and 3 illustrations that have two labels each: what the
pipeline puts down of a newspaper. Writers are processes, as workers are, and write documents of their own. Times are by
the clock; what the writers' processors worked for a page stands beside. "again" is the same once more, which writes
nothing. Without a URL a PostgreSQL is started, with every commit flushed to the disk, as a library's is; without its
programs only SQLite is measured. The floor is what the pipeline reads on two cores, twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from estampe.catalogue import Catalogue, PageText
from estampe.identity import illustration_id
from estampe.records import Box, Document, Illustration, ImageSource, Label, Page, Pixels, Run, Size
from tests.services import PostgreSQL, database

FLOOR = 60.0
PAGES = 8
_ROOT = Path(__file__).resolve().parents[1]
_LABELS = (Label("photograph", "technique", 0.8, "labels@1"), Label("portrait", "subject", 0.5, "labels@1"))
_RUNS = [Run(f"{facet}@1", facet, "1", facet) for facet in ("region", "text", "labels", "pixels")]


def issue(number: int) -> tuple[Document, list[Page]]:
    """Return an issue and its pages, as a route says them."""
    name = f"ark:/12148/bpt6k{number:07d}"
    pages = [
        Page("", f"f{place}", place, size=Size(4000, 5600), image=ImageSource(f"https://example.org/{number}/{place}"))
        for place in range(1, PAGES + 1)
    ]
    return Document("", "Gallica", f"Excelsior {number}", (name,)), pages


def findings(page: Page, chance: random.Random) -> tuple[PageText, list[Illustration]]:
    """Return what the stages find on a page."""
    words = PageText(
        [("mot" + str(chance.randint(0, 9999)), Box(10 * place % 3900, 8 * place, 80, 40)) for place in range(700)]
    )
    found = []
    for place in range(3):
        box = Box(100 + 1000 * place, chance.randint(0, 4000), 800, 900)
        found.append(
            Illustration(
                illustration_id(page.id, box),
                page.id,
                page.id.rpartition(".")[0],
                box,
                region_run="region@1",
                text_run="text@1",
                caption="Une légende de quelques mots, comme elles sont",
                text_before="mot " * 60,
                text_after="mot " * 60,
                pixels=Pixels("grey", "#808080", (("#808080", 0.75), ("#000000", 0.25)), "00ff00ff00ff00ff"),
                pixel_run="pixels@1",
                labels=_LABELS,
            )
        )
    return words, found


def write(url: str, writer: int, documents: int) -> dict[str, float]:
    """Put issues and all their pages, as one of several writers; return seconds by kind, and processor seconds."""
    chance = random.Random(writer)
    taken = dict.fromkeys(("document", "page", "page_again"), 0.0)
    latest: list[float] = []
    with Catalogue.open(url) as catalogue:
        catalogue.put_runs(_RUNS)
        worked = time.process_time()
        for number in range(documents):
            document, pages = issue(writer * 100_000 + number)
            start = time.perf_counter()
            known = catalogue.put_document(document, route="iiif", original=b"{}" * 2000, pages=pages)
            taken["document"] += time.perf_counter() - start
            sheets = catalogue.pages(known)
            read = [findings(sheet, chance) for sheet in sheets]
            for sheet, (words, found) in zip(sheets, read, strict=True):
                start = time.perf_counter()
                catalogue.put_page(sheet, fingerprint="a", words=words, illustrations=found)
                latest.append(time.perf_counter() - start)
            for sheet, (words, found) in zip(sheets, read, strict=True):
                start = time.perf_counter()
                catalogue.put_page(sheet, fingerprint="a", words=words, illustrations=found)
                taken["page_again"] += time.perf_counter() - start
    taken["page"] = sum(latest)
    return {**taken, "p95": sorted(latest)[int(len(latest) * 0.95)], "processor": time.process_time() - worked}


def together(url: str, writers: int, documents: int) -> dict[str, float]:
    """Let so many processes write at once, and follow the changes meanwhile."""
    command = [sys.executable, "-m", "bench.catalogue", "--write", url, "--documents", str(documents)]
    with Catalogue.open(url) as catalogue:
        before = position = catalogue.last_change()
        start = time.perf_counter()
        offset = random.randrange(1_000_000)
        running = [
            subprocess.Popen([*command, "--writer", str(offset + number)], stdout=subprocess.PIPE, cwd=_ROOT)
            for number in range(writers)
        ]
        done = threading.Event()
        outputs: list[bytes] = []

        def wait() -> None:
            outputs.extend(process.communicate()[0] for process in running)
            done.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        while not done.wait(0.2):
            while batch := catalogue.changes(position, 10_000):
                assert [change.sequence for change in batch] == [*range(position + 1, position + len(batch) + 1)]
                position = batch[-1].sequence
        waiting.join()
        each = [json.loads(output) for output in outputs]
        pages = documents * PAGES
        longest = max(one["document"] + one["page"] + one["page_again"] for one in each)
        start = time.perf_counter()
        read = 0
        while batch := catalogue.changes(before, 500):
            before = batch[-1].sequence
            read += len(catalogue.entries([change.id for change in batch if change.entity == "illustration"]))
        return {
            "documents_per_second": round(writers * documents / statistics.mean(one["document"] for one in each), 1),
            "pages_per_second": round(writers * pages / statistics.mean(one["page"] for one in each), 1),
            "pages_again_per_second": round(writers * pages / statistics.mean(one["page_again"] for one in each), 1),
            "p95_ms_of_a_page": round(1000 * max(one["p95"] for one in each), 1),
            "seconds_in_all": round(longest, 1),
            "processor_ms_of_a_page": round(1000 * sum(one["processor"] for one in each) / (writers * pages), 2),
            "entries_read_per_second": round(read / (time.perf_counter() - start)),
        }


@contextmanager
def databases(given: str | None) -> Iterator[dict[str, str]]:
    """Give an empty database of each kind that is to be had."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR"))))
        found = {"sqlite": f"sqlite:///{scratch / 'catalogue.sqlite'}"}
        if given or not PostgreSQL.lacks():
            server = given or stack.enter_context(PostgreSQL()).start(durable=True).url
            found["postgresql"] = stack.enter_context(database(server))
        yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=60, help="issues that each writer writes")
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    parser.add_argument("--postgresql", help="the URL of a server on which databases may be made")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    parser.add_argument("--writer", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        print(json.dumps(write(given.write, given.writer, given.documents)))
        return
    with databases(given.postgresql) as urls:
        numbers = {
            name: {f"{writers}_writers": together(url, writers, given.documents // writers) for writers in (1, 4)}
            for name, url in urls.items()
        }
    written = json.dumps(numbers, indent=2)
    print(written)
    if given.json:
        given.json.write_text(written + "\n", encoding="utf-8")
    slowest = min(one["pages_per_second"] for each in numbers.values() for one in each.values())
    print(f"slowest {slowest} pages a second, floor {FLOOR}")
    if slowest < FLOOR:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
