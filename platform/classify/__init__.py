"""What an illustration is: one module a question, each from pictures to records, none with a store.

The models are heavy: nothing here imports TensorFlow, LiteRT, OpenCV or spaCy before it is asked to look at something.
"""

from .asking import Answers, Asking
from .backbone import Backbone
from .colours import COLOUR_RUN, colour_labels
from .describing import PARTS, Described, Describer
from .entities import MODEL as NAMES_MODEL
from .entities import Names
from .own import OWN
from .pages import PAGE_RUN, page_kind

__all__ = [
    "COLOUR_RUN",
    "NAMES_MODEL",
    "OWN",
    "PAGE_RUN",
    "PARTS",
    "Answers",
    "Asking",
    "Backbone",
    "Described",
    "Describer",
    "Names",
    "colour_labels",
    "page_kind",
]
