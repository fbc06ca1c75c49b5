"""A concept: something that can be said of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that can be said of a picture.

    ``id`` never changes and means the same in all facets; ``names`` has ``en``, ``fr`` and ``de``; ``wikidata``
    (``Q125191``) and ``bnf`` (the term of the Bibliothèque nationale de France) are empty where there is none;
    ``parents`` are the ids of more general concepts of the same facet; ``synonyms`` other words for it.
    """

    id: str
    facet: str
    names: Mapping[str, str]
    wikidata: str = ""
    bnf: str = ""
    parents: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Return the name in a language, in English where there is none."""
        return self.names.get(language) or self.names["en"]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every word that means it: id, names, the BnF's term, synonyms."""
        return (self.id, *self.names.values(), *((self.bnf,) if self.bnf else ()), *self.synonyms)
