"""What the index in Elasticsearch promises of itself: fields, several writers, being made anew, doors that are shut."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from estampe.catalogue import Catalogue
from estampe.errors import BusyError, DamagedIndexError, SettingsError, UnavailableIndexError
from estampe.search import FACETS, Index, IndexDocument, IndexLabel, Query, follow, open_index, rebuild
from estampe.search.analysis import STEMMED, WAYS, analyse
from estampe.search.elastic.bulk import index_lines, send
from estampe.search.elastic.connection import connect
from estampe.search.elastic.mapping import MAPPING_VERSION
from estampe.search.elastic.shelf import Shelf
from estampe.search.elastic.writing import refresh
from estampe.settings import Settings
from estampe.vocabulary import FACETS as SAID
from estampe.vocabulary import vocabulary
from tests.search.conftest import elastic
from tests.services import free_port

Fill = Callable[..., str]
Make = Callable[..., IndexDocument]
on_elasticsearch = pytest.mark.parametrize("settings", ["elasticsearch"], indirect=True)


@pytest.fixture
def client(elastic_settings: Settings) -> Iterator[Elasticsearch]:
    with connect(elastic_settings).client as opened:
        yield opened


@pytest.fixture
def elastic_index(elastic_settings: Settings) -> Iterator[Index]:
    with elastic(elastic_settings) as opened:
        yield opened


# --- fields ---


def test_an_index_has_shards_copies_and_strict_fields_by_its_template(
    client: Elasticsearch, elastic_settings: Settings, picture: Make
) -> None:
    wanted = replace(elastic_settings, elasticsearch_shards=3, elasticsearch_replicas=1)
    with elastic(wanted) as index:
        index.update([picture("d.1.a")], [], 1)
        name = wanted.elasticsearch_index
        ((_, made),) = client.indices.get(index=name).items()
        assert made["settings"]["index"]["number_of_shards"] == "3"
        assert made["settings"]["index"]["number_of_replicas"] == "1"
        fields = made["mappings"]["properties"]
        assert fields["dates"]["type"] == "date_range"
        assert fields["labels"]["type"] == "nested"
        assert set(fields["labels"]["properties"]) == {"concept", "facet", "confidence", "run"}
        assert set(fields["text"]["properties"]["caption"]["properties"]) == {"printed", "fr", "en", "de"}
        with pytest.raises(BadRequestError, match="strict"):
            client.index(index=name, document={"unheard": "of"})
        with pytest.raises(NotFoundError):
            client.index(index=f"{name}-v{MAPPING_VERSION}-000000000000", document={"id": "d"})
        health = index.health()
        assert (health.documents, health.status) == (1, "yellow")
        assert health.missing >= 3


def test_counts_are_exact_on_several_shards(elastic_settings: Settings, picture: Make) -> None:
    wanted = replace(elastic_settings, elasticsearch_shards=4)
    chance = random.Random(1)
    pictures = [
        picture(
            f"d{n}.1.a",
            caption="chat",
            provider=f"provider {min(39, int(chance.expovariate(0.06)))}",
            labels={"object": {f"thing {int(chance.expovariate(0.05))}": chance.random()}},
            date_start=date(1900, 1, 1),
        )
        for n in range(600)
    ]
    with elastic(wanted) as index:
        index.update(pictures, [], 1)
        for confidence in (0.0, 0.5):
            query = Query(text="chat", min_confidence=confidence, limit=500)
            found = index.search(query, facets=("provider", "object"), facet_limit=5, timeline=True)
            for facet, values in (
                ("provider", [one.provider for one in pictures]),
                (
                    "object",
                    [label.concept for one in pictures for label in one.labels if label.confidence >= confidence],
                ),
            ):
                counts = sorted(
                    ((values.count(value), value) for value in set(values)), key=lambda one: (-one[0], one[1])
                )
                assert [(one.count, one.value) for one in found.facets[facet]] == counts[:5]
            assert found.timeline == ((1900, 600),)
        # Words are as rare on one shard as on all: what is equal has the same score.
        assert len({round(hit.score, 2) for hit in found.hits}) == 1


def test_who_asks_elasticsearch_by_hand_finds_words_by_their_stems(
    client: Elasticsearch, elastic_settings: Settings, elastic_index: Index, picture: Make
) -> None:
    elastic_index.update([picture("d.1.a", caption="Le Cheval blessé, ARRIVÉE", languages=("fr", "de"))], [], 1)
    name = elastic_settings.elasticsearch_index
    for field, words in (("fr", "les chevaux blessés"), ("printed", "blesse"), ("de", "Arrivée")):
        assert client.count(index=name, query={"match": {f"text.caption.{field}": words}})["count"] == 1
    names = sorted({name for facet in SAID for one in vocabulary().facet(facet) for name in one.names.values()})
    assert len(names) > 400
    for way in WAYS:
        made = client.indices.analyze(index=name, analyzer=f"estampe_{way or 'printed'}", text=names)
        theirs = [token["token"] for token in made["tokens"]]
        ours = [term for name in names for term in analyse(name, way)]
        assert len(theirs) == len(ours)
        same = sum(one == other for one, other in zip(theirs, ours, strict=True)) / len(ours)
        assert same == 1 if way not in STEMMED else same > 0.97


# --- several writers ---

FOLLOWER = """
import sys, time
from pathlib import Path
import estampe.search.following
from estampe.catalogue import Catalogue
from estampe.errors import BusyError
from estampe.search import follow, open_index
from estampe.search.elastic import place
from estampe.settings import Settings

