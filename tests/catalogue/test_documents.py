"""Documents come by several routes, in any order, any number of times, and can be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from estampe.catalogue import Catalogue, forgetting
from estampe.errors import ForgottenError, NotFoundError, UsageError
from estampe.records import (
    Article,
    Box,
    DateSpan,
    Diagnostic,
    Document,
    ImageService,
    ImageSource,
    Page,
    Part,
    Rights,
    Series,
    Size,
    TextSource,
)
from tests.catalogue.builders import ARK, FRAME, Mirror, boxed, document, page, photograph, put, read, table_sizes

ROUTES: dict[str, tuple[Document, tuple[Page, ...], bytes | None]] = {
    "folder": (
        document(
            "4600034",
            aliases=(ARK, "mets:4600034"),
            provider="BnF",
            date=DateSpan("20 décembre 1910", date(1910, 12, 20), date(1910, 12, 20)),
            languages=("fr",),
        ),
        (
            page(
                1,
                size=None,
                image=ImageSource("/scans/1.jpg", size=Size(100, 150), sha256="00"),
                texts=(TextSource("/alto/1.xml", "alto"),),
            ),
            page(2, size=None, image=None),
            page(3, "supplement", size=None),
        ),
        None,
    ),
    "gallica": (
        document(
            "Excelsior",
            series=Series("ark:/12148/cb32771891w/date", "Excelsior"),
            date=DateSpan("1910"),
            rights=Rights(licence="http://creativecommons.org/publicdomain/mark/1.0/"),
        ),
        (page(1, texts=(TextSource("https://gallica.bnf.fr/1.alto", "alto"),)),),
        None,
    ),
    "iiif": (
        document("Excelsior : journal illustré", aliases=(ARK, "iiif:gallica.bnf.fr/m.json"), rights=Rights("", "BnF")),
        (
            page(
                1,
                label="NP",
                canvas="https://example.org/canvas/f1",
                image=ImageSource("https://example.org/1", ImageService("https://example.org/1", 2, 2)),
            ),
            page(2, label="2"),
        ),
        b'{"@id": "m"}',
    ),
}


def put_route(catalogue: Catalogue, route: str) -> str:
    said, pages, original = ROUTES[route]
    articles = (Article("DIV1", "article", route, (Part("f1", "TB1"),)),) if route != "iiif" else ()
    return put(
        catalogue,
        *pages,
        document=said,
        route=route,
        original=original,
        articles=articles,
        diagnostics=[Diagnostic("odd", f"by {route}")],
    )


@pytest.mark.parametrize("order", list(permutations(ROUTES)), ids="-".join)
def test_the_order_of_routes_does_not_matter(catalogue: Catalogue, order: tuple[str, ...]) -> None:
    identifier = {put_route(catalogue, route) for route in order}
    assert identifier == {"ark-12148-bpt6k46000341"}
    (known,) = identifier
    merged = catalogue.document(known)
    assert merged == Document(
        id=known,
        provider="Gallica",
        title="Excelsior : journal illustré",
        aliases=(ARK, "iiif:gallica.bnf.fr/m.json", "mets:4600034"),
        series=Series("ark:/12148/cb32771891w/date", "Excelsior"),
        date=DateSpan("20 décembre 1910", date(1910, 12, 20), date(1910, 12, 20)),
        languages=("fr",),
        rights=Rights("http://creativecommons.org/publicdomain/mark/1.0/", "BnF"),
    )
    first, second, third = catalogue.pages(known)
    assert (first.id, first.number, first.label, first.size) == (f"{known}.f1", 1, "NP", FRAME)
    assert first.image == ImageSource("https://example.org/1", ImageService("https://example.org/1", 2, 2))
    assert first.texts == (TextSource("https://gallica.bnf.fr/1.alto", "alto"), TextSource("/alto/1.xml", "alto"))
    assert (second.key, third.key, third.number) == ("f2", "supplement", 3)
    assert catalogue.articles(known)[0].title == "gallica"
    assert catalogue.original(known) == b'{"@id": "m"}'
    assert [one.message for one in catalogue.diagnostics(known)] == ["by folder", "by gallica", "by iiif"]
    assert [one.route for one in catalogue.harvests(known)] == ["iiif", "gallica", "folder"]
    for name in (known, ARK, "mets:4600034"):
        assert catalogue.resolve(name) == known
    Mirror(catalogue).check()


def test_what_a_route_could_not_learn_this_time_stays(catalogue: Catalogue) -> None:
    whole = document(
        kind="periodical", languages=("fr",), publisher="Lafitte", rights=Rights(statement="domaine public")
    )
    fields = {"kind", "languages", "rights", "title"}
    licence = Rights("http://creativecommons.org/publicdomain/mark/1.0/")
    for order in ((whole, document("Le Journal", rights=licence)), (document("Le Journal", rights=licence), whole)):
        for each in order:
            known = put(catalogue, document=each, route="gallica", unlearnt=() if each is whole else fields)
        merged = catalogue.document(known)
        assert merged is not None
        assert (merged.kind, merged.languages, merged.rights.statement) == ("periodical", ("fr",), "domaine public")
    put(catalogue, document=document("Le Journal", rights=licence), route="gallica", unlearnt=fields)
    merged = catalogue.document(known)
    assert merged is not None and merged.rights == Rights(licence.licence, "", "domaine public")
    assert (merged.title, merged.publisher) == ("Le Journal", ""), "what it learned, it says anew"
    put(catalogue, document=document("Le Journal"), route="gallica")
    merged = catalogue.document(known)
    assert merged is not None and (merged.kind, merged.rights) == ("", Rights()), "what is no longer said goes"


def test_the_same_again_writes_nothing(catalogue: Catalogue) -> None:
    for route in ROUTES:
        put_route(catalogue, route)
    before, sizes = catalogue.last_change(), table_sizes(catalogue)
    for route in reversed(ROUTES):
        put_route(catalogue, route)
    assert (catalogue.last_change(), table_sizes(catalogue)) == (before, sizes)


def test_only_what_changed_is_told(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1), page(2))
    before = catalogue.last_change()
    put(catalogue, page(1), page(2, label="II"), page(3))
    told = [(change.entity, change.id, change.what) for change in catalogue.changes(before)]
    assert told == [
        ("page", f"{known}.f2", "update"),
        ("page", f"{known}.f3", "create"),
        ("document", known, "update"),
    ]


def test_a_page_that_no_route_has_goes_with_its_illustrations(catalogue: Catalogue) -> None:
    mirror = Mirror(catalogue)
    known = put(catalogue, page(1), page(2))
    first, second = catalogue.pages(known)
    read(catalogue, first, *boxed(first, Box(0, 0, 100, 100)), diagnostics=[Diagnostic("odd", "gone with it")])
    read(catalogue, second, *boxed(second, Box(0, 0, 100, 100)))
    mirror.check()
    put(catalogue, page(1, "f2"))
    mirror.check()
    assert [one.key for one in catalogue.pages(known)] == ["f2"]
    assert catalogue.illustrations_of(page=first.id) == [] and len(catalogue.illustrations_of(page=second.id)) == 1
    assert catalogue.diagnostics(known) == ()


def test_a_page_that_a_person_worked_on_stays(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1), page(2))
    catalogue.add_illustration(f"{known}.f2", Box(1, 1, 50, 50), person="Anne")
    put(catalogue, page(1))
    assert [one.key for one in catalogue.pages(known)] == ["f1", "f2"]
    Mirror(catalogue).check()


def test_an_inserted_leaf_shifts_no_id(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1, "a"), page(2, "b"))
    before = {one.key: one.id for one in catalogue.pages(known)}
    put(catalogue, page(1, "a"), page(2, "leaf"), page(3, "b"))
    assert [one.key for one in catalogue.pages(known)] == ["a", "leaf", "b"]
    assert before.items() <= {one.key: one.id for one in catalogue.pages(known)}.items()


def test_pages_of_one_key_are_told_apart(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1, "a"), page(2, "a"))
    assert [(one.id, one.number) for one in catalogue.pages(known)] == [(f"{known}.a", 1), (f"{known}.a-2", 2)]


def test_boxes_and_words_go_with_the_page_into_a_better_frame(catalogue: Catalogue) -> None:
    mirror = Mirror(catalogue)
    known = put(catalogue, page(1, size=Size(500, 750)), route="folder")
    (sheet,) = catalogue.pages(known)
    read(catalogue, sheet, *boxed(sheet, Box(10, 10, 100, 100)))
    (before,) = catalogue.illustrations_of(page=sheet.id)
    put(catalogue, page(1, size=Size(1000, 1500)), route="iiif")
    (after,) = catalogue.illustrations_of(page=sheet.id)
    assert (after.id, after.box) == (before.id, Box(20, 20, 200, 200))
    text = catalogue.page_text(sheet.id)
    assert text is not None and text.words == (("Une", Box(2, 4, 6, 8)),)
    # A page that was read in the old frame meanwhile is carried over too.
    read(catalogue, sheet, *boxed(sheet, Box(10, 10, 101, 101)), fingerprint="b")
    (again,) = catalogue.illustrations_of(page=sheet.id)
    assert (again.id, again.box) == (before.id, Box(20, 20, 202, 202))
    mirror.check()


def test_two_documents_that_turn_out_to_be_one(catalogue: Catalogue) -> None:
    first = put(catalogue, document=document("first", aliases=("mets:1",)), route="folder")
    second = put(catalogue, document=document("second", aliases=(ARK,)))
    assert first != second
    both = document("both", aliases=(ARK, "mets:1"))
    assert put(catalogue, document=both) == first
    (told,) = [one for one in catalogue.diagnostics(first) if one.code == "document-known-twice"]
    assert second in told.message
    assert catalogue.resolve(ARK) == first, "a name that several have is that of the first"
    before = catalogue.last_change()
    put(catalogue, document=both)
    assert catalogue.last_change() == before
    # Forgetting one of them leaves the other one whole, and no longer odd.
    catalogue.forget(second)
    assert catalogue.resolve(ARK) == first and catalogue.diagnostics(first) == ()
    assert put(catalogue, document=both) == first
    Mirror(catalogue).check()


def test_a_forgotten_document_leaves_its_tombstone_and_nothing_else(catalogue: Catalogue, tmp_path: Path) -> None:
    mirror = Mirror(catalogue)
    empty = table_sizes(catalogue)
    put_route(catalogue, "folder")
    known = put_route(catalogue, "iiif")
    (sheet, *_) = catalogue.pages(known)
    secret = "Nom-que-personne-ne-doit-lire"
    read(
        catalogue,
        sheet,
        *boxed(sheet, Box(0, 0, 100, 100), caption=secret, labels=(photograph(),)),
        diagnostics=[Diagnostic("odd", secret)],
    )
    (seen,) = catalogue.illustrations_of(document=known)
    catalogue.move_box(seen.id, Box(1, 1, 90, 90), person=secret)
    catalogue.add_label(seen.id, "subject", "portrait", person=secret)
    mirror.check()
    catalogue.forget(ARK, reason="asked for by the family")
    mirror.check()
    assert mirror.state == {}
    kept = {"changes", "counters", "tombstones", "tombstone_aliases"}
    assert {name: count for name, count in table_sizes(catalogue).items() if name not in kept} == {
        name: count for name, count in empty.items() if name not in kept
    }
    stone = catalogue.tombstone("mets:4600034")
    assert stone is not None and stone == catalogue.tombstone(known)
    assert (stone.document, stone.reason) == (known, "asked for by the family")
    assert catalogue.resolve(ARK) is None
    for file in tmp_path.glob("catalogue.sqlite*"):
        assert secret.encode() not in file.read_bytes(), f"{file.name} still tells"


def test_what_was_forgotten_comes_back_only_when_asked_for(catalogue: Catalogue) -> None:
    known = put(catalogue)
    catalogue.forget(known)
    with pytest.raises(ForgottenError, match=r"bpt6k46000341\): it was forgotten on 20"):
        put(catalogue)
    assert put(catalogue, revive=True) == known
    assert catalogue.tombstone(known) is None
    assert put(catalogue) == known
    Mirror(catalogue).check()


def test_a_long_document_is_forgotten_some_pages_at_a_time(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 3)
    mirror = Mirror(catalogue)
    known = put(catalogue, *[page(number) for number in range(1, 9)])
    for sheet in catalogue.pages(known):
        read(catalogue, sheet, *boxed(sheet, Box(0, 0, 100, 100)), diagnostics=[Diagnostic("odd", "x")])
    # A process that is killed leaves what its last transaction did.
    assert not catalogue._write(forgetting.step, known, "why")
    mirror.check()
    assert [sheet.number for sheet in catalogue.pages(known)] == [4, 5, 6, 7, 8]
    with pytest.raises(ForgottenError):
        put(catalogue)
    catalogue.forget(ARK)
    mirror.check()
    stone = catalogue.tombstone(ARK)
    assert mirror.state == {} and stone and (stone.document, stone.reason) == (known, "why")
    # What comes back comes back whole, also where the forgetting did not come to its end.
    put(catalogue, *[page(number) for number in range(1, 9)], revive=True)
    catalogue._write(forgetting.step, known, "again")
    assert put(catalogue, *[page(number) for number in range(1, 9)], revive=True) == known
    assert len(catalogue.pages(known)) == 8 and catalogue.tombstone(known) is None
    mirror.check()


def test_an_id_is_never_used_for_another_document(catalogue: Catalogue) -> None:
    # Both names give the same readable id.
    first = put(catalogue, document=document(aliases=("ark:/12148/b~1",)))
    catalogue.forget(first)
    second = put(catalogue, document=document(aliases=("ark:/12148/b=1",)))
    third = put(catalogue, document=document(aliases=("ark:/12148/b+1",)))
    assert (first, second, third) == ("ark-12148-b-1", "ark-12148-b-1-2", "ark-12148-b-1-3")


def test_what_cannot_be_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="no alias"):
        put(catalogue, document=document(aliases=()))
    with pytest.raises(NotFoundError, match="no document x"):
        catalogue.forget("x")
    with pytest.raises(NotFoundError, match="put its document first"):
        read(catalogue, replace(page(1), id="x.f1"))
    assert catalogue.last_change() == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_several_manifests_one_is_used_whichever_came_first(catalogue: Catalogue, order: tuple[int, ...]) -> None:
    """Each adds its name; once all are known, none of them changes anything any more."""
    places = ("a.example/copy", f"gallica.bnf.fr/iiif/{ARK}/m.json", f"z.example/{ARK}")

    def harvest_all() -> str:
        for number in order:
            told = document(places[number], aliases=(ARK, f"iiif:{places[number]}"))
            pages = page(1, canvas=places[number]), page(2, f"x{number}")
            identifier = put(catalogue, *pages, document=told, original=places[number].encode())
        return identifier

    identifier = harvest_all()
    before = catalogue.last_change()
    assert harvest_all() == identifier and catalogue.last_change() == before
    used, original = catalogue.document(identifier), catalogue.original(identifier)
    assert used and used.title == places[1] and original == places[1].encode()
    assert [one.key for one in catalogue.pages(identifier)] == ["f1", "x1"]
    [remark] = catalogue.diagnostics(identifier)
    assert remark.code == "manifest-elsewhere" and places[1] in remark.message


def test_a_manifest_that_says_something_new_is_taken(catalogue: Catalogue) -> None:
    aliases = (ARK, "iiif:example.org/m")
    identifier = put(catalogue, document=document("old", aliases=aliases))
    put(catalogue, document=document("new", aliases=aliases))
    held = catalogue.document(identifier)
    assert held and held.title == "new" and not catalogue.diagnostics(identifier)


def test_many_pages_of_any_name_come_in_at_once(catalogue: Catalogue) -> None:
    names = ["NULL", "null", '"', "\\", "{a,b}", "'", "a\0b", "\ud800", "é\n\t", " "]
    pages = [page(number, key=names[number - 1] if number <= len(names) else "") for number in range(1, 121)]
    known = put(catalogue, *pages)
    assert [sheet.number for sheet in catalogue.pages(known)] == list(range(1, 121))
    assert [sheet.key for sheet in catalogue.pages(known)][:5] == names[:5]
    before = catalogue.last_change()
    put(catalogue, *pages)
    assert catalogue.last_change() == before == 121
    Mirror(catalogue).check()
