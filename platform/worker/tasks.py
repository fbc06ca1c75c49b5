"""What a job is made of: a harvest, batches of pages, and what is to be done when all of them are.

    harvest ──▶ pages, pages, pages … ──▶ finish

A task's payload is small and plain JSON; what it is about stands in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from ..catalogue import NewTask
from ..harvest import Harvested
from ..identity import digest
from ..pipeline import Sight
from ..settings import Settings

NETWORK, CPU, GPU = "network", "cpu", "gpu"
#: Who may do what: what waits for a host, what reads files, what needs a graphics processor.
QUEUES: Final = (NETWORK, CPU, GPU)
#: How soon: a person who waits goes before a nightly harvest. The smaller goes first.
PERSON, NIGHTLY = 3, 9

HARVEST, PAGES, FINISH = "harvest", "pages", "finish"


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do, as whoever began it said.

    Attributes:
        sources: what to harvest.
        pictures: look at distant scans too.
        revive: take in again what was forgotten.
        offline: ask nothing of the network.
        ocr: a folder of ALTO for manifests whose own cannot be had; empty where there is none.
        only_changed: of what its source says is unchanged, ask no more.
        without: the looks that are left out (see `estampe.pipeline.LOOKS`).
        since: what was asked of the network after this time need not be asked again, in seconds since 1970.

    """

    sources: tuple[str, ...]
    pictures: bool = True
    revive: bool = False
    offline: bool = False
    ocr: str = ""
    only_changed: bool = False
    since: float = 0.0
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Order:
        """Read it from a payload."""
        told = dict(payload["order"])
        return cls(**(told | {name: tuple(told.get(name, ())) for name in ("sources", "without")}))

    def sight(self, settings: Settings) -> Sight | None:
        """Return the models that look, None where none do."""
        return Sight.of(settings, self.without)

    def payload(self) -> dict[str, Any]:
        """Return it as a payload."""
        return {"order": asdict(self)}


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of a document; ``key`` names what a harvest found, and stands with the last of its pages only."""

    document: str
    pages: tuple[str, ...]
    key: str = ""


def harvest_task(order: Order, priority: int) -> NewTask:
    """Return the task that begins a job."""
    return NewTask(HARVEST, NETWORK, order.payload(), priority)


def pages_task(
    order: Order, parts: Sequence[Part], queue: str, priority: int, *, tries: int = 0, wait: float = 0.0
) -> NewTask:
    """Return a task that reads pages; ``tries`` is how often some of them could not be had."""
    # What the sources are is the harvest's business, and may be long.
    payload = replace(order, sources=()).payload()
    payload |= {"tries": tries, "parts": [[part.document, list(part.pages), part.key] for part in parts]}
    return NewTask(PAGES, queue, payload, priority, wait)


def parts_of(payload: Mapping[str, Any]) -> list[Part]:
    """Read the pages of a task."""
    return [Part(document, tuple(pages), key) for document, pages, key in payload["parts"]]


def finish_task(priority: int) -> NewTask:
    """Return the task that ends a job."""
    return NewTask(FINISH, CPU, {}, priority)


def key_of(harvested: Harvested) -> str:
    """Return what tells this finding of a harvest from all others."""
    document = harvested.document
    return digest("\n".join([harvested.route, document.manifest, *sorted(document.aliases)]), 20)
