"""What METS says of documents, pages and articles, in the ways the libraries write it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from estampe.identity import bnf_ark
from estampe.ocr import Mets, read_alto, read_mets
from estampe.records import Article, Part, Rights, Size


def read(data: Path, path: str) -> Mets:
    return read_mets(data / path, name=path)


def kinds(mets: Mets) -> Counter[str]:
    return Counter(article.kind for article in mets.articles)


@pytest.mark.real_data
class TestRealFiles:
    def test_bnf_manifest(self, data: Path) -> None:
        mets = read(data, "bnf-e2e-excelsior-1910/OLR-BnF/4600034/manifest.xml")
        names = dict(mets.identifiers)
        assert bnf_ark(names["number"]) == "ark:/12148/bpt6k46000341"
        assert names["notice"] == "ark:/12148/cb32771891w"
        assert (mets.title, mets.date, mets.kind) == ("1910-12-20 (Numéro 35)", "1910-12-20", "periodical")
        assert len(mets.pages) == 12
        first, fifth = mets.pages[0], mets.pages[4]
        assert (first.order, first.key, first.label, first.alto) == (1, "X0000001", "", "ocr/X0000001.xml")
        assert (first.image, first.size, first.dpi) == ("master/T0000001.JP2", Size(6287, 8677), pytest.approx(400))
        assert (fifth.label, fifth.kind) == ("5", "illustration")

    def test_bnf_table_of_contents(self, data: Path) -> None:
        mets = read(data, "bnf-e2e-excelsior-1910/OLR-BnF/4600034/toc/M4600034.xml")
        assert [page.key for page in mets.pages] == [f"X{number:07}" for number in range(1, 13)]
        assert kinds(mets) == {
            "article": 163, "advertisement": 40, "illustration": 32, "section": 30, "program": 11, "table": 4,
            "freead": 4, "novel": 2, "newspaper": 1, "issue": 1, "titlesection": 1, "content": 1,
        }  # fmt: skip
        by_id = {article.id: article for article in mets.articles}
        picture = by_id["DIV.39"]
        assert picture.kind == "illustration"
        assert picture.title.startswith("Phot. de notre correspondant M. Lefebvre.")
        assert picture.parts == (
            Part("X0000001", "PAG_1_IL000001", "image"),
            Part("X0000001", "PAG_1_TB000010", "caption"),
            Part("X0000001", "PAG_1_TB000011", "caption"),
            Part("X0000001", "PAG_1_TB000012", "caption"),
        )
        assert by_id[picture.parents[-1]] == Article(
            "DIV.35",
            "article",
            "La Tempête sur les Côtes de France",
            (Part("X0000001", "PAG_1_TB000009", "title"),),
            ("DIV.18", "DIV.19", "DIV.34"),
        )

    def test_its_parts_are_all_in_the_alto(self, data: Path) -> None:
        folder = data / "bnf-e2e-excelsior-1910" / "OLR-BnF" / "4600034"
        mets = read_mets(folder / "toc" / "M4600034.xml", name="toc")
        parts = {(part.page, part.block) for article in mets.articles for part in article.parts}
        there = set()
        for page in mets.pages:
            ocr = read_alto(folder / "toc" / page.alto, name=page.key)
            there |= {(page.key, id_) for id_ in ocr.order}
        assert len(parts) > 1500
        assert parts <= there

    def test_bnf_before_mets(self, data: Path) -> None:
        mets = read(data, "alto/bnf-one-per-dialect/OCR-BnF-magazines-legacy/6519970/X6519970.xml")
        assert mets.identifiers[:2] == (("number", "6519970"), ("notice", "ark:/12148/cb328533478"))
        assert mets.title.startswith("La Restauration maxillo-faciale.")
        assert (mets.label, mets.date, mets.kind) == ("Année 3 Numéro 1 Tome 1", "1919/01", "periodical")
        assert (len(mets.pages), mets.pages[0].label) == (96, "plat supérieur")
        assert (mets.pages[0].alto, mets.pages[0].size, mets.pages[0].dpi) == ("X/X0000001.xml", Size(2837, 4026), 400)

    def test_europeana_with_articles(self, data: Path) -> None:
        mets = read(data, "alto/bnf-one-per-dialect/OLR-EN/19040807_1/19040807_1-METS.xml")
        assert mets.title == "Le Petit Journal illustré Supplément du dimanche"
        assert (mets.label[-10:], mets.date, mets.languages, mets.kind) == (
            "07.08.1904",
            "07.08.1904",
            ("fr",),
            "newspaper",
        )
        assert (kinds(mets)["article"], kinds(mets)["illustration"], kinds(mets)["advertisement"]) == (19, 8, 40)
        titles = [article.title for article in mets.articles if article.kind == "article"]
        # The article and the title stand apart in MODS; "Untitled" is what the software writes.
        assert "A SAINT-SÉBASTIEN" in titles
        assert not any(article.title.lower() == "untitled" for article in mets.articles)
        assert (mets.pages[0].kind, mets.pages[0].size, mets.pages[0].dpi) == ("title_page", Size(3430, 5014), 300)
        assert mets.pages[0].alto == "ALTO/19040807_1-0001.xml"
        assert mets.rights == Rights(statement="6 - Snippet view (image server)")

    def test_europeana_without(self, data: Path) -> None:
        mets = read(data, "alto/bnf-one-per-dialect/OCR-EN-BnF/BnF_00031_19040418/BnF_00031_19040418_mets.xml")
        assert (mets.identifiers[0], mets.title) == (("OBJID", "BnF_00031_19040418"), "L'Humanité")
        assert [page.alto for page in mets.pages] == [f"alto/0000000{number}.xml" for number in (1, 2, 3, 4)]
        assert (mets.languages, mets.articles) == (("fre",), ())
        assert mets.rights == Rights(statement="6 - Snippet view (image server)")

    def test_luxembourg(self, data: Path) -> None:
        mets = read(data, "alto/bnl-nautilus/mets-alto-package/example-mets.xml")
        assert mets.identifiers[0] == ("OBJID", "https://persist.lu/ark:70795/4b7rzq")
        assert (mets.date, mets.publisher, mets.pages[0].dpi) == ("1858-07-10", "Victor Bück", 300)
        assert mets.pages[0].images == ("images/1858-07-10_01-00001.tif", "blackwhiteimages/1858-07-10_01-00001.png")
        (picture,) = [article for article in mets.articles if article.kind == "illustration"]
        assert picture.parts == (Part("1858-07-10_01-00001", "P1_CB00003", "image"),)
        assert next(a.title for a in mets.articles if a.kind == "section") == "Amtlicher Theil. PARTIE OFFICIELLE."

    def test_library_of_congress(self, data: Path) -> None:
        folder = "alto/loc-ndnp/batch_dlc_manyyears_ver01/data/sn83045462"
        mets = read(data, f"{folder}/00280656847/1920111501/1920111501.xml")
        assert mets.identifiers == (("lccn", "sn83045462"), ("edition", "1"))
        assert (mets.label, mets.date) == ("Evening star (Washington, D.C.), 1920-11-15", "1920-11-15")
        (page,) = mets.pages
        assert (page.key, page.label, page.alto, page.image) == ("0007", "1", "0007.xml", "0007.jp2")


def test_a_mets_that_says_little_is_told() -> None:
    mets = read_mets(b"<mets><fileSec/></mets>", name="mets.xml")
    assert (mets.pages, [diagnostic.code for diagnostic in mets.diagnostics]) == ((), ["mets-no-pages"])


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file://./text/1.xml", "text/1.xml"),
        ("file:///./alto/1.xml", "alto/1.xml"),
        (".\\alto\\1.xml", "alto/1.xml"),
        ("../ocr/1.xml", "../ocr/1.xml"),
        ("https://example.org/1.xml", "https://example.org/1.xml"),
    ],
)
def test_addresses_of_files(address: str, path: str) -> None:
    content = (
        f'<mets xmlns:x="http://www.w3.org/1999/xlink"><fileSec><fileGrp><file ID="f"><FLocat x:href="{address}"/>'
        "</file></fileGrp></fileSec></mets>"
    )
    assert read_mets(content.encode(), name="mets.xml").pages[0].alto == path


@pytest.mark.parametrize(
    ("unit", "value", "dpi"),
    [("in.", "300", 300), ("3", "118.11", 300), ("cm", "4000/1", 10160), ("1", "300", None), ("2", "0", None)],
)
def test_resolutions(unit: str, value: str, dpi: float | None) -> None:
    sampling = "".join(
        f"<{part}>{number}</{part}>"
        for part, number in zip(("numerator", "denominator"), value.split("/"), strict=False)
    )
    content = f"""<mets xmlns:x="http://www.w3.org/1999/xlink"><amdSec><techMD ID="t"><mix>
      <samplingFrequencyUnit>{unit}</samplingFrequencyUnit><xSamplingFrequency>{sampling}</xSamplingFrequency>
      </mix></techMD></amdSec><fileSec><fileGrp><file ID="f" ADMID="t nothing"><FLocat x:href="1.tif"/></file></fileGrp>
      </fileSec><structMap><div><fptr FILEID="f"/></div></structMap></mets>"""
    (page,) = read_mets(content.encode(), name="mets.xml").pages
    assert page.dpi == (None if dpi is None or dpi > 10_000 else pytest.approx(dpi, abs=0.1))


@pytest.mark.parametrize(
    ("type_", "division", "kind"),
    [
        ("periodical", "issue", "periodical"),
        ("periodical", "Newspaper", "newspaper"),
        ("", "METAe_Serial:Magazine", "magazine"),
        ("monograph", "Newspaper", "monograph"),
        ("Presse", "", "newspaper"),
        ("Revue", "", "magazine"),
    ],
)
def test_kinds(type_: str, division: str, kind: str) -> None:
    content = f'<mets TYPE="{type_}"><structMap TYPE="LOGICAL"><div TYPE="{division}"/></structMap></mets>'
    assert read_mets(content.encode(), name="mets.xml").kind == kind


BY, ZERO = "https://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/publicdomain/zero/1.0/"
MODS = '<dmdSec ID="d"><mdWrap><xmlData><mods>{}</mods></xmlData></mdWrap></dmdSec>'
MD = '<amdSec><rightsMD ID="r">{}</rightsMD></amdSec>'


@pytest.mark.parametrize(
    ("said", "rights"),
    [
        (MODS.format("<accessCondition type='use'>Free to  use</accessCondition>"), Rights(statement="Free to use")),
        (MODS.format(f"<accessCondition x:href='{BY}'>CC BY</accessCondition>"), Rights("http" + BY[5:], "", "CC BY")),
        (MODS.format(f"<accessCondition>{ZERO}</accessCondition>"), Rights(ZERO)),
        (MODS.format("<dc:rights>domaine public</dc:rights><dc:rights>public domain</dc:rights>"),
         Rights(statement="domaine public; public domain")),
        (MD.format("<mdWrap><r:RightsDeclarationMD RIGHTSCATEGORY='PUBLIC DOMAIN'><r:RightsDeclaration>No rights."
                   "</r:RightsDeclaration><r:RightsHolder><r:RightsHolderName>A library</r:RightsHolderName>"
                   "</r:RightsHolder></r:RightsDeclarationMD></mdWrap>"),
         Rights(None, "A library", "No rights.; public domain")),
        (MD.format("<mdWrap><dv:rights><dv:owner>A library</dv:owner><dv:ownerLogo>https://example.org/logo.png"
                   "</dv:ownerLogo><dv:license>pdm</dv:license></dv:rights></mdWrap>"),
         Rights(None, "A library", "pdm")),
        (MD.format(f"<mdRef LOCTYPE='URL' x:href='{BY}'/>"), Rights("http" + BY[5:])),
        # Of two licences, of parts perhaps, none is that of the whole.
        (MODS.format(f"<accessCondition>{ZERO}</accessCondition>") + MD.format(f"<mdRef x:href='{BY}'/>"),
         Rights(None, "", f"{ZERO}; {BY}")),
        (MD.format("<mdRef x:href='https://example.org/terms'/>"), Rights("https://example.org/terms")),
        (MODS.format("<accessCondition/>").replace("</mods>", "</mods><mdRef x:href='https://example.org/record'/>"),
         Rights()),
    ],
)  # fmt: skip
def test_rights(said: str, rights: Rights) -> None:
    spaces = 'xmlns:x="http://www.w3.org/1999/xlink" xmlns:r="r" xmlns:dc="dc" xmlns:dv="dv"'
    assert read_mets(f"<mets {spaces}>{said}</mets>".encode(), name="mets.xml").rights == rights
