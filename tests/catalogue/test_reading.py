"""Reading takes a handful of queries, however much is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event

from estampe.catalogue import Catalogue, Tally
from estampe.records import Box, DateSpan, Series
from tests.catalogue.builders import Mirror, boxed, document, page, photograph, put, read


@contextmanager
def queries(catalogue: Catalogue) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(catalogue._engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(catalogue._engine, "before_cursor_execute", note)


def fill(catalogue: Catalogue, count: int) -> list[str]:
    for number in range(count):
        series = Series(f"s{number % 3}", f"Série {number % 3}") if number % 4 else None
        known = put(
            catalogue,
            document=document(
                f"no. {number}",
                aliases=(f"ark:/12148/n{number}",),
                provider=["BnF", "Gallica"][number % 2],
                series=series,
                date=DateSpan("", date(1900 + number, 1, 1), date(1900 + number, 12, 31)),
            ),
        )
        for sheet in catalogue.pages(known):
            read(catalogue, sheet, *boxed(sheet, Box(0, 9, 9, 9), Box(20, 0, 9, 9), labels=(photograph(),)))
    return [one.id for own in catalogue.documents(limit=count) for one in catalogue.illustrations_of(document=own.id)]


def test_entries_take_a_number_of_queries_that_does_not_grow(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 12)
    assert len(ids) == 48
    asked = [*reversed(ids), "no such"]
    with queries(catalogue) as few:
        catalogue.entries(ids[:2])
    with queries(catalogue) as many:
        entries = catalogue.entries(asked)
    assert len(many) == len(few) <= 8
    assert [entry.illustration.id for entry in entries] == asked[:-1]
    for entry in entries:
        assert entry.page.id == entry.illustration.page and entry.document.id == entry.illustration.document
        assert entry.labels == entry.illustration.labels == (photograph(),)
    own = entries[0].document.id
    assert catalogue.entries_of(own) == catalogue.entries([one.id for one in catalogue.illustrations_of(document=own)])
    assert catalogue.entries_of("no such") == []


def test_illustrations_come_page_by_page_from_the_top(catalogue: Catalogue) -> None:
    known = put(catalogue, page(2, "a"), page(1, "b"))
    for sheet in catalogue.pages(known):
        read(catalogue, sheet, *boxed(sheet, Box(5, 9, 9, 9), Box(50, 0, 9, 9), Box(0, 9, 9, 9)))
    with queries(catalogue) as few:
        order = [(one.page[-1], one.box.y, one.box.x) for one in catalogue.illustrations_of(document=known)]
    assert order == [(key, *corner) for key in "ba" for corner in ((0, 50), (9, 0), (9, 5))]
    assert len(few) <= 5


def test_documents_come_in_pages(catalogue: Catalogue) -> None:
    fill(catalogue, 7)
    found: list[str] = []
    while batch := catalogue.documents(after=found[-1] if found else "", limit=3):
        found += [one.id for one in batch]
    assert found == sorted(f"ark-12148-n{number}" for number in range(7))
    assert [one.title for one in catalogue.documents(provider="BnF")] == [f"no. {number}" for number in (0, 2, 4, 6)]
    assert [one.title for one in catalogue.documents(series="s2")] == ["no. 2", "no. 5"]
    assert [one.title for one in catalogue.documents(provider="Gallica", series="s2")] == ["no. 5"]


def test_ids_sort_by_code_point_on_every_database(catalogue: Catalogue) -> None:
    names = ["ark:/12148/B", "ark:/12148/a", "ark:/12148/b_", "ark:/12148/b-"]
    for name in names:
        put(catalogue, document=document(aliases=(name.replace("B", "B1").replace("/a", "/a1"),)))
    found = [one.id for one in catalogue.documents()]
    assert found == sorted(found)


def test_counts_by_provider_and_series(catalogue: Catalogue) -> None:
    fill(catalogue, 7)
    counts = catalogue.counts()
    assert counts.total == Tally(7, 14, 14, 28, 0)
    assert [(one.provider, one.tally.documents) for one in counts.by_provider] == [("BnF", 4), ("Gallica", 3)]
    assert catalogue.providers() == counts.by_provider
    first, second, _ = catalogue.series()
    assert (second.id, second.title, second.tally, second.cover) == (
        "s1",
        "Série 1",
        Tally(1, 2, 2, 4, 0),
        "ark-12148-n1",
    )
    assert (first.first, first.last) == (date(1903, 1, 1), date(1906, 12, 31))
    Mirror(catalogue).check()


def test_jobs_and_what_they_refused(catalogue: Catalogue) -> None:
    number = catalogue.start_job("run", "manifests/demo.yaml")
    catalogue.count_job(number, {"pages": 3})
    (running,) = catalogue.jobs()
    assert (running.state, running.counters, running.finished) == ("running", {"pages": 3}, "")
    catalogue.add_refusal(number, "https://example.org/x", "it is a page of HTML")
    catalogue.finish_job(number, "partly", {"pages": 5}, "1 refused")
    second = catalogue.start_job("run")
    jobs = catalogue.jobs()
    assert [job.number for job in jobs] == [second, number]
    assert (jobs[1].state, jobs[1].counters, jobs[1].message) == ("partly", {"pages": 5}, "1 refused")
    assert jobs[1].finished
    (refused,) = catalogue.refusals()
    assert (refused.job, refused.source, refused.cause) == (number, "https://example.org/x", "it is a page of HTML")
    assert catalogue.refusals(second) == []
