"""What every index promises, whichever it is."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.errors import QueryError
from estampe.search import (
    FACETS,
    LABEL_FACETS,
    SORTS,
    Index,
    IndexDocument,
    IndexPage,
    PageHit,
    Query,
    Results,
    highlight,
)

Make = Callable[..., IndexDocument]
SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def found(index: Index, text: str, **values: Any) -> set[str]:
    return set(ids(index.search(Query(text=text, **values))))


# --- words ---


@pytest.mark.parametrize(
    ("caption", "languages", "search"),
    [
        ("Les chevaux blancs", ("fr",), "cheval blanc"),
        ("Arrivée du président", ("fr",), "arrivées présidents"),
        ("ARRIVEE DU PRESIDENT", ("fr",), "arrivée président"),
        ("Une mariée chantée", ("fr",), "mariees chantees"),
        ("The horses of the Queen", ("en",), "horse queens"),
        ("Die Häuser am Fluß", ("de",), "haus Flüsse"),
        ("Les chevaux", (), "cheval"),
        ("The horses", (), "horse"),
        ("Los caballos", ("es",), "CABALLOS"),
        ("L’Église d’Auvers", ("fr",), "eglise auvers"),
        ("l'église", ("fr",), "l’Église"),
        ("e\u0301cole", ("fr",), "école"),
        ("une ﬁn de ſaiſon", ("fr",), "fin saison"),
        ("œuvre de bœuf", ("fr",), "oeuvre boeuf"),
        ("Saint-Pierre de Rome", ("fr",), "saint-pierre"),
        ("Москва зимой", ("ru",), "москва"),
        ("La guerre", ("fr",), "la guerre de"),
    ],
)
def test_words_are_found_by_their_stems_without_accents(
    index: Index, picture: Make, caption: str, languages: tuple[str, ...], search: str
) -> None:
    index.update([picture("d.1.a", caption=caption, languages=languages)], [], 1)
    assert found(index, search) == {"d.1.a"}


@pytest.fixture
def written(index: Index, picture: Make) -> Index:
    index.update(
        [
            picture("d.1.a", caption="le cheval blanc du roi", title="Une course"),
            picture("d.1.b", caption="le blanc manteau d'un cheval", text_before="La course du roi"),
            picture("d.2.c", caption="un chevalier noir", document_title="Le Journal du roi", provider="BL"),
            picture("d.2.d", caption="un chat", creators="Nadar ; Goupil", series_title="Annales"),
        ],
        [],
        1,
    )
    return index


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("cheval", "ab"),
        ("cheval blanc", "ab"),
        ('"cheval blanc"', "a"),
        ('"blanc cheval"', ""),
        ('"blanc cheval"~3', "ab"),
        ('"chevaux"', ""),
        ("cheva*", "abc"),
        ("chval~", "ab"),
        ("chvl~", ""),
        ("chvl~2", "abd"),
        ("cheval -roi", ""),
        ("cheval -title:course", "b"),
        ("chat OR chevalier", "cd"),
        ("chat OR chevalier noir", "c"),
        ("-chat", "abc"),
        ("roi", "abc"),
        ("caption:roi", "a"),
        ("title:course", "a"),
        ("text:course", "b"),
        ("document:roi", "c"),
        ("nadar annales", "d"),
        ("creator:goupil", "d"),
        ("zebre", ""),
        ("le du", "abc"),
        ("provider:BL OR chat", "cd"),
        ("-provider:BL", "abd"),
    ],
)
def test_the_language_of_the_search_box(written: Index, search: str, expected: str) -> None:
    assert {id_[-1] for id_ in found(written, search)} == set(expected)


def test_fields_can_be_chosen(written: Index) -> None:
    assert found(written, "roi", fields=("caption",)) == {"d.1.a"}
    assert found(written, "course", fields=("title", "text")) == {"d.1.a", "d.1.b"}
    assert found(written, "course caption:chat", fields=("title",)) == set()


def test_a_caption_counts_for_more_than_the_text_around(written: Index) -> None:
    results = written.search(Query(text="roi"))
    assert ids(results)[0] == "d.1.a"
    assert [hit.score for hit in results.hits] == sorted((hit.score for hit in results.hits), reverse=True)


def test_names_of_concepts_find_pictures_that_are_sure_enough(index: Index, picture: Make) -> None:
    index.update(
        [
            picture("d.1.a", labels={"function": {"map": 0.9}}),
            picture("d.1.b", labels={"function": {"map": 0.4}}),
            picture("d.1.c", caption="Jeu de cartes"),
        ],
        [],
        1,
    )
    for word in ("carte", "map", "Karte", "maps"):
        assert {"d.1.a", "d.1.b"} <= found(index, word)
    assert found(index, "carte") == {"d.1.a", "d.1.b", "d.1.c"}
    assert found(index, "carte", min_confidence=0.5) == {"d.1.a", "d.1.c"}
    assert found(index, "label:carte", min_confidence=0.5) == {"d.1.a"}
    assert found(index, "function:map -label:zzz") == {"d.1.a", "d.1.b"}


@SLOW
@given(text=st.text(st.sampled_from("abé \"*~-:|ORcaptionlbelfunm'«»3\u0301ß王"), max_size=40))
def test_every_search_is_answered_or_refused(index: Index, picture: Make, text: str) -> None:
    if not index.position():
        index.update([picture("d.1.a", caption="abé caption")], [], 1)
    try:
        index.search(Query(text=text), facets=FACETS, timeline=True)
        index.search_pages("d", text)
    except QueryError as error:
        assert error.part == "q"


# --- filters and facets ---


def test_values_of_a_facet_are_alternatives_and_facets_add_up(index: Index, picture: Make) -> None:
    index.update(
        [
            picture("d.1.a", labels={"technique": {"photograph": 1.0}}, provider="BnF  Gallica\u00a0"),
            picture("d.1.b", labels={"technique": {"print": 1.0}}, provider="BnF Gallica"),
            picture("d.1.c", labels={"technique": {"print": 1.0}}, provider="BL"),
            picture("d.1.d", noise="blank"),
        ],
        [],
        1,
    )
    assert found(index, "", filters={"technique": ("photograph", "print")}) == {"d.1.a", "d.1.b", "d.1.c"}
    assert found(index, "", filters={"technique": ("print",), "provider": ("BnF Gallica",)}) == {"d.1.b"}
    assert found(index, "", filters={"provider": ("BnF\u00a0Gallica",)}) == {"d.1.a", "d.1.b"}
    assert found(index, "", filters={"provider": ("nobody",)}) == set()
    assert found(index, "") == {"d.1.a", "d.1.b", "d.1.c"}
    assert found(index, "", noise=True) == {"d.1.a", "d.1.b", "d.1.c", "d.1.d"}


@pytest.mark.parametrize(
    ("facet", "value", "known"),
    [
        ("technique", "photgraph", ("photograph", "lithograph")),
        ("technique", "Gravure", ("print",)),
        ("object", "Pferd", ("horse",)),
        ("object", "xyzzy", ()),
        ("size", "huge", ("small", "medium", "large", "full")),
        ("colour_mode", "color", ("colour",)),
        ("front_page", "1", ("true", "false")),
        ("kind", "newspapers", ("newspaper",)),
    ],
)
def test_a_value_that_there_is_not_is_refused_with_those_that_may_be_meant(
    index: Index, facet: str, value: str, known: tuple[str, ...]
) -> None:
    asked = {facet: Query(filters={facet: (value,)}), "q": Query(text=f"-{facet}:{value}")}
    for part, query in asked.items():
        with pytest.raises(QueryError) as raised:
            index.search(query)
        error = raised.value
        assert (error.part, error.reason, error.said, error.known) == (part, "value", value, known)
        assert all(name in str(error) for name in (facet, value, *known))


def test_values_of_sources_and_of_older_vocabularies_are_never_wrong(index: Index, picture: Make) -> None:
    index.update([picture("d.1.a", labels={"technique": {"daguerreotype": 0.9}}, noise="blank")], [], 1)
    assert found(index, "", filters={"technique": ("daguerreotype",)}) == set()
    assert found(index, "technique:daguerreotype", noise=True) == {"d.1.a"}
    for facet in ("place", "provider", "source", "series", "document", "language", "licence"):
        assert found(index, "", filters={facet: ("nobody",)}) == set()


def corpus(seed: int, count: int, picture: Make) -> list[IndexDocument]:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        first = date(chance.randint(1890, 1900), chance.randint(1, 12), 5)
        last = chance.choice([first, date(first.year + chance.randint(0, 9), 12, 31)])
        dates = {"date_start": first, "date_end": last} if chance.random() < 0.8 else {}
        concepts = ["a", "b", "c", "d"]
        made.append(
            picture(
                f"d{chance.randint(1, 5)}.{chance.randint(1, 3)}.{number}",
                caption=" ".join(chance.choices(["chat", "chien", "cheval", "roi"], k=chance.randint(0, 3))),
                labels={
                    facet: {
                        name: chance.choice([0.2, 0.5, 0.55, 0.8, 1.0])
                        for name in chance.sample(concepts, chance.randint(0, 3))
                    }
                    for facet in ("technique", "object")
                },
                share=chance.choice([0.01, 0.1, 0.3, 0.9]),
                provider=chance.choice(["Gallica", "BL", "BnL"]),
                languages=chance.choice([(), ("fr",), ("fr", "de")]),
                colour_mode=chance.choice(["", "grey", "colour"]),
                front_page=chance.random() < 0.3,
                top=chance.randint(0, 3000),
                noise=chance.choice(["", "", "", "blank"]),
                **dates,
            )
        )
    return made


def values(document: IndexDocument, facet: str, least: float) -> set[str]:
    if facet in LABEL_FACETS:
        return {label.concept for label in document.labels if label.facet == facet and label.confidence >= least}
    if facet == "language":
        return set(document.languages)
    if facet == "front_page":
        return {"true" if document.front_page else "false"}
    value = getattr(document, facet)
    return {value} if value else set()


def fits(document: IndexDocument, query: Query, *, without: str = "") -> bool:
    words = document.caption.split()
    return (
        (query.noise or not document.noise)
        and all(word in words for word in query.text.split())
        and all(
            values(document, facet, query.min_confidence) & set(wanted)
            for facet, wanted in query.filters.items()
            if facet != without
        )
        and (
            without == "dates"
            or not (query.date_from or query.date_to)
            or (
                document.date_start is not None
                and document.date_end is not None
                and (query.date_from is None or document.date_end >= query.date_from)
                and (query.date_to is None or document.date_start <= query.date_to)
            )
        )
    )


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_the_pictures_themselves(index: Index, picture: Make, seed: int) -> None:
    documents = corpus(seed, 150, picture)
    # In several batches, so that there is more than one segment to add up.
    for start in range(0, len(documents), 40):
        index.update(documents[start : start + 40], [], start + 1)
    chance = random.Random(seed)
    asked = ("technique", "object", "size", "provider", "document", "language", "colour_mode", "front_page")
    for _ in range(25):
        query = Query(
            text=chance.choice(["", "", "chat", "roi chien"]),
            filters={
                facet: tuple(chance.sample(choices, chance.randint(1, 2)))
                for facet, choices in (
                    ("technique", ["a", "b", "collage"]),
                    ("object", ["a", "c"]),
                    ("provider", ["Gallica", "BL"]),
                    ("language", ["fr", "de"]),
                )
                if chance.random() < 0.4
            },
            min_confidence=chance.choice([0.0, 0.0, 0.5, 0.55, 0.8]),
            date_from=chance.choice([None, None, date(1895, 1, 1)]),
            date_to=chance.choice([None, None, date(1897, 6, 30)]),
            noise=chance.random() < 0.2,
            limit=500,
        )
        results = index.search(query, facets=asked, facet_limit=3, timeline=True)
        expected = {one.id for one in documents if fits(one, query)}
        assert set(ids(results)) == expected
        assert results.total == len(expected)
        for facet in asked:
            counts: dict[str, int] = dict.fromkeys(query.filters.get(facet, ()), 0)
            for one in documents:
                if fits(one, query, without=facet):
                    for value in values(one, facet, query.min_confidence):
                        counts[value] = counts.get(value, 0) + 1
            ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            kept = [
                one
                for place, one in enumerate(ranked)
                if (place < 3 and one[1]) or one[0] in query.filters.get(facet, ())
            ]
            assert [(one.value, one.count) for one in results.facets[facet]] == kept, (facet, query)
        spans = [
            (one.date_start.year, one.date_end.year)
            for one in documents
            if one.date_start and one.date_end and fits(one, query, without="dates")
        ]
        years = {year: sum(a <= year <= b for a, b in spans) for year in range(1880, 1920)}
        assert dict(results.timeline) == {year: count for year, count in years.items() if count}


def test_a_year_of_the_timeline_finds_what_it_counts(index: Index, picture: Make) -> None:
    index.update(corpus(7, 80, picture), [], 1)
    for year, count in index.search(Query(), timeline=True).timeline:
        assert index.search(Query(date_from=date(year, 1, 1), date_to=date(year, 12, 31))).total == count


# --- orders and cursors ---


def walk(index: Index, query: Query) -> Iterator[list[str]]:
    while True:
        results = index.search(query)
        yield ids(results)
        if not results.next:
            return
        query = replace(query, after=results.next)


@pytest.mark.parametrize("text", ["", "chat"])
@pytest.mark.parametrize("sort", SORTS)
def test_orders_are_kept_and_pages_join_without_gaps(index: Index, picture: Make, sort: str, text: str) -> None:
    documents = corpus(1, 120, picture)
    for start in range(0, len(documents), 50):
        index.update(documents[start : start + 50], [], start + 1)
    by_id = {one.id: one for one in documents}
    whole = ids(index.search(Query(text=text, sort=sort, limit=500)))
    joined = [id_ for page in walk(index, Query(text=text, sort=sort, limit=7)) for id_ in page]
    assert joined == whole
    assert len(set(whole)) == len(whole) == index.search(Query(text=text)).total
    kept = [by_id[id_] for id_ in whole]
    if sort == "size":
        assert [one.share for one in kept] == sorted((one.share for one in kept), reverse=True)
    elif sort in {"date", "-date"}:
        days = [one.date_start for one in kept if one.date_start]
        assert days == sorted(days, reverse=sort == "-date")
        assert all(one.date_start for one in kept[: len(days)]), "those without a date come last"
    elif sort == "document" or not text:
        assert [one.document for one in kept] == list_of_runs(kept)


def list_of_runs(kept: list[IndexDocument]) -> list[str]:
    """Return the documents in the order of their first picture, each as often as it has pictures."""
    first = dict.fromkeys(one.document for one in kept)
    return [name for name in first for one in kept if one.document == name]


@pytest.mark.parametrize("sort", SORTS)
def test_who_goes_on_while_others_write_sees_all_that_stays_once(index: Index, picture: Make, sort: str) -> None:
    documents = corpus(2, 90, picture)
    index.update(documents, [], 1)
    text = "chat" if sort == "relevance" else ""
    staying = {one.id for one in documents if fits(one, Query(text=text)) and not one.id.endswith("5")}
    seen: list[str] = []
    query, turn = Query(text=text, sort=sort, limit=5), 0
    while True:
        results = index.search(query)
        seen += ids(results)
        if not results.next:
            break
        query, turn = replace(query, after=results.next), turn + 1
        new = [replace(one, id=f"{one.document}.1.new{turn}-{n}") for n, one in enumerate(corpus(turn, 5, picture))]
        gone = [one.id for one in documents if one.id.endswith("5")][turn - 1 : turn]
        # What was the last hit may be the very one that goes.
        gone += [id_ for id_ in ids(results)[-1:] if id_.endswith("5")]
        if sort == "relevance":
            new = []
        index.update(new, gone, turn + 1)
    assert len(seen) == len(set(seen))
    assert staying <= set(seen)


def test_equals_follow_each_other_by_id_on_every_page(index: Index, picture: Make) -> None:
    same = [picture(f"d.1.{n:03d}", caption="chat", share=0.5, date_start=date(1900, 1, 1)) for n in range(60)]
    chance = random.Random(3)
    chance.shuffle(same)
    for start in range(0, 60, 20):
        index.update(same[start : start + 20], [], start + 1)
    for sort in ("date", "-date", "size", "document"):
        joined = [id_ for page in walk(index, Query(sort=sort, limit=7)) for id_ in page]
        assert joined == sorted(joined)
        assert len(joined) == 60


@SLOW
@given(
    after=st.one_of(
        st.text(min_size=1, max_size=50), st.binary(min_size=1, max_size=60).map(lambda b: b.hex()), st.just("W10")
    )
)
def test_a_hostile_cursor_is_refused(index: Index, after: str) -> None:
    with pytest.raises(QueryError) as raised:
        index.search(Query(after=after))
    assert raised.value.part == "after"


def test_a_cursor_belongs_to_its_search(index: Index, picture: Make) -> None:
    index.update([picture(f"d.1.{n}", caption="chat") for n in range(5)], [], 1)
    results = index.search(Query(text="chat", limit=2))
    assert ids(index.search(Query(text="chat", limit=3, after=results.next)))
    assert results.hits[-1].cursor == results.next
    for other in (
        Query(text="chien"),
        Query(text="chat", sort="date"),
        Query(text="chat", filters={"size": ("small",)}),
    ):
        with pytest.raises(QueryError):
            index.search(replace(other, after=results.next))


# --- highlights ---


def test_highlights_show_what_was_found_where(index: Index, picture: Make) -> None:
    long = "Au loin " + "on voyait " * 60 + "les grands chevaux du roi " + "passer la rue " * 60
    index.update(
        [picture("d.1.a", caption="L'arrivée des Chevaux, à l’école", text_after=long, document_title="Le Cheval")],
        [],
        1,
    )
    shown = index.search(Query(text='cheval "du roi" eco*')).hits[0].highlights
    assert shown["caption"] == (("L'arrivée des ", False), ("Chevaux", True), (", à l’", False), ("école", True))
    assert shown["document"] == (("Le ", False), ("Cheval", True))
    assert "title" not in shown
    assert "text_before" not in shown
    excerpt = "".join(piece for piece, _ in shown["text_after"])
    assert len(excerpt) < 300
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert [piece for piece, match in shown["text_after"] if match] == ["chevaux", "du roi"]
    assert index.search(Query()).hits[0].highlights == {}
    assert set(index.search(Query(text="caption:cheval")).hits[0].highlights) == {"caption"}
    assert set(index.search(Query(text="cheval", fields=("document",))).hits[0].highlights) == {"document"}


def test_all_that_words_find_is_highlighted(index: Index, picture: Make) -> None:
    words = [
        "Église",
        "EGLISE",
        "OEuvres",
        "chef-d’œuvre",
        "dying",
        "die",
        "chevaux",
        "cheval",
        "ſoldats",
        "ﬁn",
        "fine",
    ]
    words += [
        "Straße",
        "strassen",
        "e\u0301cole",
        "École",
        "l'eau",
        "москвы",
        "ARRIVEE",
        "arrivées",
        "Ångström",
        "1914",
    ]
    chance = random.Random(7)
    captions = {f"d.1.{n}": chance.choice([" ", "-", "'", ", "]).join(chance.choices(words, k=3)) for n in range(150)}
    spoken = {id_: chance.choice([(), ("fr",), ("en", "de"), ("la",)]) for id_ in captions}
    index.update([picture(id_, caption=text, languages=spoken[id_]) for id_, text in captions.items()], [], 1)
    for word in words:
        for form in ("{}", "{}*", "{}~", "{}~2", '"{}"', f'"{{}} {chance.choice(words)}"'):
            search = form.format(word)
            for hit in index.search(Query(text=search, limit=500)).hits:
                assert "".join(piece for piece, _ in hit.highlights["caption"]) == captions[hit.id]
            if form in {"{}", "{}~"} and word.isalpha():
                lit = {id_ for id_, text in captions.items() if highlight(text, search, spoken[id_])}
                assert lit == found(index, search, limit=500)


# --- pages ---


def test_pages_of_a_document_are_found_in_their_order(index: Index) -> None:
    pages = [
        IndexPage("d.f1", "d", 1, "Les chevaux de la Porte Saint-Denis", ("fr",)),
        IndexPage("d.f12", "d", 12, "un cheval à la porte", ("fr",)),
        IndexPage("d.f2", "d", 2, "cheval, porte et roi", ("fr",)),
        IndexPage("e.f1", "e", 1, "cheval porte", ("fr",)),
    ]
    index.update(pages, [], 1)
    assert index.search_pages("d", "cheval portes") == (PageHit("d.f1", 1), PageHit("d.f2", 2), PageHit("d.f12", 12))
    assert index.search_pages("d", "cheval -roi") == (PageHit("d.f1", 1), PageHit("d.f12", 12))
    assert index.search_pages("d", '"la porte"') == (PageHit("d.f1", 1), PageHit("d.f12", 12))
    assert index.search_pages("d", "cheva* OR roi") == index.search_pages("d", "cheval")
    assert index.search_pages("d", "") == ()
    assert index.search_pages("d", "zebre") == ()
    assert index.search_pages("nobody", "cheval") == ()
    assert index.search(Query(noise=True)).total == 0


# --- writing ---


def test_what_is_written_replaces_what_was(index: Index, picture: Make) -> None:
    index.update([picture("d.1.a", caption="chat")], [], 1)
    index.update([picture("d.1.a", caption="chien")], [], 2)
    assert found(index, "chat") == set()
    assert found(index, "chien") == {"d.1.a"}
    assert index.search(Query()).total == 1
    assert index.position() == 2


def test_deletes_reach_all_that_hangs_on_a_name(index: Index, picture: Make) -> None:
    pictures = [picture(id_) for id_ in ("d.1.a", "d.1.b", "d.2.c", "e.1.d")]
    index.update([*pictures, IndexPage("d.1", "d", 1, "mot"), IndexPage("d.2", "d", 2, "mot")], [], 1)
    index.update([], ["d.1.a"], 2)
    assert set(ids(index.search(Query()))) == {"d.1.b", "d.2.c", "e.1.d"}
    index.update([], ["d.1"], 3)
    assert set(ids(index.search(Query()))) == {"d.2.c", "e.1.d"}
    assert index.search_pages("d", "mot") == (PageHit("d.2", 2),)
    index.update([picture("d.3.e")], ["d", "unknown"], 4)
    assert set(ids(index.search(Query()))) == {"d.3.e", "e.1.d"}
    assert index.search_pages("d", "mot") == ()


def test_a_batch_is_written_as_a_whole_or_not_at_all(index: Index, picture: Make) -> None:
    index.update([picture("d.1.a")], [], 1)

    def broken() -> Iterator[IndexDocument]:
        yield picture("d.1.b")
        raise OSError("the catalogue is gone")

    with pytest.raises(OSError, match="gone"):
        index.update(broken(), ["d.1.a"], 2)
    assert set(ids(index.search(Query()))) == {"d.1.a"}
    assert index.position() == 1
    index.update([picture("d.1.b")], [], 2)
    assert set(ids(index.search(Query()))) == {"d.1.a", "d.1.b"}


def test_searches_go_on_while_others_write(index: Index, picture: Make) -> None:
    index.update([picture(f"d.1.{n}", caption="chat") for n in range(50)], [], 1)
    problems: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                results = index.search(Query(text="chat", limit=5), facets=FACETS, timeline=True)
                assert results.total == 50
                assert results.facets["document"][0].count == 50
        except BaseException as error:  # noqa: BLE001
            problems.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(8):
        index.update([picture(f"d.1.{n}", caption="chat") for n in range(turn, 50, 3)], [], turn + 2)
    stop.set()
    for thread in threads:
        thread.join()
    assert not problems


@pytest.mark.parametrize(
    "values",
    [
        {"caption": "\ud800 chat \x00", "provider": "\udfff\x00", "source": "x" * 70_000},
        {"caption": "x" * 200_000 + " chat"},
        {"caption": "chat", "date_start": date.min, "date_end": date.max},
        {"caption": "chat", "share": float("1e9"), "top": -5, "page_number": -1},
        {"caption": "chat", "labels": {"technique": {"\ud800": 7.0, "b": -1.0}}},
    ],
)
def test_odd_values_are_taken(index: Index, picture: Make, values: dict[str, Any]) -> None:
    index.update([picture("d.1.a", **values)], [], 1)
    results = index.search(Query(text="chat", min_confidence=0.1), facets=FACETS, timeline=True)
    assert ids(results) == ["d.1.a"]
    for facet, counted in results.facets.items():
        for value in counted:
            assert found(index, "", filters={facet: (value.value,)}) == {"d.1.a"}
