"""Batches for the network: pages taken or set by chance, and changed by chance as scanners and time would."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from PIL import Image

from ...press.specimens import plan, text_page
from ..network import SIDE
from . import augmenting, composing
from .configuration import Shares
from .data import Data, Stock
from .marks import one_of
from .newspapers import newspaper_page
from .objective import rows
from .samples import RealPage, Sample

#: Plans and elevations that are drawn once, to be set on sheets.
_PLANS: Final = 120
#: Batches that wait for the network.
_WAITING: Final = 12
_SCALERS: Final = (Image.Resampling.BILINEAR, Image.Resampling.LANCZOS, Image.Resampling.BOX)

Batch = tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.float32]]]


class Feeder:
    """Makes batches; the same seed makes the same.

    Args:
        data: what may be learnt from.
        shares: how often a page is of each kind.
        seed: what chance begins with.
        side: of the squares that the network takes, in pixels.

    """

    def __init__(self, data: Data, shares: Shares, seed: int, side: int = SIDE) -> None:
        self._stock, self._shares, self._side = Stock.of(data), shares, side
        self._chance = np.random.default_rng(seed)
        self._empty = [page for page in data.pages if not page.has_pictures]
        self._decorated = [page for page in self._empty if page.truth] or self._empty
        self._all = data.pages
        self._plans = [composing.inked(plan(self._chance)) for _ in range(_PLANS if shares.drawn else 0)]
        # Sources count by the root of their pages, so that no large one drowns the others.
        self._patch = data.patch
        sources = [page.source for page in self._stock.pictured]
        weight = np.array([sources.count(source) ** -0.5 for source in sources])
        self._weight = weight / weight.sum()

    def batch(self, size: int) -> Batch:
        """Return RGB pixels (size, side, side, 3) and what is on them, as `Learner` takes it."""
        samples = [self.sample() for _ in range(size)]
        pixels = np.stack([np.asarray(sample.picture) for sample in samples])
        return pixels, np.stack([rows(sample.boxes, sample.classes) for sample in samples])

    def sample(self) -> Sample:
        """Return one page as the network sees it."""
        chance, (page, labelled) = self._chance, self._page()
        if self._patch:
            page, labelled = augmenting.patch(page, round(self._patch * chance.uniform(0.8, 1.25)), chance), False
        if labelled and chance.random() < 0.07:
            page = augmenting.opened(page, self._page()[0], chance)
        if chance.random() < 0.18:
            page = augmenting.stamped(page, chance)
        if chance.random() < 0.12:
            page = augmenting.seen_through(page, self._any(self._all).sample.picture, chance.uniform(0.03, 0.18))
        if chance.random() < 0.35 and not self._patch:
            page = augmenting.cropped(page, chance)
        if chance.random() < 0.15:
            page = augmenting.skewed(page, float(chance.normal(0, 1.5)))
        if chance.random() < 0.25 and not self._patch:
            page = augmenting.laid(page, chance)
        if chance.random() < 0.12:
            page = augmenting.turned(page, int(chance.choice([90, 180, 270])))
        if chance.random() < 0.25:
            page = augmenting.mirrored(page)
        page = page.scaled(self._side, self._side, one_of(chance, _SCALERS))
        return self._worn(page)

    def _worn(self, page: Sample) -> Sample:
        chance = self._chance
        if chance.random() < 0.15:
            page = augmenting.stained(page, chance)
        if chance.random() < 0.12:
            page = augmenting.shadowed(page, chance)
        if chance.random() < 0.06:
            return augmenting.filmed(page, chance)
        return augmenting.exposed(page, chance) if chance.random() < 0.7 else page

    def _page(self) -> tuple[Sample, bool]:
        """Return a page, and whether it is a labelled one."""
        chance, stock = self._chance, self._stock
        names = list(Shares.__dataclass_fields__)
        share = np.array([getattr(self._shares, name) for name in names])
        kind = names[int(chance.choice(len(names), p=share / share.sum()))]
        if kind == "without" and not self._empty:
            kind = "labelled"
        match kind:
            case "labelled":
                return stock.pictured[int(chance.choice(len(stock.pictured), p=self._weight))].sample, True
            case "without":
                # Every other one has ornaments or initials, if there are such.
                return self._any(self._decorated if chance.random() < 0.5 else self._empty).sample, True
            case "text":
                return composing.text_page(chance, self._any(stock.texts).sample, stock.all, stock.decorations), False
            case "title":
                return Sample(text_page(chance)), False
            case "newspaper":
                return newspaper_page(chance, stock.all), False
            case "album":
                return composing.album_leaf(chance, stock.photographs), False
            case "drawn":
                if chance.random() < 0.25:
                    return composing.drawn_sheet(chance, self._plans, self._blank(), "plan"), False
                return composing.drawn_sheet(chance, stock.drawings, self._blank()), False
            case "whole":
                return composing.whole_page(chance, stock.all), False
        return composing.empty_page(chance, self._blank() if chance.random() < 0.4 else None), False

    def _any(self, pages: Any) -> RealPage:
        page: RealPage = one_of(self._chance, pages)
        return page

    def _blank(self) -> Image.Image | None:
        return self._any(self._stock.sheets).sample.picture if self._stock.sheets else None


@contextmanager
def feeding(data: Data, shares: Shares, seed: int, size: int, side: int = SIDE) -> Iterator[Iterator[Batch]]:
    """Give batches without end, made by a process of its own while the network learns from the ones before."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(_WAITING)
    process = context.Process(target=_feed, args=(queue, data, shares, seed, size, side), daemon=True)
    process.start()

    def batches() -> Iterator[Batch]:
        while True:
            batch = queue.get()
            if isinstance(batch, Exception):
                raise batch
            yield batch

    try:
        yield batches()
    finally:
        process.terminate()
        process.join()


def _feed(queue: Any, data: Data, shares: Shares, seed: int, size: int, side: int) -> None:
    try:
        feeder = Feeder(data, shares, seed, side)
        while True:
            queue.put(feeder.batch(size))
    except Exception as error:  # noqa: BLE001 - who waits for batches is told
        queue.put(error)
