"""What an illustration is: one module a question, each from pictures to records, none with a store.

The models are heavy: nothing here imports TensorFlow, LiteRT, OpenCV or spaCy before it is asked to look at something.
"""

from .asking import Answers, Asking
from .backbone import Backbone
from .colours import COLOUR_RUN, colour_labels
from .describing import PARTS, Described, Describer
from .entities import MODEL as NAMES_MODEL
from .entities import Names
from .genre import Genre
from .own import OWN
from .pages import PAGE_RUN, page_kind
from .together import ROUNDED, Rows, among, kind_shares, likely

__all__ = [
    "COLOUR_RUN",
    "NAMES_MODEL",
    "OWN",
    "PAGE_RUN",
    "PARTS",
    "ROUNDED",
    "Answers",
    "Asking",
    "Backbone",
    "Described",
    "Describer",
    "Genre",
    "Names",
    "Rows",
    "among",
    "colour_labels",
    "kind_shares",
    "likely",
    "page_kind",
]
