from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.errors import QueryError
from estampe.search import Matcher, find_words, highlight
from estampe.search.matching import distance_within

PAGE = ["Les", "che-", "", "noirs,", "l'église", "Saint-Denis", "et", "les", "chevaux", "blancs."]


@pytest.mark.parametrize(
    ("words", "search", "places"),
    [
        (PAGE, "cheval", [(8, 9)]),
        (PAGE, "noir blanc", [(3, 4), (9, 10)]),
        (PAGE, "eglise", [(4, 5)]),
        (PAGE, '"chevaux blancs"', [(8, 10)]),
        (PAGE, '"cheval blanc"', []),
        (PAGE, '"chevaux"', [(8, 9)]),
        (PAGE, '"les blancs"~1', [(7, 10)]),
        (PAGE, '"les blancs"', []),
        (PAGE, "saint-denis", [(5, 6)]),
        (PAGE, '"église saint denis"', [(4, 6)]),
        (PAGE, "che*", [(1, 3), (8, 9)]),
        (PAGE, "chevauz~", [(8, 9)]),
        (PAGE, "-cheval", []),
        (PAGE, "technique:print", []),
        (["illustration", "", "suite"], "illustrations", [(0, 2)]),
        ([], "cheval", []),
    ],
)
def test_words_of_a_page(words: list[str], search: str, places: list[tuple[int, int]]) -> None:
    assert [(found.start, found.stop) for found in find_words(words, search, ["fr"])] == places


def test_stems_of_other_languages_do_not_count() -> None:
    assert find_words(["horses"], "horse", ["en"])
    assert find_words(["horses"], "horse")
    assert not find_words(["horses"], "horse", ["la"])


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("Uebergang", "Übergänge"),
        ("OEL", "Öl"),
        ("Haeuser", "Haus"),
        ("Straße", "strasse"),
        ("die", "dying"),
        ("ꝑe", "pe"),
    ],
)
def test_what_is_spelt_otherwise_is_highlighted(text: str, search: str) -> None:
    assert highlight(text, search) == ((text, True),)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(st.sampled_from("abé ßﬁœ'-.\u0301\n王\ud800"), max_size=80),
    search=st.text(st.sampled_from('abé "*~-ß王'), max_size=12),
    longest=st.integers(0, 30),
)
def test_the_pieces_are_the_text(text: str, search: str, longest: int) -> None:
    try:
        pieces = highlight(text, search, longest=longest)
    except QueryError:
        return
    if pieces:
        assert any(match for _, match in pieces)
        assert all(piece for piece, _ in pieces)
        joined = "".join(piece for piece, _ in pieces)
        assert joined.strip("…") in text
        if not longest:
            assert joined == text


WORDS = ["Église", "EGLISE", "œuvre", "OEuvres", "chef-d’œuvre", "dying", "die", "Dies", "chevaux", "cheval", "ſoldat"]
WORDS += ["soldats", "ﬁn", "fine", "Straße", "strassen", "Œdipe", "e\u0301cole", "École", "l'eau", "Москва", "москвы"]
WORDS += [
    "ARRIVEE",
    "arrivées",
    "Fluß",
    "Flüsse",
    "soft\u00adhyphen",
    "Ångström",
    "angstrom",
    "l",
    "1914",
    "æon",
    "eon",
    "Übergang",
    "Uebergänge",
    "oel",
    "Öl",
    "Haeuser",
    "Haus",
    "yeux",
    "œil",
    "ꝑe",
    "père",
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    searched=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
    form=st.sampled_from(["{}", "{}*", "{}~", "{}~2", '"{}"', "{} {}", '"{} {}"', '"{} {}"~2']),
    languages=st.sampled_from([(), ("fr",), ("en", "de"), ("la",)]),
)
def test_looking_at_few_words_misses_none(
    text: str, searched: list[str], form: str, languages: tuple[str, ...]
) -> None:
    search = form.format(searched[0], searched[-1])
    careful = Matcher(search, languages)
    careful._likely = careful._telling = None
    assert Matcher(search, languages).spans(text) == careful.spans(text)


@given(one=st.text("abc", max_size=6), other=st.text("abc", max_size=6), most=st.integers(1, 2))
def test_distances(one: str, other: str, most: int) -> None:
    reach = {one}
    for _ in range(most):
        reach |= {changed for word in reach for changed in one_off(word)}
    if distance_within(one, other, most):
        assert other in reach
    elif most == 1:
        assert other not in reach


def one_off(word: str) -> set[str]:
    changed = {word[:n] + word[n + 1 :] for n in range(len(word))}
    changed |= {word[:n] + letter + word[n:] for n in range(len(word) + 1) for letter in "abc"}
    changed |= {word[:n] + letter + word[n + 1 :] for n in range(len(word)) for letter in "abc"}
    return changed | {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
