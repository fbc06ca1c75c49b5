"""The concepts that words of a search may mean, so that *carte* finds the maps too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from ..vocabulary import vocabulary
from .analysis import WAYS, analyse
from .grammar import How, Term, Value
from .names import LABEL_FACETS


@lru_cache(maxsize=2000)
def meant(term: Term) -> tuple[Value, ...]:
    """Return the concepts whose name, in any language, has the words of a term behind each other."""
    if term.how is How.FUZZY:
        return ()
    begins = term.how is How.PREFIX
    found: dict[Value, None] = {}
    for way in ("",) if begins else WAYS:
        words = analyse(term.text, way)
        names = _names(way)
        if words and begins:
            named = [name for first, some in names.items() if first.startswith(words[0]) for name in some]
        else:
            named = names.get(words[0], []) if words else []
        found |= dict.fromkeys(value for value, name in named if _goes_on(name, words, begins=begins))
    return tuple(found)


@cache
def _names(way: str) -> dict[str, list[tuple[Value, tuple[str, ...]]]]:
    """Return, by each of its words, the names of all concepts from there on: as printed, or stems of one language."""
    names: dict[str, list[tuple[Value, tuple[str, ...]]]] = {}
    for facet in LABEL_FACETS:
        for concept in vocabulary().facet(facet):
            for language, name in concept.names.items():
                words = analyse(name, way) if way in ("", language) else []
                for place, word in enumerate(words):
                    names.setdefault(word, []).append((Value(facet, concept.id), tuple(words[place:])))
    return names


def _goes_on(name: Sequence[str], words: Sequence[str], *, begins: bool) -> bool:
    part = name[: len(words)]
    if begins and len(part) == len(words):
        return tuple(part[:-1]) == tuple(words[:-1]) and part[-1].startswith(words[-1])
    return tuple(part) == tuple(words)
