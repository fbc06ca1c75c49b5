"""Whichever way a document comes, the whole way through the command, it is the same; what is refused is named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from estampe.catalogue import Catalogue
from estampe.cli import main
from estampe.records import Size
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, folder_document, with_images
from tests.harvest.image_standin import ImageStandin
from tests.harvest.standin import Reply, Standin
from tests.pipeline.command import Estampe
from tests.pipeline.conftest import Inside, exported

ARK = "ark:/12148/bpt6k46000341"
MANIFESTS = Path(__file__).resolve().parents[2] / "manifests"
#: What a route may tell otherwise: where the pictures are, and what the source says of the document as a whole.
_OF_THE_ROUTE = {"image", "pixels", "runs", "document_title", "date", "provider", "source", "licence"}

Rows = dict[str, dict[str, Any]]


def rows(estampe: Estampe) -> Rows:
    """Return all that is exported of each illustration, by its id, but what depends on the route."""
    return {
        row["id"]: {name: value for name, value in row.items() if name not in _OF_THE_ROUTE}
        for row in exported(estampe)
    }


@pytest.fixture(scope="module")
def excelsior(data: Path) -> Path:
    """The delivery: METS and ALTO."""
    return data / "bnf-e2e-excelsior-1910/OLR-BnF/4600034"


@pytest.fixture(scope="module")
def gallica(excelsior: Path) -> Iterator[GallicaStandin]:
    document = folder_document(excelsior, title="Excelsior", periodical="cb32771891w", date="1910-12-20")
    with GallicaStandin([document]) as running:
        yield running


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, gallica: GallicaStandin) -> Callable[[str], Estampe]:
    """Make a home that asks the stand-in."""
    return lambda name: Inside(tmp_path_factory.mktemp(name) / "home", {"ESTAMPE_GALLICA_URL": gallica.url})


@pytest.fixture(scope="module")
def delivered(make: Callable[[str], Estampe], excelsior: Path) -> Estampe:
    """A home that knows the folder with its METS."""
    estampe = make("delivered")
    estampe("run", "--offline", excelsior)
    return estampe


@pytest.fixture(scope="module")
def from_alto(make: Callable[[str], Estampe], excelsior: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a folder with the ALTO alone gives: Gallica has no METS, which tells of articles."""
    folder = tmp_path_factory.mktemp("folder") / "4600034"
    shutil.copytree(excelsior / "ocr", folder / "ocr")
    estampe = make("alto")
    estampe("run", "--offline", folder)
    return rows(estampe)


@pytest.fixture(scope="module")
def by_ark(make: Callable[[str], Estampe], gallica: GallicaStandin) -> Estampe:
    """A home that knows the document by the ARK of a page; Gallica asks for patience near the end."""
    gallica.spoil("ALTO", *["good"] * 10, 429)
    gallica.spoil("OAIRecord", "html")
    estampe = make("ark")
    ran = estampe("run", "--no-pictures", f"https://gallica.bnf.fr/{ARK}/f7.item")
    assert re.search(r"pages: +12, of which 12 were new", ran.output)
    return estampe


@pytest.mark.real_data
def test_by_ark_it_is_what_the_folder_gives(by_ark: Estampe, from_alto: Rows, delivered: Estampe) -> None:
    assert rows(by_ark) == from_alto
    assert len(from_alto) == 32
    boxes = {(id_, row["noise"]) for id_, row in rows(delivered).items()}
    assert {(id_, row["noise"]) for id_, row in from_alto.items()} == boxes


@pytest.mark.real_data
def test_by_query_it_is_what_the_folder_gives(
    make: Callable[[str], Estampe], gallica: GallicaStandin, from_alto: Rows
) -> None:
    gallica.spoil("manifest", 403)
    estampe = make("sru")
    ran = estampe("run", "--no-pictures", 'sru:(dc.title all "excelsior")')
    assert "Gallica does not let us have the manifest" in ran.errors
    assert rows(estampe) == from_alto


