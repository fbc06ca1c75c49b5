"""What the catalogue gives besides the records that all parts share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from ..records import Box, Detection, Document, Illustration, Label, Mention, Page, Severity, Vector
from .rows import PERSON

#: The facet in which the names of each kind of `Mention` are searched, counted and judged by people: ``person`` is the
#: facet of who can be seen, without a name.
NAME_FACETS: Final[Mapping[str, str]] = MappingProxyType(
    {"person": "person_name", "place": "place", "organisation": "organisation"}
)

#: The facet of how pictures are turned.
ROTATION: Final = "rotation"
# A person may have written anything.
_DEGREES: Final = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An illustration with its page and document: what an index or a card needs. ``labels`` are those shown now."""

    illustration: Illustration
    page: Page
    document: Document
    labels: tuple[Label, ...]

    @property
    def turn(self) -> Label:
        """By how many degrees clockwise (``concept``) it must be turned to stand upright, and who says so.

        A person's word stands before a machine's, a machine's before what the OCR says, whose run is the region's; the
        run is empty where nobody says anything, and it is taken to stand upright.
        """
        # A person may have written anything.
        said = [
            one for one in self.labels if one.facet == ROTATION and one.concept.isdecimal() and len(one.concept) < 4
        ]
        if said:
            return max(said, key=lambda one: (one.run.startswith(PERSON), one.confidence, one.concept))
        # The OCR tells by how much it stands turned.
        degrees = -self.illustration.rotation % 360
        return Label(f"{degrees:g}", ROTATION, 1.0, self.illustration.region_run if degrees else "")


@dataclass(frozen=True, slots=True)
class Said:
    """What one run says of one illustration; its values may name the illustration or leave that empty."""

    labels: tuple[Label, ...] = ()
    detections: tuple[Detection, ...] = ()
    mentions: tuple[Mention, ...] = ()
    vector: Vector | None = None


class Verdict(StrEnum):
    """A person's word on a concept said of an illustration; ``withdrawn`` takes an earlier word back."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to an illustration.

    ``who`` is a run's id, or ``person:NAME``. ``action`` is ``box`` (found, moved), ``delete``, ``restore``,
    ``accepted``, ``rejected`` or ``withdrawn``; ``at`` is a time in UTC.
    """

    at: str
    who: str
    action: str
    box: Box | None = None
    facet: str = ""
    concept: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """A route by which a document came, and when it last brought something new."""

    route: str
    at: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a forgotten document: its names, when, and why."""

    document: str
    aliases: tuple[str, ...]
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, for the status page.

    ``state`` is ``running``, ``paused``, ``done``, ``partly``, ``failed`` or ``cancelled``.
    """

    number: int
    kind: str
    detail: str
    state: str
    started: str
    finished: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be.

    ``queue`` says who may do it, ``priority`` how soon: 0 before 9. ``payload`` must be JSON. It is not begun before
    ``wait`` seconds have gone.
    """

    kind: str
    queue: str
    payload: Mapping[str, Any]
    priority: int = 5
    wait: float = 0.0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands.

    ``state`` is ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``; ``attempts`` says how often it was
    begun, ``worker`` by whom last; ``outcome`` what came of it so far, ``cause`` why it failed; ``ended`` counts the
    tasks that ended, in their order, and is 0 for one that did not.
    """

    number: int
    job: int
    kind: str
    queue: str
    priority: int
    payload: Mapping[str, Any] = field(hash=False)
    state: str
    attempts: int
    worker: str
    outcome: Mapping[str, Any] = field(hash=False)
    cause: str
    ended: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of ending a task: the numbers of the tasks that follow; not ``held`` where another has it now."""

    held: bool
    following: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that a job could not use, and why."""

    job: int
    source: str
    cause: str
    at: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of what. ``illustrations`` are pictures; regions that are none count as ``noise``."""

    documents: int = 0
    pages: int = 0
    pages_done: int = 0
    illustrations: int = 0
    noise: int = 0


@dataclass(frozen=True, slots=True)
class ProviderTally:
    """A provider and what is here of it."""

    provider: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class SeriesTally:
    """A periodical or set, what is here of it, and the first and last day of its dated documents.

    ``cover`` is the id of its first document.
    """

    id: str
    title: str
    provider: str
    tally: Tally
    first: date | None
    last: date | None
    cover: str


@dataclass(frozen=True, slots=True)
class DiagnosticTally:
    """How often something was odd, and in how many documents."""

    code: str
    severity: Severity
    count: int
    documents: int


@dataclass(frozen=True, slots=True)
class NoiseTally:
    """How many regions of a provider's documents are no pictures for one reason."""

    provider: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the catalogue holds. ``diagnostics`` by severity; ``reviewed`` are illustrations that a person worked on."""

    total: Tally
    reviewed: int
    diagnostics: Mapping[str, int]
    by_provider: tuple[ProviderTally, ...]

    @property
    def documents(self) -> int:
        """All documents."""
        return self.total.documents

    @property
    def pages(self) -> int:
        """All pages."""
        return self.total.pages

    @property
    def pages_done(self) -> int:
        """Pages that went through the stages."""
        return self.total.pages_done

    @property
    def illustrations(self) -> int:
        """All pictures, noise left out."""
        return self.total.illustrations

    @property
    def noise(self) -> int:
        """Regions that are no pictures."""
        return self.total.noise
