"""The concepts that labels are made of: one file, and its reader."""

from .concept import Concept
from .reader import LANGUAGES, Vocabulary, vocabulary

#: The facets that have concepts. ``place`` is a facet of labels too, but holds names, not concepts.
FACETS = vocabulary().facets

__all__ = ["FACETS", "LANGUAGES", "Concept", "Vocabulary", "vocabulary"]
