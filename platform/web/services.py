"""What every view works with: the catalogue, the index, and the makers of addresses and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from ..catalogue import Catalogue
from ..iiif import Addresses
from ..images import Derivatives
from ..records import Run
from ..search import Index
from ..settings import Settings
from ..vocabulary import Vocabulary
from .words import Words

_KEY = "estampe"


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the views join; shared by all threads of the server."""

    settings: Settings
    catalogue: Catalogue
    index: Index
    addresses: Addresses
    vocabulary: Vocabulary
    derivatives: Derivatives
    words: Words

    def close(self) -> None:
        """Let go of the catalogue and the index."""
        self.index.close()
        self.catalogue.close()


def services() -> Services:
    """Return the services of the running application."""
    return cast(Services, current_app.extensions[_KEY])


def runs() -> dict[str, Run]:
    """Return all runs by id, read once in a request."""
    if "estampe_runs" not in g:
        g.estampe_runs = services().catalogue.runs()
    return cast(dict[str, Run], g.estampe_runs)


def current_runs() -> dict[str, Run]:
    """Return the current run of each facet, read once in a request."""
    if "estampe_current_runs" not in g:
        g.estampe_current_runs = services().catalogue.current_runs()
    return cast(dict[str, Run], g.estampe_current_runs)
