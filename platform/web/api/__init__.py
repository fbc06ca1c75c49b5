"""The JSON API: reads everything, writes nothing."""

from .routes import blueprint

__all__ = ["blueprint"]
