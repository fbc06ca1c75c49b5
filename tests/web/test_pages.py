"""Pages for people, as they come from the server: complete without any script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from estampe.catalogue import Catalogue
from estampe.settings import Settings
from estampe.web import create_app
from tests.web.conftest import Site
from tests.web.library import LONG, fill

LINK = re.compile(r'(?:href|src|action|hx-get|data-show)="([^"]*)"')


def text(client: FlaskClient, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def links(page: str) -> list[str]:
    return [unescape(address) for address in LINK.findall(page)]


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient, site: Site) -> None:
    """From the home page, all addresses of the site are visited, in both languages."""
    waiting, seen, alike = ["/", "/fr/", "/en/"], set(), 0
    while waiting and len(seen) < 400:
        address = waiting.pop().removeprefix("https://pictures.example.org").split("#")[0]
        # From picture to picture like it one could go on for ever.
        alike += "like=" in address
        if address in seen or not address.startswith("/") or ("like=" in address and alike > 40):
            continue
        seen.add(address)
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        assert str(site.home).encode() not in answer.data, f"{address} names a folder of this machine"
        if answer.mimetype == "text/html":
            page = answer.get_data(as_text=True)
            assert "<script>" not in page and "onclick" not in page
            assert not re.search(r"%\(\w+\)s", page), f"{address} has a gap in a sentence"
            found = [link for link in links(page) if not link.startswith("/api/v1/export")]
            # All kinds of pages first, then more of each.
            waiting = [*waiting, *found] if len(seen) % 7 else [*found, *waiting]
        answer.close()
    assert len(seen) == 400
    for part in (
        "/fr/illustrations/",
        "/en/documents/",
        "/fr/collections/",
        "/embed/",
        "/iiif/",
        "/api/",
        "/crops/",
        "/runs/",
    ):
        assert any(address.startswith(part) for address in seen), f"no link led to {part}"


@pytest.mark.parametrize(
    ("accepted", "language"), [("fr-FR,fr;q=0.9", "fr"), ("en-US", "en"), ("de, en;q=0.5", "en"), ("", "fr")]
)
def test_the_language_is_that_of_the_address_then_of_the_browser(
    client: FlaskClient, accepted: str, language: str
) -> None:
    answer = client.get("/search?q=Seine&technique=print", headers={"Accept-Language": accepted})
    assert answer.status_code == 302
    assert answer.location == f"/{language}/search?q=Seine&technique=print"
    assert "Accept-Language" in answer.vary
    assert f'<html lang="{language}">' in text(client, answer.location, **{"Accept-Language": "de"})


def test_a_page_is_the_same_in_the_other_language(client: FlaskClient, site: Site) -> None:
    page = text(client, f"/fr/illustrations/{site.ids['first']}?q=inondations&technique=photograph")
    assert f"/en/illustrations/{site.ids['first']}?q=inondations&technique=photograph" in links(page)
    assert "photographie" in page and "28 janvier 1910" in page
    assert "28 January 1910" in text(client, f"/en/illustrations/{site.ids['first']}")


def test_the_home_page_shows_pictures(client: FlaskClient) -> None:
    page = text(client, "/fr/")
    assert page.count('<li class="card') >= 30
    assert "7 documents" in page and "de 1836 à 1912" in page


def test_each_filter_of_a_search_is_a_chip_that_takes_it_away(client: FlaskClient) -> None:
    page = text(client, "/en/search?technique=drawing&technique=print&from=1910&to=1912&confidence=0.6")
    chips = re.findall(r'<a class="chip" href="([^"]*)"', page)
    assert [unescape(chip) for chip in chips] == [
        "/en/search?technique=print&from=1910-01-01&to=1912-12-31&confidence=0.6",
        "/en/search?technique=drawing&from=1910-01-01&to=1912-12-31&confidence=0.6",
        "/en/search?technique=drawing&technique=print&confidence=0.6",
        "/en/search?technique=drawing&technique=print&from=1910-01-01&to=1912-12-31",
    ]
    assert "1910–1912" in page and "at least 60% sure" in page


def test_an_empty_result_names_the_filter_that_emptied_it(client: FlaskClient) -> None:
    page = text(client, "/en/search?technique=print&subject=portrait")
    offers = re.findall(r'<a class="button" href="([^"]*)">.*?</svg>(.*?)<span[^>]*>(\d+)', page)
    assert [(unescape(address), words.strip(), int(count)) for address, words, count in offers] == [
        ("/en/search?technique=print", "without Subject: portrait", 18),
        ("/en/search?subject=portrait", "without Technique: print", 1),
    ]
    assert "star" in text(client, "/en/search?q=qwxyz")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "A date is"),
        ("from=1920&to=1910", "A date is"),
        ("confidence=sure", "A certainty is"),
        ("after=nowhere", "no longer there"),
        ("sort=beauty", "understood"),
        ("technique=gravure", "There is no value “gravure” here. Possible: print."),
        ("confidence=2", "A certainty is"),
    ],
)
def test_what_cannot_be_understood_is_said_kindly(client: FlaskClient, query: str, said: str) -> None:
    page = text(client, f"/en/search?q=Seine&{query}", 400)
    assert said in page
    assert 'value="Seine"' in page
    assert "/en/search?q=Seine" in "".join(links(page))


def test_more_pictures_follow_and_none_comes_twice(client: FlaskClient) -> None:
    address, seen = "/fr/search?n=20", []
    while address:
        page = text(client, address)
        seen += re.findall(r'<a class="card-link" href="/fr/illustrations/([^"?]+)', page)
        more = re.search(r'<a class="button" href="([^"]+)" rel="next"', page)
        address = unescape(more[1]) if more else ""
    assert len(seen) == len(set(seen)) == 67


def test_the_way_through_a_search_leads_from_picture_to_picture(client: FlaskClient) -> None:
    page = text(client, "/en/search?q=inondations&sort=date")
    cards = [unescape(link) for link in re.findall(r'<a class="card-link" href="([^"]+)"', page)]
    second = text(client, cards[1])
    assert f'rel="prev" href="{cards[0]}"'.replace("&", "&amp;") in second
    assert f'rel="next" href="{cards[2]}"'.replace("&", "&amp;") in second
    assert "2 of 17" in second
    assert "/en/search?q=inondations&sort=date" in links(second)


@pytest.mark.parametrize("query", ["q=inondations&n=5", "sort=-date&from=1910&n=10"])
def test_one_can_step_through_a_whole_search_and_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """Results longer than what is asked for at once are stepped through, from any page of the wall."""
    monkeypatch.setattr("estampe.web.pages.neighbours._WINDOW", 8)
    monkeypatch.setattr("estampe.web.pages.neighbours._REACH", 3)
    cards, address = [], f"/en/search?{query}"
    while address:
        page = text(client, address)
        cards += [unescape(link) for link in re.findall(r'<a class="card-link" href="([^"]+)"', page)]
        more = re.search(r'<a class="button" href="([^"]+)" rel="next"', page)
        address = unescape(more[1]) if more else ""
    order = [urlsplit(card).path for card in cards]
    assert len(order) > 16
    for number, card in enumerate(cards, 1):
        assert f"{number} of {len(order)}<" in text(client, card), "a card of any page of the wall knows its place"
    for way, step in (("next", 1), ("prev", -1)):
        here, seen = cards[0 if step == 1 else -1], []
        while here:
            page = text(client, here)
            seen.append(urlsplit(here).path)
            assert f"{order.index(seen[-1]) + 1} of {len(order)}<" in page
            found = re.search(rf'<a href="([^"]+)" rel="{way}"', page)
            here = unescape(found[1]) if found else ""
        assert seen == order[::step]


def test_where_no_way_leads_on_the_page_says_so(
    client: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estampe.web.pages.neighbours._WINDOW", 4)
    monkeypatch.setattr("estampe.web.pages.neighbours._REACH", 2)
    monkeypatch.setattr("estampe.web.pages.neighbours._WINDOWS", 3)
    cards = re.findall(r'<a class="card-link" href="([^"]+)"', text(client, "/en/search?sort=date&from=1910"))
    assert "12 of 33" in text(client, unescape(cards[11]))
    assert "too far on" in text(client, unescape(cards[12]))
    panel = re.findall(r'data-show="([^"]+)"', text(client, "/en/search?sort=date&from=1910"))
    assert "too far on" in text(client, unescape(panel[12]))
    assert "not in this search" in text(client, f"/en/illustrations/{site.ids['hostile']}?q=inondations&to=1910")
    # Half an address, and the cursor of another search.
    assert "2 of 33" in text(client, unescape(cards[1]) + "&after=WyJm")


def test_where_the_order_by_best_match_ends_the_page_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("estampe.search.ranking.DEEPEST", 12)
    page = text(client, "/en/search?q=inondations")
    cards = re.findall(r'<a class="card-link" href="([^"]+)"', page)
    assert len(cards) == 12 and "17 pictures" in page and "The best 12 of them are shown" in page
    last = text(client, unescape(cards[-1]))
    assert "12 of 17" in last and "ends here" in last
    assert "are shown" not in text(client, "/en/search?q=inondations&sort=date")


def test_all_values_of_a_facet_can_be_filtered(client: FlaskClient) -> None:
    whole = text(client, "/fr/facets/function?q=Seine")
    some = text(client, "/fr/facets/function?q=Seine&find=MODE")
    assert "image de mode" in some and "image publicitaire" not in some and "image publicitaire" in whole
    assert client.get("/fr/facets/nothing").status_code == 404


def test_an_illustration_says_what_is_printed_and_who_guessed_what(client: FlaskClient, site: Site) -> None:
    page = text(client, f"/en/illustrations/{site.ids['first']}")
    assert "guessed by a machine" in page and "genre-net 3" in page and "said by a person: Ada" in page
    assert re.search(r"Certainty</dt><dd[^>]*>\d+%", page)
    assert "Depuis deux jours" in page and "Les pompes" in page
    assert 'class="where-here"' in page and page.count('class="where-other"') == 3
    assert "Bibliothèque nationale de France. Public domain. https://pictures.example.org/illustrations/" in page
    assert "https://catalogue.bnf.fr/ark:/12148/cb32771891w" in links(page)


def test_words_are_never_taken_for_html(client: FlaskClient, site: Site) -> None:
    for address in (f"/en/illustrations/{site.ids['hostile']}", "/en/search?q=Titanic", "/embed/search?q=Titanic"):
        page = text(client, address)
        assert "<script>alert" not in page and "<b>l’océan" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    page = text(client, f"/fr/documents/{site.ids['ark:/12148/bpt6k100128']}")
    assert "2 pages, in-folio" in page and "<span>2 pages" not in page
    assert "<pittoresque>" not in text(client, f"/fr/documents/{site.ids['folder:livre']}")


def test_a_long_caption_and_a_missing_picture_are_shown(client: FlaskClient, site: Site) -> None:
    page = text(client, f"/fr/illustrations/{site.ids['long']}")
    assert unescape(page).count(LONG.strip()) == 1 and len(LONG) > 2000
    page = text(client, f"/fr/illustrations/{site.ids['absent']}")
    assert "picture-absent" in page
    assert "Écarté par une machine" in text(client, f"/fr/illustrations/{site.ids['noise']}")


def test_a_document_is_found_by_any_of_its_names(client: FlaskClient, site: Site) -> None:
    answer = client.get(
        "/documents/ark:/12148/bpt6k100128/f2", headers={"Accept-Language": "fr"}, follow_redirects=True
    )
    assert answer.request.path == f"/fr/documents/{site.ids['ark:/12148/bpt6k100128']}"
    assert answer.request.args["page"] == "f2"


def test_a_document_works_as_a_list_and_says_how_it_came(client: FlaskClient, site: Site) -> None:
    page = text(client, f"/en/documents/{site.ids['ark:/12148/bpt6k100128']}")
    assert page.count('data-show-canvas="') == 11
    assert "3 of 3" in page and "ocr-regions 1" in page
    assert "alto-unit-missing" in page and "f1.xml" in page
    only = text(client, f"/en/documents/{site.ids['ark:/12148/bpt6k100128']}?page=f2")
    assert only.count('data-show-canvas="') == 5 and only.count("card-noise") == 1


def test_what_is_not_here_is_said(client: FlaskClient) -> None:
    assert "Il n’y a rien" in text(client, "/fr/illustrations/none", 404)
    assert "Il n’y a rien" in text(client, "/fr/documents/none", 404)
    assert "There is nothing" in text(client, "/en/anything", 404)


def test_collections_and_status_tell_what_there_is(client: FlaskClient) -> None:
    page = text(client, "/en/collections")
    assert "Excelsior" in page and "3 documents · 33 pictures" in page
    title = next(link for link in links(page) if link.startswith("/en/collections/titles/"))
    assert text(client, title).count('<li class="cover"') == 3
    status = text(client, "/en/status")
    assert "https://example.org/manifest" in status and "it is a web page" in status
    assert "alto-unit-missing" in status and "done in part" in status
    # Workers read pages, and a task was given up.
    queues = re.findall(r"<tr><th scope=\"row\">([^<]*)</th>" + 3 * r"<td class=\"figures\">(\d+)</td>", status)
    assert ("Reading pages", "1", "1", "1") in queues and ("Asking hosts", "1", "0", "0") in queues
    assert "the host was away for long" in status


def test_an_empty_home_says_how_to_begin(tmp_path: Path) -> None:
    app = create_app(Settings(home=tmp_path))
    for path in (
        "/en/",
        "/en/search",
        "/en/collections",
        "/en/status",
        "/en/api",
        "/iiif/collection.json",
        "/api/v1/facets",
    ):
        assert app.test_client().get(path).status_code == 200, path
    assert "estampe run" in text(app.test_client(), "/en/")
    app.extensions["estampe"].close()


def test_a_forgotten_document_is_said_to_be_gone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with Catalogue.open(settings.catalogue_url) as catalogue:
        named = fill(catalogue, tmp_path / "scans")
        catalogue.forget("ark:/12148/bpt6k100128", reason="asked by its owner")
    app = create_app(settings)
    client, document = app.test_client(), named["ark:/12148/bpt6k100128"]
    assert "taken away" in text(client, f"/en/documents/{document}", 410)
    for path in (f"/iiif/{document}/manifest.json", f"/api/v1/documents/{document}"):
        assert client.get(path).status_code == 410, path
    for path in (
        f"/en/illustrations/{named['first']}",
        f"/crops/{named['first']}/240.jpg",
        f"/embed/documents/{document}",
    ):
        assert client.get(path).status_code in {404, 410}, path
    app.extensions["estampe"].close()


def test_a_content_state_leads_to_the_page_of_its_document(client: FlaskClient, site: Site) -> None:
    page = text(client, f"/fr/illustrations/{site.ids['first']}")
    state = next(link for link in links(page) if "iiif-content" in link)
    answer = client.get(state)
    assert answer.status_code == 302
    assert answer.location.startswith(f"/fr/documents/{site.ids['ark:/12148/bpt6k100128']}?page=f1&iiif-content=")
    assert "ne se comprend pas" in text(client, "/fr/?iiif-content=%7Bbroken", 400)
    assert "pas ici" in text(client, "/fr/?iiif-content=https://example.org/other.json", 400)
