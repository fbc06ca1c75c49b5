"""The IIIF formats: read tolerantly (Presentation 2 and 3), written strictly (Presentation 3 and its companions)."""

from .addresses import Addresses, slug

__all__ = ["Addresses", "slug"]
