"""The web: pages for people, the JSON API, and the IIIF services."""

from .app import create_app

__all__ = ["create_app"]
