"""Harvested again: nothing is asked twice of what has not changed, and what a source removed is marked everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from estampe.catalogue import Catalogue
from estampe.harvest import Harvester
from estampe.net import Cache, Door, RequestsTransport
from estampe.pipeline import Pipeline, Summary
from estampe.records import ImageSource, Size
from estampe.search import Index, open_index
from estampe.settings import Settings
from estampe.web import create_app
from tests.catalogue.builders import document, page, put
from tests.harvest.gallica_standin import GallicaStandin
from tests.net.clock import FakeClock
from tests.pipeline.test_pipeline import Log

QUERY = 'sru:(dc.title all "a")'


class Home:
    """Stores of one's own; each run has a door of its own, as processes have."""

    def __init__(self, settings: Settings, catalogue: Catalogue, index: Index) -> None:
        self.settings, self.catalogue, self.index = settings, catalogue, index

    def run(self, *sources: str, only_changed: bool = True) -> tuple[Summary, Log]:
        clock, log = FakeClock(), Log()
        cache = Cache(self.settings.home / "cache", 10**9, clock.now)
        door = Door(cache, RequestsTransport(), clock, user_agent="Estampe/test", allow_private=True)
        harvester = Harvester(door, self.settings, only_changed=only_changed, since=self.catalogue.origins.until)
        try:
            pipeline = Pipeline(self.catalogue, self.index, door, pictures=True, watcher=log)
            return pipeline.run(harvester, sources), log
        finally:
            door.close()

    def withdrawn(self) -> set[str]:
        return {one.title for one in self.catalogue.documents() if one.withdrawn}


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    with ExitStack() as stack:

        def make(name: str, **more: Any) -> Home:
            settings = Settings(home=tmp_path / name, **more)
            catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url))
            return Home(settings, catalogue, stack.enter_context(open_index(settings, catalogue)))

        yield make


def services(gallica: GallicaStandin) -> list[str]:
    """Return what was asked of Gallica since the last time, by its services."""
    asked = [address.partition("?")[0].rpartition("/")[2] for address in gallica.requests]
    gallica.requests.clear()
    return sorted(asked)


def test_of_what_has_not_changed_the_manifest_alone_is_asked(
    gallica: GallicaStandin, make_home: Callable[..., Home]
) -> None:
    home = make_home("own", gallica_url=gallica.url)
    home.run(QUERY)
    assert {"SRU", "OAIRecord", "RequestDigitalElement", "manifest.json"} <= set(services(gallica))
    images = len(home.catalogue.changes())
    summary, _ = home.run(QUERY)
    assert services(gallica) == ["SRU", "manifest.json", "manifest.json"]
    assert (summary.documents, summary.pages, summary.read) == (2, 4, 0)
    assert len(home.catalogue.changes()) == images, "nothing changed"
    home.run(QUERY, only_changed=False)
    assert services(gallica).count("RequestDigitalElement") == 4, "whoever asks by hand asks for all"


def test_of_what_has_changed_all_is_asked(gallica: GallicaStandin, make_home: Callable[..., Home]) -> None:
    home = make_home("own", gallica_url=gallica.url)
    home.run(QUERY)
    services(gallica)
    name = next(iter(gallica.documents))
    gallica.documents[name] = replace(gallica.documents[name], title="Another")
    home.run(QUERY)
    asked = services(gallica)
    assert (asked.count("manifest.json"), asked.count("OAIRecord"), asked.count("RequestDigitalElement")) == (2, 1, 2)


def test_what_a_source_removed_is_marked_until_it_is_back(
    gallica: GallicaStandin, make_home: Callable[..., Home]
) -> None:
    home = make_home("own", gallica_url=gallica.url)
    home.run(QUERY)
    name, removed = gallica.documents.popitem()
    gallica.spoil("SRU", 500, 500, 500, 500)
    home.run(QUERY)
    assert home.withdrawn() == set(), "a query that failed tells nothing"
    summary, log = home.run(QUERY)
    assert home.withdrawn() == {removed.title} and summary.withdrawn == 1 and not log.refusals
    assert len(home.catalogue.documents()) == 2
    gallica.documents[name] = removed
    home.run(QUERY)
    assert home.withdrawn() == set()


def test_a_document_without_a_manifest_is_marked_or_refused(
    gallica: GallicaStandin, make_home: Callable[..., Home]
) -> None:
    home = make_home("own", gallica_url=gallica.url)
    name, removed = gallica.documents.popitem()
    _, log = home.run(removed.ark)
    assert len(log.refusals) == 1, "it was never had"
    gallica.documents[name] = removed
    home.run(removed.ark)
    del gallica.documents[name]
    _, log = home.run(removed.ark)
    assert home.withdrawn() == {removed.title} and not log.refusals


def test_one_estampe_follows_another(make_home: Callable[..., Home], serve: Any) -> None:
    holder: list[Flask] = []
    address = serve(lambda environ, start: holder[0](environ, start))
    theirs, ours = make_home("theirs", base_url=address), make_home("ours", base_url="https://ours.example")
    holder.append(create_app(theirs.settings))

    def publish(title: str, **more: Any) -> str:
        scan = ImageSource(f"{address}/{title}.jpg", size=Size(1000, 1500))
        known = document(title, aliases=[f"iiif:library.example/{title}"])
        return put(theirs.catalogue, page(1, image=scan), document=known, original=None, **more)

    one, _ = publish("One"), publish("Two")
    stream = f"{address}/iiif/activity/collection.json"
    summary, log = ours.run(stream)
    assert (summary.documents, log.refusals) == (2, [])
    theirs.catalogue.forget(one)
    publish("Three")
    summary, log = ours.run(stream)
    assert {found.title for found in ours.catalogue.documents()} == {"One", "Two", "Three"} and not log.refusals
    assert ours.withdrawn() == {"One"} and summary.withdrawn == 1

    marked = next(found for found in ours.catalogue.documents() if found.withdrawn)
    app = create_app(ours.settings)
    holder.append(app)
    client = app.test_client()
    shown = client.get(f"/en/documents/{marked.id}").get_data(as_text=True)
    assert "Withdrawn by its source on" in shown
    assert "Retiré par sa source le" in client.get(f"/fr/documents/{marked.id}").get_data(as_text=True)
    assert client.get(f"/api/v1/documents/{marked.id}").get_json()["withdrawn"] == marked.withdrawn.at  # type: ignore[union-attr]
    manifest = client.get(f"/iiif/{marked.id}/manifest.json").get_json(force=True)
    assert manifest["metadata"][0]["label"]["en"] == ["Withdrawn"]

    publish("One", revive=True)
    ours.run(stream)
    assert ours.withdrawn() == set()
    for made in holder:
        made.extensions["estampe"].close()
