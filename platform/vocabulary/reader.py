"""The reader of the concepts' one file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from .concept import Concept

LANGUAGES = ("en", "fr", "de")

_SEPARATORS = re.compile(r"[\W_]+")


class Vocabulary:
    """The concepts, in the order of their file. Holds no state beyond them; may be shared by threads.

    Raises:
        ValueError: an id occurs twice, a parent is missing or of another facet, parents go round in a circle, or a
            term of a facet means two concepts.

    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._by_id: dict[str, Concept] = {}
        self._by_facet: dict[str, list[Concept]] = {}
        self._by_term: dict[tuple[str, str], Concept] = {}
        for concept in concepts:
            if concept.id in self._by_id:
                raise ValueError(f"the concept {concept.id} is there twice")
            self._by_id[concept.id] = concept
            self._by_facet.setdefault(concept.facet, []).append(concept)
            for term in map(fold, concept.terms):
                known = self._by_term.setdefault((concept.facet, term), concept)
                if known is not concept:
                    raise ValueError(f"the term {term!r} means {known.id} and {concept.id}")
        for concept in self._by_id.values():
            self._check_parents(concept)

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets that have concepts."""
        return tuple(self._by_facet)

    def concept(self, id: str) -> Concept | None:  # noqa: A002
        """Return the concept of this id, or None."""
        return self._by_id.get(id)

    def facet(self, name: str) -> tuple[Concept, ...]:
        """Return the concepts of a facet, general before special; empty where there are none."""
        return tuple(self._by_facet.get(name, ()))

    def find(self, facet: str, term: str) -> Concept | None:
        """Return the concept of a facet that a word means: an id, a name, the BnF's term or a synonym; or None.

        Case, accents, spaces, hyphens and underscores make no difference.
        """
        return self._by_term.get((facet, fold(term)))

    def ancestors(self, id: str) -> tuple[Concept, ...]:  # noqa: A002
        """Return the more general concepts, nearest first; empty for an unknown id."""
        found: dict[str, Concept] = {}
        near = self._by_id[id].parents if id in self._by_id else ()
        while near:
            found.update((parent, self._by_id[parent]) for parent in near if parent not in found)
            near = tuple(above for parent in near for above in self._by_id[parent].parents if above not in found)
        return tuple(found.values())

    def _check_parents(self, concept: Concept) -> None:
        for parent in concept.parents:
            if parent not in self._by_id or self._by_id[parent].facet != concept.facet:
                raise ValueError(f"{parent}, the parent of {concept.id}, is no concept of the facet {concept.facet}")
        if concept in self.ancestors(concept.id):
            raise ValueError(f"the parents of {concept.id} lead back to it")


@lru_cache(maxsize=4096)
def fold(term: str) -> str:
    """Return a term without case, accents and separators, for comparison."""
    decomposed = unicodedata.normalize("NFKD", term.casefold())
    return _SEPARATORS.sub("", "".join(char for char in decomposed if not unicodedata.combining(char)))


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    sections = tomllib.loads(files(__package__).joinpath("concepts.toml").read_text("utf-8"))
    return Vocabulary(
        _concept(facet, id_, entry) for facet, section in sections.items() for id_, entry in section.items()
    )


def _concept(facet: str, id_: str, entry: Mapping[str, Any]) -> Concept:
    return Concept(
        id=id_,
        facet=facet,
        names=MappingProxyType({language: entry[language] for language in LANGUAGES}),
        wikidata=entry.get("wikidata", ""),
        bnf=entry.get("bnf", ""),
        parents=tuple(entry.get("parents", ())),
        synonyms=tuple(entry.get("synonyms", ())),
    )
