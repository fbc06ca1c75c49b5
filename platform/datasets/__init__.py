"""What can be taken away: data sets, and the IIIF of all documents as files."""

from .illustrations import export_illustrations
from .publication import Published, publish

__all__ = ["Published", "export_illustrations", "publish"]
