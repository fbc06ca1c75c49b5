"""Which texts and words may be what a search looks for, told without an analysis: by some of their letters.

Analysing all texts of all hits would take longer than the search. So regular expressions go before, which know letters
whatever their case and accents.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Final

from .analysis import analyse
from .grammar import How

_MARKS = "\u0300-\u036f\u00ad"
_LETTER = r"[^\W_]"
_REST = f"(?:{_LETTER}|[{_MARKS}])*"
# Behind the first letter: that it is the first.
_START = rf"(?<!{_LETTER}[\s\S])(?<![{_MARKS}][\s\S])"
#: A word and the marks that belong to its letters.
WORD: Final = re.compile(_LETTER + _REST)
# Latin letters with accents, ligatures and the long s; Latin extended additional; letters of manuscripts and early
# prints; ligatures of type.
_ALPHABETS = chain(range(0xAA, 0x250), range(0x1E00, 0x1F00), range(0xA720, 0xA800), range(0xFB00, 0xFB07))


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a word that is looked for: the terms that it may be, and how it is looked for.

    ``distance`` is the letters that may differ where it is fuzzy.
    """

    terms: frozenset[str]
    how: How
    distance: int


def likely_words(looks: Collection[Look]) -> re.Pattern[str] | None:
    """Return what all words fit, from end to end, that may be any of these; None where that cannot be told."""
    if not looks or not _are_plain(looks):
        return None
    begins = _beginnings(look for look in looks if look.how is not How.FUZZY)
    choices = [_begun(begin) + _REST for begin in begins]
    choices += [_of_length(look) for look in looks if look.how is How.FUZZY]
    first = f"[{_class(_first(begins))}]" if len(choices) == len(begins) else _LETTER
    return re.compile(f"{first}{_START}(?:{'|'.join(choices)})")


def likely_texts(looks: Collection[Look]) -> re.Pattern[str] | None:
    """Return what is found in all texts that may hold any of these; None where that cannot be told."""
    if not looks or not _are_plain(looks):
        return None
    begins = _beginnings(look for look in looks if look.how is not How.FUZZY)
    pieces = [piece for look in looks if look.how is How.FUZZY for piece in _pieces(look)]
    if not all(pieces):
        return None
    choices = [f"{_START}(?:{'|'.join(map(_begun, begins))})"] if begins else []
    choices += [_begun(piece) for piece in pieces]
    # A ligature may hold the end of one piece and the beginning of the next.
    firsts = [*_first([*begins, *pieces]), *(_ligatures() if pieces else ())]
    choices += [f"(?<=[{_class(_ligatures())}])"] if pieces else []
    return re.compile(f"[{_class(firsts)}](?:{'|'.join(choices)})")


def _are_plain(looks: Iterable[Look]) -> bool:
    return all(term.isascii() and term.isalnum() for look in looks for term in look.terms)


def _beginnings(looks: Iterable[Look]) -> list[str]:
    """Return one or two letters with which the words begin."""
    begins = {term[:2] for look in looks for term in look.terms}
    # English stems begin as their words do, but for "dying", which is "die", and the like.
    return sorted(begins | {f"{begin[0]}y" for begin in begins if begin[1:] == "i"})


def _pieces(look: Look) -> list[str]:
    """Return pieces of a word of which at least one is whole in each word that is so near to it.

    Of so many pieces each letter that differs spoils one, and each two that changed places spoil two.
    """
    word, count = min(look.terms), 2 * look.distance + 1
    cuts = [len(word) * place // count for place in range(count + 1)]
    return [word[start:end] for start, end in pairwise(cuts)]


def _of_length(look: Look) -> str:
    """Return what tells, behind a first letter, that a word is as long as one that is so near."""
    length = len(min(look.terms))
    # One ligature may be two letters there.
    least, most = max(0, length - look.distance - 2), length + look.distance - 1
    return f"(?:{_LETTER}|[{_MARKS}]){{{least},{most}}}(?!{_LETTER}|[{_MARKS}])"


def _first(beginnings: Iterable[str]) -> set[str]:
    """Return the letters that may stand first; a class of them is what Python looks for fastest."""
    return {letter for begin in beginnings for letter in _firsts(begin)}


def _begun(letters: str) -> str:
    """Return what tells, behind a first letter, that it and what follows are these letters to an index."""
    # To German stems "ue" is an umlaut, and an umlaut is "u".
    umlaut = "[eE]?" if letters[0] in "aou" else ""
    rest = umlaut + "".join(f"[{_MARKS}]*[{_class(_letters(letter))}]" for letter in letters[1:])
    ligatures = [form for plain, forms in _forms().items() if plain[:2] == letters[:2] for form in forms]
    if len(letters) > 1 and ligatures:
        joined = f"(?<=[{_class(ligatures)}])" + "".join(
            f"[{_MARKS}]*[{_class(_letters(letter))}]" for letter in letters[2:]
        )
        rest = f"(?:{rest}|{joined})"
    return f"(?<=[{_class(_firsts(letters))}]){rest}"


def _firsts(letters: str) -> list[str]:
    return [
        *_forms().get(letters[0], [letters[0]]),
        *(form for plain, forms in _forms().items() if plain[:2] == letters[:2] for form in forms),
    ]


def _letters(letter: str) -> list[str]:
    """Return what may stand for a letter in the middle of a word: also a ligature that begins with it."""
    return [letter, *(form for plain, forms in _forms().items() if letter in plain for form in forms)]


def _class(letters: Iterable[str]) -> str:
    return re.escape("".join(sorted(set(letters))))


def _ligatures() -> list[str]:
    return [form for plain, forms in _forms().items() if len(plain) > 1 for form in forms]


@cache
def _forms() -> Mapping[str, list[str]]:
    """Return the letters that are one or several plain ones to an index."""
    forms = {letter: [letter, letter.upper()] for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}
    for code in _ALPHABETS:
        for plain in analyse(chr(code)):
            forms.setdefault(plain, []).append(chr(code))
    return forms
