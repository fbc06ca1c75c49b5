"""Words broken at the end of a line, put together again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ..records import Word

#: What ends a broken line: hyphen, soft hyphen, the not sign of ABBYY and Transkribus, double hyphens of blackletter.
HYPHENS = "-\u00ad\u00ac\u2e17\u2010\u2e40"
# These are never part of a word that stands unbroken in the line.
_ONLY_BREAKS = "\u00ad\u00ac\u2e17"


def printed(text: str, mark: str) -> str:
    """Return a word with the hyphen behind it, which some dialects write into an element of its own."""
    if not mark or text[-1:] in HYPHENS:
        return text
    return text + ("-" if mark == "\u00ad" else mark)


def join_lines(lines: list[list[Word]], told: set[int]) -> None:
    """Put together the words that a block's lines break, in place.

    Where the OCR says nothing, a hyphen at the end of a line breaks a word if the next line begins in lower case; a
    hyphen that the OCR marks as a break (``told``, by line), or that has no other use, if it begins with a letter.

    Args:
        lines: the words of each line; those whose ``whole`` differs from their ``text`` are left alone.
        told: the numbers of the lines whose last word is followed by an HYP element.

    """
    for number, (line, following) in enumerate(pairwise(lines)):
        if not line or not following or line[-1].text[-1] not in HYPHENS:
            continue
        first, second = line[-1], following[0]
        stem = first.text.rstrip(HYPHENS)
        if first.whole != first.text or second.whole != second.text or not stem[-1:].isalpha():
            continue
        sure = number in told or first.text[-1] in _ONLY_BREAKS
        if second.text[0].islower() or (sure and second.text[0].isalpha()):
            line[-1] = replace(first, whole=stem + second.text)
            following[0] = replace(second, whole="")
