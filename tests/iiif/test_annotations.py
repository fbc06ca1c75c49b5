"""Pages of annotations in the shape that Mirador and the specification want; and manifests made from nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import iiif_prezi3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estampe.iiif import (
    Addresses,
    publication_box,
    publication_size,
    write_annotation_page,
    write_context,
    write_manifest,
)
from estampe.records import (
    Box,
    DateSpan,
    Detection,
    Document,
    Illustration,
    ImageService,
    ImageSource,
    Label,
    Match,
    Mention,
    Page,
    Pixels,
    Rights,
    Run,
    Series,
    Size,
)
from estampe.vocabulary import vocabulary

ADDRESSES = Addresses("https://estampe.example")
DOCUMENT = Document(
    id="ark-12148-x",
    provider="Gallica",
    title="Le Journal",
    aliases=("ark:/12148/x",),
    languages=("fr",),
    date=DateSpan("15 juin 1920", date(1920, 6, 15), date(1920, 6, 15)),
    series=Series("ark:/12148/s", "Le Journal"),
    rights=Rights("http://creativecommons.org/publicdomain/mark/1.0/", "BnF", ""),
    manifest="https://gallica.bnf.fr/iiif/ark:/12148/x/manifest.json",
)
CANVAS = "https://gallica.bnf.fr/iiif/ark:/12148/x/canvas/f1"
PAGE = Page("ark-12148-x.f1", "f1", 1, "1", CANVAS, Size(2000, 3000))
RUNS = {
    "ocr-regions@1": Run("ocr-regions@1", "ocr-regions", "1", "region"),
    "ocr-words@1": Run("ocr-words@1", "ocr-words", "1", "text"),
    "genre@1.3": Run("genre@1.3", "genre", "1.3", "technique"),
}
SHOWN = Illustration(
    id="ark-12148-x.f1.0123456789",
    page=PAGE.id,
    document=DOCUMENT.id,
    box=Box(812, 640, 310, 455),
    region_run="ocr-regions@1",
    text_run="ocr-words@1",
    caption="M. Clemenceau à Londres",
    title="Nos visites",
    labels=(Label("photograph", "technique", 0.87, "genre@1.3"),),
)


def page_of(*shown: Illustration, page: Page = PAGE, **more: Any) -> dict[str, Any]:
    more = {"generated": "2026-11-22T02:40:00Z", "concept": vocabulary().concept, **more}
    written = write_annotation_page(DOCUMENT, page, shown, RUNS, ADDRESSES, **more)
    iiif_prezi3.AnnotationPage.model_validate_json(json.dumps(written))
    return written


def test_the_shape_of_annotations() -> None:
    written = page_of(SHOWN)
    assert written["@context"] == [
        "https://estampe.example/iiif/context.json",
        "http://iiif.io/api/presentation/3/context.json",
    ]
    assert written["id"] == "https://estampe.example/iiif/ark-12148-x/annotations/f1.json"
    target = {
        "type": "SpecificResource",
        "source": {
            "id": CANVAS,
            "type": "Canvas",
            "partOf": [{"id": "https://estampe.example/iiif/ark-12148-x/manifest.json", "type": "Manifest"}],
        },
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/",
            "value": "xywh=812,640,310,455",
        },
    }
    region, caption, tag, identity = written["items"]
    assert [note["motivation"] for note in written["items"]] == [
        "classifying",
        "supplementing",
        "tagging",
        "identifying",
    ]
    assert all(note["target"] == target for note in written["items"])
    assert region["label"] == {"none": ["Nos visites"]}
    assert region["estampe:origin"] == "ocr"
    assert caption["body"] == {
        "type": "TextualBody",
        "value": "M. Clemenceau à Londres",
        "language": "fr",
        "format": "text/plain",
    }
    assert tag == {
        "id": f"{written['id']}#0123456789/tagging/photograph/genre@1.3",
        "type": "Annotation",
        "motivation": "tagging",
        "body": {"type": "TextualBody", "value": "photographie", "language": "fr", "format": "text/plain"},
        "target": target,
        "generator": {"id": "https://estampe.example/runs/genre@1.3", "type": "Software", "name": "genre 1.3"},
        "generated": "2026-11-22T02:40:00Z",
        "estampe:origin": "machine",
        "estampe:state": "unreviewed",
        "estampe:facet": "technique",
        "estampe:confidence": 0.87,
    }
    assert identity["body"][0] == {
        "type": "SpecificResource",
        "source": f"http://www.wikidata.org/entity/{vocabulary().concept('photograph').wikidata}",  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("concept", ["trombone", "signature", "townscape", "pink"])
def test_a_label_names_the_item_of_its_concept(concept: str) -> None:
    meant = vocabulary().concept(concept)
    assert meant is not None
    shown = replace(SHOWN, labels=(Label(concept, meant.facet, 0.9, "genre@1.3"),))
    [identity] = [item for item in page_of(shown)["items"] if item["motivation"] == "identifying"]
    assert meant.wikidata
    assert identity["body"][0]["source"] == f"http://www.wikidata.org/entity/{meant.wikidata}"


def test_what_is_seen_named_and_the_same() -> None:
    face = Detection(Box(820, 650, 20, 30), "person", "face", 0.61, "genre@1.3")
    name = Mention("place", "Londres", "caption", 16, 23, "genre@1.3")
    other = "ark-12148-y.f9.0123456789"
    match = Match(SHOWN.id, other, "crop", 0.93, "genre@1.3")
    shown = replace(SHOWN, labels=(), detections=(face, replace(face, box=Box(900, 650, 20, 30))), mentions=(name,))
    items = page_of(shown, matches={SHOWN.id: [match]})["items"][2:]
    one, two, named, same = items
    assert [note["motivation"] for note in items] == ["highlighting", "highlighting", "tagging", "linking"]
    assert one["id"].endswith("#0123456789/highlighting/face/genre@1.3/820,650,20,30") and one["id"] != two["id"]
    assert one["target"]["selector"]["value"] == "xywh=820,650,20,30"
    assert (one["body"]["value"], one["estampe:facet"], one["estampe:confidence"]) == ("visage", "person", 0.61)
    assert (named["body"]["value"], named["estampe:facet"]) == ("Londres", "place")
    assert (named["estampe:field"], named["estampe:start"], named["estampe:end"]) == ("caption", 16, 23)
    assert "estampe:confidence" not in named, "nobody knows it"
    assert same["body"]["id"] == f"https://estampe.example/illustrations/{other}"
    assert (same["estampe:match"], same["estampe:confidence"]) == ("crop", 0.93)
    assert {note["estampe:origin"] for note in items} == {"machine"} and {note["estampe:state"] for note in items}
    assert set(write_context(ADDRESSES)["@context"]) >= {key for note in items for key in note if ":" in key}


def test_colours_and_the_kind_of_the_page() -> None:
    pixels = Pixels("tinted", "#c8b070", (("#c8b070", 0.75), ("#402010", 0.25)), "00ff00ff00ff00ff")
    kind = Label("picture-page", "page", 0.9, "page-kinds@1")
    shown = replace(SHOWN, caption="", labels=(), pixels=pixels, pixel_run="pixels@1")
    page, colours = page_of(shown, page=replace(PAGE, labels=(kind,)), language="en")["items"][1:]
    assert (page["estampe:facet"], page["estampe:confidence"], page["estampe:origin"]) == ("page", 0.9, "machine")
    assert page["body"]["value"] == "page of pictures" and page["id"].endswith("/tagging/picture-page/page-kinds@1")
    assert (colours["motivation"], colours["estampe:facet"]) == ("tagging", "colour_mode")
    assert colours["body"]["value"] == "one tint" and colours["estampe:origin"] == "machine"
    assert colours["estampe:palette"] == [
        {"estampe:colour": "#c8b070", "estampe:share": 0.75},
        {"estampe:colour": "#402010", "estampe:share": 0.25},
    ]
    written = {key for note in (page, colours, *colours["estampe:palette"]) for key in note if ":" in key}
    assert set(write_context(ADDRESSES)["@context"]) >= written


def test_how_a_picture_is_turned_is_said_of_those_that_do_not_stand_upright() -> None:
    upright, turned = (Label(degrees, "rotation", 0.99, "rotation@2") for degrees in ("0", "90"))
    assert [note["motivation"] for note in page_of(replace(SHOWN, caption="", labels=(upright,)))["items"]] == [
        "classifying"
    ]
    _, tag = page_of(replace(SHOWN, caption="", labels=(turned,)))["items"]
    assert (tag["body"]["value"], tag["estampe:facet"]) == ("90°", "rotation")


def test_what_mirador_would_stumble_over_is_never_written() -> None:
    """One motivation each, a fragment in whole pixels, a value in each body that is shown."""
    others = replace(
        SHOWN, id="ark-12148-x.f1.aa", caption="", title="", labels=(Label("unheard-of", "object", 0.5, "?"),)
    )
    whole = replace(SHOWN, id="ark-12148-x.f1.bb", box=Box(0, 0, 2000, 3000))
    outside = replace(SHOWN, id="ark-12148-x.f1.cc", box=Box(9000, 9000, 10, 10))
    for note in page_of(SHOWN, others, whole, outside)["items"]:
        assert isinstance(note["motivation"], str)
        assert re.fullmatch(r"xywh=\d+,\d+,[1-9]\d*,[1-9]\d*", note["target"]["selector"]["value"])
        bodies = note["body"] if isinstance(note["body"], list) else [note["body"]]
        assert any(body.get("value") for body in bodies)
        assert note["motivation"] != "tagging" or all(body.get("value") for body in bodies)


def test_ids_stay_where_the_box_moves_and_the_confidence_changes() -> None:
    moved = replace(SHOWN, box=Box(800, 630, 320, 460), labels=(replace(SHOWN.labels[0], confidence=0.3),))
    assert [note["id"] for note in page_of(SHOWN)["items"]] == [note["id"] for note in page_of(moved)["items"]]
    names = [note["id"] for note in page_of(SHOWN, replace(SHOWN, id="ark-12148-x.f1.other"))["items"]]
    assert len(set(names)) == len(names)


def test_noise_is_not_published_as_a_picture() -> None:
    assert page_of(replace(SHOWN, noise="blank"))["items"] == []


def test_a_person_is_a_creator_and_a_machine_a_generator() -> None:
    said = replace(SHOWN, labels=(Label("photograph", "technique", 1.0, "person:Anne"),))
    tag = page_of(said)["items"][2]
    assert tag["creator"] == {"type": "Person", "name": "Anne"}
    assert (tag["estampe:origin"], tag["estampe:state"]) == ("person", "accepted")
    assert "generator" not in tag


def test_names_follow_the_language_asked_for() -> None:
    assert page_of(SHOWN, language="en")["items"][2]["body"]["value"] == "photograph"
    assert page_of(SHOWN, language="xx")["items"][2]["body"]["language"] == "en"


def test_boxes_are_drawn_on_the_canvas_as_published() -> None:
    scan = ImageSource("/scans/1.jpg", size=Size(1000, 1500))
    local = Page("d.p", "p", 1, size=Size(2000, 3000), image=scan)
    assert publication_size(local) == Size(1000, 1500)
    assert publication_box(local, SHOWN.box) == Box(406, 320, 155, 228)
    target = page_of(SHOWN, page=local)["items"][0]["target"]
    assert target["source"]["id"] == "https://estampe.example/iiif/ark-12148-x/canvas/p"
    assert target["selector"]["value"] == "xywh=406,320,155,228"
    foreign = replace(local, canvas=CANVAS)
    assert publication_size(foreign) == Size(2000, 3000)  # a foreign canvas stays as it is
    assert publication_size(Page("d.p", "p", 1)).area > 0


boxes = st.builds(Box, st.integers(-10, 5000), st.integers(-10, 5000), st.integers(0, 5000), st.integers(0, 5000))
sizes = st.builds(Size, st.integers(1, 4000), st.integers(1, 4000))


@given(boxes, st.none() | sizes, st.none() | sizes)
@settings(max_examples=200, deadline=None)
def test_a_published_box_lies_on_its_canvas(box: Box, frame: Size | None, image: Size | None) -> None:
    page = Page("d.p", "p", 1, size=frame, image=ImageSource("/s.jpg", size=image) if image else None)
    size, drawn = publication_size(page), publication_box(page, box)
    assert drawn.x >= 0
    assert drawn.y >= 0
    assert drawn.w >= 1
    assert drawn.h >= 1
    assert drawn.right <= size.w
    assert drawn.bottom <= size.h


words = st.text(max_size=30)


@given(boxes, words, words, words, st.floats(0, 1), st.sampled_from(["genre@1.3", "person:Anne", "nobody"]), words)
@settings(max_examples=100, deadline=None)
def test_whatever_was_found_is_written_valid(
    box: Box, caption: str, title: str, concept: str, confidence: float, run: str, language: str
) -> None:
    labels = (Label(concept, "object", confidence, run), Label("photograph", "technique", confidence, run))
    shown = replace(SHOWN, box=box, caption=caption, title=title, labels=labels, region_run=run)
    assert len(page_of(shown, language=language)["items"]) >= 4


def test_a_folder_gets_a_manifest_from_nothing() -> None:
    scan = ImageSource("/scans/1.jpg", size=Size(1000, 1500), format="image/jpeg")
    remote = ImageSource("https://example.org/2.jpg", ImageService("https://example.org/2", 2, 1), Size(800, 900))
    pages = (
        Page("ark-12148-x.p1", "p1", 1, "NP", size=Size(2000, 3000), image=scan),
        Page("ark-12148-x.p2", "p2", 2, size=Size(800, 900), image=remote),
        Page("ark-12148-x.p3", "p3", 3, size=Size(700, 800)),
    )
    written = write_manifest(DOCUMENT, pages, None, ADDRESSES, annotated={"ark-12148-x.p1"})
    iiif_prezi3.Manifest.model_validate_json(json.dumps(written))
    first, second, third = written["items"]
    assert (first["width"], first["height"]) == (1000, 1500)  # as large as its image, for Mirador
    body = first["items"][0]["items"][0]["body"]
    assert body["id"] == "https://estampe.example/iiif/images/ark-12148-x.p1/full/max/0/default.jpg"
    assert body["service"] == [
        {"id": "https://estampe.example/iiif/images/ark-12148-x.p1", "type": "ImageService3", "profile": "level0"}
    ]
    assert first["annotations"][0]["id"] == ADDRESSES.annotations("ark-12148-x", "p1")
    assert "annotations" not in second
    assert second["items"][0]["items"][0]["body"]["service"][0]["profile"] == "http://iiif.io/api/image/2/level1.json"
    assert third["items"] == []  # a page whose image is missing is still a page
    assert written["navDate"] == "1920-06-15T00:00:00Z"
    assert [service.get("type") or service["@type"] for service in written["service"]] == [
        "SearchService1",
        "SearchService2",
    ]
    assert [parent["id"] for parent in written["partOf"]] == [
        ADDRESSES.title_collection("ark:/12148/s"),
        ADDRESSES.provider_collection("Gallica"),
    ]
    assert written["seeAlso"][-1]["id"] == DOCUMENT.manifest
    assert "/scans/" not in json.dumps(written)  # no path of this machine is published


def test_a_document_whose_original_is_damaged_is_still_published() -> None:
    pages = (replace(PAGE, image=ImageSource("https://example.org/1.jpg")),)
    written = write_manifest(DOCUMENT, pages, b"{", ADDRESSES, annotated=(), searchable=False)
    assert [canvas["id"] for canvas in written["items"]] == [CANVAS]
    assert "service" not in written


def test_our_context_has_our_terms() -> None:
    context = write_context(ADDRESSES)["@context"]
    assert {"estampe:confidence", "estampe:state", "estampe:origin"} <= set(context)
    assert context["estampe"]["@id"].startswith(ADDRESSES.context())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (ADDRESSES.home(), "/"),
        (ADDRESSES.home("fr"), "/fr/"),
        (ADDRESSES.search([("q", "chat noir")], "fr"), "/fr/search?q=chat+noir"),
        (ADDRESSES.illustration("i", "en"), "/en/illustrations/i"),
        (ADDRESSES.document("d"), "/documents/d"),
        (ADDRESSES.manifest("d"), "/iiif/d/manifest.json"),
        (ADDRESSES.canvas("d", "f1"), "/iiif/d/canvas/f1"),
        (ADDRESSES.annotations("d", "f1"), "/iiif/d/annotations/f1.json"),
        (ADDRESSES.search_inside("d", 1, "été"), "/iiif/d/search1?q=%C3%A9t%C3%A9"),
        (ADDRESSES.top_collection(), "/iiif/collection.json"),
        (ADDRESSES.search_collection([("technique", "map")]), "/iiif/collections/search.json?technique=map"),
        (ADDRESSES.activity_page(0), "/iiif/activity/page-0.json"),
        (ADDRESSES.image_service("d.f1"), "/iiif/images/d.f1"),
        (ADDRESSES.crop("i", 400), "/crops/i/400.jpg"),
        (ADDRESSES.thumbnail("d.f1"), "/thumbnails/d.f1.jpg"),
        (ADDRESSES.embed_search([]), "/embed/search"),
        (ADDRESSES.run("genre@1.3+ab"), "/runs/genre@1.3+ab"),
        (ADDRESSES.openapi(), "/api/v1/openapi.json"),
        (Addresses("https://e.org/sub/").document("a/../b"), "/sub/documents/a%2F..%2Fb"),
    ],
)
def test_addresses(address: str, expected: str) -> None:
    assert re.sub(r"^https://[^/]+", "", address) == expected


def test_collections_of_like_names_stay_apart() -> None:
    names = ["Le Temps", "Le Temps.", "LE TEMPS", "時代", "时代", ""]
    assert len({ADDRESSES.provider_collection(name) for name in names}) == len(names)
