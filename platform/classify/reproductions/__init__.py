"""The same picture in another printing: found by hash and vector, made sure of by laying one over the other."""

from .matching import LEAST, MATCH_RUN, Comparison, Known, New, Same, find_matches, is_same
from .projection import Projection, read_projection
from .technique import Sighting, sighting
from .vectors import Reproductions

__all__ = [
    "LEAST",
    "MATCH_RUN",
    "Comparison",
    "Known",
    "New",
    "Projection",
    "Reproductions",
    "Same",
    "Sighting",
    "find_matches",
    "is_same",
    "read_projection",
    "sighting",
]
