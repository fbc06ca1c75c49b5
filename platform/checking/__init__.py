"""Whether catalogue, index, files and publication agree, and making them agree again."""

from .checker import Check
from .finding import Finding

__all__ = ["Check", "Finding"]
