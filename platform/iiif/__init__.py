"""The IIIF formats: read tolerantly (Presentation 2 and 3), written strictly (Presentation 3 and its companions)."""

from .addresses import Addresses, slug
from .collections import Member, ReadCollection
from .manifests import ReadManifest
from .reading import read

__all__ = ["Addresses", "Member", "ReadCollection", "ReadManifest", "read", "slug"]
