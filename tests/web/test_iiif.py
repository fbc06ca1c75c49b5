"""The IIIF services: what they answer, under which addresses, and as what."""

from __future__ import annotations

import io
from collections.abc import Iterator
from inspect import signature
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from estampe.catalogue import Catalogue
from estampe.iiif import Addresses
from estampe.records import Box, Document, ImageService, ImageSource, Page, Size
from estampe.settings import Settings
from estampe.web import create_app
from tests.web.conftest import Site
from tests.web.library import PAGE

BASE = "https://pictures.example.org"
PRESENTATION = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


def get(client: FlaskClient, address: str, media: str = "") -> Any:
    answer = client.get(address.removeprefix(BASE))
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    if media:
        assert answer.headers["Content-Type"] == media
    return answer.get_json(force=True)


def manifest(client: FlaskClient, site: Site, alias: str = "ark:/12148/bpt6k100128") -> Any:
    return get(client, Addresses(BASE).manifest(site.ids[alias]), PRESENTATION)


def test_all_public_addresses_have_a_route(site: Site) -> None:
    """The maker of addresses and the routes agree."""
    addresses = Addresses(BASE)
    adapter = site.app.url_map.bind("pictures.example.org", url_scheme="https")
    given: dict[str, Any] = {
        "document": "ark-12148-bpt6k1",
        "key": "f1",
        "illustration": "a.f1.00",
        "page": "a.f1",
        "run": "ocr-words@1+ab",
        "name": "Gallica",
        "series": "ark:/12148/cb1",
        "version": 2,
        "width": 240,
        "number": 3,
        "query": [("q", "Seine")],
        "segments": "runs",
    }
    for name, make in vars(Addresses).items():
        if name.startswith("_") or name == "base_url" or not callable(make):
            continue
        wanted = [parameter for parameter in signature(make).parameters if parameter in given]
        for language in ("", "fr") if "language" in signature(make).parameters else ("",):
            values = [given[parameter] for parameter in wanted if parameter != "query" or name != "api"]
            address = make(addresses, *values, **({"language": language} if language else {}))
            adapter.match(address.removeprefix(BASE).split("#")[0].split("?")[0])


def test_a_manifest_leads_to_everything(client: FlaskClient, site: Site) -> None:
    body = manifest(client, site)
    assert len(body["items"]) == 3
    assert str(site.home) not in str(body)
    for canvas in body["items"]:
        assert (canvas["width"], canvas["height"]) == (PAGE.w, PAGE.h)
        get(client, canvas["id"], PRESENTATION)
        image = canvas["items"][0]["items"][0]["body"]
        assert client.get(image["id"].removeprefix(BASE)).mimetype == "image/jpeg"
        info = get(client, f"{image['service'][0]['id']}/info.json")
        named = client.get(image["service"][0]["id"].removeprefix(BASE))
        assert (named.status_code, named.headers["Location"]) == (303, f"{info['id']}/info.json")
        assert info["id"] == image["service"][0]["id"] and (info["width"], info["height"]) == (PAGE.w, PAGE.h)
        notes = get(client, canvas["annotations"][0]["id"], PRESENTATION)
        assert {note["motivation"] for note in notes["items"]} >= {"classifying", "tagging", "supplementing"}
    for kind in ("homepage", "seeAlso"):
        ours = [link["id"].removeprefix(BASE) for link in body[kind] if link["id"].startswith(BASE)]
        assert ours
        for address in ours:
            assert client.get(address, follow_redirects=True).status_code == 200
    for collection in body["partOf"]:
        members = get(client, collection["id"], PRESENTATION)["items"]
        assert body["id"] in [member["id"] for member in members]


@pytest.mark.parametrize("version", [1, 2])
def test_search_inside_finds_printed_words(client: FlaskClient, site: Site, version: int) -> None:
    services = manifest(client, site)["service"]
    address = next(
        one.get("id") or one["@id"] for one in services if f"search{version}" in (one.get("id") or one["@id"])
    )
    body = get(
        client,
        f"{address}?q=inondation",
        f'application/ld+json;profile="http://iiif.io/api/search/{version}/context.json"',
    )
    found = body["resources"] if version == 1 else body["items"]
    targets = [note["on"] if version == 1 else note["target"] for note in found]
    assert [target.rsplit("#", 1)[1] for target in targets] == ["xywh=100,40,38,14"] * 3
    assert "Les" in str(body) and "de Paris en" in str(body)
    empty = get(client, f"{address}?q=xyz&motivation=painting")
    assert not (empty["resources"] if version == 1 else empty["items"])
    assert "motivation" in str(empty)


