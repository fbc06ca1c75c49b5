"""What runs and people say, as records: concepts, what is seen where, names, likeness; `records` has them for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .geometry import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Run:
    """A model or method with its version and configuration; every machine value points to one.

    ``id`` is ``name@version`` or, where configured, ``name@version+digest``. ``facet`` is what it says something
    about: ``region``, ``text``, ``pixels``, ``entity``, ``match``, ``vector.visual``, ``vector.joint``, a facet of
    labels and detections, or ``own.NAME`` for a model of one's own, beside all others. ``config`` tells what the
    values depend on; of vectors also their length, ``size``.
    """

    id: str
    name: str
    version: str
    facet: str
    config: Mapping[str, str] = field(default_factory=dict)


#: The facets of runs whose vectors are asked for their nearest: what looks like a picture, what words call it, and the
#: same picture in another printing.
VISUAL, JOINT, REPRODUCTION = "vector.visual", "vector.joint", "vector.reproduction"
#: The facet of runs, and of people's words, that say which pictures are the same: the concept is the other picture.
MATCH: Final = "match"
#: The facets of runs that keep how likely a picture is to be what (the square roots, which make a row of length 1), and
#: of those that hear these in a document together.
CHANCES, TOGETHER = "chances", "together"
#: What a detector holds a picture for, by its own word: the concept in the facet ``region`` of each kind. The kinds
#: stand in the order of its network's classes.
SEEN_AS: Final = {kind: f"seen-{kind}" for kind in ("photograph", "drawing", "plan", "print")}
#: Facet and concept of labels that data has and people are not shown: that a picture stands upright, as most do, and
#: what a detector held it for before others were heard.
UNSHOWN: Final = frozenset({("rotation", "0"), *(("region", concept) for concept in SEEN_AS.values())})


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """One concept said of an illustration or of a whole page by one run, or by one person.

    A person's ``run`` is ``person:NAME``. Of a page, ``facet`` is ``page``, and ``concept`` one of ``text-page``,
    ``blank-page``, ``cover-page`` and ``picture-page``.
    """

    concept: str
    facet: str
    confidence: float
    run: str


@dataclass(frozen=True, slots=True, order=True)
class Detection:
    """Something seen inside an illustration (an object, a person, a face), in the page's frame."""

    box: Box
    facet: str
    concept: str
    confidence: float
    run: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A name in the words of an illustration.

    ``kind`` is ``person``, ``place`` or ``organisation``; ``text`` is the name as printed; ``field`` is where it
    stands: ``caption``, ``title``, ``text_before`` or ``text_after``, from the character ``start`` to before ``end``.
    """

    kind: str
    text: str
    field: str
    start: int
    end: int
    run: str


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """Two illustrations that show the same picture.

    ``one`` and ``other`` are their ids, in their order. ``kind`` is ``copy``, ``crop``, ``mirrored`` or ``rendering``
    (the same picture drawn or printed in another technique); ``score`` is 0 to 1.
    """

    one: str
    other: str
    kind: str
    score: float
    run: str


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """What an illustration looks like to a model: numbers of half precision, of length 1.

    How many there are, the run's ``config`` says (``size``); its ``facet`` is ``vector.visual`` for what looks like it,
    ``vector.joint`` for the space that texts have vectors in too.
    """

    illustration: str
    run: str
    values: NDArray[np.float16]

    def __eq__(self, other: object) -> bool:
        """Compare what they are of, and their bits."""
        if not isinstance(other, Vector):
            return NotImplemented
        same = (self.illustration, self.run) == (other.illustration, other.run)
        return same and self.values.tobytes() == other.values.tobytes()

    def __hash__(self) -> int:
        """Hash what it is of."""
        return hash((self.illustration, self.run))
