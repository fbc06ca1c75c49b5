"""Everything on, end to end: pages of 8 megapixels with three pictures each, from files to catalogue and matches.

    python -m bench.eye [--pages 120] [--parts] [--json FILE]

Pages are set with text of the press and real pictures of the shared data (photographs, prints, drawings, book
illustrations), or plates of the press where these are absent; there is no OCR. Promised are 3 pages a second on two
cores, and no more than 3 GB of memory, all processes together.

The command runs twice, on a few pages and on all, each with a home of its own: the difference is what a page takes once
the models are read. Pages a second are told by the clock, and, as other work may go on beside it, by processor time:
so many pages as two cores would do. Memory is the sum of what the processes hold alone and their share of the rest
(PSS), looked at once a second: to look oftener takes a tenth of the cores from what is measured. ``--parts`` tells
instead where the time of a page goes, in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Self
from unittest.mock import patch

import numpy as np
from PIL import Image

from bench.shared_pictures import DATA, pictures
from estampe.press.plates import PLATES, render
from estampe.press.sheet import Sheet
from estampe.press.texts import paragraphs
from estampe.press.typesetting import Style, set_block
from estampe.records import Box, Size

PAGE = Size(2448, 3264)
#: Enough for the processes that read pages to be started in both runs.
FEW = 24
WARM = 8
PAGES_A_SECOND, CORES, MEMORY_MB = 3.0, 2, 3000
_KINDS = {"photograph", "photograph_on_page", "print_engraving", "drawing", "book_illustration", "poster"}
#: Where pictures stand: two in the columns, one across both.
_PLACES = (Box(200, 220, 980, 1000), Box(1270, 900, 980, 760), Box(200, 1900, 2050, 1100))
_TEXT = Style("roman", 40, 52, "justify", 40)


def fitted(picture: Image.Image, place: Box) -> Image.Image:
    """Return a picture that fills a place as far as its shape lets it."""
    scale = min(place.w / picture.width, place.h / picture.height)
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)


def sources() -> Iterator[Callable[[], Image.Image]]:
    """Yield what opens one picture after the other, each another one where there are real ones."""
    if DATA.is_dir():
        chosen = [one for one in pictures() if one.label in _KINDS and one.box is None]
        order = np.random.default_rng(5).permutation(len(chosen))
        while True:
            for place in order:
                yield chosen[int(place)].open
    number = 0
    while True:
        number += 1
        plate = PLATES[number % len(PLATES)]
        yield lambda plate=plate: render(plate, "photograph", Size(900, 700)).convert("RGB")


def print_pages(folder: Path, count: int, *, skipped: int = 0) -> None:
    """Write documents of 20 pages each; of the pictures there are, the first few may be skipped."""
    sheet = Sheet(PAGE, 1)
    text = " ".join(list(paragraphs("fr"))[:6])
    set_block(sheet, text, _TEXT, 200, 1250, 980, "text", 1)
    set_block(sheet, text, _TEXT, 1270, 220, 980, "text", 1)
    set_block(sheet, text[: len(text) // 4], _TEXT, 1270, 1690, 980, "text", 1)
    paper = Image.composite(
        Image.new("RGB", sheet.ink.size, (238, 230, 212)), Image.new("RGB", sheet.ink.size, (38, 34, 30)), sheet.ink
    )
    waiting = islice(sources(), skipped, None)
    for number in range(count):
        page = paper.copy()
        for place in _PLACES:
            picture = fitted(next(waiting)(), place)
            page.paste((238, 230, 212), (place.x, place.y, place.right, place.bottom))
            page.paste(picture, (place.x + (place.w - picture.width) // 2, place.y + (place.h - picture.height) // 2))
        target = folder / f"{folder.name}-{number // 20:03d}" / f"{number % 20:03d}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.save(target, quality=88)


class Memory:
    """Watches what a process and all that it started hold, in MB, as time goes by."""

    def __init__(self, process: int) -> None:
        self._process, self._end = process, threading.Event()
        self.samples: list[float] = []
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(1.0):
            self.samples.append(sum(_held(process) for process in _family(self._process)))

    def told(self) -> dict[str, int]:
        """Return the most, and the medians of the quarters of the run: flat where the last is as the second."""
        quarter = max(1, len(self.samples) // 4)
        parts = [self.samples[start : start + quarter] for start in range(0, 4 * quarter, quarter)]
        return {"most": round(max(self.samples, default=0))} | {
            f"quarter {number}": round(median(part)) for number, part in enumerate(parts, 1) if part
        }


def _family(process: int) -> list[int]:
    found = [process]
    with suppress(OSError, ValueError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _held(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def run(corpus: Path, home: Path) -> dict[str, Any]:
    """Return what the command took over a corpus."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ESTAMPE_")}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [Path(sys.executable).with_name("estampe"), "run", "--quiet", "--offline", corpus]
    process = subprocess.Popen(
        command, env=clean | {"ESTAMPE_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with Memory(process.pid) as memory:
        output, errors = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{output}\n{errors}")
    return {
        "seconds": time.perf_counter() - started,
        "processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "memory": memory.told(),
        "errors": errors,
        "illustrations": next(line for line in output.splitlines() if line.startswith("illustrations")),
    }


def measure(pages: int) -> dict[str, Any]:
    """Return pages a second and memory."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print_pages(scratch / "all", pages)
        print_pages(scratch / "few", FEW)
        few = run(scratch / "few", scratch / "home-few")
        whole = run(scratch / "all", scratch / "home-all")
    more = pages - FEW
    processor = (whole["processor"] - few["processor"]) / more
    return {
        "pages": pages,
        "found": whole["illustrations"],
        "first_pages_seconds": round(few["seconds"], 1),
        "pages_a_second_by_the_clock": round(more / (whole["seconds"] - few["seconds"]), 2),
        "processor_ms_a_page": round(1000 * processor),
        "pages_a_second_on_two_cores": round(CORES / processor, 2),
        "promised_pages_a_second": PAGES_A_SECOND,
        "memory_mb": whole["memory"],
        "promised_memory_mb": MEMORY_MB,
        "standard_error": whole["errors"],
    }


class Clocks:
    """Processor time by part; what a part does inside another one counts for the inner one alone."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.process_time()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = time.process_time() - started
            self.spent[name] += whole - self._inner.pop()
            self._inner[-1] += whole

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def clocked(*given: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*given, **named)

        return clocked


def parts(pages: int) -> dict[str, float]:
    """Return processor milliseconds a page by part, in this process, when the models are read."""
    from estampe.catalogue import Catalogue
    from estampe.classify import describing
    from estampe.classify.backbone import Backbone
    from estampe.classify.faces import Faces
    from estampe.classify.reproductions import Reproductions
    from estampe.classify.ssd import Detector as Objects
    from estampe.harvest import Harvester
    from estampe.pipeline import Eye, Matching, Pipeline, Readers, Sight, Silence, reading, scans
    from estampe.search import open_index
    from estampe.settings import Settings

    clocks = Clocks()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print_pages(scratch / "warm", WARM)
        print_pages(scratch / "all", pages, skipped=3 * WARM)
        settings = Settings(home=scratch / "home", offline=True)
        settings.home.mkdir()
        for owner, name, called in (
            (scans.Scan, "open", "decoding"),
            (reading, "open_scan", "hash of the file"),
            (reading, "look_closer", "decoding again, larger"),
            (reading, "describe", "palette, colour mode, hash"),
            (reading, "page_kind", "kind of page"),
            (scans.Opened, "cut", "cutting"),
            (Eye, "look", "detector"),
            (Eye, "names", "names"),
            (Eye, "describe", "likeness, words, and the rest of describing"),
            (Backbone, "__call__", "backbone"),
            (Backbone, "together", "backbone, sheet and part, with pairs of channels"),
            (describing.Describer, "_kinds", "genre"),
            (Objects, "__call__", "objects"),
            (Faces, "__call__", "faces"),
            (describing, "outline", "outlines"),
            (Reproductions, "of", "copies"),
            (Catalogue, "put_page", "catalogue"),
            (Matching, "run", "matching"),
        ):
            function = getattr(owner, name)
            own = clocks.around(called, getattr(function, "__func__", function))
            is_class = hasattr(function, "__self__") and isinstance(function.__self__, type)
            stack.enter_context(patch.object(owner, name, classmethod(own) if is_class else own))
        catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
        index = stack.enter_context(open_index(settings, catalogue))
        sight = Sight.of(settings)

        def mine(folder: Path) -> None:
            pipeline = Pipeline(catalogue, index, None, pictures=True, watcher=Silence(), readers=Readers(1, sight))
            with clocks.part("harvest, index, and the rest"):
                pipeline.run(Harvester(None, settings), [str(folder)])

        mine(scratch / "warm")
        clocks.spent.clear()
        mine(scratch / "all")
    return {name: round(1000 * spent / pages, 1) for name, spent in clocks.spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result: dict[str, Any]
    if arguments.parts:
        by_part = parts(arguments.pages)
        result = dict(sorted(by_part.items(), key=lambda one: -one[1])) | {"all": round(sum(by_part.values()), 1)}
    else:
        result = measure(arguments.pages)
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<46} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
