"""What a harvest gives: documents, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..errors import EstampeError
from ..records import Article, Diagnostic, Document, Page


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a document is listed: its ``name`` there, and the ``origin``: a collection, a query, a list of changes…

    Both are as they were given: addresses, ARKs, ``sru:…``; never a place on this machine.
    """

    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Harvested:
    """A document as one route brought it.

    ``route`` is ``iiif``, ``gallica`` or ``folder``; ``original`` is the manifest as it was, None where there is none.
    ``unlearnt`` are the fields of the document of which the route could not ask all this time: what it said of them
    before still holds. ``listing`` is where the network listed it, None for files. It is ``unchanged`` where only
    changes were asked for, and the source says that there is none since it was last asked.
    """

    document: Document
    pages: tuple[Page, ...]
    articles: tuple[Article, ...]
    diagnostics: tuple[Diagnostic, ...]
    route: str
    original: bytes | None
    unlearnt: frozenset[str] = frozenset()
    listing: Listing | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document, or a whole source, that could not be had; ``source`` names it, ``error`` says why."""

    source: str
    error: EstampeError


@dataclass(frozen=True, slots=True)
class Withdrawn(Refusal):
    """A document that its source does not have, be it no more or not at all: whoever had it before can tell.

    ``told`` where the source says by itself that it removed it, instead of answering 404 or 410.
    """

    listing: Listing
    told: bool = False


@dataclass(frozen=True, slots=True)
class Complete:
    """All that an origin has was given, or named.

    Args:
        origin: which one.
        names: what it lists; whatever it listed before and does not now was removed. None where it only told what
            changed.
        until: the time up to which it told its changes, as it writes times; empty where it tells none.

    """

    origin: str
    names: frozenset[str] | None
    until: str = ""


#: What a harvest gives.
Found: TypeAlias = Harvested | Refusal | Complete
