"""What a text is to an index: words without case and accents, as printed and by their stems.

Every text is indexed as it is printed (language ``""``), and by the stems of its document's languages, or of all that
we can stem where the languages are not known. A search looks in all of them.

French stems are taken before accents are folded, since French endings need them: *chanté* and *chantée* have one stem,
*chante* and *chantee* have not. So a word that is searched is also looked for by the stem that it has without accents,
for capitals that are printed so (*ARRIVEE*), and by the one that it has with those its ending may have lost, for people
who type so. On 63 families of French words (345 pairs) a search without accents then misses 16 pairs, as many as one
with accents, and not 55; stems of stems would find as many, but also *office* for *officiers*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

#: The languages whose stems are known.
STEMMED: Final = ("fr", "en", "de")
#: All ways in which a text is indexed; the empty one is as printed.
WAYS: Final = ("", *STEMMED)
# Longer ones are no words but noise of the OCR.
_LONGEST = 60
_SOFT_HYPHEN = "\u00ad"
# Endings that are written with an accent, but often printed and typed without.
_LOST_ACUTE = re.compile(r"e(e?s?)$")
_LOST_GRAVE = re.compile(r"iere(s?)$")


def analyzer(way: str) -> TextAnalyzer:
    """Return the analyser of one of `WAYS`."""
    filters = {
        "": [Filter.ascii_fold()],
        "fr": [Filter.stemmer("french"), Filter.ascii_fold()],
        "en": [Filter.stemmer("english"), Filter.ascii_fold()],
        "de": [Filter.stemmer("german"), Filter.ascii_fold()],
    }
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST)).filter(Filter.lowercase())
    for step in filters[way]:
        builder = builder.filter(step)
    return builder.build()


_ANALYZERS = {way: analyzer(way) for way in WAYS}


def normalise(text: str) -> str:
    """Return a text in the form that analysers expect: composed, ligatures and the long s dissolved."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).replace(_SOFT_HYPHEN, "").encode("utf-8", "replace").decode("utf-8")


def ways(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the ways in which a text in these languages is indexed."""
    given = tuple(languages)
    return ("", *(way for way in STEMMED if way in given)) if given else WAYS


def analyse(text: str, language: str = "") -> list[str]:
    """Return the terms of a text: stems of a language, or the words as printed for every other one."""
    return _ANALYZERS[language if language in _ANALYZERS else ""].analyze(normalise(text))


@lru_cache(maxsize=10_000)
def search_terms(text: str, way: str) -> tuple[tuple[str, ...], ...]:
    """Return the terms of a searched text: for each word all that it may be in the index, the likeliest first."""
    terms = analyse(text, way)
    if way != "fr":
        return tuple((term,) for term in terms)
    printed = normalise(text).lower()
    found = []
    for term, plain in zip(terms, analyse(text), strict=True):
        others = [plain]
        if plain in printed:
            others.append(
                _LOST_GRAVE.sub(r"ière\1", plain) if _LOST_GRAVE.search(plain) else _LOST_ACUTE.sub(r"é\1", plain)
            )
        found.append(tuple(dict.fromkeys([term, *(stem for other in others for stem in analyse(other, way))])))
    return tuple(found)


def word_terms(word: str, way: str) -> tuple[str, ...]:
    """Return the terms of a printed word in one of `WAYS`: most have one, *l'église* has two."""
    if not way and word.isascii() and word.isalnum() and len(word) < _LONGEST:
        return (word.lower(),)
    return _word_terms(word, way)


@lru_cache(maxsize=100_000)
def _word_terms(word: str, way: str) -> tuple[str, ...]:
    return tuple(_ANALYZERS[way].analyze(normalise(word)))
