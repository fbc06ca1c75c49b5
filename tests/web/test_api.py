"""The API: what its description says is so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from estampe.catalogue import Entry
from estampe.records import Label
from estampe.search import FACETS, FIELDS, SORTS
from estampe.search.building import index_document
from estampe.web.api.operations import OPERATIONS
from estampe.web.api.wire import illustration
from tests.web.conftest import Site

BASE = "https://pictures.example.org"


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    answer = client.get(address.removeprefix(BASE))
    assert answer.status_code == status, f"{address}: {answer.status_code} {answer.get_data(as_text=True)[:200]}"
    return answer.get_json(force=True)


def described(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = get(client, "/api/v1/openapi.json")
    return found


def test_every_route_is_described_and_every_description_has_a_route(client: FlaskClient, site: Site) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")) for rule in rules}
    assert routes - {"/", "/openapi.json"} == set(described(client)["paths"])
    assert all(rule.methods == {"GET", "HEAD", "OPTIONS"} for rule in rules)


def test_the_guide_in_the_repository_names_every_route(site: Site) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in {"api", "iiif", "images", "embed"} or rule.endpoint == "images.tile":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        told = (f"`{path.removeprefix('/api/v1')}", f"`{path}")
        assert any(one in guide for one in told), f"docs/api.md does not tell of {rule.rule}"
    assert all(f"`{name}`" in guide for name in (*FACETS, *FIELDS, *SORTS))


def test_the_description_is_sound(client: FlaskClient) -> None:
    document = described(client)
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        for reference in re.findall(r"#/components/schemas/(\w+)", json.dumps(schema)):
            assert reference in document["components"]["schemas"], f"{name} names {reference}"
    for path, item in document["paths"].items():
        named = {one["name"] for one in item["get"]["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert all(one["description"] and one["schema"] for one in item["get"]["parameters"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_example_of_the_guide_runs_and_is_as_described(client: FlaskClient, site: Site, operation: Any) -> None:
    guide = client.get("/en/api").get_data(as_text=True)
    example = re.search(rf'href="([^"]+)" data-run="#answer-{operation.name}"', guide)
    assert example, "the guide has no example of it"
    answer = client.get(example[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.mimetype == operation.media
    assert str(site.home) not in answer.get_data(as_text=True)
    components = described(client)["components"]
    if operation.schema:
        Draft202012Validator({**operation.schema, "components": components}).validate(answer.get_json(force=True))
    if operation.name == "export":
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == 67 + 6
        validator = Draft202012Validator({"$ref": "#/components/schemas/Illustration", "components": components})
        for line in lines:
            validator.validate(json.loads(line))


def test_pages_of_a_search_follow_each_other(client: FlaskClient) -> None:
    address, seen = "/api/v1/illustrations?sort=size&n=25", []
    while address:
        body = get(client, address)
        seen += [one["id"] for one in body["illustrations"]]
        address = body["next"]
    assert len(seen) == len(set(seen)) == body["total"] == 67
    documents = []
    address = "/api/v1/documents?n=3"
    while address:
        body = get(client, address)
        documents += [one["id"] for one in body["documents"]]
        address = body["next"]
    assert len(documents) == len(set(documents)) == 7


def test_changes_can_be_followed(client: FlaskClient, site: Site) -> None:
    address, seen = "/api/v1/changes?n=40", []
    while address:
        body = get(client, address)
        seen += [one["sequence"] for one in body["changes"]]
        address = body["next"]
    assert seen == list(range(1, site.catalogue.last_change() + 1))


@pytest.mark.parametrize(
    ("address", "status", "part"),
    [
        ("/api/v1/illustrations?from=soon", 400, "from"),
        ("/api/v1/illustrations?n=5000", 400, "n"),
        ("/api/v1/illustrations?after=x", 400, "after"),
        ("/api/v1/facets?facet=beauty", 400, "facet"),
        ("/api/v1/documents?n=0", 400, "n"),
        ("/api/v1/changes?after=-1", 400, "after"),
        ("/api/v1/illustrations/none", 404, None),
        ("/api/v1/documents/none/pages", 404, None),
        ("/api/v1/nothing", 404, None),
    ],
)
def test_errors_are_problems_that_say_what_would_work(
    client: FlaskClient, address: str, status: int, part: str | None
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == status and body["detail"]
    assert body.get("parameter") == part


def test_what_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    for address in ("/api/v1/illustrations", "/iiif/collection.json", "/api/v1/openapi.json"):
        tag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304 and not again.data
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_any_site_may_read_but_nobody_may_write(client: FlaskClient) -> None:
    for address in ("/api/v1/illustrations", "/iiif/collection.json", "/api/v1/none"):
        answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert client.options(address).status_code in {200, 404}
        assert client.post(address, json={}).status_code in {404, 405}


def test_a_document_is_found_by_its_ark(client: FlaskClient, site: Site) -> None:
    body = get(client, "/api/v1/documents/ark:/12148/bpt6k100128")
    assert body["id"] == site.ids["ark:/12148/bpt6k100128"]
    pages = get(client, f"/api/v1/documents/{body['id']}/pages")["pages"]
    assert [page["number"] for page in pages] == [1, 2, 3]
    assert all(urlsplit(page["scan"]).netloc == "pictures.example.org" for page in pages)


def test_how_a_picture_is_turned_is_said_as_the_search_says_it(client: FlaskClient, site: Site) -> None:
    [entry] = site.catalogue.entries([site.ids["first"]])
    turned = replace(entry, illustration=replace(entry.illustration, rotation=90.0))

    def told(entry: Entry, *labels: Label) -> tuple[float, Any]:
        with site.app.test_request_context():
            answer = illustration(replace(entry, labels=labels))
        schema = {**described(client), "$ref": "#/components/schemas/Illustration"}
        Draft202012Validator(schema).validate(answer)
        by = answer["rotation_by"]
        facet = index_document(replace(entry, labels=labels)).rotation
        assert float(facet or 0) == answer["rotation"]
        return answer["rotation"], by and (by["origin"], by["run"], by["confidence"])

    model, ada = Label("180", "rotation", 0.97, "rotation@2"), Label("0", "rotation", 1.0, "person:Ada")
    words = Label("upside down", "rotation", 1.0, "person:Ada")
    assert told(entry) == (0.0, None)
    # The OCR says how it stands, a quarter clockwise: so three more are to come.
    assert told(turned) == (270.0, ("ocr", "ocr-regions@1", 1.0))
    assert told(turned, model) == told(turned, model, words) == (180.0, ("machine", "rotation@2", 0.97))
    assert told(turned, model, ada) == (0.0, ("person", "person:Ada", 1.0))


def test_citations_are_well_formed(client: FlaskClient, site: Site) -> None:
    entry = client.get(f"/api/v1/illustrations/{site.ids['hostile']}/bibtex").get_data(as_text=True)
    assert entry.startswith("@misc{") and entry.endswith("}\n")
    assert r"\&" in entry and "year = {1912}" in entry
    (item,) = get(client, f"/api/v1/illustrations/{site.ids['hostile']}/csl")
    assert item["issued"] == {"date-parts": [[1912, 4, 16]]}
    assert item["URL"] == f"{BASE}/illustrations/{site.ids['hostile']}"
