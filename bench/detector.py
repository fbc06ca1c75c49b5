"""What the detector takes for one page, from decoded pixels, against a limit and one look of the network in Keras.

    python -m bench.detector [PAGES]

Real pages of the shared data, or pages of the press where these are absent; 1,200 pixels broad or 1,700 high, as pages
of 8 megapixels are decoded. Where the detector is unsure it looks twice: how many pages these are is told, and
what they take. The limit is for the mean over all pages.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image

from bench.shared_pictures import DATA
from estampe.net import open_door
from estampe.press.specimens import text_page
from estampe.segmentation import Detector, detector
from estampe.segmentation.looking import KerasNetwork
from estampe.segmentation.network import SIDES, prepared
from estampe.settings import Settings
from estampe.weights import Models

LIMIT = 40.0
_SIZE = (1200, 1700)


def real_pages(count: int) -> list[Image.Image]:
    """Return pages from all over the shared data; none where it is absent."""
    files = sorted((DATA / "detection" / "images").glob("*.jpg"))
    pages = []
    for place in np.linspace(0, len(files) - 1, min(count, len(files))).round().astype(int):
        with Image.open(files[place]) as file:
            page = file.convert("RGB")
        scale = min(_SIZE[0] / page.width, _SIZE[1] / page.height)
        pages.append(page.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.BICUBIC))
    return pages


def milliseconds(look: Callable[[Image.Image], object], pages: Sequence[Image.Image]) -> np.ndarray:
    """Return the clock and the processor, a row a page; the first, by which networks are read, is looked at before."""
    look(pages[0])
    taken = []
    for page in pages:
        start, used = time.perf_counter(), time.process_time()
        look(page)
        taken.append((time.perf_counter() - start, time.process_time() - used))
    return 1000 * np.array(taken)


def main(count: int) -> None:
    pages = real_pages(count)
    kind = "real pages" if pages else "pages of the press"
    chance = np.random.default_rng(0)
    pages = pages or [text_page(chance).resize(_SIZE) for _ in range(count)]
    with closing(open_door(Settings())) as door:
        eye = Detector(Models.open(Settings(), door))
        taken = milliseconds(lambda page: eye([page]), pages)
    with patch.object(detector, "read", wraps=detector.read) as looks:
        begun = [(looks.call_count, eye([page]))[0] for page in pages]
        twice = np.diff([*begun, looks.call_count]) > 1
    for name, some in (("all", slice(None)), ("looked at once", ~twice), ("looked at twice", twice)):
        own = taken[some]
        if len(own):
            clock, processor = own.mean(0)
            print(f"{name}: {len(own)} {kind}, {clock:.1f} ms a page, {processor:.1f} ms of processor")
    network = KerasNetwork.read(Path(__file__).parents[1] / "models" / "detector.keras")
    once = milliseconds(
        lambda page: network(prepared(detector.squashed(detector.shrunk(page), SIDES[0]))[None]), pages
    ).mean(0)
    print(f"one look of {SIDES[0]} pixels, in Keras: {once[0]:.1f} ms a page, {once[1]:.1f} ms of processor")
    mean = taken[:, 0].mean()
    print(f"{'within' if mean <= LIMIT else 'OVER'} the limit of {LIMIT:.0f} ms: {mean:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80)
