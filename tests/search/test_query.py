from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.errors import QueryError
from estampe.search import FACETS, FIELDS, SORTS, Query
from estampe.search.grammar import Clause, How, Term, Value, Without, parse

NAMES = ["q", "in", "from", "to", "confidence", "noise", "sort", "n", "after", *FACETS, "lang"]
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from('ab é"*~-:|O R\ud800\x00'), max_size=30),
    st.sampled_from(["1914", "1914-02", "0000", "80 %", "0,5", "nan", "-date", "caption", "title,text", "12", "true"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS, max_size=4)))
def test_any_arguments_give_a_query_that_goes_round_or_a_query_error(args: dict[str, list[str]]) -> None:
    try:
        query = Query.from_args(args)
    except QueryError as error:
        assert str(error)
        return
    again: dict[str, list[str]] = {}
    for name, value in query.to_args():
        again.setdefault(name, []).append(value)
    assert Query.from_args(again) == query
    assert hash(Query.from_args(again)) == hash(query)


def test_arguments_are_read() -> None:
    query = Query.from_args(
        {
            "q": ["  cheval "],
            "in": ["caption,title"],
            "technique": ["photograph", "print", "photograph"],
            "front_page": "true",
            "from": ["1910"],
            "to": ["1914-02"],
            "confidence": ["80 %"],
            "noise": ["1"],
            "sort": ["-date"],
            "n": ["12"],
            "utm_source": ["elsewhere"],
        }
    )
    assert query == Query(
        text="cheval",
        fields=("caption", "title"),
        filters={"technique": ("photograph", "print"), "front_page": ("true",)},
        date_from=date(1910, 1, 1),
        date_to=date(1914, 2, 28),
        min_confidence=0.8,
        noise=True,
        sort="-date",
        limit=12,
    )
    assert Query.from_args({}) == Query()
    assert Query().to_args() == []


@pytest.mark.parametrize(
    ("args", "part"),
    [
        ({"from": ["yesterday"]}, "from"),
        ({"to": ["1914-13"]}, "to"),
        ({"from": ["1915"], "to": ["1914"]}, "from"),
        ({"confidence": ["much"]}, "confidence"),
        ({"confidence": ["inf"]}, "confidence"),
        ({"confidence": ["2"]}, "confidence"),
        ({"confidence": ["80"]}, "confidence"),
        ({"confidence": ["101 %"]}, "confidence"),
        ({"confidence": ["-0.5"]}, "confidence"),
        ({"sort": ["beauty"]}, "sort"),
        ({"n": ["0"]}, "n"),
        ({"n": ["501"]}, "n"),
        ({"in": ["margins"]}, "in"),
        ({"noise": ["perhaps"]}, "noise"),
        ({"q": ["x" * 1001]}, "q"),
        ({"technique": [f"x{n}" for n in range(101)]}, "technique"),
    ],
)
def test_an_error_names_the_argument(args: dict[str, list[str]], part: str) -> None:
    with pytest.raises(QueryError) as raised:
        Query.from_args(args)
    assert raised.value.part == part


def word(text: str, field: str = "") -> Clause:
    return Clause((Term(text, How.WORD, field),))


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", ()),
        ("cheval blanc", (word("cheval"), word("blanc"))),
        ("l'Église qu’on", (word("Église"), word("on"))),
        ("Saint-Pierre", (word("Saint-Pierre"),)),
        ('"cheval blanc"~3', (Clause((Term("cheval blanc", How.PHRASE, "", 3),)),)),
        ("« cheval blanc »", (Clause((Term(" cheval blanc ", How.PHRASE),)),)),
        ("caption:chev*", (Clause((Term("chev", How.PREFIX, "caption"),)),)),
        ("chvel~ chvl~2", (Clause((Term("chvel", How.FUZZY, "", 1),)), Clause((Term("chvl", How.FUZZY, "", 2),)))),
        ("cheval -blanc", (word("cheval"), Clause((Without(Term("blanc")),)))),
        ("a OR b OU c d", (Clause((Term("a"), Term("b"), Term("c"))), word("d"))),
        ("a ET b", (word("a"), word("b"))),
        ("OR a OR", (word("OR"), word("a"), word("OR"))),
        ("a OR OR", (Clause((Term("a"), Term("OR"))),)),
        ("object:horse OR object:dog", (Clause((Value("object", "horse"), Value("object", "dog"))),)),
        ('-provider:"Bibliothèque nationale"', (Clause((Without(Value("provider", "Bibliothèque nationale")),)),)),
        ("Paris: 12:30", (word("Paris:"), word("12:30"))),
        ("Paris:ville", (word("Paris:ville"),)),
        ("légende : la ville", (word("légende"), word("la"), word("ville"))),
        ('"foo:bar" "caption:"', (Clause((Term("foo:bar", How.PHRASE),)), Clause((Term("caption:", How.PHRASE),)))),
        ("https://gallica.bnf.fr/ark:/12148/x", (word("https://gallica.bnf.fr/ark:/12148/x"),)),
        ("ark:/12148/x", (word("ark:/12148/x"),)),
        ("- a -- ?", (word("a"),)),
    ],
)
def test_the_language_of_the_search_box(text: str, clauses: tuple[Clause, ...]) -> None:
    assert parse(text) == clauses


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("cheval blanc~9", 12, ""),
        ('"a b"~x', 5, ""),
        ("?!", 0, ""),
        ("a " * 41, 80, ""),
        ('le "cheval', 3, "quotation"),
        ("le « cheval", 3, "quotation"),
        ('12" disque', 2, "quotation"),
        ("a caption:", 2, "word"),
        ("caption: cheval", 0, "word"),
        ("-object:", 0, "word"),
        ('caption:""', 0, "word"),
        ("title:*", 0, "word"),
        ('place:" "', 0, "word"),
        ("a foo:bar", 2, "field"),
        ('-légende:"cheval blanc"', 1, "field"),
    ],
)
def test_an_error_names_the_place(text: str, place: int, reason: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert (raised.value.part, raised.value.place, raised.value.reason) == ("q", place, reason)


def test_who_asks_in_a_field_that_there_is_not_hears_which_there_are() -> None:
    with pytest.raises(
        QueryError, match=r"no field or facet 'légende'.*caption, title.*technique.*front_page"
    ) as raised:
        parse("légende:cheval")
    assert set(raised.value.known) == {*FIELDS, *FACETS}


@pytest.mark.parametrize(
    ("text", "share"), [("0.8", 0.8), ("0,8", 0.8), (".5", 0.5), ("80 %", 0.8), ("80%", 0.8), ("1", 1.0), ("1 %", 0.01)]
)
def test_a_confidence_is_a_share_or_a_percentage(text: str, share: float) -> None:
    assert Query.from_args({"confidence": [text]}).min_confidence == share


@given(st.text(st.sampled_from("abé \"*~-:|ORcaption«»'3"), max_size=60))
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        clauses = parse(text)
    except QueryError as error:
        assert error.place is not None
        assert 0 <= error.place <= len(text)
    else:
        assert bool(clauses) == bool(text.strip())


def test_sorts_are_accepted() -> None:
    for sort in SORTS:
        assert Query.from_args({"sort": [sort]}).sort == sort
