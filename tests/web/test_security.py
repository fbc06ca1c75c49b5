"""Nothing from outside is trusted, and browsers are told so."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.search import FACETS
from tests.iiif.test_hostile_text import tags, texts
from tests.web.conftest import Site

_NAMES = (
    *("q", "in", "from", "to", "confidence", "noise", "sort", "n", "after", "show", "find", "page", "part", "lang"),
    *("start", "iiif-content", "_external", "_scheme", "_anchor", "endpoint", "values", "facet", *FACETS),
)
_PATHS = (
    *(
        "/fr/",
        "/en/search",
        "/search",
        "/embed/search",
        "/fr/facets/technique",
        "/fr/collections",
        "/fr/status",
        "/fr/api",
    ),
    *("/api/v1/illustrations", "/api/v1/facets", "/api/v1/documents", "/api/v1/changes", "/api/v1/vocabulary"),
    "/iiif/collections/search.json",
)
_HOSTILE = [
    *("q=%FF%FE", "q=%00", "q=%22", "q=*", "q=-", "q=OR", "q=caption:", "technique=%F0%28%8C", "n=1e9", "from=0000"),
    *("q=" + "(" * 900, "q=" + "a%20" * 300, "after=" + "A" * 5000, "to=9999-99-99"),
    "&".join(f"object=o{number}" for number in range(200)),
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(_PATHS),
    arguments=st.lists(st.tuples(st.sampled_from(_NAMES), st.text(max_size=30)), max_size=5),
)
def test_no_query_breaks_a_page(client: FlaskClient, path: str, arguments: list[tuple[str, str]]) -> None:
    query = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in arguments])
    answer = client.get(f"{path}?{query}")
    assert answer.status_code in {200, 302, 400, 404}, f"{path}?{query}"


@pytest.mark.parametrize("query", _HOSTILE)
def test_hostile_queries_are_answered(client: FlaskClient, query: str) -> None:
    for path in ("/en/search", "/api/v1/illustrations", "/embed/search", "/iiif/collections/search.json"):
        assert client.get(f"{path}?{query}").status_code in {200, 400}, path


@pytest.mark.parametrize(
    "path",
    [
        "/iiif/images/{page}/../../../../etc/passwd",
        "/iiif/images/{page}/%2e%2e/%2e%2e/0/default.jpg",
        "/iiif/images/{page}/full/max/0/..%2f..%2finfo.jpg",
        "/iiif/images/..%2f..%2f/info.json",
        "/iiif/images/{page}/0,0,999999,999999/1,1/0/default.jpg",
        "/crops/..%2f..%2fetc%2fpasswd/240.jpg",
        "/thumbnails/..%2f..%2f.jpg",
        "/static/..%2f..%2fapp.py",
        "/fr/documents/../../../etc/passwd",
        "/fr/illustrations/%0d%0aSet-Cookie:%20a=b",
    ],
)
def test_no_path_leads_out(client: FlaskClient, site: Site, path: str) -> None:
    page = site.catalogue.illustration(site.ids["first"])
    assert page is not None
    answer = client.get(path.format(page=page.page))
    assert answer.status_code == 404
    assert b"root:" not in answer.data and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/search//evil.example",
        "/documents//evil.example",
        "/\\evil.example",
        "/illustrations/%0d%0aLocation:%20https://evil.example",
        "/documents/https://evil.example",
    ],
)
def test_no_redirect_leads_to_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    location = answer.headers.get("Location", "/").removeprefix("http://localhost")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_what_was_printed_is_text_in_all_iiif(client: FlaskClient, site: Site) -> None:
    document, book = site.ids["ark:/12148/bpt6k120416"], site.ids["folder:livre"]
    for address, said in (
        (f"/iiif/{document}/annotations/f1.json", "alert(1)"),
        (f"/iiif/{document}/search1?q=Titanic", "alert(1)"),
        (f"/iiif/{document}/search2?q=Titanic", "alert(1)"),
        (f"/iiif/{book}/manifest.json", "pittoresque"),
        ("/iiif/collections/search.json?document=" + book, "pittoresque"),
    ):
        body = client.get(address).get_json(force=True)
        assert said in str(body), address
        assert [text for text in texts(body) if tags(text) != []] == [], address


def test_every_answer_has_its_headers(client: FlaskClient, site: Site) -> None:
    document = site.ids["ark:/12148/bpt6k100128"]
    pages = ("/fr/", f"/fr/illustrations/{site.ids['first']}", f"/fr/documents/{document}", "/fr/none", "/api/v1/runs")
    for address in (
        *pages,
        f"/iiif/{document}/manifest.json",
        f"/crops/{site.ids['first']}/240.jpg",
        "/static/mark.svg",
    ):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and answer.headers["X-Frame-Options"] == "DENY", address
        assert "default-src 'none'" in policy and "unsafe-eval" not in policy
        assert "script-src 'self'" in policy or "script-src" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        answer.close()


def test_only_the_viewer_may_write_styles_and_only_embeds_may_be_framed(client: FlaskClient, site: Site) -> None:
    document = site.ids["ark:/12148/bpt6k100128"]

    def policy(address: str) -> dict[str, str]:
        text = client.get(address).headers["Content-Security-Policy"]
        return dict(part.split(" ", 1) for part in text.split("; "))

    assert policy("/fr/search")["style-src"] == "'self'"
    assert policy(f"/fr/illustrations/{site.ids['first']}")["style-src"] == "'self'"
    assert policy(f"/fr/documents/{document}")["style-src"] == "'self' 'unsafe-inline'"
    for address in (
        f"/embed/documents/{document}",
        f"/embed/illustrations/{site.ids['first']}",
        "/embed/search?q=Seine",
    ):
        assert policy(address)["frame-ancestors"] == "*"
        assert "X-Frame-Options" not in client.get(address).headers


def test_foreign_addresses_are_linked_only_where_they_are_of_the_web(client: FlaskClient, site: Site) -> None:
    from estampe.web.formats import external, public

    assert external("javascript:alert(1)") == external("data:text/html,x") == external("//x") == external("http:") == ""
    assert external(" https://example.org/a ") == "https://example.org/a"
    assert public("/home/me/scans/a b/f1.xml: line 3") == "…a b/f1.xml: line 3" or "home" not in public(
        "/home/me/scans/f1.xml: line 3"
    )
    assert public("see https://example.org/a/b.xml") == "see https://example.org/a/b.xml"
    assert public(r"C:\Users\me\scans\f1.xml") == "f1.xml"
