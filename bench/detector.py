"""What the detector takes for one page, from decoded pixels, against a limit and one look of the network in Keras.

``python -m bench.detector [PAGES]``: pages of 1,200 × 1,700 pixels, as a page of 8 megapixels is decoded.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from estampe.net import open_door
from estampe.press.specimens import text_page
from estampe.segmentation import Detector
from estampe.segmentation.detector import shrunk, squashed
from estampe.segmentation.looking import KerasNetwork
from estampe.segmentation.network import SIDES, prepared
from estampe.settings import Settings
from estampe.weights import Models

LIMIT = 40.0
_SIZE = (1200, 1700)


def milliseconds(look: Callable[[Image.Image], object], pages: list[Image.Image]) -> tuple[float, float]:
    """Return the medians of the clock and of the processor; the first page, by which networks are read, not counted."""
    look(pages[0])
    clock, processor = [], []
    for page in pages:
        start, used = time.perf_counter(), time.process_time()
        look(page)
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return 1000 * float(np.median(clock)), 1000 * float(np.median(processor))


def main(count: int) -> None:
    chance = np.random.default_rng(0)
    pages = [text_page(chance).resize(_SIZE) for _ in range(count)]
    with closing(open_door(Settings())) as door:
        models = Models.open(Settings(), door)
        detector = Detector(models)
        clock, processor = milliseconds(lambda page: detector([page]), pages)
    print(f"both looks: {clock:.1f} ms a page, {processor:.1f} ms of processor (limit {LIMIT:.0f})")
    network = KerasNetwork.read(Path(__file__).parents[1] / "models" / "detector.keras")
    once, used = milliseconds(lambda page: network(prepared(squashed(shrunk(page), SIDES[0]))[None]), pages)
    print(f"one look of {SIDES[0]} pixels, in Keras: {once:.1f} ms a page, {used:.1f} ms of processor")
    print("within the limit" if clock <= LIMIT else "OVER THE LIMIT")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
