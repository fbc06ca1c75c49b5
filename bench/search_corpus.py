"""What the measurements of the search search: made-up newspapers and books, and 200 queries of which no two are alike.

Words of French roots and endings by Zipf's law, captions, titles and text around as long as real ones, facets with few
and with thousands of values, uncertain dates, one region in five noise.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import accumulate

from estampe.catalogue import Entry
from estampe.identity import illustration_id, page_id
from estampe.records import Box, DateSpan, Document, Illustration, Label, Page, Pixels, Rights, Series, Size
from estampe.search import Query
from estampe.vocabulary import vocabulary

_ONSETS = ["b", "br", "c", "ch", "cl", "d", "f", "fr", "g", "gr", "j", "l", "m", "n", "p", "pl", "pr", "r", "s", "st"]
_ONSETS += ["t", "tr", "v", "qu", ""]
_NUCLEI = ["a", "e", "é", "i", "o", "u", "ou", "ai", "on", "an", "eu", "oi", "in"]
_ENDINGS = ["e", "es", "é", "ée", "er", "ait", "ement", "eur", "euse", "tion", "al", "aux", "ier", "ière", "", "s"]
_LITTLE = [
    "de",
    "la",
    "le",
    "et",
    "les",
    "des",
    "à",
    "du",
    "en",
    "un",
    "une",
    "dans",
    "que",
    "qui",
    "pour",
    "au",
    "sur",
]


class Text:
    """Words by Zipf's law: the commonest French ones, then 40,000 of made-up roots and real endings."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        roots = {
            "".join(chance.choice(_ONSETS) + chance.choice(_NUCLEI) for _ in range(chance.randint(1, 3)))
            + chance.choice("nrtlscm")
            for _ in range(12_000)
        }
        made = dict.fromkeys(root + chance.choice(_ENDINGS) for root in sorted(roots) for _ in range(4))
        rest = list(made)
        chance.shuffle(rest)
        self.words = _LITTLE + rest[:40_000]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self._stream: list[str] = []

    def take(self, count: int) -> str:
        if len(self._stream) < count:
            self._stream = self._chance.choices(self.words, cum_weights=self._weights, k=200_000)
        taken, self._stream = self._stream[:count], self._stream[count:]
        return " ".join(taken)


def entries(count: int, text: Text, chance: random.Random) -> Iterator[Entry]:
    """Yield illustrations, document by document."""
    concepts = {
        facet: [one.id for one in vocabulary().facet(facet)] for facet in ("technique", "function", "subject", "object")
    }
    persons = [text.take(2) for _ in range(5000)]
    places = [text.take(1) for _ in range(2000)]
    titles = [text.take(4).capitalize() for _ in range(300)]
    made = 0
    for number in range(1_000_000):
        newspaper = chance.random() < 0.7
        series = Series(f"ark:/12148/cb{_rank(chance, 300):05d}", titles[_rank(chance, 300)]) if newspaper else None
        first = date(1850, 1, 1) + timedelta(days=chance.randint(0, 33_000))
        last = (
            first if newspaper or chance.random() < 0.5 else first + timedelta(days=chance.choice([365, 3650, 36_500]))
        )
        document = Document(
            id=f"ark-12148-bpt6k{number:07d}",
            provider=chance.choices(["Gallica", "British Library", "BnL", "Library of Congress"], [80, 8, 6, 6])[0],
            title=series.title if series else text.take(8).capitalize(),
            aliases=(f"ark:/12148/bpt6k{number:07d}",),
            source=f"Bibliothèque {_rank(chance, 60)}",
            kind="newspaper" if newspaper else "book",
            series=series,
            date=DateSpan(str(first.year), first, last) if chance.random() < 0.95 else None,
            languages=chance.choices([("fr",), ("en",), ("de",), (), ("la",)], [75, 8, 5, 8, 4])[0],
            creators=() if newspaper else (text.take(2).title(),),
            rights=Rights(
                chance.choice(["https://creativecommons.org/publicdomain/mark/1.0/", "https://gallica.bnf.fr/html"])
            ),
        )
        for place in range(1, chance.choice([4, 8, 12]) + 1):
            page = Page(page_id(document.id, f"f{place}"), f"f{place}", place, size=Size(4000, 5600))
            for _ in range(chance.randint(0, 6)):
                yield Entry(*_illustration(document, page, text, chance, concepts, persons, places))
                made += 1
                if made == count:
                    return


