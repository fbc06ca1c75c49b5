"""A page's regions to illustrations: noise, captions, titles, the text around, and what the OCR says they are."""

from .detector import MODEL, Detector, Seen
from .illustrate import illustrate
from .runs import DETECTOR_RUN, RUNS
from .structure import ArticleIndex

__all__ = ["DETECTOR_RUN", "MODEL", "RUNS", "ArticleIndex", "Detector", "Seen", "illustrate"]
