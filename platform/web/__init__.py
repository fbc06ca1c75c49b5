"""The web: pages for people, the JSON API, and the IIIF services."""

from .app import create_app
from .observing import REQUEST, Beside

__all__ = ["REQUEST", "Beside", "create_app"]
