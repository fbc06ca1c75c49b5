"""Which words of a text are what a search looks for: for highlights, and for boxes on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from .analysis import WAYS, search_terms, ways, word_terms
from .grammar import How, Term, parse
from .likeness import WORD, Look, likely_texts, likely_words

# Words of which a matcher remembers what they are.
_REMEMBERED = 20_000
# Ways to look for several words that must all be there, but need not stand together.
_APART = frozenset({How.PREFIX, How.FUZZY})
# A word that is nothing that is looked for.
_NOTHING = (0,)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A word of a search: what it may be in each of the ways that count."""

    terms: tuple[tuple[str, ...], ...]
    how: How
    distance: int

    def fits(self, terms: Sequence[str]) -> bool:
        """Say whether a word of a text, given by its terms in the same ways, is this one."""
        if self.how is How.FUZZY:
            return distance_within(terms[0], self.terms[0][0], self.distance)
        if self.how is How.PREFIX:
            return terms[0].startswith(self.terms[0][0])
        if self.how is How.PHRASE:
            return terms[0] == self.terms[0][0]
        return any(term in wanted for term, wanted in zip(terms, self.terms, strict=True))


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Words one behind the other, by the places of their slots, with at most so many others between."""

    slots: range
    field: str
    between: int


class Matcher:
    """Finds in texts what a search looks for, by the same analysis as an index.

    Args:
        text: the search.
        languages: those of the texts, empty where they are not known.

    Raises:
        QueryError: where the search cannot be understood.

    """

    def __init__(self, text: str, languages: Iterable[str] = ()) -> None:
        self._ways = ways(languages)
        self._slots: list[_Slot] = []
        self._patterns: list[_Pattern] = []
        for clause in parse(text):
            for leaf in clause.any:
                if isinstance(leaf, Term):
                    self._add(leaf)
        self._likely, self._telling = _outlook(text)
        self._known: dict[str, tuple[int, ...]] = {}

    def find(self, words: Sequence[str], field: str = "") -> tuple[range, ...]:
        """Return the places of what is looked for among words; see `find_words`."""
        likely = self._likely
        masks = [
            _NOTHING if likely and word.isalnum() and not likely.match(word) else self._mask(word) for word in words
        ]
        if all(mask is _NOTHING for mask in masks):
            return ()
        flat = [(place, one) for place, mask in enumerate(masks) for one in mask]
        found = [one for pattern in self._asked(field) for one in _occurrences(pattern, flat)]
        return _apart(found, words)

    def spans(self, text: str, field: str = "") -> list[tuple[int, int]]:
        """Return where in a text there is what is looked for: beginnings and ends, in order and without overlap."""
        asked = self._asked(field)
        if not asked or (self._telling and not self._telling.search(text)):
            return []
        if self._likely and all(len(pattern.slots) == 1 for pattern in asked):
            wanted = sum(1 << pattern.slots.start for pattern in asked)
            likely = self._likely.finditer(text)
            return [spot.span() for spot in likely if any(mask & wanted for mask in self._mask(spot[0]))]
        spots = [spot.span() for spot in WORD.finditer(text)]
        found = self.find([text[start:end] for start, end in spots], field)
        return [(spots[one.start][0], spots[one.stop - 1][1]) for one in found]

    def _add(self, term: Term) -> None:
        # Ways differ in stems, not in the number of words.
        words = tuple(zip(*(search_terms(term.text, way) for way in self._ways), strict=True))
        first, behind = len(self._slots), len(self._slots) + len(words)
        for place, terms in enumerate(words, first + 1):
            how = How.WORD if term.how is How.PREFIX and place < behind else term.how
            self._slots.append(_Slot(terms, how, term.amount))
        if term.how in _APART:
            self._patterns += [_Pattern(range(place, place + 1), term.field, 0) for place in range(first, behind)]
        elif words:
            self._patterns.append(_Pattern(range(first, behind), term.field, term.amount))

    def _asked(self, field: str) -> list[_Pattern]:
        return [pattern for pattern in self._patterns if pattern.field in ("", field)]

    def _mask(self, word: str) -> tuple[int, ...]:
        """Return, for each term of a printed word, the slots that it fits, as bits."""
        mask = self._known.get(word)
        if mask is None:
            terms = zip(*(word_terms(word, way) for way in self._ways), strict=True)
            mask = tuple(sum(1 << place for place, slot in enumerate(self._slots) if slot.fits(one)) for one in terms)
            if len(self._known) < _REMEMBERED:
                self._known[word] = mask
        return mask


@lru_cache(maxsize=64)
def _outlook(text: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return what fits all words that may be looked for, and what all texts have that may hold any, in any language."""
    every: list[Look] = []
    telling: list[Look] = []
    for clause in parse(text):
        for leaf in clause.any:
            if not isinstance(leaf, Term):
                continue
            shown = WAYS if leaf.how.by_stems else WAYS[:1]
            words = zip(*(search_terms(leaf.text, way) for way in shown), strict=True)
            looks = [Look(frozenset(chain(*terms)), leaf.how, leaf.amount) for terms in words]
            every += looks
            # Where there is nothing of the longest word of a phrase, there is nothing of the phrase.
            telling += looks if leaf.how in _APART else sorted(looks, key=lambda look: min(map(len, look.terms)))[-1:]
    return likely_words(every), likely_texts(telling)


