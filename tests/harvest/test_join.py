"""`--ocr`: local ALTO for a manifest whose own cannot be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estampe.harvest import Harvester, Refusal
from estampe.settings import Settings
from tests.harvest.conftest import Harvest
from tests.harvest.test_folders import ALTO, put

VOGUE = "bnf-e2e-9604118"


def joined(manifest: Path, ocr: Path) -> Harvest:
    return Harvest(Harvester(None, Settings(), ocr_folder=ocr), manifest)


@pytest.mark.parametrize("folder", ["collection", "collection/X", "."])
def test_vogue(data: Path, folder: str) -> None:
    """X00000019 to 21 are of the canvases f19 to f21: their number, their size and their printed page numbers say so.

    T0000004 is no page of Vogue: it is a leaf of reading notes on Beccaria, read by Transkribus. Its shape is not f4's.
    """
    [found] = joined(data / VOGUE / "manifests/bpt6k9604118j.json", data / VOGUE / folder)
    assert len(found.pages) == 74
    assert {page.key: Path(page.texts[0].address).name for page in found.pages if page.texts} == {
        "f19": "X00000019.xml",
        "f20": "X00000020.xml",
        "f21": "X00000021.xml",
    }
    assert [page.label for page in found.pages if page.texts] == ["3", "4", "5"]
    [remark] = [d for d in found.diagnostics if d.code.startswith("ocr-")]
    assert remark.code == "ocr-other-shape" and remark.where == "f4" and "T0000004.xml" in remark.message
    assert found.route == "iiif" and found.original is not None


def test_a_folder_with_a_manifest_and_alto_gives_both(data: Path) -> None:
    found = Harvest(Harvester(None, Settings()), data / VOGUE)
    routes = {one.route: one for one in found if one.document.id == "ark-12148-bpt6k9604118j"}
    assert routes.keys() == {"folder", "iiif"}
    assert {page.key for page in routes["folder"].pages} <= {page.key for page in routes["iiif"].pages}


def test_without_a_folder_gallica_is_where_the_text_is(data: Path) -> None:
    [found] = Harvest(Harvester(None, Settings()), data / VOGUE / "manifests/bpt6k9604118j.json")
    assert found.pages[18].texts[0].address == (
        "https://gallica.bnf.fr/RequestDigitalElement?O=bpt6k9604118j&E=ALTO&Deb=19"
    )


def test_articles_come_with_the_ocr(excelsior: Path, tmp_path: Path) -> None:
    from tests.harvest.gallica_standin import folder_document, manifest

    made = put(tmp_path / "excelsior.json", manifest(folder_document(excelsior, title="Excelsior")))
    [found] = joined(made, excelsior)
    assert all(page.texts for page in found.pages) and len(found.articles) > 100
    assert {part.page for article in found.articles for part in article.parts} <= {page.key for page in found.pages}


def canvas(name: str, size: tuple[int, int] = (1000, 2000)) -> dict[str, Any]:
    image = {"type": "Image", "id": f"https://example.org/{name}.jpg", "format": "image/jpeg"}
    body = {"id": f"{name}/a", "type": "Annotation", "motivation": "painting", "target": name, "body": image}
    page = {"id": f"{name}/p", "type": "AnnotationPage", "items": [body]}
    return {"id": name, "type": "Canvas", "width": size[0], "height": size[1], "items": [page]}


def manifest_of(path: Path, *canvases: dict[str, Any]) -> Path:
    made = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://example.org/manifest",
        "type": "Manifest",
        "label": {"none": ["A book"]},
        "items": canvases,
    }
    return put(path, json.dumps(made))


def names(found: Harvest) -> list[str]:
    return [Path(page.texts[0].address).name if page.texts else "" for one in found for page in one.pages]


def codes(found: Harvest) -> list[str]:
    return [d.code for d in found[0].diagnostics if d.code.startswith("ocr-")]


def test_a_folder_without_a_name_is_joined_by_number(tmp_path: Path) -> None:
    book = manifest_of(tmp_path / "m.json", *(canvas(f"https://example.org/canvas/{n}") for n in (1, 2, 3)))
    put(tmp_path / "ocr/page_0002.xml", ALTO.format(""))
    put(tmp_path / "ocr/page_0003.xml", ALTO.format(""))
    found = joined(book, tmp_path / "ocr")
    assert names(found) == ["", "page_0002.xml", "page_0003.xml"] and codes(found) == []


def test_by_order_only_where_there_are_as_many(tmp_path: Path) -> None:
    book = manifest_of(tmp_path / "m.json", *(canvas(f"https://example.org/canvas/{n}") for n in "ab"))
    put(tmp_path / "ocr/cover.xml", ALTO.format(""))
    found = joined(book, tmp_path / "ocr")
    assert names(found) == ["", ""] and codes(found) == ["ocr-not-joined", "ocr-unjoined"]
    put(tmp_path / "ocr/title.xml", ALTO.format(""))
    found = joined(book, tmp_path / "ocr")
    assert names(found) == ["cover.xml", "title.xml"] and codes(found) == ["ocr-joined-by-order"]


def test_two_nameless_folders_are_not_guessed_between(tmp_path: Path) -> None:
    book = manifest_of(tmp_path / "m.json", canvas("https://example.org/canvas/1"))
    for place in "ab":
        put(tmp_path / f"ocr/{place}/page_1.xml", ALTO.format(""))
    found = joined(book, tmp_path / "ocr")
    assert names(found) == [""] and codes(found) == ["ocr-not-found"]


def test_a_folder_that_is_not_there_is_wrong_use(data: Path, tmp_path: Path) -> None:
    harvester = Harvester(None, Settings(), ocr_folder=tmp_path / "nowhere")
    [found] = list(harvester.harvest(str(data / VOGUE / "manifests/bpt6k9604118j.json")))
    assert isinstance(found, Refusal) and "is not there" in str(found.error)
