from __future__ import annotations

import re
from pathlib import Path

import pytest

from estampe.vocabulary import FACETS, LANGUAGES, Concept, Vocabulary, vocabulary

NAMES = {"en": "a", "fr": "b", "de": "c"}


def test_every_concept_has_three_names_and_an_id_that_is_safe_in_addresses() -> None:
    for facet in FACETS:
        for concept in vocabulary().facet(facet):
            assert tuple(concept.names) == LANGUAGES
            assert all(name == name.strip() and name for name in concept.names.values()), concept
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", concept.id), concept.id
            assert concept.facet == facet


def test_wikidata_items_are_well_formed_and_used_once() -> None:
    items = [concept.wikidata for facet in FACETS for concept in vocabulary().facet(facet) if concept.wikidata]
    assert all(re.fullmatch(r"Q[1-9]\d*", item) for item in items)
    assert len(items) == len(set(items))


def test_terms_of_the_bnf_are_clean_and_mean_one_concept_of_a_facet() -> None:
    for facet in FACETS:
        terms = [concept.bnf for concept in vocabulary().facet(facet) if concept.bnf]
        assert all(term == " ".join(term.split()) for term in terms)
        assert len(terms) == len(set(terms))
        assert all(vocabulary().find(facet, term).bnf == term for term in terms)  # type: ignore[union-attr]


def test_the_document_tells_how_many_have_ids_of_others() -> None:
    document = Path(__file__).parents[2].joinpath("docs", "vocabulary.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|", document, re.MULTILINE)
    concepts = {facet: vocabulary().facet(facet) for facet in FACETS}
    assert {facet: tuple(map(int, numbers)) for facet, *numbers in told} == {
        facet: (len(those), sum(bool(one.wikidata) for one in those), sum(bool(one.bnf) for one in those))
        for facet, those in concepts.items()
        if any(one.bnf for one in those)
    }
    items = sum(bool(one.wikidata) for those in concepts.values() for one in those)
    assert f"Of the {items} items" in document


def test_names_differ_within_a_facet_so_that_a_filter_can_be_read() -> None:
    for facet in FACETS:
        for language in LANGUAGES:
            names = [concept.name(language) for concept in vocabulary().facet(facet)]
            assert len(names) == len(set(names)), (facet, language)


@pytest.mark.parametrize(
    ("facet", "term", "expected"),
    [
        ("technique", "photographie", "photograph"),
        ("technique", "Estampe", "print"),
        ("function", "ADVERTISEMENT", "advertisement"),
        ("function", "Bande dessinée", "comic"),
        ("function", "bande dessinee", "comic"),
        ("function", "DropCapitalZone", "initial"),
        ("function", "crossword_puzzle", "crossword"),
        ("subject", "Représentations humaines / Portraits", "portrait"),
        ("technique", "eau-forte", "etching"),
        ("function", "Page de titre", "title-page"),
        ("object", "lièvres et lapins", "rabbit"),
        ("colour", "marron", "brown"),
        ("colour_mode", "color", "colour"),
        ("noise", "separatorsBox", "rule"),
    ],
)
def test_the_words_of_libraries_and_machines_are_found(facet: str, term: str, expected: str) -> None:
    found = vocabulary().find(facet, term)
    assert found is not None
    assert found.id == expected


def test_what_nobody_says_is_not_found() -> None:
    assert vocabulary().find("technique", "advertisement") is None
    assert vocabulary().find("function", "") is None
    assert vocabulary().concept("no-such-concept") is None
    assert vocabulary().facet("no-such-facet") == ()


def test_ancestors_are_nearest_first() -> None:
    assert [concept.id for concept in vocabulary().ancestors("initial")] == ["ornament"]
    assert vocabulary().ancestors("no-such-concept") == ()


@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        ([Concept("a", "f", NAMES), Concept("a", "g", NAMES)], "twice"),
        ([Concept("a", "f", NAMES), Concept("b", "f", NAMES)], "means a and b"),
        ([Concept("a", "f", NAMES, parents=("b",))], "no concept of the facet"),
        ([Concept("a", "f", NAMES), Concept("b", "g", {"en": "x"}, parents=("a",))], "no concept of the facet"),
        (
            [Concept("a", "f", {"en": "x"}, parents=("b",)), Concept("b", "f", {"en": "y"}, parents=("a",))],
            "lead back",
        ),
    ],
)
def test_a_wrong_file_is_refused(concepts: list[Concept], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary(concepts)