@lru_cache(maxsize=64)
def matcher(text: str, languages: tuple[str, ...]) -> Matcher:
    """Return the matcher of a search; it remembers the words that it has seen."""
    return Matcher(text, languages)


def find_words(words: Sequence[str], text: str, languages: Iterable[str] = (), field: str = "") -> tuple[range, ...]:
    """Find what a search looks for among the words of a text, by the same analysis as the index.

    Args:
        words: as printed, in reading order; an empty one is the rest of the broken word before it.
        text: the search.
        languages: those of the text, empty where they are not known.
        field: which field the text is, for terms that ask for one.

    Returns:
        the places of the words, in order and without overlap: one word each, or the words of a phrase.

    """
    return matcher(text, tuple(languages)).find(words, field)


def _occurrences(pattern: _Pattern, flat: Sequence[tuple[int, int]]) -> Iterable[range]:
    first, *rest = (1 << place for place in pattern.slots)
    for start, (place, mask) in enumerate(flat):
        if not mask & first:
            continue
        at, left = start, pattern.between
        for wanted in rest:
            window = range(at + 1, min(at + 2 + left, len(flat)))
            behind = next((next_ for next_ in window if flat[next_][1] & wanted), None)
            if behind is None:
                break
            left -= behind - at - 1
            at = behind
        else:
            yield range(place, flat[at][0] + 1)


def _apart(found: Iterable[range], words: Sequence[str]) -> tuple[range, ...]:
    """Return ranges in order, those that overlap joined, with the rest of a broken last word."""
    apart: list[range] = []
    for one in sorted(found, key=lambda one: (one.start, -one.stop)):
        stop = one.stop
        while stop < len(words) and not words[stop]:
            stop += 1
        if apart and one.start < apart[-1].stop:
            apart[-1] = range(apart[-1].start, max(apart[-1].stop, stop))
        else:
            apart.append(range(one.start, stop))
    return tuple(apart)


def distance_within(one: str, other: str, most: int) -> bool:
    """Say whether two words are at most so many letters apart; two that changed places count as one."""
    if abs(len(one) - len(other)) > most:
        return False
    begin, ends = 0, min(len(one), len(other))
    while begin < ends and one[begin] == other[begin]:
        begin += 1
    end = 0
    while end < ends - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[begin : len(one) - end], other[begin : len(other) - end]
    if most == 1:
        return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])
    # Each letter that differs takes one out and brings one in.
    return len(set(one).symmetric_difference(other)) <= 2 * most and _distance(one, other) <= most


def _distance(one: str, other: str) -> int:
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
