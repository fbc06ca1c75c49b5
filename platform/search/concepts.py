"""The concepts that words of a search may mean, so that *carte* finds the maps too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from ..vocabulary import vocabulary
from .analysis import STEMMED, analyse
from .grammar import How, Term, Value
from .names import LABEL_FACETS


@lru_cache(maxsize=2000)
def meant(term: Term) -> tuple[Value, ...]:
    """Return the concepts whose name, in any language, has the words of a term behind each other."""
    if term.how is How.FUZZY:
        return ()
    found: dict[Value, None] = {}
    for way in ("", *STEMMED):
        words = analyse(term.text, way)
        if words and (term.how is not How.PREFIX or not way):
            for value, name in _names(way):
                if _holds(name, words, begins=term.how is How.PREFIX):
                    found[value] = None
    return tuple(found)


@cache
def _names(way: str) -> tuple[tuple[Value, tuple[str, ...]], ...]:
    """Return the names of all concepts: stems of the names in a language, or all names as printed."""
    return tuple(
        (Value(facet, concept.id), tuple(analyse(name, way)))
        for facet in LABEL_FACETS
        for concept in vocabulary().facet(facet)
        for language, name in concept.names.items()
        if way in ("", language)
    )


def _holds(name: Sequence[str], words: Sequence[str], *, begins: bool) -> bool:
    for start in range(len(name) - len(words) + 1):
        part = name[start : start + len(words)]
        if all(a == b for a, b in zip(part[:-1], words[:-1], strict=True)) and (
            part[-1].startswith(words[-1]) if begins else part[-1] == words[-1]
        ):
            return True
    return False
