"""Which words of a text are what a search looks for: for highlights, and for boxes on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .analysis import WAYS, search_terms, ways, word_terms
from .grammar import How, Term, parse
from .index import Segments

#: A word and the marks that belong to its letters.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad])*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a term of a search looks like in a text: words one behind the other, each in every way of `WAYS`,
    with all that it may be in the index.
    """

    words: tuple[tuple[tuple[str, ...], ...], ...]
    how: How
    field: str
    amount: int

    def fits(self, place: int, terms: Sequence[str], shown: Sequence[int]) -> bool:
        """Say whether a word of a text, given by its terms, is the word at a place of the pattern."""
        wanted = self.words[place]
        if self.how is How.FUZZY:
            return distance_within(terms[0], wanted[0][0], self.amount)
        if self.how is How.PREFIX and place == len(self.words) - 1:
            return terms[0].startswith(wanted[0][0])
        return any(terms[way] in wanted[way] for way in shown)


@lru_cache(maxsize=1000)
def patterns(text: str) -> tuple[Pattern, ...]:
    """Return the patterns of what a search wants; what it does not want has none."""
    return tuple(
        Pattern(words, leaf.how, leaf.field, leaf.amount)
        for clause in parse(text)
        for leaf in clause.any
        if isinstance(leaf, Term) and (words := _words(leaf.text))
    )


def _words(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the words of a search, each in every way; ways differ in stems, not in the number of words."""
    return tuple(zip(*(search_terms(text, way) for way in WAYS), strict=True))


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
    shown = [WAYS.index(way) for way in ways(languages)]
    flat: list[tuple[int, tuple[str, ...]]] = []
    for place, word in enumerate(words):
        if word:
            flat += [(place, terms) for terms in zip(*word_terms(word), strict=True)]
    found: list[range] = []
    for pattern in patterns(text):
        if not pattern.field or pattern.field == field:
            found += _occurrences(pattern, flat, shown)
    return _apart(found, words)


def _occurrences(pattern: Pattern, flat: list[tuple[int, tuple[str, ...]]], shown: Sequence[int]) -> Iterable[range]:
    for start, (place, terms) in enumerate(flat):
        if not pattern.fits(0, terms, shown):
            continue
        at, left = start, pattern.amount if pattern.how is How.PHRASE else 0
        for wanted in range(1, len(pattern.words)):
            window = range(at + 1, min(at + 2 + left, len(flat)))
            behind = next((next_ for next_ in window if pattern.fits(wanted, flat[next_][1], shown)), None)
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


def highlight(text: str, query: str, languages: Iterable[str] = (), field: str = "", longest: int = 0) -> Segments:
    """Cut a text into pieces that are, or are not, what a search looks for.

    Args:
        text: as printed.
        query: the search.
        languages: those of the text.
        field: which field the text is.
        longest: where the text is longer than so many characters (0: never), an excerpt around the first piece found,
            with an ellipsis where it was cut.

    Returns:
        the pieces in order, which together are the text or the excerpt; empty where nothing of it is looked for.

    """
    spots = list(WORD.finditer(text))
    found = find_words([spot[0] for spot in spots], query, languages, field)
    if not found:
        return ()
    begin, end = _excerpt(text, spots, found, longest)
    pieces: list[tuple[str, bool]] = []
    at = begin
    for one in found:
        start, stop = spots[one.start].start(), spots[one.stop - 1].end()
        if stop > end:
            break
        pieces += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    pieces.append((text[at:end], False))
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    pieces[0] = (before + pieces[0][0], False)
    pieces[-1] = (pieces[-1][0] + after, False)
    return tuple(piece for piece in pieces if piece[0])


def _excerpt(text: str, spots: Sequence[re.Match[str]], found: Sequence[range], longest: int) -> tuple[int, int]:
    """Return where to cut, between words: a third of the excerpt before what was found first."""
    if not longest or len(text) <= longest:
        return 0, len(text)
    first, last = spots[found[0].start].start(), spots[found[0].stop - 1].end()
    begin = max(0, min(first - longest // 3, len(text) - longest))
    end = max(begin + longest, last)
    begin = next((spot.start() for spot in spots if spot.start() >= begin), first) if begin else 0
    stops = [spot.end() for spot in spots if spot.end() <= end]
    return begin, len(text) if end >= len(text) else max([last, *stops[-1:]])


def distance_within(one: str, other: str, most: int) -> bool:
    """Say whether two words are at most so many letters apart; two that changed places count as one."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return False
        before, last = last, now
    return last[-1] <= most
