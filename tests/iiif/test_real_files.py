"""Real manifests of 49 hosts: read with the right number of pages, or refused clearly; the whole: tests/robustness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estampe.iiif import ReadManifest, read
from estampe.records import ImageService, Series, Size, TextSource
from tests.robustness.iiif import check

pytestmark = pytest.mark.real_data


def manifest(data: Path, name: str) -> ReadManifest:
    path = data / "iiif" / name
    found = read(path.read_bytes(), str(path))
    assert isinstance(found, ReadManifest)
    return found


@pytest.mark.parametrize("part", range(8))
def test_a_sample_is_read_or_refused_clearly_whole_and_cut(data: Path, part: int) -> None:
    paths = sorted((data / "iiif").rglob("*.json"))[part::8]
    for path in paths[::3]:
        check(path)


def test_gallica(data: Path) -> None:
    found = manifest(data, "altomator-IIIF/manifests/bpt6k9604118j.json")
    document = found.document
    assert document.id == "ark-12148-bpt6k9604118j"
    assert document.aliases == (
        "ark:/12148/bpt6k9604118j",
        "iiif:gallica.bnf.fr/iiif/ark:/12148/bpt6k9604118j/manifest.json",
    )
    assert (document.provider, document.source) == ("Gallica", "Bibliothèque nationale de France")
    assert document.title == "Vogue"  # the label is the shelfmark
    assert document.date is not None
    assert (str(document.date.start), str(document.date.end)) == ("1920-06-15", "1920-06-15")
    assert document.languages == ("fr",)
    assert document.series == Series("ark:/12148/cb343833568", "Vogue")
    assert document.catalogue_record == "http://catalogue.bnf.fr/ark:/12148/cb343833568"
    assert document.landing == "https://gallica.bnf.fr/ark:/12148/bpt6k9604118j"
    page = found.pages[10]
    assert (page.id, page.key, page.number) == ("ark-12148-bpt6k9604118j.f11", "f11", 11)
    assert page.size is not None
    assert page.image is not None
    assert page.image.size == page.size
    service = "https://gallica.bnf.fr/iiif/ark:/12148/bpt6k9604118j/f11"
    assert page.image.service == ImageService(service, version=1, level=2)


def test_a_copy_with_ocr_is_the_same_document(data: Path) -> None:
    copy = manifest(data, "altomator-IIIF/collection/vogue-avec-ocr/bpt6k9604118j.json")
    assert copy.document.id == "ark-12148-bpt6k9604118j"
    assert copy.document.aliases[1].startswith("iiif:raw.githubusercontent.com/")
    with_text = {page.key: page.texts for page in copy.pages if page.texts}
    folder = "https://raw.githubusercontent.com/altomator/IIIF/main/collection/X"
    assert with_text == {
        key: (TextSource(f"{folder}/X000000{number}.xml", "alto"),)
        for key, number in (("f19", 19), ("f20", 20), ("f21", 21))
    }


def test_gallica_version_3_leads_to_alto(data: Path) -> None:
    found = manifest(data, "altomator-IIIF/manifests/VictorHugo_manifest_v3.json")
    assert found.document.aliases[0].startswith("iiif:raw.") or found.document.aliases[0] == "ark:/12148/bpt6k1264641j"
    assert found.document.rights.licence == "http://rightsstatements.org/vocab/NoC-NC/1.0/"
    assert all(page.texts and page.texts[0].format == "alto" for page in found.pages)
    assert found.pages[0].image is not None
    assert found.pages[0].image.service is not None
    assert found.pages[0].image.service.version == 3


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("IIIF-Commons-parser/presentation-2/bl-manifest.json", ("alto", "text")),
        (
            "IIIF-Commons-parser/2-to-3-converted/manifests/ncsu-libraries-manifest.json",
            ("hocr", "annotations", "text"),
        ),
        ("IIIF-Commons-parser/presentation-3/wellcome-p3.json", ("alto", "annotations")),
        ("cookbook-0068-newspaper/newspaper_issue_1-manifest.json", ()),  # its addresses are placeholders
    ],
)
def test_text_is_found(data: Path, name: str, formats: tuple[str, ...]) -> None:
    found = manifest(data, name)
    assert tuple(dict.fromkeys(source.format for source in found.pages[0].texts)) == formats


@pytest.mark.parametrize(
    ("name", "version", "level"),
    [
        (
            "IIIF-Commons-parser/2-to-3-converted/manifests/data.getty.edu__museum__api__iiif__298147__manifest.json",
            2,
            0,
        ),
        ("IIIF-Commons-parser/2-to-3-converted/manifests/iiif.lib.harvard.edu__manifests__drs:48309543.json", 1, 1),
        ("IIIF-Commons-parser/presentation-2/loc.json", 2, 2),
        ("IIIF-Commons-parser/cookbook/0005-image-service.json", 3, 1),
    ],
)
def test_image_services_of_all_versions(data: Path, name: str, version: int, level: int) -> None:
    image = manifest(data, name).pages[0].image
    assert image is not None
    assert image.service is not None
    assert (image.service.version, image.service.level) == (version, level)


def test_level_0_without_a_service_keeps_the_picture(data: Path) -> None:
    image = manifest(data, "IIIF-Commons-parser/cookbook/0001-mvm-image.json").pages[0].image
    assert image is not None
    assert image.service is None
    assert image.size == Size(1200, 1800)


def test_images_that_do_not_fill_their_canvas_are_told(data: Path) -> None:
    found = manifest(data, "IIIF-Commons-parser/cookbook/0036-composition-from-multiple-images.json")
    assert {note.code for note in found.diagnostics} >= {"images-several"}
    without = manifest(data, "IIIF-Commons-parser/cookbook/0283-missing-image.json")
    assert [page.image is None for page in without.pages].count(True) == 1
    assert "canvas-without-image" in {note.code for note in without.diagnostics}


def test_every_page_knows_its_canvas(data: Path) -> None:
    for path in sorted((data / "iiif" / "IIIF-Commons-parser").rglob("*manifest*.json"))[::3]:
        try:
            found = read(path.read_bytes(), str(path))
        except Exception:  # noqa: BLE001 - refusals are tested above
            continue
        if isinstance(found, ReadManifest):
            text = json.dumps(json.loads(path.read_bytes()))
            assert all(json.dumps(page.canvas) in text for page in found.pages if page.canvas)
