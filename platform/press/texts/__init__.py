"""Opening pages of books in the public domain, by language: Verne, Hugo, Dickens, Melville, Grimm, Kafka…"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache
def paragraphs(language: str) -> tuple[str, ...]:
    """Return the paragraphs in a language: ``fr``, ``en`` or ``de``."""
    return tuple((files(__package__) / f"{language}.txt").read_text("utf-8").splitlines())
