"""What can be taken away: data sets, and the IIIF of all documents as files."""

from . import presenting
from .comparing import compare_published
from .illustrations import date_row, entries, export_illustrations
from .pictures import Pictured, publish_pictures
from .publication import Published, publish
from .scans import scan_address

__all__ = [
    "Pictured",
    "Published",
    "compare_published",
    "date_row",
    "entries",
    "export_illustrations",
    "presenting",
    "publish",
    "publish_pictures",
    "scan_address",
]
