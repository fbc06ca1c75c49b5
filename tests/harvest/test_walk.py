"""Manifests and collections by address and by file: nested, paged, looping, broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estampe.errors import FormatError, GoneError, OfflineError, UnsupportedError
from estampe.harvest import Harvester
from estampe.settings import Settings
from tests.harvest.conftest import Harvest, MakeHarvester, harvest
from tests.harvest.standin import Reply, Standin
from tests.harvest.test_join import canvas, manifest_of

CONTEXT = "http://iiif.io/api/presentation/3/context.json"


class Web(Standin):
    """Serves JSON by path; what it serves may name its address as ``{web}``."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Any] = {}

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        if path not in self.pages:
            return Reply(b"", "text/plain", 404)
        page = self.pages[path]
        body = page if isinstance(page, str) else json.dumps(page)
        return Reply(body.replace("{web}", self.url).encode(), "application/json")

    def collection(self, path: str, *items: dict[str, Any], **more: Any) -> None:
        self.pages[path] = {
            "@context": CONTEXT,
            "id": "{web}" + path,
            "type": "Collection",
            "label": {"en": [path]},
            "items": items,
            **more,
        }

    def manifest(self, path: str) -> dict[str, Any]:
        made = {
            "@context": CONTEXT,
            "id": "{web}" + path,
            "type": "Manifest",
            "label": {"en": [path]},
            "items": [canvas(f"{{web}}{path}/canvas/1")],
        }
        self.pages[path] = made
        return made


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


def link(kind: str, path: str) -> dict[str, Any]:
    return {"id": "{web}" + path, "type": kind, "label": {"en": [path]}}


def test_a_manifest_by_address(web: Web, make_harvester: MakeHarvester) -> None:
    web.manifest("/m")
    [found] = Harvest(make_harvester(), f"{web.url}/m")
    assert (found.route, found.document.title, found.document.manifest) == ("iiif", "/m", f"{web.url}/m")
    assert found.original is not None and json.loads(found.original)["type"] == "Manifest"


@pytest.mark.parametrize("name", ["manifest", "iiif-content"])
def test_a_drag_and_drop_link_names_its_manifest(web: Web, make_harvester: MakeHarvester, name: str) -> None:
    web.manifest("/m")
    assert len(Harvest(make_harvester(), f"{web.url}/viewer?{name}={web.url}/m")) == 1


def test_collections_are_walked_in_order_and_once(web: Web, make_harvester: MakeHarvester) -> None:
    for path in ("/a", "/b", "/c"):
        web.manifest(path)
    web.collection("/top", link("Manifest", "/a"), link("Collection", "/inner"), link("Manifest", "/c"))
    web.collection("/inner", link("Manifest", "/b"), link("Manifest", "/a"), link("Collection", "/top"))
    found = Harvest(make_harvester(), f"{web.url}/top")
    assert [one.document.title for one in found] == ["/a", "/b", "/c"] and not found.refusals
    assert sorted(web.requests) == ["/a", "/b", "/c", "/inner", "/top"]


def test_embedded_manifests_are_read_where_they_stand(web: Web, make_harvester: MakeHarvester) -> None:
    whole = web.manifest("/a")
    del web.pages["/a"]
    web.collection("/top", whole)
    [found] = Harvest(make_harvester(), f"{web.url}/top")
    assert found.document.title == "/a" and web.requests == ["/top"]


def test_paged_collections_go_on(web: Web, make_harvester: MakeHarvester) -> None:
    for number in range(3):
        web.manifest(f"/m{number}")
        page = {
            "@context": "http://iiif.io/api/presentation/2/context.json",
            "@id": f"{{web}}/page{number}",
            "@type": "sc:Collection",
            "label": "page",
            "manifests": [{"@id": f"{{web}}/m{number}", "@type": "sc:Manifest", "label": "m"}],
        }
        web.pages[f"/page{number}"] = page | ({"next": f"{{web}}/page{number + 1}"} if number < 2 else {})
    found = Harvest(make_harvester(), f"{web.url}/page0")
    assert [one.document.title for one in found] == ["/m0", "/m1", "/m2"]


def test_a_walk_is_lazy(web: Web, make_harvester: MakeHarvester) -> None:
    web.manifest("/a")
    web.collection("/top", link("Manifest", "/a"), link("Collection", "/inner"))
    next(make_harvester().harvest(f"{web.url}/top"))
    assert web.requests == ["/top", "/a"]


def test_one_bad_member_does_not_stop_the_others(web: Web, make_harvester: MakeHarvester) -> None:
    web.manifest("/good")
    web.pages["/html"] = "<html>busy</html>"
    web.pages["/cut"] = '{"type": "Mani'
    members = [link("Manifest", path) for path in ("/gone", "/html", "/cut", "/good")]
    web.collection("/top", *members, {"type": "Manifest", "label": {"en": ["nowhere"]}})
    found = Harvest(make_harvester(), f"{web.url}/top")
    assert [one.document.title for one in found] == ["/good"]
    assert [type(one.error) for one in found.refusals] == [FormatError, GoneError, FormatError, FormatError]
    assert "web page" in str(found.refusals[2].error)


