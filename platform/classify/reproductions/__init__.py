"""The same picture in another printing: found by hash and vector, made sure of by laying one over the other."""

from .alignment import Alignment
from .matching import LEAST, MATCH_RUN, Comparison, Known, Laying, New, Same, Task, find_matches, is_same, lay
from .outlines import outline
from .projection import Projection, read_projection
from .technique import Sighting, grain, sighting
from .vectors import Reproductions

__all__ = [
    "LEAST",
    "MATCH_RUN",
    "Alignment",
    "Comparison",
    "Known",
    "Laying",
    "New",
    "Projection",
    "Reproductions",
    "Same",
    "Sighting",
    "Task",
    "find_matches",
    "grain",
    "is_same",
    "lay",
    "outline",
    "read_projection",
    "sighting",
]
