"""Manifests and collections in the shapes that servers give them."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from estampe.errors import FormatError, UnsupportedError
from estampe.iiif import Member, ReadCollection, ReadManifest, read
from estampe.records import DateSpan, ImageService, Rights, Series, Size, TextSource

from .samples import BASE, canvas_2, canvas_3, manifest_2, manifest_3

HERE = "https://example.org/found/here.json"


def manifest(tree: dict[str, Any]) -> ReadManifest:
    found = read(json.dumps(tree).encode(), HERE)
    assert isinstance(found, ReadManifest)
    return found


def collection(tree: dict[str, Any]) -> ReadCollection:
    found = read(json.dumps(tree).encode(), HERE)
    assert isinstance(found, ReadCollection)
    return found


def codes(found: ReadManifest | ReadCollection) -> set[str]:
    return {note.code for note in found.diagnostics}


@pytest.mark.parametrize("tree", [manifest_2(), manifest_3()], ids=["version 2", "version 3"])
def test_both_versions_give_the_same_pages(tree: dict[str, Any]) -> None:
    found = manifest(tree)
    assert [page.canvas for page in found.pages] == [f"{BASE}/canvas/1", f"{BASE}/canvas/2"]
    assert [page.label for page in found.pages] == ["1", "2"]
    assert all(page.size == Size(1000, 1500) for page in found.pages)
    assert found.document.title == "A book"
    assert found.document.aliases == ("iiif:example.org/iiif/book/manifest",)
    assert found.diagnostics == ()


def test_the_key_of_a_page_stays_when_a_leaf_is_inserted() -> None:
    before = manifest(manifest_2(canvas_2(1), canvas_2(2)))
    after = manifest(manifest_2(canvas_2(1), canvas_2(7), canvas_2(2)))
    assert [page.key for page in after.pages[::2]] == [page.key for page in before.pages]


def test_canvases_without_ids_or_with_the_same_one_stay_apart() -> None:
    found = manifest(manifest_3(canvas_3(1), canvas_3(1), canvas_3(2, id="")))
    assert len({page.id for page in found.pages}) == 3
    assert codes(found) == {"canvas-id-twice", "canvas-id-missing"}


STANFORD = "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level2"
CONTEXT_2 = "http://iiif.io/api/image/2/context.json"
LEVEL_0 = ["http://iiif.io/api/image/2/level0.json", {}]
LOGIN = {"@id": "https://example.org/auth", "profile": "http://iiif.io/api/auth/1/login"}
ONE = "https://example.org/i/1"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (ONE, ImageService(ONE, 2, None)),
        ({"@id": f"{ONE}/", "profile": STANFORD}, ImageService(ONE, 1, 2)),
        ({"@id": ONE, "@context": CONTEXT_2, "profile": LEVEL_0}, ImageService(ONE, 2, 0)),
        ([LOGIN, {"id": f"{ONE}/info.json", "type": "ImageService3", "profile": "level1"}], ImageService(ONE, 3, 1)),
        ({"@id": ONE, "@type": "ImageService2", "profile": {"not": "text"}}, ImageService(ONE, 2, None)),
        ({"@id": ONE, "profile": "http://iiif.io/api/annex/services/physdim"}, None),
        ({"id": "javascript:alert(1)", "type": "ImageService3"}, None),
        (7, None),
    ],
)
def test_image_services(service: Any, expected: ImageService | None) -> None:
    body = {"id": "https://example.org/1.jpg", "type": "Image", "service": service}
    image = manifest(manifest_3(canvas_3(1, body))).pages[0].image
    assert image is not None
    assert image.service == expected


def test_the_first_picture_is_taken_of_a_choice_and_through_a_specific_resource() -> None:
    one = {"id": "https://example.org/first.jpg", "type": "Image"}
    other = {"id": "https://example.org/second.jpg", "type": "Image"}
    choice = {"type": "Choice", "items": [{"type": "SpecificResource", "source": one}, other]}
    image = manifest(manifest_3(canvas_3(1, choice))).pages[0].image
    assert image is not None
    assert image.address == one["id"]
    resource = {"@type": "oa:Choice", "default": {"@id": one["id"], "@type": "dctypes:Image"}, "item": [other]}
    images = [{"motivation": "sc:painting", "resource": resource}]
    image = manifest(manifest_2(canvas_2(1, images=images))).pages[0].image
    assert image is not None
    assert image.address == one["id"]


def test_an_image_on_a_part_of_its_canvas_is_told() -> None:
    canvas = canvas_3(1)
    canvas["items"][0]["items"][0]["target"] += "#xywh=0,0,500,1500"
    assert codes(manifest(manifest_3(canvas))) == {"image-not-whole-canvas"}
    assert codes(manifest(manifest_3(canvas_3(1, width=3000)))) == {"image-not-whole-canvas"}
    assert codes(manifest(manifest_3(canvas_3(1, width=2000, height=3000)))) == set()  # the same shape, larger


def test_sizes_that_cannot_be_are_told_and_the_image_tells() -> None:
    for absurd in (0, -5, 10**30, "wide", None, True, [1000]):
        found = manifest(manifest_3(canvas_3(1, width=absurd)))
        assert found.pages[0].size == Size(1000, 1500)
        assert "canvas-size-missing" in codes(found)
    assert manifest(manifest_2(canvas_2(1, width="1000", height=1500.0))).pages[0].size == Size(1000, 1500)


@pytest.mark.parametrize("side", [1, 9_000_000])
def test_a_canvas_of_a_size_that_no_page_has_is_told(side: int) -> None:
    found = manifest(manifest_3(canvas_3(1, width=side, height=side)))
    assert found.pages[0].size == Size(side, side)
    assert "canvas-size-absurd" in codes(found)


def test_ocr_is_found_wherever_it_is_linked() -> None:
    found = manifest(
        manifest_3(
            canvas_3(
                1,
                seeAlso=[
                    {"id": "https://example.org/1.txt", "type": "Text", "format": "text/plain"},
                    {"id": "/alto/1.xml", "type": "Dataset", "profile": "http://www.loc.gov/standards/alto/v4"},
                    {"id": "https://example.org/mods.xml", "type": "Dataset", "format": "application/mods+xml"},
                    {"id": "file:///etc/passwd", "type": "Dataset", "profile": "http://www.loc.gov/standards/alto/"},
                ],
                rendering=[{"id": "https://example.org/1.hocr", "format": "text/vnd.hocr+html"}],
                annotations=[
                    {"id": "https://example.org/lines.json", "type": "AnnotationPage", "label": {"en": ["OCR"]}},
                    {"id": "https://example.org/said.json", "type": "AnnotationPage", "label": {"en": ["Comments"]}},
                ],
            )
        )
    )
    assert found.pages[0].texts == (
        TextSource("https://example.org/alto/1.xml", "alto"),
        TextSource("https://example.org/1.hocr", "hocr"),
        TextSource("https://example.org/lines.json", "annotations"),
        TextSource("https://example.org/1.txt", "text"),
    )
    lists = manifest(manifest_2(canvas_2(1, otherContent="https://example.org/list.json")))
    assert lists.pages[0].texts == (TextSource("https://example.org/list.json", "annotations"),)


def test_what_a_document_says_of_itself() -> None:
    document = manifest(
        manifest_3(
            label={"en": ["The <b>Paper</b> &amp; more"], "fr": ["Le <i>Journal</i>"]},
            metadata=[
                {"label": {"en": ["Date"]}, "value": {"none": ["1920"]}},
                {"label": {"fr": ["Date d’édition"]}, "value": {"fr": ["15 juin 1920"]}},
                {"label": {"en": ["Author(s)"]}, "value": {"en": ["Verne, Jules", "Riou"]}},
                {"label": {"en": ["Language"]}, "value": {"en": ["French; Latin"]}},
                {"label": {"en": ["Type"]}, "value": {"en": ["Newspaper"]}},
                {"label": {"en": ["Catalogue record"]}, "value": {"en": ["<a href='https://opac.org/1'>see</a>"]}},
            ],
            rights="https://creativecommons.org/licenses/by/4.0/",
            requiredStatement={"label": {"en": ["Attribution"]}, "value": {"en": ["<p>A library</p>"]}},
            provider=[{"id": "https://lib.org", "type": "Agent", "label": {"en": ["A Library"]}}],
            homepage=[{"id": "https://lib.org/item/1", "type": "Text", "format": "text/html"}],
            partOf=[{"id": "https://lib.org/series.json", "type": "Collection", "label": {"en": ["Series"]}}],
            viewingDirection="right-to-left",
        )
    ).document
    assert document.title == "Le Journal"
    assert document.date == DateSpan("15 juin 1920", date(1920, 6, 15), date(1920, 6, 15))
    assert document.creators == ("Verne, Jules", "Riou")
    assert document.languages == ("fr", "la")
    assert document.kind == "newspaper"
    assert document.catalogue_record == "https://opac.org/1"
    assert document.rights == Rights("http://creativecommons.org/licenses/by/4.0/", "A library", "")
    assert (document.provider, document.landing) == ("A Library", "https://lib.org/item/1")
    assert document.series == Series("https://lib.org/series.json", "Series")
    assert document.viewing_direction == "right-to-left"
    assert ("Author(s)", "Riou") in document.metadata


def test_no_licence_of_several_is_lost() -> None:
    both = ["https://creativecommons.org/licenses/by/4.0/", "http://rightsstatements.org/vocab/InC/1.0/"]
    for said in (both, both[::-1]):
        rights = manifest(manifest_2(license=said)).document.rights
        assert f"{rights.licence} {rights.statement}".replace("https:", "http:").split() == [
            address.replace("https:", "http:") for address in said
        ]


def test_links_that_run_something_are_not_links() -> None:
    document = manifest(
        manifest_2(related="javascript:alert(1)", license="data:text/html,x", within="ftp://x/y")
    ).document
    assert (document.landing, document.rights.licence, document.series) == ("", None, None)


def test_a_collection_of_version_2_with_all_its_lists() -> None:
    found = collection(
        {
            "@type": "sc:Collection",
            "@id": "https://example.org/top",
            "label": [{"@value": "All", "@language": "en"}],
            "collections": [{"@id": "https://example.org/c", "@type": "sc:Collection", "label": "C"}],
            "manifests": [{"@id": "https://example.org/m", "label": "M"}, "https://example.org/n"],
            "members": [{"@id": "https://example.org/m", "@type": "sc:Manifest", "label": "M again"}],
            "next": "https://example.org/top?page=2",
        }
    )
    assert found.members == (
        Member("https://example.org/c", "collection", "C"),
        Member("https://example.org/m", "manifest", "M"),
        Member("https://example.org/n", "manifest", ""),
    )
    assert (found.label, found.next) == ("All", "https://example.org/top?page=2")


def test_a_paged_collection_starts_at_its_first_page() -> None:
    tree = {"@type": "sc:Collection", "@id": "https://example.org/top", "total": 90, "first": {"@id": "/top?page=1"}}
    assert collection(tree).next == "https://example.org/top?page=1"


def test_what_stands_in_a_collection_whole_is_read_from_it() -> None:
    inner = {
        "id": "https://example.org/inner",
        "type": "Collection",
        "items": [{"id": "https://example.org/m", "type": "Manifest"}],
    }
    found = collection({"type": "Collection", "id": "https://example.org/top", "items": [inner, manifest_3(), "x"]})
    assert Member("https://example.org/m", "manifest", "") in found.members
    assert len(found.embedded) == 1
    embedded = read(found.embedded[0], HERE)
    assert isinstance(embedded, ReadManifest)
    assert len(embedded.pages) == 2


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", FormatError, "empty"),
        (b"<!DOCTYPE html><html>Too many requests</html>", FormatError, "web page"),
        (b'{"type": "Manifest", "items": [', FormatError, "line 1, column"),
        (b"[]", UnsupportedError, "JSON list"),
        (b"null", UnsupportedError, "JSON null"),
        (b'{"a": 1}', UnsupportedError, "another kind"),
        (b'{"type": "AnnotationPage", "items": []}', UnsupportedError, "page of annotations"),
        (b'{"protocol": "http://iiif.io/api/image", "id": "x"}', UnsupportedError, "info.json"),
        (b'{"@type": "sc:Manifest", "sequences": [{"canvases": []}]}', FormatError, "no pages"),
        (b'{"type": "Manifest", "items": [{"type": "Scene", "id": "x"}]}', UnsupportedError, "Scene"),
        (b'{"type":"Manifest","items":[{"type":"Canvas","duration":3}]}', UnsupportedError, "sound or video"),
        (b"[" * 100_000, FormatError, "deep"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, FormatError, "deep"),
        (b'{"type": "Manifest", "width": ' + b"9" * 5000 + b"}", FormatError, "thousands of digits"),
        (b'{"type": "Manifest" "items": []}', FormatError, "something is wrong in line 1, column"),
        (b"%PDF-1.7 x", FormatError, "a PDF, .*folder"),
        (b"\xff\xd8\xff\xe0 x", FormatError, "JPEG"),
        (b"II*\0 x", FormatError, "TIFF"),
        (b"\x89PNG\r\n\x1a\n", FormatError, "PNG"),
        (b"PK\x03\x04 x", FormatError, "ZIP archive.*unpack"),
        (b"<?xml version='1.0'?><alto/>", FormatError, "it is XML.*folder"),
        (b"https://example.org/manifest.json\n", FormatError, "plain text.*list"),
        (b"\x7fELF\x02\x01\x01\0\x81", FormatError, "binary file"),
        (b"\xff\xfe{\x00", FormatError, "JSON"),
        (b'{"type":"Manifest","items":[' + b"{}," * 25_000 + b"{}]}", FormatError, "25,001 pages"),
        (b"[" + b"{}," * 900_000 + b"{}]", FormatError, "parts"),
        (b" " * 26_000_000, FormatError, "bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusals_name_the_document_and_the_cause(data: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        read(data, HERE)
    assert HERE in str(caught.value)
    assert not re.search(r"sys\\.|Expecting|delimiter|Unterminated", str(caught.value))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = json.dumps(manifest_3(label={"fr": ["Été"]}), ensure_ascii=False)
    found = read(text.encode(encoding), HERE)
    assert isinstance(found, ReadManifest)
    assert found.document.title == "Été"


def test_json_that_parsers_read_differently_is_told() -> None:
    text = json.dumps(manifest_3()).replace(
        '"type": "Manifest"', '"type": "Manifest", "x": NaN, "label": 1, "label": "B"', 1
    )
    found = read(text.replace('"label": {"en": ["A book"]}, ', "").encode(), HERE)
    assert isinstance(found, ReadManifest)
    assert found.document.title == "B"
    assert codes(found) == {"json-duplicate-key", "json-not-a-number"}


def test_text_that_no_database_holds_is_replaced() -> None:
    found = read(json.dumps(manifest_3(label={"en": ["a\x00b\ud800c"]})).encode(), HERE)
    assert isinstance(found, ReadManifest)
    assert found.document.title == "a\ufffdb\ufffdc"


def test_an_oddity_of_every_page_is_counted() -> None:
    found = manifest(manifest_3(*(canvas_3(n, width=0) for n in range(100))))
    assert len(found.diagnostics) == 21
    assert "80 more places" in found.diagnostics[-1].message