def _illustration(
    document: Document,
    page: Page,
    text: Text,
    chance: random.Random,
    concepts: dict[str, list[str]],
    persons: list[str],
    places: list[str],
) -> tuple[Illustration, Page, Document, tuple[Label, ...]]:
    box = Box(chance.randint(0, 3000), chance.randint(0, 4500), chance.randint(200, 1000), chance.randint(200, 1000))
    labels = [
        Label(said[_rank(chance, len(said))], facet, round(chance.uniform(0.2, 1), 3), f"{facet}@1")
        for facet, said, likely in (
            ("technique", concepts["technique"], 0.95),
            ("function", concepts["function"], 0.4),
            ("subject", concepts["subject"], 0.3),
            ("object", concepts["object"], 0.6),
            ("object", concepts["object"], 0.4),
            ("person", persons, 0.15),
            ("place", places, 0.1),
        )
        if said and chance.random() < likely
    ]
    illustration = Illustration(
        id=illustration_id(page.id, box),
        page=page.id,
        document=document.id,
        box=box,
        region_run="region@1",
        noise=chance.choice(["rule", "ornament", "blank"]) if chance.random() < 0.2 else None,
        caption=text.take(chance.choice([0, 0, 8, 15, 30])),
        title=text.take(chance.choice([0, 5, 8])),
        text_before=text.take(chance.randint(0, 80)),
        text_after=text.take(chance.randint(0, 80)),
        front_page=page.number == 1,
        share=min(1.0, chance.paretovariate(1.2) / 50),
        shape=chance.choice(["portrait", "landscape", "square", "panorama", "column"]),
        pixels=Pixels(chance.choice(["grey", "bitonal", "colour", "tinted"]), "#000000", (), "0" * 16),
    )
    return illustration, page, document, tuple(labels)


def _rank(chance: random.Random, count: int) -> int:
    """Return a number below ``count``, the low ones far more often."""
    return min(count - 1, int(chance.paretovariate(0.8)) - 1)


def queries(text: Text, chance: random.Random, count: int) -> Iterator[tuple[str, Query]]:
    """Yield queries of which no two are alike, each with the name of its kind."""

    def word() -> str:
        return text.words[min(len(text.words) - 1, int(20 * chance.paretovariate(0.5)))]

    kinds: list[tuple[str, int, Callable[[], str]]] = [
        ("one word", 30, word),
        ("two words", 20, lambda: f"{word()} {word()}"),
        ("phrase", 10, lambda: f'"{chance.choice(_LITTLE)} {word()}"'),
        ("prefix", 8, lambda: f"{word()[:4]}*"),
        ("fuzzy", 7, lambda: f"{word()}~"),
        ("either, not", 5, lambda: f"{word()} OR {word()} -{word()}"),
        ("facets alone", 15, str),
        ("nothing", 5, str),
    ]
    technique = [one.id for one in vocabulary().facet("technique")]
    seen: set[tuple[tuple[str, str], ...]] = set()
    while len(seen) < count:
        name, _, make = chance.choices(kinds, [weight for _, weight, _ in kinds])[0]
        filters: dict[str, tuple[str, ...]] = {}
        if name == "facets alone" or (name != "nothing" and chance.random() < 0.6):
            choices = {
                "technique": tuple(chance.sample(technique, 2)),
                "provider": ("Gallica",),
                "size": (chance.choice(["small", "medium", "large"]),),
                "source": (f"Bibliothèque {_rank(chance, 60)}",),
                "colour_mode": (chance.choice(["grey", "colour"]),),
            }
            filters = {facet: choices[facet] for facet in chance.sample(sorted(choices), chance.randint(1, 2))}
        first = date(1850 + chance.randint(0, 80), 1, 1) if chance.random() < 0.25 else None
        query = Query(
            text=make(),
            filters=filters,
            date_from=first,
            date_to=first and date(first.year + 10, 12, 31),
            min_confidence=chance.choice([0.5, 0.8]) if chance.random() < 0.1 else 0.0,
            sort=chance.choices(["relevance", "date", "-date", "size"], [70, 10, 10, 10])[0],
            limit=30 if name != "nothing" else chance.randint(20, 60),
        )
        key = tuple(query.to_args())
        if key not in seen:
            seen.add(key)
            yield name, query
