"""A page's regions to illustrations: noise, captions, titles, the text around, and what the OCR says they are."""

from .detector import MODEL, Detector, Seen, kind_of
from .fusion import placed, places_of
from .illustrate import illustrate
from .runs import RUNS
from .structure import ArticleIndex

__all__ = ["MODEL", "RUNS", "ArticleIndex", "Detector", "Seen", "illustrate", "kind_of", "placed", "places_of"]