def test_endless_collections_end(web: Web, make_harvester: MakeHarvester, monkeypatch: Any) -> None:
    class Endless(dict[str, Any]):
        def __contains__(self, path: object) -> bool:
            return True

        def __getitem__(self, path: str) -> Any:
            number = int(path[1:])
            kind = {"type": "Collection", "@context": CONTEXT, "id": "{web}" + path, "label": {"en": ["x"]}}
            return kind | {"items": [link("Collection", f"/{number + 1}")]}

    web.pages = Endless()
    monkeypatch.setattr("estampe.harvest.walk.DEPTH", 4)
    [refusal] = Harvest(make_harvester(), f"{web.url}/0").refusals
    assert isinstance(refusal.error, UnsupportedError) and "more than 4 deep" in str(refusal.error)
    monkeypatch.setattr("estampe.harvest.walk.DEPTH", 1000)
    monkeypatch.setattr("estampe.harvest.walk.COLLECTIONS", 6)
    [refusal] = Harvest(make_harvester(), f"{web.url}/0").refusals
    assert "more than 6 collections" in str(refusal.error)


def test_manifest_files(tmp_path: Path) -> None:
    path = manifest_of(tmp_path / "books/one.json", canvas("https://example.org/canvas/1"))
    assert len(harvest(path)) == len(harvest(path.as_uri())) == len(harvest(tmp_path)) == 1
    (tmp_path / "books/cut.json").write_bytes(path.read_bytes()[:150])
    found = harvest(tmp_path)
    assert len(found) == 1 and isinstance(found.refusals[0].error, FormatError)


ANNOTATIONS = {"@context": CONTEXT, "id": "https://example.org/1", "type": "AnnotationPage", "items": []}
LIST = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@id": "https://e.org/2",
    "@type": "sc:AnnotationList",
}


def test_annotations_beside_manifests_are_passed_over(tmp_path: Path) -> None:
    for name in ("a", "b"):
        manifest_of(tmp_path / f"{name}.json", canvas("https://example.org/canvas/1"))
    for number in range(5):
        (tmp_path / f"annotations-{number}.json").write_text(json.dumps(ANNOTATIONS), "utf-8")
    (tmp_path / "list.json").write_text(json.dumps(LIST), "utf-8")
    (tmp_path / "package.json").write_text('{"name": "something else"}', "utf-8")
    found = harvest(tmp_path)
    assert len(found) == 2 and not found.refusals
    assert not found[0].diagnostics
    [remark] = found[1].diagnostics
    assert (remark.code, remark.severity) == ("file-not-understood", "info")
    assert (
        "a page of annotations (annotations-0.json, annotations-1.json, annotations-2.json and 2 more)"
        in remark.message
    )
    assert "a list of annotations (list.json)" in remark.message
    # What may have been a manifest is refused, and so is what was asked for by name.
    (tmp_path / "cut.json").write_text('{"type": "Manifest", "items": [', "utf-8")
    assert [Path(refusal.source).name for refusal in harvest(tmp_path).refusals] == ["cut.json"]
    [refusal] = harvest(tmp_path / "list.json").refusals
    assert "give the manifest that it is about" in str(refusal.error)


def test_a_folder_of_annotations_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(json.dumps(ANNOTATIONS), "utf-8")
    [refusal] = harvest(tmp_path).refusals
    assert refusal.source == str(tmp_path) and "but a page of annotations (1.json)" in str(refusal.error)


def test_without_a_network_an_address_is_refused() -> None:
    for source in ("https://example.org/manifest", "ark:/12148/bpt6k46000341", "sru:x", "issues:cb32771891w/1910"):
        [refusal] = Harvest(Harvester(None, Settings()), source).refusals
        assert isinstance(refusal.error, OfflineError), source


@pytest.mark.parametrize("name", ["page.xml", "mets.xml", "other.xml", "list.txt", "broken.xml"])
def test_other_files_are_told_what_would_work(tmp_path: Path, name: str) -> None:
    from tests.harvest.test_folders import ALTO, METS, put

    content = {"page.xml": ALTO.format(""), "mets.xml": METS.format(id="x", alto="y"), "other.xml": "<a/>"}
    [refusal] = harvest(put(tmp_path / name, content.get(name, "hello"))).refusals
    assert str(refusal.error)
    if name in content:
        assert "give the folder" in str(refusal.error)


def test_files_are_found_by_their_address_and_with_odd_names(tmp_path: Path) -> None:
    for name in ("a b#c?d", "«e»"):
        path = tmp_path / name
        manifest_of(path / "manifest.json", canvas("https://example.org/canvas/1"))
        assert len(harvest(path)) == len(harvest(f"file://{path}")) == len(harvest(f"file://localhost{path}")) == 1
    assert len(harvest((tmp_path / "a b#c?d").as_uri())) == 1


def test_of_versions_of_one_manifest_the_first_is_taken(tmp_path: Path) -> None:
    """They would overwrite each other each time, as they say that they are the same."""
    manifest_of(tmp_path / "a.json", canvas("https://example.org/canvas/1"))
    manifest_of(tmp_path / "b.json", canvas("https://example.org/canvas/2"))
    manifest_of(tmp_path / "c.json", canvas("https://example.org/canvas/1"))
    found = harvest(tmp_path)
    assert {page.canvas for one in found for page in one.pages} == {"https://example.org/canvas/1"}
    [refusal] = found.refusals
    assert refusal.source == str(tmp_path / "b.json") and str(tmp_path / "a.json") in str(refusal.error)
