"""Pictures: decoded once at the size needed, described, cut, and asked of IIIF image services."""

from .ceilings import MAX_PIXELS, MAX_WHOLE_PIXELS
from .cells import PRINTED, STRONGLY, Cells
from .derivatives import Derivatives
from .description import PIXEL_RUN, describe
from .offers import Offer
from .scan import LOOK, WHOLE, Scan
from .services import page_address, part_address, region_address

__all__ = [
    "LOOK",
    "MAX_PIXELS",
    "MAX_WHOLE_PIXELS",
    "PIXEL_RUN",
    "PRINTED",
    "STRONGLY",
    "WHOLE",
    "Cells",
    "Derivatives",
    "Offer",
    "Scan",
    "describe",
    "page_address",
    "part_address",
    "region_address",
]
