"""The concepts that labels are made of: one file, and its reader."""

from typing import Final

from .concept import Concept
from .reader import LANGUAGES, Vocabulary, vocabulary

#: What a detector holds a picture for, by its own word: the concept in the facet ``region`` of each kind.
SEEN_AS: Final = {kind: f"seen-{kind}" for kind in ("photograph", "drawing", "plan", "print")}
#: The facets that have concepts. ``place`` is a facet of labels too, but holds names, not concepts.
FACETS = vocabulary().facets

__all__ = ["FACETS", "LANGUAGES", "SEEN_AS", "Concept", "Vocabulary", "vocabulary"]
