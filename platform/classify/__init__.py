"""What an illustration is: one module a question, each from pictures to records, none with a store.

The models are heavy: nothing here imports TensorFlow, LiteRT, OpenCV or spaCy before it is asked to look at something.
"""

from .asking import Answers, Asking
from .backbone import Backbone
from .describing import PARTS, Described, Describer
from .entities import MODEL as NAMES_MODEL
from .entities import Names

__all__ = ["NAMES_MODEL", "PARTS", "Answers", "Asking", "Backbone", "Described", "Describer", "Names"]