@pytest.mark.real_data
def test_by_a_list_of_years_it_is_what_the_folder_gives(
    make: Callable[[str], Estampe], gallica: GallicaStandin, from_alto: Rows
) -> None:
    gallica.spoil("Issues", 503)
    estampe = make("issues")
    estampe("run", "--no-pictures", MANIFESTS / "excelsior.yaml")
    assert rows(estampe) == from_alto


@pytest.mark.real_data
def test_by_two_routes_in_any_order_it_is_one(
    by_ark: Estampe, delivered: Estampe, excelsior: Path, gallica: GallicaStandin
) -> None:
    alone = rows(delivered)
    by_ark("run", "--offline", excelsior)
    delivered("run", "--no-pictures", ARK)
    assert rows(by_ark) == rows(delivered) == alone
    for estampe in (by_ark, delivered):
        with Catalogue.open(Settings(home=estampe.home).catalogue_url) as catalogue:
            [document] = catalogue.documents()
            assert {harvest.route for harvest in catalogue.harvests(document.id)} == {"gallica", "folder"}
            assert catalogue.counts().pages == 12
            assert document.title == "Excelsior"


@pytest.mark.real_data
def test_a_manifest_meets_its_ocr_and_its_pictures(data: Path, inside: Inside, tmp_path: Path) -> None:
    """*Vogue* of 15 June 1920, its ALTO from a folder, its pictures from an image server."""
    original = (data / "bnf-e2e-9604118/manifests/bpt6k9604118j.json").read_bytes()
    folder = data / "bnf-e2e-9604118/collection/X"
    canvases = json.loads(original)["sequences"][0]["canvases"]
    names = [canvas["images"][0]["resource"]["service"]["@id"].partition("/iiif/")[2] for canvas in canvases]
    sizes = [Size(canvas["width"], canvas["height"]) for canvas in canvases]
    with ImageStandin(dict(zip(names, sizes, strict=True))) as images:
        manifest = tmp_path / "vogue.json"
        manifest.write_bytes(with_images(original, images.url))
        ran = inside("run", manifest, "--ocr", folder)
        asked = list(images.requests)
    assert re.search(r"documents: +1\npages: +74, of which 74 were new", ran.output)
    found = exported(inside)
    alto = {
        (int(path.stem[1:]), *(int(element.get(side, "")) for side in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
        for path in folder.glob("X*.xml")
        for element in etree.parse(path).iter("{*}Illustration")
    }
    assert len(alto) == 5
    assert {tuple(row[name] for name in ("page", "x", "y", "w", "h")) for row in found if not row["noise"]} == alto
    assert len(asked) == 3, "pages with illustrations are asked for, and no others"
    # The stand-in draws red across and green down the page, so the pixels say where they were cut.
    for row in found:
        across, down = ((row["x"] + row["w"] / 2) / row["page_width"], (row["y"] + row["h"] / 2) / row["page_height"])
        means = [
            sum(int(colour[at : at + 2], 16) * share for colour, share in row["pixels"]["palette"]) for at in (1, 3)
        ]
        assert means == pytest.approx([across * 255, down * 255], abs=12)


class Site(Standin):
    """A site of files."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Reply] = {}

    def put(self, path: str, **fields: Any) -> str:
        """Put JSON with its own address as the id."""
        body = {"@context": "http://iiif.io/api/presentation/3/context.json", "id": self.url + path, **fields}
        self.files[path] = Reply(json.dumps(body).encode(), "application/json")
        return self.url + path

    def manifest(self, name: str) -> str:
        canvas = {"id": f"{self.url}/{name}/c1", "type": "Canvas", "width": 100, "height": 100, "items": []}
        return self.put(f"/{name}.json", type="Manifest", label={"none": [name]}, items=[canvas])

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        return self.files.get(path, Reply(b"", "text/plain", 404))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def test_a_collection_of_collections_leads_to_all_its_documents(site: Site, inside: Inside) -> None:
    """Nested, of two versions, paged, with a link back to its beginning and one that leads nowhere."""
    documents = [site.manifest(name) for name in ("one", "two", "three", "four")]
    version_2 = {"@context": "http://iiif.io/api/presentation/2/context.json", "@type": "sc:Collection"}
    for number, member in enumerate(documents[1:3], start=1):
        more = {"next": f"{site.url}/paged-{number + 1}"} if number == 1 else {}
        page = {
            **version_2,
            "@id": f"{site.url}/paged-{number}",
            "manifests": [{"@id": member, "@type": "sc:Manifest"}],
        }
        site.files[f"/paged-{number}"] = Reply(json.dumps(page | more).encode(), "application/json")
    paged = {**version_2, "@id": f"{site.url}/paged", "first": f"{site.url}/paged-1", "label": "paged", "total": 2}
    site.files["/paged"] = Reply(json.dumps(paged).encode(), "application/json")
    top = f"{site.url}/top.json"
    inner = site.put(
        "/inner.json",
        type="Collection",
        label={"en": ["inner"]},
        items=[{"id": f"{site.url}/paged", "type": "Collection"}, {"id": top, "type": "Collection"}],
    )
    members = [
        {"id": documents[0], "type": "Manifest"},
        {"id": inner, "type": "Collection"},
        {"id": f"{site.url}/lost.json", "type": "Manifest"},
        {"id": documents[3], "type": "Manifest"},
    ]
    site.put("/top.json", type="Collection", label={"en": ["top"]}, items=members)
    ran = inside("run", top, status=1)
    assert re.search(r"documents: +4, and 1 refused", ran.output)
    assert re.search(rf"^refused: {site.url}/lost\.json: .*no such thing \(404\)$", ran.errors, re.MULTILINE)
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert {document.title for document in catalogue.documents()} == {"one", "two", "three", "four"}
        [job] = catalogue.jobs()
        assert (job.state, job.detail, job.counters["refused"]) == ("partly", top, 1)


def test_what_is_refused_is_named_with_its_cause(site: Site, inside: Inside, tmp_path: Path) -> None:
    site.files["/page.json"] = Reply(b"<!DOCTYPE html><title>Please log in</title>", "text/html")
    site.files["/denied.json"] = Reply(b"no", "text/plain", 403)
    site.files["/cut.json"] = Reply(b'{"@context": "http://iiif.io/api/presen', "application/json")
    (tmp_path / "empty").mkdir()
    (tmp_path / "page.xml").write_text("<alto><Layout><Page/></Layout></alto>")
    good = site.manifest("good")
    wrong = [f"{site.url}/{name}.json" for name in ("page", "denied", "cut")] + [str(tmp_path / "empty")]
    ran = inside("run", *wrong, good, status=1)
    causes = ("web page", "403", "not JSON", "no scan, ALTO, METS or manifest")
    for source, cause in zip(wrong, causes, strict=True):
        assert re.search(rf"^refused: {re.escape(source)}: .*{cause}", ran.errors, re.MULTILINE), cause
    assert re.search(r"documents: +1, and 4 refused", ran.output)
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert [one.source for one in catalogue.refusals()] == wrong[::-1]


def test_a_source_that_is_nothing_is_wrong_use(estampe: Estampe) -> None:
    words = "refused: no-such-folder: 'no-such-folder' is no file or folder that is there"
    assert words in estampe("run", "no-such-folder", status=2).errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "Missing argument"),
        (["run", "--ocr", "no-such-folder", "x.json"], "'no-such-folder' does not exist"),
        (["dig"], "No such command"),
    ],
    ids=["no source", "unknown OCR", "unknown command"],
)
def test_wrong_use_is_told_apart(arguments: list[str], words: str) -> None:
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 2 and words in ran.stderr


def test_private_addresses_are_refused_unless_they_are_allowed(site: Site, inside: Inside) -> None:
    del inside.environment["ESTAMPE_ALLOW_PRIVATE_ADDRESSES"]
    ran = inside("run", site.manifest("private"), status=1)
    assert re.search(r"^refused: .*private network .*ESTAMPE_ALLOW_PRIVATE_ADDRESSES=1", ran.errors, re.MULTILINE)
    assert not site.requests
