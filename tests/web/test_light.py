"""What makes the pages light: text is packed, pictures come in the width that is seen, and titles do not jump."""

from __future__ import annotations

import gzip
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Site

PACKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    "address", ["/en/search", "/api/v1/illustrations", "/api/v1/export", "/iiif/activity/page-0.json"]
)
def test_text_is_packed_for_who_can_unpack_it(client: FlaskClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=PACKED)
    assert packed.content_encoding == "gzip" and plain.content_encoding is None
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) < len(plain.data) / 2
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.vary
    if tag := packed.headers.get("ETag"):
        again = client.get(address, headers=PACKED | {"If-None-Match": tag})
        assert again.status_code == 304 and not again.data


def test_pictures_and_trifles_are_sent_as_they_are(client: FlaskClient, site: Site) -> None:
    for address in (f"/crops/{site.ids['first']}/240.jpg", "/api/v1/"):
        assert client.get(address, headers=PACKED).content_encoding is None, address
    assert not client.head("/en/search", headers=PACKED).data


@pytest.mark.usefixtures("front_end")
def test_files_of_the_front_end_are_packed_and_kept(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    for _ in range(2):
        answer = client.get(style, headers=PACKED)
        assert answer.content_encoding == "gzip" and b"--paper" in gzip.decompress(answer.data)
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(style, headers=PACKED | {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    (font,) = re.findall(r'<link rel="preload" href="([^"]+)" as="font"', page)
    assert client.get(font, headers=PACKED).content_encoding is None


def test_pictures_say_their_shape_and_their_widths(client: FlaskClient) -> None:
    page = client.get("/en/search").get_data(as_text=True)
    pictures = [unescape(one) for one in re.findall(r"<img [^>]*>", page)]
    assert len(pictures) == 30
    for one in pictures:
        width, height = (int(re.findall(rf' {name}="(\d+)"', one)[0]) for name in ("width", "height"))
        found = re.findall(r"/(\d+)\.jpg (\d+)w", one)
        assert width and height and found and all(file == said for file, said in found)
        assert re.search(r'sizes="\(width < 768px\) min\(\d+px, 100vw\), min\(\d+px, 100vw\)"', one)
    assert sum('loading="lazy"' in one for one in pictures) == 24
    assert sum('fetchpriority="high"' in one for one in pictures) == 1


def test_every_page_describes_itself(client: FlaskClient, site: Site) -> None:
    for address, said in (
        ("/fr/", "livres, journaux et albums"),
        (f"/en/illustrations/{site.ids['first']}", "28 January 1910"),
        (f"/en/documents/{site.ids['ark:/12148/bpt6k100128']}", "11 pictures"),
    ):
        page = client.get(address).get_data(as_text=True)
        (description,) = re.findall(r'<meta name="description" content="([^"]+)">', page)
        assert said in description
        others = re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)"', page)
        assert {name for name, _ in others} == {"fr", "en"}
        assert all(other.startswith("https://pictures.example.org/") for _, other in others)