place.SILENCE, place._SIGN = 0.6, 0.1
estampe.search.following.BATCH = 5
settings = Settings(home=Path(sys.argv[1]), elasticsearch_url=sys.argv[2], elasticsearch_index=sys.argv[3])
with Catalogue.open(settings.catalogue_url) as catalogue, open_index(settings, catalogue) as index:
    print("ready", flush=True)
    while True:
        try:
            if not follow(catalogue, index):
                time.sleep(0.02)
        except BusyError:
            print("busy", flush=True)
"""


def follower(settings: Settings) -> subprocess.Popen[str]:
    given = (str(settings.home), settings.elasticsearch_url, settings.elasticsearch_index)
    started = subprocess.Popen([sys.executable, "-c", FOLLOWER, *given], stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert started.stdout.readline() == "ready\n"
    return started


def content(index: Index, catalogue: Catalogue) -> dict[str, Any]:
    """Return all that is found in an index, by its id, with what it is found by."""
    everything = Query(noise=True, limit=500)
    facets = index.search(everything, facets=FACETS, facet_limit=1000).facets
    documents = [one.id for one in catalogue.documents()]
    pages = {one: index.search_pages(one, "mot") for one in documents}
    words = {hit.id: hit.highlights for hit in index.search(Query(text="image OR vue", noise=True, limit=500)).hits}
    return {"ids": {hit.id for hit in index.search(everything).hits}, "facets": facets, "pages": pages, "words": words}


@on_elasticsearch
def test_writers_that_sleep_and_die_in_the_middle_leave_nothing_stale(
    settings: Settings, catalogue: Catalogue, fill: Fill
) -> None:
    """Two processes follow at once; each is now and then stopped for longer than others wait, or killed."""
    open_index(settings, catalogue).close()
    chance = random.Random(4)
    followers = [follower(settings) for _ in range(2)]
    numbers: list[int] = []
    unused = count()
    try:
        for turn in range(10):
            for _ in range(3):
                known = {one.aliases[0]: one.id for one in catalogue.documents()}
                if numbers and chance.random() < 0.3:
                    catalogue.forget(known[f"ark:/12148/bpt6k{numbers.pop(chance.randrange(len(numbers))):06d}"])
                else:
                    new = not numbers or chance.random() < 0.5
                    number = next(unused) if new else chance.choice(numbers)
                    numbers = list(dict.fromkeys([*numbers, number]))
                    fill(
                        catalogue,
                        number,
                        pages=chance.randint(1, 3),
                        pictures=chance.randint(0, 3),
                        title=f"vue {turn}",
                    )
            one = turn % 2
            if turn == 5:
                followers[one].kill()
                followers[one].communicate()
                followers[one] = follower(settings)
            elif turn % 3 == 1:
                followers[one].send_signal(signal.SIGSTOP)
                time.sleep(0.8)
                followers[one].send_signal(signal.SIGCONT)
    finally:
        for each in followers:
            each.kill()
            each.communicate()
    with open_index(settings, catalogue) as index, pytest.MonkeyPatch.context() as patch:
        patch.setattr("estampe.search.elastic.place.SILENCE", 0.6)
        follow(catalogue, index)
        followed = content(index, catalogue)
        rebuild(settings, catalogue)
        assert followed == content(index, catalogue)


@on_elasticsearch
def test_a_writer_that_slept_is_refused_and_its_changes_are_told_again(
    settings: Settings, catalogue: Catalogue, fill: Fill, picture: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estampe.search.elastic.place.SILENCE", 0.3)
    monkeypatch.setattr("estampe.search.elastic.place._SIGN", 60.0)
    fill(catalogue, 1)
    with open_index(settings, catalogue) as index, open_index(settings, catalogue) as other:
        start = index.position()

        def slowly() -> Iterator[IndexDocument]:
            yield picture("old.1.a", caption="stale")
            # While this one gives no sign, another writes.
            other.update([picture("new.1.b")], [], start + 5)

        with pytest.raises(BusyError):
            index.update(slowly(), [], start + 3)
        assert index.search(Query(text="stale")).total == 0
        # All that was told since the sleeper began is told again, for it might have come through.
        assert other.position() == start


def test_a_write_that_comes_late_is_refused_by_what_is_newer(
    elastic_settings: Settings, elastic_index: Index, picture: Make
) -> None:
    elastic_index.update([picture("d.1.a", caption="nouveau"), picture("d.1.b")], [], 8)
    elastic_index.update([], ["d.1.b"], 9)
    cluster = connect(elastic_settings)
    shelf = Shelf(cluster, elastic_settings)
    with cluster.client, shelf.place(shelf.known()).held(1) as hold:
        late = [picture("d.1.a", caption="vieux"), picture("d.1.b", caption="vieux")]
        send(cluster, hold, (index_lines(one, 5) for one in late))
        refresh(cluster, hold.index)
    assert elastic_index.search(Query(text="vieux")).total == 0
    assert [hit.id for hit in elastic_index.search(Query()).hits] == ["d.1.a"]


@on_elasticsearch
def test_what_another_has_told_meanwhile_is_not_told_twice(
    settings: Settings, catalogue: Catalogue, fill: Fill, picture: Make
) -> None:
    with open_index(settings, catalogue) as index, open_index(settings, catalogue) as other:
        begun = threading.Event()
        asked: list[str] = []

        def first() -> Iterator[IndexDocument]:
            begun.set()
            time.sleep(0.3)
            yield picture("d.1.a")

        def second() -> Iterator[IndexDocument]:
            asked.append("second")
            yield picture("d.1.a")

        writer = threading.Thread(target=index.update, args=(first(), [], 7))
        writer.start()
        begun.wait(10)
        other.update(second(), [], 7)
        writer.join()
        assert not asked
        assert other.position() == 7
        # Unless it is to be told again.
        other.update(second(), [], 7)
        assert asked


# --- making anew ---


@on_elasticsearch
def test_searches_go_on_while_the_index_is_made_anew(settings: Settings, catalogue: Catalogue, fill: Fill) -> None:
    for number in range(5):
        fill(catalogue, number)
    with open_index(settings, catalogue) as index:
        totals, problems, stop = set(), [], threading.Event()

        def search() -> None:
            try:
                while not stop.is_set():
                    totals.add(index.search(Query(text="image"), facets=("provider",)).total)
                    index.position()
            except BaseException as error:  # noqa: BLE001
                problems.append(error)

        threads = [threading.Thread(target=search) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            rebuild(settings, catalogue)
        stop.set()
        for thread in threads:
            thread.join()
        assert not problems
        assert totals == {20}


@on_elasticsearch
def test_a_rebuild_that_fails_leaves_the_old_index_and_the_next_sweeps(
    settings: Settings, catalogue: Catalogue, fill: Fill, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(catalogue, 1)
    pattern = f"{settings.elasticsearch_index}-v*"
    with open_index(settings, catalogue) as index:
        known = set(client.indices.get(index=pattern))

        def broken(*_: object) -> None:
            raise OSError("the catalogue is gone")

        with pytest.raises(OSError, match="gone"):
            rebuild(settings, catalogue, broken)
        assert len(client.indices.get(index=pattern)) == 2
        assert index.search(Query()).total == 4
        fill(catalogue, 2)
        follow(catalogue, index)
        assert index.search(Query()).total == 8
        rebuild(settings, catalogue)
        assert index.search(Query()).total == 8
        assert index.position() == catalogue.last_change()
        left = set(client.indices.get(index=pattern))
        assert len(left) == 1
        assert not left & known

        monkeypatch.setattr("estampe.search.elastic.place._SIGN", 0.1)
        with Shelf(connect(settings), settings).rebuilding(), pytest.raises(BusyError, match="Wait"):
            rebuild(settings, catalogue)


@on_elasticsearch
def test_an_index_that_was_lost_is_made_anew(
    settings: Settings, catalogue: Catalogue, fill: Fill, client: Elasticsearch
) -> None:
    fill(catalogue, 1)
    with open_index(settings, catalogue) as index:
        client.indices.delete(index=list(client.indices.get(index=f"{settings.elasticsearch_index}-v*")))
        with pytest.raises(DamagedIndexError, match="estampe index rebuild"):
            index.search(Query())
        with open_index(settings, catalogue):
            assert index.search(Query()).total == 4


# --- doors ---


def test_nobody_there_is_told_at_once_and_without_the_password(settings: Settings, catalogue: Catalogue) -> None:
    address = f"http://ada:geheim@127.0.0.1:{free_port()}"
    with pytest.raises(UnavailableIndexError) as raised:
        open_index(replace(settings, elasticsearch_url=address), catalogue)
    assert "geheim" not in f"{raised.value}{raised.value.__cause__}"
    assert "127.0.0.1" in str(raised.value)


@pytest.mark.parametrize(
    "given",
    [
        {"elasticsearch_url": "ada:geheim@host"},
        {"elasticsearch_url": "https://ada:geheim@host:port"},
        {"elasticsearch_url": "ftp://ada:geheim@host"},
        {"elasticsearch_url": " , "},
        {"elasticsearch_url": "https://ada:geheim@host:9200", "elasticsearch_api_key": "geheim"},
        {"elasticsearch_url": "https://host:9200", "elasticsearch_ca": "/not/there.pem"},
        {"elasticsearch_url": "https://host:9200", "elasticsearch_index": "Estampe/*"},
    ],
)
def test_settings_that_cannot_be_are_told_without_the_password(settings: Settings, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="ESTAMPE_ELASTICSEARCH") as raised:
        connect(replace(settings, **given))  # type: ignore[arg-type]
    assert "geheim" not in str(raised.value)


def test_labels_below_the_confidence_are_as_if_they_were_not_there(elastic_index: Index) -> None:
    labels = tuple(IndexLabel(name, "object", confidence, "run") for name, confidence in (("a", 0.29), ("b", 0.3)))
    elastic_index.update([IndexDocument("d.1.a", "d.1", "d", 1, 0, 0, labels=labels)], [], 1)
    results = elastic_index.search(Query(min_confidence=0.3), facets=("object",))
    assert [one.value for one in results.facets["object"]] == ["b"]
