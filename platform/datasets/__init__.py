"""What can be taken away: data sets, and the IIIF of all documents as files."""

from .illustrations import export_illustrations

__all__ = ["export_illustrations"]
