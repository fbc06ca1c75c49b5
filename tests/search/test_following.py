"""An index keeps up with the catalogue, whatever happens there."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from estampe.catalogue import Catalogue, Entry, PageText, Said, Verdict
from estampe.records import (
    Box,
    DateSpan,
    Detection,
    Document,
    Illustration,
    Label,
    Mention,
    Page,
    Pixels,
    Rights,
    Run,
    Series,
)
from estampe.search import FACETS, Index, Near, PageHit, Query, follow, index_document, open_index, rebuild
from estampe.settings import Settings
from tests.search.conftest import LOOK, looks

Fill = Callable[..., str]
on_both = pytest.mark.parametrize("settings", ["embedded", "elasticsearch"], indirect=True)


def content(index: Index, catalogue: Catalogue) -> dict[str, Any]:
    """Return all that can be seen of an index."""
    seen: dict[str, Any] = {}
    query = Query(sort="document", noise=True, limit=50)
    while True:
        results = index.search(query)
        for hit in results.hits:
            found = index.search(Query(text="image OR vue", noise=True, limit=500)).hits
            seen[hit.id] = next((one.highlights for one in found if one.id == hit.id), None)
        if not results.next:
            break
        query = replace(query, after=results.next)
    counted = index.search(Query(noise=True), facets=FACETS, facet_limit=1000, timeline=True)
    pages = {one.id: index.search_pages(one.id, "mot") for one in catalogue.documents()}
    alike = [hit.id for hit in index.search(Query(near=Near("look@1", vector=(1, 2, 3, 4)), limit=500)).hits]
    pages |= {"alike": alike}
    return seen | {"facets": counted.facets, "years": counted.timeline, "pages": pages, "at": index.position()}


@on_both
def test_changes_of_every_kind_reach_the_index(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    with open_index(settings, catalogue) as index:
        first, second = fill(catalogue, 1), fill(catalogue, 2)
        assert follow(catalogue, index) == catalogue.last_change() == index.position()
        assert follow(catalogue, index) == 0
        assert index.search(Query(text="images")).total == 8
        assert index.search(Query(filters={"technique": ("print",)}, min_confidence=0.75)).total == 8

        some = catalogue.illustrations_of(document=first)
        catalogue.review_label(some[0].id, "technique", "engraving", Verdict.REJECTED, person="Ada")
        catalogue.add_label(some[0].id, "function", "map", person="Ada")
        catalogue.delete_illustration(some[1].id, person="Ada")
        follow(catalogue, index)
        assert index.search(Query(filters={"technique": ("engraving",)})).total == 6
        assert [hit.id for hit in index.search(Query(text="carte")).hits] == [some[0].id]
        assert index.search(Query()).total == 7

        document = catalogue.document(first)
        assert document
        catalogue.put_document(
            replace(document, title="La Gazette"), route="folder", original=None, pages=catalogue.pages(first)[:1]
        )
        follow(catalogue, index)
        assert index.search(Query(text="gazette")).total == 2 - 1
        assert index.search_pages(first, "mot") == (PageHit(f"{first}.f1", 1),)

        catalogue.forget(second)
        follow(catalogue, index)
        assert index.search(Query(text="cachette2")).total == 0
        assert index.search_pages(second, "mot") == ()
        assert index.position() == catalogue.last_change()


@on_both
@pytest.mark.parametrize("pages", [2, 10])
def test_words_of_a_page_that_is_read_again_replace_those_before(
    settings: Settings, catalogue: Catalogue, fill: Fill, pages: int
) -> None:
    name = fill(catalogue, 1, pages=pages)
    page = catalogue.pages(name)[0]
    kept = catalogue.illustrations_of(page=page.id)[:1]
    with open_index(settings, catalogue) as index:
        catalogue.put_page(page, fingerprint="2", words=PageText([("autre", Box(0, 0, 1, 1))]), illustrations=kept)
        follow(catalogue, index)
        assert index.search_pages(name, "autre") == (PageHit(page.id, 1),)
        assert index.search_pages(name, "mot") == tuple(PageHit(f"{name}.f{n}", n) for n in range(2, pages + 1))
        assert index.search(Query()).total == 2 * pages - 1


@on_both
@pytest.mark.parametrize("seed", range(3))
def test_following_and_making_anew_come_to_the_same(
    settings: Settings, catalogue: Catalogue, fill: Fill, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estampe.search.following.BATCH", 5)
    chance = random.Random(seed)
    with open_index(settings, catalogue) as index:
        known: list[str] = []
        for number in range(12):
            act = chance.random()
            shown = [one for name in known for one in catalogue.illustrations_of(document=name)]
            if act < 0.5 or not shown:
                known.append(fill(catalogue, number, pages=chance.randint(1, 3), pictures=chance.randint(0, 3)))
            elif act < 0.6:
                catalogue.forget(known.pop(chance.randrange(len(known))))
            elif act < 0.7:
                catalogue.delete_illustration(chance.choice(shown).id, person="Ada")
            elif act < 0.8:
                catalogue.move_box(chance.choice(shown).id, Box(5, 5, 400, 300), person="Ada")
            elif act < 0.9:
                catalogue.add_label(chance.choice(shown).id, "object", "horse", person="Ada")
            else:
                again = int(chance.choice(known)[-6:])
                fill(catalogue, again, pages=chance.randint(1, 3), pictures=1, title="Nouvelle vue")
            if chance.random() < 0.6:
                follow(catalogue, index)
        follow(catalogue, index)
        followed = content(index, catalogue)
        rebuild(settings, catalogue)
        assert content(index, catalogue) == followed


def test_an_entry_becomes_all_that_can_be_found() -> None:
    document = Document(
        id="d",
        provider="Gallica",
        title="Le Journal du 1er mai",
        aliases=("ark:/12148/d",),
        source="BnF",
        kind="newspaper",
        series=Series("ark:/12148/s", "Le Journal"),
        date=DateSpan("vers 1900", None, None),
        languages=("fr",),
        creators=("Nadar", "Goupil"),
        publisher="Hachette",
        rights=Rights("https://creativecommons.org/publicdomain/mark/1.0/"),
    )
    page = Page("d.f3", "f3", 3)
    illustration = Illustration(
        id="d.f3.a",
        page="d.f3",
        document="d",
        box=Box(10, 20, 30, 40),
        region_run="r",
        share=0.3,
        noise="rule",
        pixels=Pixels("grey", "#000000", (), "0" * 16),
    )
    labels = (Label("engraving", "technique", 0.5, "old"), Label("engraving", "technique", 0.9, "new"))
    made = index_document(Entry(illustration, page, document, labels))
    assert (made.page_number, made.top, made.left, made.size, made.noise) == (3, 20, 10, "large", "rule")
    assert (made.series, made.series_title) == ("ark:/12148/s", "Le Journal")
    assert made.creators == "Nadar ; Goupil ; Hachette"
    assert (made.date_start, made.date_end) == (None, None)
    assert [(label.concept, label.confidence, label.run) for label in made.labels] == [
        ("engraving", 0.9, "new"),
        ("print", 0.9, "new"),
    ]


@on_both
def test_following_comes_to_an_end_while_others_write(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    fill(catalogue, 1)
    known = catalogue.last_change()
    with open_index(settings, catalogue) as index:

        class Busy:
            """Each batch that it takes makes another one."""

            written = 2

            def position(self) -> int:
                return index.position()

            def update(self, *batch: Any) -> None:
                index.update(*batch)
                self.written += 1
                fill(catalogue, self.written)

        fill(catalogue, 2)
        follow(catalogue, Busy())
        assert known < index.position() < catalogue.last_change()
        assert follow(catalogue, index) > 0
        assert index.position() == catalogue.last_change()


@on_both
def test_what_is_seen_named_and_alike_reaches_the_index(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    objects, kinds = Run("objects@1", "objects", "1", "object"), Run("kinds@1", "kinds", "1", "page")
    names = Run("names@1", "names", "1", "entity")
    with open_index(settings, catalogue) as index:
        name = fill(catalogue, 1)
        catalogue.put_runs([objects, kinds, names])
        one, *_ = catalogue.illustrations_of(document=name)
        seen = [Detection(Box(1, 1, 9, 9), "object", "horse", sure, objects.id) for sure in (0.5, 0.8)]
        called = Mention("place", "image", "caption", 4, 9, names.id)
        catalogue.values.put(objects.id, {one.id: Said(detections=tuple(seen))})
        catalogue.values.put(names.id, {one.id: Said(mentions=(called, replace(called, kind="person")))})
        catalogue.values.put_pages(kinds.id, {one.page: [Label("cover-page", "page", 0.7, kinds.id)]})
        catalogue.add_label(one.id, "rotation", "90", person="Ada")
        catalogue.values.put(LOOK.id, {one.id: Said(vector=looks(one.id, 0, 0, 0, -1))})
        follow(catalogue, index)

        def found(confidence: float = 0.0, **filters: str) -> int:
            asked = {facet: (value,) for facet, value in filters.items()}
            return index.search(Query(filters=asked, min_confidence=confidence)).total

        assert (found(object="animal"), found(0.8, object="horse"), found(0.81, object="horse")) == (1, 1, 0)
        assert (found(place="image"), found(person_name="image"), found(0.9, organisation="image")) == (1, 1, 0)
        assert (found(page="cover-page"), found(0.71, page="cover-page"), found(rotation="90")) == (2, 0, 1)
        assert index.search(Query(text="person_name:image -object:dog")).total == 1
        near = Query(near=Near(LOOK.id, vector=(0, 0, 0, -1)), filters={"page": ("cover-page",)})
        assert index.search(near).hits[0].id == one.id
        catalogue.review_label(one.id, "object", "horse", Verdict.REJECTED, person="Ada")
        follow(catalogue, index)
        assert found(object="horse") == 0
