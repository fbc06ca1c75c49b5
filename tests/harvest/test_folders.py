"""Folders as workshops deliver them: BnF, Europeana, Library of Congress, Luxembourg, eScriptorium."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from estampe.errors import FormatError, UnsupportedError
from estampe.harvest.names import ark_name, natural, stem, view_number
from estampe.records import Size
from tests.harvest.conftest import harvest

ALTO = (
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>pixel</MeasurementUnit>{}'
    '</Description><Layout><Page ID="P" WIDTH="100" HEIGHT="200"/></Layout></alto>'
)
METS = (
    '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" OBJID="{id}" LABEL="{id}">'
    '<fileSec><fileGrp><file ID="a"><FLocat xlink:href="{alto}"/></file></fileGrp></fileSec><structMap TYPE="PHYSICAL">'
    '<div TYPE="PAGE"><fptr FILEID="a"/></div></structMap></mets>'
)

LIST = "name: {en: One}\nprovider: Nobody\nsource: Nobody\nlicences: [any]\nevery: never\nsources: [delivery]\n"


def put(path: Path, content: str | bytes = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def scan(path: Path, size: tuple[int, int] = (50, 100)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, 200).save(path)
    return path


# --- real deliveries


def test_bnf_with_mets_and_articles(excelsior: Path) -> None:
    [found] = harvest(excelsior)
    document = found.document
    assert document.aliases == ("ark:/12148/bpt6k46000341",)
    assert (document.provider, document.kind, document.landing) == (
        "Gallica",
        "newspaper",
        "https://gallica.bnf.fr/ark:/12148/bpt6k46000341",
    )
    assert document.date is not None and str(document.date.start) == "1910-12-20"
    assert [page.key for page in found.pages] == [f"f{n}" for n in range(1, 13)]
    assert [page.number for page in found.pages] == list(range(1, 13))
    assert found.pages[0].size == Size(6287, 8677)
    assert found.pages[2].texts[0].address.endswith("ocr/X0000003.xml")
    assert len(found.articles) > 100
    assert {part.page for article in found.articles for part in article.parts} <= {page.key for page in found.pages}
    assert found.route == "folder" and found.original is None


def test_a_folder_is_the_same_by_whatever_path(
    excelsior: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [whole] = harvest(excelsior)
    monkeypatch.chdir(excelsior)
    for path in (Path("..") / excelsior.name, Path()):
        [found] = harvest(path)
        assert (found.document, found.articles) == (whole.document, whole.articles)
        texts = [Path(page.texts[0].address) for page in found.pages]
        assert all(text.is_absolute() for text in texts), "it is read from elsewhere, too"
        assert [text.resolve() for text in texts] == [Path(page.texts[0].address).resolve() for page in whole.pages]
    listed = put(tmp_path / "lists" / "one.yaml", LIST)
    shutil.copytree(excelsior, tmp_path / "lists" / "delivery")
    monkeypatch.chdir(tmp_path)
    [found] = harvest(listed.relative_to(tmp_path))
    assert found.document.id == whole.document.id and len(found.pages) == 12


def test_parts_of_one_document_that_lie_apart_are_one(data: Path) -> None:
    """ALTO in OLR-BnF/4600034, four scans in images/12148/bpt6k46000341: one document."""
    [found] = harvest(data / "bnf-e2e-excelsior-1910")
    assert found.document.id == "ark-12148-bpt6k46000341" and len(found.pages) == 12
    assert [page.key for page in found.pages if page.image] == ["f1", "f2", "f3", "f4"]
    first = found.pages[0]
    assert first.image is not None and first.image.size == Size(628, 867) and first.size == Size(6287, 8677)
    assert first.image.format == "image/jpeg" and first.image.bytes == Path(first.image.address).stat().st_size
    assert [d.code for d in found.diagnostics if d.code == "image-missing"]


@pytest.mark.parametrize(
    ("folder", "canonical", "keys", "texts"),
    [
        ("bnf-e2e-lacroix/DOCS/0220169", "ark:/12148/bpt6k220169n", "f1 f2 f3 f4", 4),
        ("alto/bnf-one-per-dialect/OCR-BnF-mono/9612399", "ark:/12148/bpt6k9612399b", "f17 f18 f19", 3),
        ("alto/bnf-one-per-dialect/OCR-BnF-magazines/6537262", "ark:/12148/bpt6k65372626", "f1 f2 f3", 3),
        (
            "alto/bnf-one-per-dialect/OCR-EN-BnF/BnF_00031_19040418",
            "mets:BnF_00031_19040418",
            "00000001 00000002 00000003 00000004",
            3,
        ),
        (
            "alto/bnf-one-per-dialect/OLR-EN/19040807_1",
            "mets:BnF_00011_19040807_1",
            " ".join(f"19040807_1-{n:04}" for n in range(1, 9)),
            1,
        ),
        (
            "alto/bnl-nautilus/mets-alto-package",
            "ark:/70795/4b7rzq",
            " ".join(f"1858-07-10_01-{n:05}" for n in range(1, 5)),
            4,
        ),
        ("segmonto-fullres/imprime-17/btv1b8610802d", "ark:/12148/btv1b8610802d", "f21", 1),
        ("segmonto-fullres/imprime-18/bpt6k1281160s", "ark:/12148/bpt6k1281160s", "f11", 1),
        ("segmonto-fullres/incunable-15/bpt6k10516302", "ark:/12148/bpt6k10516302", "f17", 1),
    ],
)
def test_layouts(data: Path, folder: str, canonical: str, keys: str, texts: int) -> None:
    [found] = harvest(data / folder)
    assert found.document.aliases[0] == canonical
    assert [page.key for page in found.pages] == keys.split()
    assert sum(bool(page.texts) for page in found.pages) == texts
    assert all(Path(text.address).is_file() for page in found.pages for text in page.texts)


def test_legacy_bnf_pages_keep_the_place_that_the_refnum_gives(data: Path) -> None:
    [found] = harvest(data / "alto/bnf-one-per-dialect/OCR-BnF-magazines-legacy/6519970")
    assert len(found.pages) == 96
    assert [page.number for page in found.pages if page.texts] == [14, 16, 17]
    missing = next(d for d in found.diagnostics if d.code == "ocr-missing")
    assert "93 of its 96 pages: f1–f13, f15, f18–f96" in missing.message
    assert found.document.source.startswith("BDIC")


def test_scans_as_large_as_their_alto(data: Path) -> None:
    found = harvest(data / "segmonto-fullres")
    assert len(found) == 13
    for document in found:
        for page in document.pages:
            assert page.image is not None and page.size == page.image.size


def test_a_batch_of_the_library_of_congress_is_many_issues(data: Path) -> None:
    found = harvest(data / "alto/loc-ndnp/batch_dlc_manyyears_ver01")
    names = {one.document.aliases[0]: one for one in found}
    assert "ndnp:sn83045462/1920-11-15/ed-1" in names and len(found) == 6
    issue = names["ndnp:sn83045462/1920-11-15/ed-1"]
    [page] = issue.pages
    assert page.key == "0007" and page.image is not None and page.image.size == Size(1789, 2335)
    assert issue.document.title == "Evening star (Washington, D.C.), 1920-11-15"
    assert issue.document.series is not None and issue.document.series.title == "Evening star (Washington, D.C.)"
    assert {one.document.aliases[0] for one in harvest(data / "alto/loc-ndnp/batch_nbu_manyissues_ver01")} == {
        f"ndnp:sn99021999/1887-03-0{day}/ed-1" for day in (3, 4, 5)
    }


def test_a_frame_in_tenths_of_millimetres_is_that_of_the_scan(data: Path) -> None:
    [found] = harvest(data / "alto/bnl-nautilus/mets-alto-package")
    assert {page.size for page in found.pages} == {Size(3047, 4795)}


def test_everything_can_be_pointed_at(data: Path) -> None:
    found = harvest(data)
    assert len(found) > 150 and len({one.document.id for one in found if one.route == "folder"}) > 40
    for one in found:
        assert len({page.key for page in one.pages}) == len(one.pages), one.document.id


# --- layouts that the real pages do not hold


def test_pages_pair_by_name_by_the_scan_they_name_and_by_number(tmp_path: Path) -> None:
    put(tmp_path / "a/alto/one.xml", ALTO.format(""))
    scan(tmp_path / "a/images/ONE.png")
    named = "<sourceImageInformation><fileName>C:\\scans\\zwei.tif</fileName></sourceImageInformation>"
    put(tmp_path / "a/alto/two.xml", ALTO.format(named))
    scan(tmp_path / "a/images/zwei.png")
    [found] = harvest(tmp_path / "a")
    assert [(page.key, Path(page.image.address).name) for page in found.pages if page.image] == [
        ("one", "ONE.png"),
        ("two", "zwei.png"),
    ]
    for number in (9, 10, 11):
        put(tmp_path / f"b/ocr/page-{number}.xml", ALTO.format(""))
        scan(tmp_path / f"b/jpg/IMG_{number:04}.jpg")
    [found] = harvest(tmp_path / "b")
    assert [page.key for page in found.pages] == ["page-9", "page-10", "page-11"]
    assert all(page.image for page in found.pages) and [page.number for page in found.pages] == [1, 2, 3]


def test_of_several_scans_the_largest_counts(tmp_path: Path) -> None:
    put(tmp_path / "p1.xml", ALTO.format(""))
    scan(tmp_path / "p1.jpg", (50, 100))
    scan(tmp_path / "master/p1.tif", (100, 200))
    [found] = harvest(tmp_path)
    [page] = found.pages
    assert page.image is not None and page.image.address.endswith("master/p1.tif")


def test_rights_of_several_mets_are_those_of_the_first_that_says_some(tmp_path: Path) -> None:
    rights = "<dmdSec ID='d'><mdWrap><xmlData><rights>pdm</rights></xmlData></mdWrap></dmdSec></mets>"
    put(tmp_path / "a/mets.xml", METS.format(id="one", alto="1.xml"))
    put(tmp_path / "a/toc/mets.xml", METS.format(id="one", alto="../1.xml").replace("</mets>", rights))
    put(tmp_path / "a/1.xml", ALTO.format(""))
    [found] = harvest(tmp_path)
    assert found.document.rights.statement == "pdm"


def test_two_mets_in_one_folder_are_two_documents(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(tmp_path / f"{name}-mets.xml", METS.format(id=name, alto=f"file://./alto/{name}.xml"))
        put(tmp_path / f"alto/{name}.xml", ALTO.format(""))
    found = harvest(tmp_path)
    assert [(one.document.aliases[0], [page.key for page in one.pages]) for one in found] == [
        ("mets:one", ["one"]),
        ("mets:two", ["two"]),
    ]


def test_a_flat_folder_of_several_arks_is_several_documents(tmp_path: Path) -> None:
    for name in ("bpt6k70526g_f10", "btv1b8626243d_f9", "btv1b8626243d_f10"):
        put(tmp_path / f"{name}.xml", ALTO.format(""))
        scan(tmp_path / f"{name}.tif.jpeg")
    found = harvest(tmp_path)
    assert {one.document.aliases[0]: [page.key for page in one.pages] for one in found} == {
        "ark:/12148/bpt6k70526g": ["f10"],
        "ark:/12148/btv1b8626243d": ["f9", "f10"],
    }


def test_alto_that_names_its_document_counts_more_than_the_folder(tmp_path: Path) -> None:
    names = "<sourceImageInformation><documentIdentifier>9604118</documentIdentifier></sourceImageInformation>"
    put(tmp_path / "whatever/X0000019.xml", ALTO.format(names))
    [found] = harvest(tmp_path)
    assert found.document.aliases == ("ark:/12148/bpt6k9604118j",) and found.pages[0].key == "f19"


def test_a_view_is_what_the_alto_says_unless_several_say_the_same(tmp_path: Path) -> None:
    said = (
        "<sourceImageInformation><fileIdentifier>ark:/12148/bpt6k46000341/f7</fileIdentifier></sourceImageInformation>"
    )
    put(tmp_path / "a/scan-1.xml", ALTO.format(said))
    [found] = harvest(tmp_path / "a")
    assert [page.key for page in found.pages] == ["f7"]
    put(tmp_path / "a/scan-2.xml", ALTO.format(said))
    [found] = harvest(tmp_path / "a")
    assert [page.key for page in found.pages] == ["f1", "f2"]


def test_links_out_of_the_folder_and_hidden_files_are_not_followed(tmp_path: Path) -> None:
    scan(tmp_path / "secret/f2.png")
    put(tmp_path / "secret/f2.xml", ALTO.format(""))
    scan(tmp_path / "root/f1.png")
    scan(tmp_path / "root/.hidden.png")
    scan(tmp_path / "root/._f1.png")
    scan(tmp_path / "root/@eaDir/f1.png")
    (tmp_path / "root/f2.png").symlink_to(tmp_path / "secret/f2.png")
    (tmp_path / "root/more").symlink_to(tmp_path / "secret")
    (tmp_path / "root/loop").symlink_to(tmp_path / "root")
    (tmp_path / "root/f3.png").symlink_to(tmp_path / "root/f1.png")
    [found] = harvest(tmp_path / "root")
    assert [page.key for page in found.pages] == ["f1", "f3"]
    assert [Path(d.where).name for d in found.diagnostics if d.code == "link-outside"] == ["f2.png", "more"]


@pytest.mark.parametrize("wish", ["../secret.xml", "/etc/passwd", "file:///etc/passwd", "alto/../../secret.xml", ""])
def test_mets_does_not_lead_out_of_the_folder(tmp_path: Path, wish: str) -> None:
    put(tmp_path / "secret.xml", ALTO.format(""))
    put(tmp_path / "root/mets.xml", METS.format(id="x", alto=wish))
    found = harvest(tmp_path / "root")
    assert not any(page.texts for one in found for page in one.pages)
    assert len(found) + len(found.refusals) == 1


def test_what_is_broken_is_said(tmp_path: Path) -> None:
    put(tmp_path / "doc/f1.xml", ALTO.format(""))
    put(tmp_path / "doc/f2.xml", "<alto")
    put(tmp_path / "doc/f3.jpg", b"\xff\xd8\xff not a picture")
    put(tmp_path / "doc/tei.xml", "<TEI/>")
    put(tmp_path / "doc/bomb.xml", '<!DOCTYPE alto [<!ENTITY a "b">]><alto>&a;</alto>')
    put(tmp_path / "else/cut.xml", "<mets")
    put(tmp_path / "mets/mets.xml", "<mets xmlns='http://www.loc.gov/METS/'><fileSec>")
    put(tmp_path / "mets/f1.xml", ALTO.format(""))
    found = harvest(tmp_path)
    document, other = found
    assert [page.key for page in document.pages] == ["bomb", "f1", "f2", "f3"]
    assert {d.code for d in document.diagnostics} >= {"image-unreadable", "file-not-understood", "image-missing"}
    assert "mets-unreadable" in {d.code for d in other.diagnostics} and other.pages[0].texts
    [refusal] = found.refusals
    assert refusal.source.endswith("else/cut.xml") and isinstance(refusal.error, FormatError)


def test_scans_that_nobody_opens_are_told(tmp_path: Path) -> None:
    put(tmp_path / "doc/f1.xml", ALTO.format(""))
    scan(tmp_path / "doc/f1.bmp")
    scan(tmp_path / "else/f1.bmp")
    found = harvest(tmp_path)
    [document] = found
    assert [(page.key, page.image) for page in document.pages] == [("f1", None)]
    assert any("BMP is not read" in d.message for d in document.diagnostics)
    [refusal] = found.refusals
    assert refusal.source.endswith("else/f1.bmp") and "save it as PNG or TIFF" in str(refusal.error)


@pytest.mark.parametrize("share", [0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.999])
def test_files_cut_anywhere_are_read_or_refused(data: Path, tmp_path: Path, share: float) -> None:
    for name in (
        "bnf-e2e-excelsior-1910/OLR-BnF/4600034/manifest.xml",
        "bnf-e2e-excelsior-1910/OLR-BnF/4600034/ocr/X0000003.xml",
        "bnf-e2e-lacroix/DOCS/0220169/X0220169.XML",
        "segmonto-fullres/imprime-18/btv1b8613380t/btv1b8613380t_f11.tif.jpeg",
        "alto/bnl-nautilus/textblocks/images/5.tif",
        "bnf-e2e-9604118/manifests/bpt6k9604118j.json",
    ):
        whole = (data / name).read_bytes()
        put(tmp_path / Path(name).name / Path(name).name, whole[: int(len(whole) * share)])
        found = harvest(tmp_path / Path(name).name)
        assert found or found.refusals, name


def test_the_same_document_twice_is_said(tmp_path: Path) -> None:
    for place in ("a", "b"):
        put(tmp_path / place / "mets.xml", METS.format(id="same", alto="1.xml"))
        put(tmp_path / place / "1.xml", ALTO.format(""))
    found = harvest(tmp_path)
    assert len(found) == 1 and "put their files together" in str(found.refusals[0].error)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "readme.txt", "nothing here")
    [refusal] = harvest(tmp_path).refusals
    assert isinstance(refusal.error, UnsupportedError) and "no scan, ALTO, METS or manifest" in str(refusal.error)


def test_a_folder_without_a_name_is_called_by_its_path(tmp_path: Path) -> None:
    scan(tmp_path / "My scans/page 1.jpg")
    [found] = harvest(tmp_path / "My scans")
    assert found.document.aliases == ((tmp_path / "My scans").as_uri(),)
    assert (found.document.title, found.document.provider) == ("My scans", "local files")
    assert len(found.pages[0].key) == 12, "a digest, for a space is not safe in addresses"


def test_a_delivery_that_moves_keeps_its_name(excelsior: Path, tmp_path: Path) -> None:
    shutil.copytree(excelsior / "ocr", tmp_path / "elsewhere/ocr")
    [moved] = harvest(tmp_path / "elsewhere")
    assert moved.document.id == "ark-12148-bpt6k46000341"
    assert [page.key for page in moved.pages] == [f"f{n}" for n in range(1, 13)]


# --- names


def test_names() -> None:
    assert sorted(["f10", "f9", "F1", "f01", "a"], key=natural) == ["a", "F1", "f01", "f9", "f10"]
    assert [stem(name) for name in ("f11.tif.jpeg", "X0000003.XML", "page.11.xml", "a.b")] == [
        "f11",
        "X0000003",
        "page.11",
        "a.b",
    ]
    for name in ("X0000003", "f3", "00000003", "bpt6k70526g_f3", "a-b_0003", "x.pdf_page_3"):
        assert view_number(name) == 3, name
    assert [view_number(name) for name in ("bpt6k46000341", "cover", "")] == [None] * 3
    assert ark_name("bpt6k70526g_f10") == "bpt6k70526g"
    assert ark_name("bpt6k70526h_f10") == ark_name("folder") == ""


@given(st.lists(st.text(max_size=12)))
def test_the_natural_order_is_an_order(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=natural) == sorted(backwards, key=natural)
