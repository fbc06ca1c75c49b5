"""The OCR-only way, end to end: pages a second, and memory from 100 to 10,000 pages.

    python -m bench.pipeline [--pages 10000] [--json FILE]

Pages of *Excelsior* (CONTRIBUTING.md tells where the real pages are), each copy under a name and number of its own;
where they are absent, pages off the press. The peer in the same run is the reading of the ALTO alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Self

from estampe.catalogue import Catalogue
from estampe.harvest import Harvested, Harvester, Refusal
from estampe.ocr import read_alto
from estampe.pipeline import Pipeline, Readers, Silence
from estampe.press import newspaper_orders, print_corpus
from estampe.search import open_index
from estampe.settings import Settings

_DATA = Path(os.environ.get("ESTAMPE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
_MARKS = (100, 300, 1000, 3000, 10_000)
_ISSUE = _DATA / "bnf-e2e-excelsior-1910" / "OLR-BnF" / "4600034"


class Memory:
    """Watches the memory that this process and its readers hold: in MB the least, the median and the most.

    It is told by how many pages were seen, from each mark to the next. The index makes it swing, for it gathers words
    before it writes them; what grew without end would show in the least. Pages of files that are mapped, of the index
    above all, are the system's to take back and are counted apart.
    """

    def __init__(self, pages: Callable[[], int]) -> None:
        self._pages, self._end = pages, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._samples: dict[int, list[tuple[int, int, int]]] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.1):
            seen = self._pages()
            mark = next((mark for mark in _MARKS if seen <= mark), seen)
            own, mapped = _status("self")
            readers = sum(_status(str(child.pid))[0] for child in multiprocessing.active_children())
            self._samples.setdefault(mark, []).append((own, readers, mapped))

    def told(self) -> dict[str, dict[str, list[int]]]:
        """Return least, median and most up to each mark."""
        return {
            f"up to {mark} pages": {
                name: [min(values), round(median(values)), max(values)]
                for name, values in zip(("run", "readers", "mapped"), zip(*samples, strict=True), strict=True)
            }
            for mark, samples in self._samples.items()
        }


def _status(process: str) -> tuple[int, int]:
    """Return what a process holds, and what it has mapped of files, in MB; nothing of one that has gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    told = dict(line.split(":", 1) for line in lines)
    own, mapped = (int(told.get(name, "0").split()[0]) * 1024 // 1_000_000 for name in ("RssAnon", "RssFile"))
    return own, mapped


def copy_of(original: Path, scratch: Path, number: int) -> Path:
    """Write a copy of an issue, with a name and number of its own; return its folder."""
    folder = scratch / str(number)
    for path in original.rglob("*.*"):
        copy = folder / path.relative_to(original)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes().replace(b"bpt6k46000341", b"bpt6k%dx" % number).replace(b"4600034", b"%d" % number)
        copy.with_name(copy.name.replace("4600034", str(number))).write_bytes(text)
    return folder


class Copies:
    """Harvests one issue over and over: each copy is written, harvested, and deleted when another one has been read."""

    def __init__(self, harvester: Harvester, issue: Path, scratch: Path, pages: int) -> None:
        self._harvester, self._issue, self._scratch, self._pages = harvester, issue, scratch, pages
        self.seen = 0

    def harvest(self, source: str) -> Iterator[Harvested | Refusal]:
        del source
        number, before = 1_000_000, None
        while self.seen < self._pages:
            number += 1
            folder = copy_of(self._issue, self._scratch, number)
            for found in self._harvester.harvest(str(folder)):
                if isinstance(found, Harvested):
                    self.seen += len(found.pages)
                yield found
            # Its last pages are still being read.
            if before:
                shutil.rmtree(before)
            before = folder


def issue(scratch: Path) -> Path:
    if _ISSUE.is_dir():
        return _ISSUE
    print_corpus(scratch / "press", list(newspaper_orders(8)), images=False)
    return next((scratch / "press" / "documents").iterdir())


def measure(pages: int) -> dict[str, object]:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        original = issue(scratch)
        texts = sorted(path for path in original.rglob("*.xml") if path.parent.name in {"ocr", "alto"})
        started = time.perf_counter()
        for path in texts:
            read_alto(path, name=path.name)
        reading = len(texts) / (time.perf_counter() - started)
        settings = Settings(home=scratch / "home", offline=True)
        settings.home.mkdir()
        catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
        index = stack.enter_context(open_index(settings, catalogue))
        copies = Copies(Harvester(None, settings), original, scratch, pages)
        readers = Readers(settings.processes)
        pipeline = Pipeline(catalogue, index, None, pictures=False, watcher=Silence(), readers=readers)
        memory = stack.enter_context(Memory(lambda: copies.seen))
        started = time.perf_counter()
        summary = pipeline.run(copies, ["copies"])
        seconds = time.perf_counter() - started
        disk = sum(path.stat().st_size for path in settings.home.rglob("*") if path.is_file())
    return {
        "issue": original.name,
        "pages": summary.read,
        "pages_that_failed": summary.unreadable + summary.failed,
        "illustrations": summary.illustrations,
        "seconds": round(seconds, 1),
        "pages_per_second": round(summary.read / seconds, 1),
        "reading_alone_pages_per_second": round(reading, 1),
        "processes": settings.processes or len(os.sched_getaffinity(0)),
        "memory_mb": memory.told(),
        "disk_bytes_per_page": disk // summary.read,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measure(arguments.pages)
    for name, value in result.items():
        if isinstance(value, dict):
            for inner, told in value.items():
                print(f"{name.replace('_', ' ')} {inner:<24} {told}")
        else:
            print(f"{name.replace('_', ' '):<34} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
