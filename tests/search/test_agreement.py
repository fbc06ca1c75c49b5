"""The two indexes, asked the same, answer the same; the order of relevance alone may differ, and that is bounded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from estampe.search import FACETS, SORTS, Index, IndexDocument, IndexPage, Query, Results
from estampe.settings import Settings
from tests.search.conftest import elastic, embedded

Make = Callable[..., IndexDocument]
Pair = tuple[Index, Index]

# Words whose stems Lucene and Tantivy make differently are among them, and such as are written in several ways.
WORDS = [
    *("palais", "Palais", "bijoux", "bijou", "française", "Française", "français", "Calais", "cheval", "chevaux"),
    *("chevalier", "ARRIVEE", "arrivée", "arrivées", "organ", "organization", "organs", "university", "evening"),
    *("international", "die", "Häuser", "Haus", "Hauses", "Flüsse", "Fluß", "Straße", "STRASSE", "grüße", "Aegean"),
    *("l'église", "L’Église", "d'Auvers", "eglise", "saint-pierre", "Saint-Pierre", "chef-d’œuvre", "Œuvre", "œuvres"),
    *("bœuf", "ﬁn", "ſoldats", "e\u0301cole", "École", "le", "la", "de", "du", "the", "of", "and", "der", "das", "roi"),
    *("reine", "chat", "chats", "chien", "noir", "noire", "blanc", "blanche", "1914", "14-18", "москва", "Москвы"),
    *("İstanbul", "qͥl", "東京", "a", "b"),
]
# In loose phrases of three words, and of one word twice, Tantivy measures from word to word, Lucene over the whole.
LOOSE = ["palais", "bijoux", "cheval", "roi", "chat", "noir", "blanc", "the", "of", "Haus"]
CONCEPTS = {
    "technique": ["print", "engraving", "photograph", "lithograph"],
    "function": ["map", "advertisement"],
    "object": ["horse", "dog", "ship"],
    "person": ["Victor Hugo", "Nadar"],
}


@pytest.fixture
def pair(tmp_path: Path, elastic_settings: Settings) -> Iterator[Pair]:
    with embedded(tmp_path / "index") as one, elastic(elastic_settings) as other:
        yield one, other


def text(chance: random.Random, most: int) -> str:
    return chance.choice([" ", " ", ", ", "-"]).join(chance.choices(WORDS, k=chance.randint(0, most)))


def pictures(chance: random.Random, count: int, picture: Make) -> list[IndexDocument]:
    made = []
    for number in range(count):
        first = date(chance.randint(1880, 1920), chance.randint(1, 12), chance.randint(1, 28))
        last = chance.choice([first, date(first.year + chance.randint(0, 30), 12, 31)])
        dates: dict[str, Any] = {"date_start": first, "date_end": last} if chance.random() < 0.8 else {}
        labels = {
            facet: {name: round(chance.random(), 3) for name in chance.sample(names, chance.randint(0, len(names)))}
            for facet, names in CONCEPTS.items()
        }
        made.append(
            picture(
                f"d{chance.randint(1, 9)}.{chance.randint(1, 5)}.{number}",
                caption=text(chance, 12),
                title=text(chance, 4),
                text_before=text(chance, 20),
                text_after=text(chance, 20),
                document_title=text(chance, 4),
                series_title=text(chance, 2),
                creators=text(chance, 2),
                languages=chance.choice([(), ("fr",), ("fr",), ("de",), ("en", "fr"), ("la",)]),
                labels=labels,
                share=round(chance.random(), 4),
                top=chance.randint(0, 4000),
                noise=chance.choice(["", "", "", "", "rule"]),
                provider=chance.choice(["Gallica", "British Library", "BnL"]),
                source=chance.choice(["", "BnF"]),
                colour_mode=chance.choice(["", "grey", "colour"]),
                front_page=chance.random() < 0.3,
                **dates,
            )
        )
    return made


def asked(chance: random.Random) -> str:
    """Make up a search, of everything that the language of the search box has."""
    terms = []
    for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3])):
        word = chance.choice(WORDS)
        some = " ".join(chance.choices(WORDS, k=chance.randint(2, 3)))
        term = chance.choice(
            [
                *[word] * 6,
                f"{word[:3]}*",
                f"{word}~",
                f"{word}~2",
                f'"{word}"',
                f'"{some}"',
                f'"{" ".join(chance.sample(LOOSE, 2))}"~{chance.randint(1, 6)}',
                f"{chance.choice(['caption', 'title', 'text', 'document', 'creator', 'label'])}:{word}",
                chance.choice(["object:horse", "-technique:print", "provider:BnL", "label:carte", "carte", "cheval*"]),
            ]
        )
        terms.append(f"-{term}" if chance.random() < 0.1 and not term.startswith("-") else term)
    return chance.choice([" ", " ", " ", " OR "]).join(terms)


def query(chance: random.Random, sort: str) -> Query:
    filters = {
        facet: tuple(chance.sample(values, chance.randint(1, min(2, len(values)))))
        for facet, values in {
            **CONCEPTS,
            "provider": ["Gallica", "BnL"],
            "size": ["small", "large", "full"],
            "language": ["fr", "de"],
            "front_page": ["true"],
        }.items()
        if chance.random() < 0.12
    }
    return Query(
        text=asked(chance),
        fields=chance.choice([(), (), (), ("caption",), ("text", "label")]),
        filters=filters,
        date_from=chance.choice([None, None, None, date(1895, 6, 1)]),
        date_to=chance.choice([None, None, None, date(1910, 3, 31)]),
        min_confidence=chance.choice([0.0, 0.0, 0.3, 0.55, 0.8]),
        noise=chance.random() < 0.2,
        sort=sort,
        limit=500,
    )


def same(one: Results, other: Results) -> None:
    assert one.total == other.total
    assert one.facets == other.facets
    assert one.timeline == other.timeline
    lit = {hit.id: hit.highlights for hit in one.hits}
    assert lit == {hit.id: hit.highlights for hit in other.hits}


@pytest.mark.parametrize("seed", range(4))
def test_the_same_search_has_the_same_answer(pair: Pair, picture: Make, seed: int) -> None:
    chance = random.Random(seed)
    made = pictures(chance, 200, picture)
    for index in pair:
        index.update(made[:150], [], 1)
        index.update(made[150:], [made[3].id, made[4].page, made[5].document], 2)
    for _ in range(60):
        wanted = query(chance, chance.choice(SORTS))
        one, other = (index.search(wanted, facets=FACETS, facet_limit=4, timeline=True) for index in pair)
        same(one, other)
        if wanted.sort != "relevance" or not any(hit.score for hit in one.hits):
            assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits], wanted


def test_relevance_is_nearly_the_same(pair: Pair, picture: Make) -> None:
    chance = random.Random(6)
    made = pictures(chance, 400, picture)
    for index in pair:
        index.update(made, [], 1)
    shared, firsts = [], []
    for _ in range(60):
        wanted = Query(text=" OR ".join(chance.sample(WORDS, chance.randint(1, 3))), limit=10)
        one, other = ([hit.id for hit in index.search(wanted).hits] for index in pair)
        if len(one) == 10:
            shared.append(len(set(one) & set(other)) / 10)
            firsts.append(one[0] in other[:3])
    # How rare a word is and how long texts are, Lucene says of those that have the field, and Tantivy of all.
    assert len(shared) > 40
    assert sum(shared) / len(shared) >= 0.8
    assert sum(firsts) / len(firsts) >= 0.9


@pytest.mark.parametrize("sort", ["date", "-date", "size", "document"])
def test_pages_join_in_the_same_order(pair: Pair, picture: Make, sort: str) -> None:
    made = pictures(random.Random(sort), 80, picture)
    walks = []
    for index in pair:
        index.update(made, [], 1)
        seen, wanted = [], Query(sort=sort, limit=9)
        while True:
            results = index.search(wanted)
            seen += [(hit.id, hit.cursor) for hit in results.hits]
            if not results.next:
                break
            wanted = replace(wanted, after=results.next)
        walks.append(seen)
    assert walks[0] == walks[1]


def test_words_are_found_on_the_same_pages(pair: Pair) -> None:
    chance = random.Random(5)
    pages = [
        IndexPage(f"d.f{n}", "d", n, text(chance, 60), chance.choice([(), ("fr",), ("de",)])) for n in range(1, 40)
    ]
    for index in pair:
        index.update(pages, [], 1)
    for _ in range(80):
        wanted = asked(chance)
        one, other = (index.search_pages("d", wanted) for index in pair)
        assert one == other, wanted
