"""By ARK, by query and by year, the result equals that of the folder; and Gallica's limits are expected answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estampe.catalogue import Catalogue
from estampe.errors import DeniedError, FormatError, GoneError, UnavailableError, UnsupportedError, UsageError
from estampe.harvest import Harvested
from estampe.harvest.gallica import gallica_ark
from estampe.harvest.issues import Periodical
from estampe.net import Door
from tests.harvest.conftest import Harvest, MakeHarvester, harvest
from tests.harvest.gallica_standin import GallicaStandin

ARK = "ark:/12148/bpt6k46000341"


def texts(harvested: Harvested, door: Door | None = None) -> dict[str, bytes]:
    """Return the OCR of each page, from its file or through the door."""
    return {
        page.key: b"".join(
            door.get(text.address).read() if door and "://" in text.address else Path(text.address).read_bytes()
            for text in page.texts
        )
        for page in harvested.pages
    }


@pytest.mark.parametrize(
    "source",
    [
        ARK,
        f"{ARK}/f7",
        "bpt6k46000341",
        f"https://gallica.bnf.fr/{ARK}/f3.item.r=tempête",
        f"https://gallica.bnf.fr/iiif/{ARK}/manifest.json",
        "{base}/ark:/12148/bpt6k46000341.texteImage",
        'sru:(dc.title all "excelsior")',
        "issues:ark:/12148/cb32771891w/1910",
        "issues:cb32771891w",
        "issues:cb32771891w/1909-1914",
        "https://gallica.bnf.fr/ark:/12148/cb32771891w/date1910",
        "https://gallica.bnf.fr/ark:/12148/cb32771891w/date",
        "ark:/12148/cb32771891w/date19101220",
        "gallica.bnf.fr/ark:/12148/bpt6k46000341",
        "http://www.gallica.bnf.fr/ark:/12148/bpt6k46000341/f7.item",
        "ark:12148/bpt6k46000341",
        "ARK:/12148/bpt6k46000341",
        f" <https://gallica.bnf.fr/{ARK}>\n",
        f"\u201chttps://gallica.bnf.fr/{ARK}\u201d",
        f"HTTPS://gallica.bnf.fr/iiif/{ARK}/f7/full/full/0/native.jpg",
        f"https//gallica.bnf.fr/{ARK}",
        "https://gallica.bnf.fr/services/engine/search/sru?operation=searchRetrieve&query=%28dc.title%20all%20%22excelsior%22%29",
        'SRU:(dc.title all "excelsior")',
        "https://catalogue.bnf.fr/ark:/12148/cb32771891w",
    ],
)
def test_every_way_gives_what_the_folder_gives(
    source: str, gallica: GallicaStandin, make_harvester: MakeHarvester, excelsior: Path, door: Door
) -> None:
    [local] = harvest(excelsior)
    [distant] = found = Harvest(make_harvester(gallica.url), source.format(base=gallica.url))
    assert not found.refusals
    assert distant.document.id == local.document.id == "ark-12148-bpt6k46000341"
    assert distant.document.aliases[0] == local.document.aliases[0] == ARK
    assert [(page.id, page.key, page.number) for page in distant.pages] == [
        (page.id, page.key, page.number) for page in local.pages
    ]
    assert [page.size for page in distant.pages] == [page.size for page in local.pages]
    assert texts(distant, door) == texts(local)
    assert distant.document.series is not None and local.document.series is not None
    assert distant.document.series.id == local.document.series.id == "ark:/12148/cb32771891w"
    assert distant.document.date is not None and local.document.date is not None
    assert distant.document.date.start == local.document.date.start
    assert (distant.route, local.route) == ("gallica", "folder")
    assert distant.original is not None and b"sc:Manifest" in distant.original


def test_the_record_fills_what_the_manifest_leaves_open(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    [found] = Harvest(make_harvester(gallica.url), ARK)
    document = found.document
    assert (document.provider, document.title, document.kind) == ("Gallica", "Excelsior", "periodical")
    assert (document.languages, document.publisher) == (("fr",), "[s.n.] (Paris)")
    assert document.catalogue_record == "http://catalogue.bnf.fr/ark:/12148/cb32771891w"
    assert not found.diagnostics


def test_a_query_is_paged_to_its_end(gallica: GallicaStandin, make_harvester: MakeHarvester, monkeypatch: Any) -> None:
    monkeypatch.setattr("estampe.harvest.sru._BATCH", 1)
    found = Harvest(make_harvester(gallica.url), 'sru:dc.title any ""')
    assert [one.document.title for one in found] == ["Excelsior", "La Croix", "Un livre"]
    assert sum("/SRU?" in request for request in gallica.requests) == 3


def test_a_harvest_asks_for_no_more_than_is_taken(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    next(make_harvester(gallica.url).harvest('sru:dc.title any ""'))
    assert sum("manifest.json" in request for request in gallica.requests) == 1


def test_real_answers_of_the_search_service_are_understood(
    data: Path, make_harvester: MakeHarvester, gallica: GallicaStandin, monkeypatch: Any
) -> None:
    """18,509 periodicals: each is a refusal that says what to give instead."""
    real = (data / "gallica-api/papers.xml").read_text("utf-8")
    monkeypatch.setattr(GallicaStandin, "_sru", lambda self, query: real.partition("?>")[2])
    refusals = []
    for refusal in make_harvester(gallica.url).harvest('sru:dc.type all "fascicule"'):
        refusals.append(refusal)
        if len(refusals) == 3:
            break
    assert "issues:ark:/12148/cb32699739p/YEAR" in str(refusals[0].error)  # type: ignore[union-attr]


def test_real_answers_of_the_issues_service_are_understood(
    data: Path, make_harvester: MakeHarvester, gallica: GallicaStandin, monkeypatch: Any
) -> None:
    """Le Temps has issues of 1861 to 1942; the stand-in then knows none of 1900 and 1901."""
    real = (data / "gallica-api/issues.xml").read_text("utf-8").partition("?>")[2]
    asked: list[str] = []

    def issues(self: GallicaStandin, periodical: str, year: str) -> str:
        asked.append(year)
        return '<issues listType="issue"/>' if year else real

    monkeypatch.setattr(GallicaStandin, "_issues", issues)
    found = Harvest(make_harvester(gallica.url), "issues:cb34431794k/1900-1901")
    assert asked == ["", "1900", "1901"]
    assert [str(one.error).partition(": ")[2] for one in found.refusals] == [
        "Gallica has no issue of 1900",
        "Gallica has no issue of 1901",
    ]
    [refusal] = Harvest(make_harvester(gallica.url), "issues:cb34431794k/1950-1960").refusals
    assert "it has 1861 to 1942" in str(refusal.error)


def test_throttling_is_waited_for(gallica: GallicaStandin, make_harvester: MakeHarvester, clock: Any) -> None:
    gallica.spoil("manifest", 429, 503, "truncated")
    gallica.spoil("SRU", 500)
    [found] = Harvest(make_harvester(gallica.url), 'sru:"excelsior"')
    assert len(found.pages) == 12 and len(clock.slept) > 3


@pytest.mark.parametrize(
    ("service", "answers", "kind", "words"),
    [
        ("manifest", ["html"], FormatError, "a web page instead of the manifest"),
        ("manifest", [429] * 4, UnavailableError, "fewer requests"),
        ("manifest", [404], GoneError, "no such thing"),
        ("SRU", ["html"], FormatError, "no XML"),
        ("SRU", [403], DeniedError, "does not let us have it"),
        ("Issues", ["html"], FormatError, "HTML"),
        ("Issues", [500] * 4, UnavailableError, "500"),
    ],
)
def test_what_cannot_be_had_is_a_clear_word_and_may_be_asked_again(
    gallica: GallicaStandin,
    make_harvester: MakeHarvester,
    clock: Any,
    service: str,
    answers: list[Any],
    kind: Any,
    words: str,
) -> None:
    source = {"manifest": ARK, "SRU": 'sru:"excelsior"', "Issues": "issues:cb32771891w/1910"}[service]
    gallica.spoil(service, *answers)
    harvester = make_harvester(gallica.url)
    [refusal] = Harvest(harvester, source).refusals
    assert isinstance(refusal.error, kind) and words in str(refusal.error)
    clock.time += 3600
    assert len(Harvest(harvester, source)) == 1, "a bad answer is not kept"


def test_a_record_that_cannot_be_had_is_a_remark(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    gallica.spoil("OAIRecord", "html")
    [found] = Harvest(make_harvester(gallica.url), ARK)
    assert [remark.code for remark in found.diagnostics] == ["gallica-record"]
    assert all(page.texts for page in found.pages)


def test_what_the_record_said_before_stays_when_it_cannot_be_had(
    gallica: GallicaStandin, make_harvester: MakeHarvester, door: Door, tmp_path: Path
) -> None:
    with Catalogue.open(f"sqlite:///{tmp_path / 'catalogue.sqlite'}") as catalogue:
        for _ in range(2):
            [found] = Harvest(make_harvester(gallica.url), ARK)
            known = catalogue.put_document(
                found.document,
                route=found.route,
                original=found.original,
                pages=found.pages,
                diagnostics=found.diagnostics,
                unlearnt=found.unlearnt,
            )
            door.forget(f"{gallica.url}/services/OAIRecord?ark=bpt6k46000341")
            gallica.spoil("OAIRecord", "html")
            document = catalogue.document(known)
            assert document is not None and document.languages == ("fr",) and document.kind == "periodical"
            assert document.publisher == "[s.n.] (Paris)"
        assert [diagnostic.code for diagnostic in catalogue.diagnostics(known)] == ["gallica-record"]


def test_a_manifest_that_is_refused_is_made_up_for(
    gallica: GallicaStandin, make_harvester: MakeHarvester, clock: Any
) -> None:
    [usual] = Harvest(make_harvester(gallica.url), ARK)
    clock.time += 10_000
    gallica.spoil("manifest", 403)
    [found] = Harvest(make_harvester(gallica.url), "ark:/12148/bpt6k220169n")
    assert [remark.code for remark in found.diagnostics] == ["gallica-manifest-denied"]
    assert found.original is None and [page.key for page in found.pages] == ["f1", "f2", "f3", "f4"]
    [page, *_] = found.pages
    [other, *_] = usual.pages
    assert (page.label, page.canvas.replace("bpt6k220169n", "X")) == (
        other.label,
        other.canvas.replace("bpt6k46000341", "X"),
    )
    assert page.image is not None and page.image.service is not None and other.image is not None
    assert page.image.address.replace("bpt6k220169n", "X") == other.image.address.replace("bpt6k46000341", "X")
    assert found.document.title == "La Croix" and found.document.series is not None


def test_what_is_refused_altogether_is_a_refusal(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    gallica.spoil("manifest", 403)
    gallica.spoil("Pagination", 403)
    [refusal] = Harvest(make_harvester(gallica.url), ARK).refusals
    assert isinstance(refusal.error, DeniedError)


def test_a_document_without_ocr_is_not_asked_for_it(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    from dataclasses import replace

    gallica.documents["bpt6k46000341"] = replace(gallica.documents["bpt6k46000341"], has_text=False)
    [found] = Harvest(make_harvester(gallica.url), ARK)
    assert [remark.code for remark in found.diagnostics] == ["gallica-no-text"]
    assert not any(page.texts for page in found.pages)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "the source is empty"),
        ("  ", "the source is empty"),
        ("bpt6k46000342", "the last character of this ARK does not fit"),
        ("https://gallica.bnf.fr/ark:/12148/bpt6k46000342/f7.item", "the last character of this ARK does not fit"),
        ("http://[::1", "its host is malformed"),
        ("https:/example.org/m", "did you mean https://example.org/m"),
        ("ftp://example.org/x", "addresses of ftp are not asked"),
        ("example.org/manifest.json", "give https://example.org/manifest.json"),
        ("gallica.bnf.fr", "give https://gallica.bnf.fr"),
        ("file:///nowhere/to%20be/found", "there is no file or folder '/nowhere/to be/found'"),
        ("file://elsewhere/x", "another machine"),
        ("nowhere/to/be/found", "there is no file or folder"),
        ("nowhere.yaml", "there is no file or folder"),
        ("vogue", "give an address, an ARK"),
        ("sru:", "without a query"),
        ("issues:", "names no periodical"),
        ("issues:vogue", "names no periodical"),
        ("issues:cb32771891w/soon", "is no year"),
        ("/dev/zero", "is neither a file nor a folder"),
    ],
)
def test_other_sources_are_told_what_would_work(make_harvester: MakeHarvester, source: str, words: str) -> None:
    [refusal] = Harvest(make_harvester(), source).refusals
    assert refusal.source == source
    assert isinstance(refusal.error, UsageError) and words in str(refusal.error)


def test_arks_of_others_are_told_what_would_work(make_harvester: MakeHarvester) -> None:
    [refusal] = Harvest(make_harvester(), "ark:/70795/vv1t00").refusals
    assert isinstance(refusal.error, UnsupportedError) and "give the address" in str(refusal.error)


def test_what_names_a_document_of_gallica() -> None:
    base = "http://127.0.0.1:1"
    assert gallica_ark(f"https://gallica.bnf.fr/{ARK}/f7.highres", base) == ARK
    assert gallica_ark(f"https://example.org/copy/of/{ARK}", base) == ""
    assert gallica_ark("https://gallica.bnf.fr/accueil", base) == ""
    assert gallica_ark("bpt6k46000342", base) == "", "its check character is wrong"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("cb32771891w", None, None),
        ("ark:/12148/cb32771891w/date", None, None),
        ("ark:/12148/cb32771891w/1910", 1910, 1910),
        ("cb32771891w/1910-1914", 1910, 1914),
        ("https://gallica.bnf.fr/ark:/12148/cb32771891w/date1910.item", 1910, 1910),
    ],
)
def test_periodicals_are_read_as_people_write_them(text: str, first: int | None, last: int | None) -> None:
    assert Periodical.parse(text) == Periodical("ark:/12148/cb32771891w", first, last)


def test_a_day_of_a_periodical_is_one_issue(gallica: GallicaStandin, make_harvester: MakeHarvester) -> None:
    harvester = make_harvester(gallica.url)
    assert len(Harvest(harvester, "issues:cb32771891w/19101220")) == 1
    [refusal] = Harvest(harvester, "https://gallica.bnf.fr/ark:/12148/cb32771891w/date19101221").refusals
    assert "no issue of 1910-12-21" in str(refusal.error)
    [refusal] = Harvest(harvester, "issues:cb32771891w/19101321").refusals
    assert isinstance(refusal.error, UsageError)
