"""What models say of a picture is seen, with its origin; and pictures are found by what they look like."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from estampe.web.words import Words
from tests.web.conftest import Site
from tests.web.looking import Joint


@pytest.fixture
def worded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words have vectors too."""
    known = site.app.extensions["estampe"]
    monkeypatch.setitem(site.app.extensions, "estampe", replace(known, words=Words(Joint)))


def page_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    return html.unescape(answer.get_data(as_text=True))


def cards_of(page: str) -> list[str]:
    return re.findall(r'class="card-link" href="/\w\w/illustrations/([^"?]+)', page)


def test_the_page_of_a_picture_says_what_was_seen_and_named_by_whom(client: FlaskClient, site: Site) -> None:
    page = page_of(client, f"/en/illustrations/{site.ids['first']}")
    for name in ("horse", "man", "face", "grey", "cover"):
        assert re.search(rf"<span>{name}\b.*?, guessed by a machine", page), name
    assert "× 2" in page and "83%" in page
    assert page.count("<rect x=") == 4 and "Show what a machine saw in it (4 boxes)" in page
    names = page[page.index('id="names"') :]
    assert re.search(r"la Seine.*?the text before.*?href=\"/en/search\?place=la(%20|\+)Seine\"", names, re.DOTALL)
    assert "another copy, 99% sure" in page and "in another technique, 93% sure" in page
    french = page_of(client, f"/fr/illustrations/{site.ids['first']}")
    assert (
        "Ressemblances" in french
        and "La même image ailleurs" in french
        and "cheval" in french
        and "couverture" in french
    )


def test_boxes_stay_within_their_picture(client: FlaskClient, site: Site) -> None:
    page = page_of(client, f"/en/illustrations/{site.ids['first']}")
    width, height = map(int, re.search(r'class="seen-boxes" viewBox="0 0 (\d+) (\d+)"', page).groups())  # type: ignore[union-attr]
    for x, y, w, h in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/></g>', page):
        assert int(x) + int(w) <= width and int(y) + int(h) <= height


def test_a_picture_that_no_model_looked_at_has_no_rows(client: FlaskClient, site: Site) -> None:
    page = page_of(client, f"/en/illustrations/{site.ids['absent']}")
    assert "Looks like" not in page and "elsewhere" not in page and "More like this" not in page
    refused = page_of(client, f"/en/search?like={site.ids['absent']}", 400)
    assert "no model has looked at it" in refused
    assert "no model has looked at it" in page_of(client, f"/en/search?like={site.ids['first']}&by=taste", 400)


def test_more_like_this_keeps_the_filters_of_the_search(client: FlaskClient, site: Site) -> None:
    first = site.ids["first"]
    page = page_of(client, f"/en/illustrations/{first}?technique=photograph&q=Seine")
    within = re.search(r'href="([^"]+)">More like this, in the search', page)
    assert within and f"like={first}" in within[1] and "technique=photograph" in within[1] and "q=Seine" in within[1]
    narrowed, whole = page_of(client, within[1]), page_of(client, f"/en/search?like={first}")
    assert 0 < len(cards_of(narrowed)) < len(cards_of(whole)) and first not in cards_of(whole)
    assert "the likest first" in whole
    chip = re.search(r'<a class="chip" href="([^"]+)" title="Like".*?</a>', narrowed, re.DOTALL)
    assert chip and "like=" not in chip[1] and "technique=photograph" in chip[1] and "<img" in chip[0]
    assert "Order:" not in whole


def test_a_search_for_likeness_is_walked_through(client: FlaskClient, site: Site) -> None:
    first = site.ids["first"]
    seen, address = [], f"/en/search?like={first}&n=20"
    while address:
        page = page_of(client, address)
        seen += cards_of(page)
        following = re.search(r'<a class="button" href="([^"]+)" rel="next"', page)
        address = following[1] if following else ""
    assert len(seen) == len(set(seen)) > 40
    step = page_of(client, f"/en/illustrations/{seen[1]}?like={first}")
    assert re.search(rf'rel="prev" href="[^"]*{re.escape(seen[0])}', step)
    assert re.search(rf'rel="next" href="[^"]*{re.escape(seen[2])}', step)


