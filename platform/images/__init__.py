"""Pictures: decoded once at the size needed, described, cut, and asked of IIIF image services."""

from .ceilings import MAX_PIXELS
from .derivatives import Derivatives
from .description import PIXEL_RUN, describe
from .scan import Scan
from .services import region_address

__all__ = ["MAX_PIXELS", "PIXEL_RUN", "Derivatives", "Scan", "describe", "region_address"]