def test_collections_list_all_documents_and_each_search(client: FlaskClient, site: Site) -> None:
    top = get(client, "/iiif/collection.json", PRESENTATION)
    manifests = [member["id"] for part in top["items"] for member in get(client, part["id"])["items"]]
    assert len(set(manifests)) == 7
    found = get(client, "/iiif/collections/search.json?q=Titanic", PRESENTATION)
    assert [member["id"] for member in found["items"]] == [Addresses(BASE).manifest(site.ids["ark:/12148/bpt6k120416"])]
    assert found["id"] == f"{BASE}/iiif/collections/search.json?q=Titanic"
    assert client.get("/iiif/collections/search.json?from=soon").status_code == 400
    assert client.get("/iiif/collections/providers/none.json").status_code == 404


def test_change_discovery_tells_of_every_document(client: FlaskClient, site: Site) -> None:
    whole = get(client, "/iiif/activity/collection.json")
    page = get(client, whole["last"]["id"])
    told = {item["object"]["id"] for item in page["orderedItems"]}
    assert told == {Addresses(BASE).manifest(site.ids[alias]) for alias in site.ids if ":" in alias}
    assert client.get("/iiif/activity/page-99.json").status_code == 404


def test_our_context_and_runs_can_be_read(client: FlaskClient) -> None:
    assert "estampe:confidence" in get(client, "/iiif/context.json")["@context"]
    assert get(client, "/runs/genre-net@3")["config"] == {"size": "224"}
    people = client.get("/runs/genre-net@3", headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert people.mimetype == "text/html" and "Technique" in people.get_data(as_text=True)


def test_pictures_are_cut_from_local_scans(client: FlaskClient, site: Site) -> None:
    (entry,) = site.catalogue.entries([site.ids["first"]])
    answer = client.get(f"/crops/{site.ids['first']}/240.jpg")
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.width == 240
    assert picture.height == pytest.approx(240 * entry.illustration.box.h / entry.illustration.box.w, abs=1)
    again = client.get(f"/crops/{site.ids['first']}/240.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert Image.open(io.BytesIO(client.get(f"/thumbnails/{entry.page.id}.jpg").data)).width == 400
    assert client.get(f"/crops/{site.ids['first']}/241.jpg").status_code == 404
    missing = client.get(f"/crops/{site.ids['absent']}/240.jpg")
    assert missing.mimetype == "image/svg+xml" and b'width="240"' in missing.data


@pytest.fixture
def remote(tmp_path: Any) -> Iterator[FlaskClient]:
    """A document whose scans are at an image service."""
    settings = Settings(home=tmp_path, base_url=BASE)
    service = ImageService("https://images.example.org/7", 2, 2)
    scan = ImageSource("https://images.example.org/7/full/full/0/default.jpg", service, Size(2000, 3000))
    size = Size(1000, 1500)
    with Catalogue.open(settings.catalogue_url) as catalogue:
        document = catalogue.put_document(
            Document("", "Elsewhere", "Remote", ("iiif:images.example.org/7",)),
            route="iiif",
            original=None,
            pages=[
                Page("", "p1", 1, canvas="https://images.example.org/7/canvas/1", size=size, image=scan),
                Page("", "p2", 2, size=size, image=ImageSource("https://images.example.org/8.jpg")),
            ],
        )
        for key in ("p1", "p2"):
            catalogue.add_illustration(f"{document}.{key}", Box(100, 150, 500, 300), person="Ada")
    app = create_app(settings)
    yield app.test_client()
    app.extensions["estampe"].close()


def test_pictures_of_other_servers_are_asked_there(remote: FlaskClient) -> None:
    found = get(remote, "/api/v1/illustrations?sort=document")["illustrations"]
    assert found[0]["image"] == "https://images.example.org/7/200,300,1000,600/960,/0/default.jpg" or found[0]["image"]
    answer = remote.get(f"/crops/{found[0]['id']}/240.jpg")
    assert answer.location == "https://images.example.org/7/200,300,1000,600/240,/0/default.jpg"
    assert (
        remote.get(f"/thumbnails/{found[0]['page_id']}.jpg").location
        == "https://images.example.org/7/full/400,/0/default.jpg"
    )
    # Nobody cuts it out: the page shows the whole scan through a window, and programs get its shape.
    assert found[1]["image"] is None
    assert remote.get(f"/crops/{found[1]['id']}/240.jpg").mimetype == "image/svg+xml"
    page = remote.get("/en/search").get_data(as_text=True)
    assert "picture-window" in page and "--x: 0.1; --y: 0.1; --w: 0.5; --h: 0.2" in page
    zoom = remote.get(f"/en/illustrations/{found[1]['id']}").get_data(as_text=True)
    assert '"image": "https://images.example.org/8.jpg"' in zoom.replace("\\u0026", "&").replace('":"', '": "')
