"""The sequence of changes tells everything, in order and without gaps: who only follows it knows what there is."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection

from estampe.catalogue import Catalogue, PageText, Said, Verdict
from estampe.catalogue.changes import ChangeLog
from estampe.errors import EstampeError
from estampe.records import Box, Label, Match, Size
from tests.catalogue.builders import RUNS, Mirror, boxed, document, horse, page, put, read


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["create", "update"], ["create"]),
        (["create", "delete"], []),
        (["update", "delete"], ["delete"]),
        (["delete", "create"], ["update"]),
        (["update", "update"], ["update"]),
        (["delete", "create", "delete"], ["delete"]),
    ],
)
def test_one_transaction_tells_one_thing_once(catalogue: Catalogue, steps: list[str], told: list[str]) -> None:
    log = ChangeLog()
    for step in steps:
        log.note("page", "p", "d", step)
    catalogue._write_plain(log.write)
    assert [change.what for change in catalogue.changes()] == told


def test_a_transaction_that_fails_leaves_no_gap(catalogue: Catalogue) -> None:
    def fail(connection: Connection, log: ChangeLog) -> None:
        log.note("page", "p", "d", "update")
        log.write(connection)
        raise EstampeError

    put(catalogue)
    with pytest.raises(EstampeError):
        catalogue._write(fail)
    put(catalogue, page(1), page(2), page(3))
    changes = catalogue.changes()
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert catalogue.last_change() == len(changes)
    assert all(change.at.endswith("Z") for change in changes)


def test_a_consumer_never_misses_what_writers_write_at_once(catalogue: Catalogue) -> None:
    """Numbers become visible in their order, though transactions begin and end in any order."""
    done = threading.Event()

    def write(number: int) -> None:
        for turn in range(4):
            known = put(catalogue, document=document(f"{number}/{turn}", aliases=(f"ark:/12148/n{number}",)))
            for sheet in catalogue.pages(known):
                read(catalogue, sheet, *boxed(sheet, Box(turn * 200, 0, 90, 90)), fingerprint=str(turn))
                with pytest.raises(EstampeError):
                    catalogue._write(fail)

    def fail(connection: Connection, log: ChangeLog) -> None:
        log.note("page", "p", "d", "update")
        log.write(connection)
        raise EstampeError

    def follow() -> list[int]:
        seen: list[int] = []
        while True:
            last_round = done.is_set()
            while batch := catalogue.changes(seen[-1] if seen else 0, 5):
                seen += [change.sequence for change in batch]
            if last_round:
                return seen

    with ThreadPoolExecutor(5) as threads:
        following = threads.submit(follow)
        list(threads.map(write, range(4)))
        done.set()
        seen = following.result()
    assert seen == list(range(1, catalogue.last_change() + 1))
    Mirror(catalogue).check()


def test_writers_of_one_document_make_one_document(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(4) as threads:
        names = [(f"mets:{number}", "ark:/12148/b1") for number in range(8)]
        found = set(threads.map(lambda aliases: put(catalogue, document=document(aliases=aliases)), names))
    assert len(found) == 1 and catalogue.counts().documents == 1
    Mirror(catalogue).check()


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An empty SQLite catalogue to copy: making one takes longer than all that is done to it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.sqlite"
        with Catalogue.open(f"sqlite:///{path}") as catalogue:
            catalogue.put_runs(RUNS)
        yield path


class Life(RuleBasedStateMachine):
    """What may happen to a catalogue, in any order: a consumer follows, and everything that was promised holds."""

    template: Path
    documents = st.integers(0, 1)
    boxes = st.builds(Box, st.integers(0, 3), st.integers(0, 3), st.integers(5, 8), st.integers(5, 8))
    people = st.sampled_from(["Anne", "Jean"])

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "catalogue.sqlite"
        shutil.copy(self.template, path)
        self.catalogue = Catalogue.open(f"sqlite:///{path}")
        self.mirror = Mirror(self.catalogue)
        self.boxes_of_people: dict[str, Box] = {}
        self.deleted: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "catalogue"):
            self.catalogue.close()
            self.folder.cleanup()

    def name(self, number: int) -> str:
        return f"ark:/12148/b{number}"

    @rule(
        number=documents,
        route=st.sampled_from(["iiif", "folder"]),
        keys=st.sets(st.sampled_from("ab"), min_size=1),
        title=st.sampled_from("xy"),
        frame=st.sampled_from([None, Size(20, 20), Size(40, 60)]),
        revive=st.booleans(),
    )
    def put(self, number: int, route: str, keys: set[str], title: str, frame: Size | None, revive: bool) -> None:
        buried = self.catalogue.tombstone(self.name(number))
        pages = [page(place, key, size=frame) for place, key in enumerate(sorted(keys), 1)]
        said = {"document": document(title, aliases=(self.name(number),)), "route": route, "revive": revive}
        try:
            put(self.catalogue, *pages, **said)
        except EstampeError:
            assert buried and not revive
            return
        assert not buried or revive
        before = self.catalogue.last_change()
        put(self.catalogue, *pages, **said)
        assert self.catalogue.last_change() == before

    @rule(
        number=documents,
        place=st.integers(0, 1),
        found=st.lists(boxes, max_size=4),
        run=st.sampled_from("12"),
        concepts=st.sets(st.sampled_from(["map", "comic"])),
        word=st.sampled_from(["", "x"]),
    )
    def read(self, number: int, place: int, found: list[Box], run: str, concepts: set[str], word: str) -> None:
        identifier = self.catalogue.resolve(self.name(number))
        pages = self.catalogue.pages(identifier) if identifier else ()
        if place >= len(pages):
            return
        sheet = replace(pages[place], size=pages[place].size or Size(20, 20))
        labels = tuple(Label(concept, "function", 0.5, f"labels@{run}") for concept in sorted(concepts))
        seen = boxed(sheet, *found, region_run=f"region@{run}", caption=word, noise=word or None, labels=labels)
        fields = {"fingerprint": run + word, "words": PageText([(word, Box(1, 2, 3, 4))])}
        read(self.catalogue, sheet, *seen, **fields)
        before = self.catalogue.last_change()
        read(self.catalogue, sheet, *seen, **fields)
        assert self.catalogue.last_change() == before

    def shown(self, data: st.DataObject) -> str | None:
        ids = [one.id for own in self.catalogue.documents() for one in self.catalogue.illustrations_of(document=own.id)]
        return data.draw(st.sampled_from(ids)) if ids else None

    @rule(data=st.data(), box=boxes, person=people)
    def move(self, data: st.DataObject, box: Box, person: str) -> None:
        if identifier := self.shown(data):
            self.catalogue.move_box(identifier, box, person=person)

    @rule(number=documents, box=boxes, person=people)
    def draw(self, number: int, box: Box, person: str) -> None:
        if identifier := self.catalogue.resolve(self.name(number)):
            self.deleted.discard(
                self.catalogue.add_illustration(self.catalogue.pages(identifier)[0].id, box, person=person)
            )

    @rule(data=st.data(), person=people)
    def delete(self, data: st.DataObject, person: str) -> None:
        if identifier := self.shown(data):
            self.catalogue.delete_illustration(identifier, person=person)
            self.deleted.add(identifier)

    @rule(data=st.data(), person=people)
    def restore(self, data: st.DataObject, person: str) -> None:
        if self.deleted:
            identifier = data.draw(st.sampled_from(sorted(self.deleted)))
            self.catalogue.restore_illustration(identifier, person=person)
            self.deleted.discard(identifier)

    @rule(data=st.data(), concept=st.sampled_from(["map", "comic"]), verdict=st.sampled_from(Verdict), person=people)
    def review(self, data: st.DataObject, concept: str, verdict: Verdict, person: str) -> None:
        if identifier := self.shown(data):
            self.catalogue.review_label(identifier, "function", concept, verdict, person=person)
            said = {label.concept for label in self.catalogue.labels(identifier) if label.run == f"person:{person}"}
            assert (concept in said) == (verdict is Verdict.ACCEPTED)

    @rule(data=st.data(), version=st.sampled_from("12"), score=st.sampled_from([0.0, 0.5, 0.9]))
    def match(self, data: st.DataObject, version: str, score: float) -> None:
        one, other = self.shown(data), self.shown(data)
        if one and other and one != other:
            run = f"same@{version}"
            said = [Match(min(one, other), max(one, other), "copy", score, run)] if score else []
            self.catalogue.values.put_matches(run, [one, other], said)
            before = self.catalogue.last_change()
            self.catalogue.values.put_matches(run, [one, other], said)
            assert self.catalogue.last_change() == before

    @rule(data=st.data(), verdict=st.sampled_from(Verdict))
    def judge(self, data: st.DataObject, verdict: Verdict) -> None:
        one, other = self.shown(data), self.shown(data)
        if one and other and one != other:
            self.catalogue.review_label(one, "match", other, verdict, person="Anne")

    @rule(data=st.data(), version=st.sampled_from("12"), sees=st.booleans())
    def look_again(self, data: st.DataObject, version: str, sees: bool) -> None:
        if identifier := self.shown(data):
            said = Said(detections=(horse(run=f"objects@{version}"),)) if sees else Said()
            self.catalogue.values.put(f"objects@{version}", {identifier: said})
            shown = self.catalogue.illustrations([identifier])[0]
            assert len(shown.detections) == sees

    @rule(number=documents)
    def forget(self, number: int) -> None:
        if identifier := self.catalogue.resolve(self.name(number)):
            self.catalogue.forget(identifier)
            self.deleted = {one for one in self.deleted if not one.startswith(f"{identifier}.")}

    @invariant()
    def everything_was_told(self) -> None:
        self.mirror.check()
        assert not {key for kind, key in self.mirror.state if kind == "illustration"} & self.deleted


def test_any_life_of_a_catalogue(template: Path) -> None:
    Life.template = template
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=20, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )


def test_writers_of_one_page_follow_each_other(catalogue: Catalogue) -> None:
    known = put(catalogue, *[page(number) for number in range(1, 25)])
    start = threading.Barrier(3)

    def write(number: int) -> None:
        for sheet in catalogue.pages(known):
            start.wait()
            read(catalogue, sheet, *boxed(sheet, Box(number, 0, 90, 90)), fingerprint=str(number), words=None)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(write, range(3)))
    assert catalogue.counts().pages_done == 24
    Mirror(catalogue).check()