@pytest.mark.usefixtures("worded")
def test_pictures_are_found_by_what_words_look_like(client: FlaskClient, site: Site) -> None:
    words = "cavalerie au galop"
    printed = page_of(client, "/en/search?q=Seine")
    assert 'rel="nofollow">Looks like these words' in printed
    offered = re.search(
        r'href="([^"]+)">[^<]*(<svg.*?</svg>)[^<]*that look like', page_of(client, f"/en/search?q={words}")
    )
    assert offered
    page = page_of(client, offered[1])
    assert cards_of(page)[0] == site.ids["long"] and "by how much they look like" in page
    body = client.get(f"/api/v1/illustrations?q={words}&sort=looks&n=1").get_json()
    assert body["illustrations"][0]["id"] == site.ids["long"] and body["illustrations"][0]["nearness"] > 0.99
    assert client.get(body["next"].removeprefix("https://pictures.example.org")).status_code == 200
    assert client.get("/en/search?sort=looks").status_code == 200


def test_words_are_not_offered_where_no_model_is(client: FlaskClient) -> None:
    assert "Looks like these words" not in page_of(client, "/en/search?q=Seine")
    assert client.get("/en/search?q=Seine&sort=looks").status_code == 400
    answer = client.get("/api/v1/illustrations?q=Seine&sort=looks")
    assert answer.status_code == 400 and answer.get_json(force=True)["parameter"] == "sort"


def test_names_do_not_look_surer_than_anybody_knows(client: FlaskClient, site: Site) -> None:
    page = page_of(client, f"/en/illustrations/{site.ids['first']}")
    names = page.partition("Names in its words")[2].partition("</section>")[0]
    assert "la Seine" in names and set(re.findall('--sure: [^"]+', names)) == {"--sure: 0"}
    assert "Certainty" in page and "Certainty" not in names


def test_the_kind_of_a_page_is_told_where_nothing_is_pictured_on_it(client: FlaskClient, site: Site) -> None:
    page = page_of(client, f"/en/documents/{site.ids['empty']}?page=f1")
    assert "No picture was found here" in page and "Kind of page" in page
    assert "blank page" in page and "guessed by a machine" in page and "page-kinds" in page
    assert "Kind of page" not in page_of(client, f"/en/documents/{site.ids['empty']}")


def test_the_api_says_what_models_say(client: FlaskClient, site: Site) -> None:
    first = site.ids["first"]
    body: dict[str, Any] = client.get(f"/api/v1/illustrations/{first}").get_json()
    assert {one["concept"] for one in body["detections"]} == {"man", "face", "horse"}
    for one in (*body["detections"], *body["mentions"], *body["page_labels"]):
        assert one["run"] and one["origin"] == "machine"
    for name in body["mentions"]:
        assert body[name["field"]][name["start"] : name["end"]] == name["text"]
    pages = client.get(f"/api/v1/documents/{body['document']}/pages").get_json()["pages"]
    assert {page["id"]: page["labels"] for page in pages if page["labels"]} == {body["page_id"]: body["page_labels"]}
    bare = client.get(f"/api/v1/documents/{site.ids['empty']}/pages").get_json()["pages"][0]
    assert not bare["illustrations"]
    assert [(one["concept"], one["confidence"], one["origin"]) for one in bare["labels"]] == [
        ("blank-page", 0.8, "machine")
    ]
    matches = client.get(f"/api/v1/illustrations/{first}/matches").get_json()["matches"]
    assert [one["kind"] for one in matches] == ["copy", "rendering"]
    near = client.get(f"/api/v1/illustrations/{first}/similar?n=5&technique=photograph").get_json()
    assert near["total"] > 5 and all(
        any(label["concept"] == "photograph" for label in one["labels"]) for one in near["illustrations"]
    )
    nearness = [one["nearness"] for one in near["illustrations"]]
    assert nearness == sorted(nearness, reverse=True) and first not in {one["id"] for one in near["illustrations"]}
    more = client.get(near["next"].removeprefix("https://pictures.example.org")).get_json()
    assert not {one["id"] for one in more["illustrations"]} & {one["id"] for one in near["illustrations"]}
    same = client.get(f"/api/v1/illustrations?like={first}&by=same&n=1").get_json()
    assert same["illustrations"][0]["nearness"] <= 1
    assert client.get(f"/api/v1/illustrations/{site.ids['absent']}/similar").status_code == 400
    assert client.get("/api/v1/illustrations/none/similar").status_code == 404


def test_what_is_seen_and_named_narrows_a_search(client: FlaskClient, site: Site) -> None:
    here = f"document={site.ids['first'].split('.')[0]}"
    for filters in ("object=horse", "person=face&confidence=0.8", "place=la Seine", "page=cover-page"):
        assert site.ids["first"] in cards_of(page_of(client, f"/en/search?{filters}&{here}"))
    assert cards_of(page_of(client, "/en/search?object=horse&confidence=0.9&person=face")) == []
