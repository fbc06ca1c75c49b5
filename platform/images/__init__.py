"""Pictures: decoded once at the size needed, described, cut, and asked of IIIF image services."""

from .ceilings import MAX_PIXELS
from .derivatives import Derivatives
from .description import PIXEL_RUN, describe
from .offers import Offer
from .scan import LOOK, Scan
from .services import page_address, part_address, region_address

__all__ = [
    "LOOK",
    "MAX_PIXELS",
    "PIXEL_RUN",
    "Derivatives",
    "Offer",
    "Scan",
    "describe",
    "page_address",
    "part_address",
    "region_address",
]
