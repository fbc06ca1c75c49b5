"""The cookbook's recipes for what we publish, replayed through our building blocks and compared with the originals."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from estampe.iiif import Addresses, CollectionMember, ReadManifest, read, write_collection, write_manifest
from estampe.iiif import blocks as b
from estampe.iiif.markup import harmless_text
from estampe.records import Box, ImageSource, Size

pytestmark = pytest.mark.real_data
RECIPES = "https://iiif.io/api/cookbook/recipe"
IMAGES = "https://iiif.io/api/image/3.0/example/reference"
GOETTINGEN = f"{IMAGES}/918ecd18c2592080851777620de9bcb5-gottingen"
CONTEXT = "http://iiif.io/api/presentation/3/context.json"


def recipe(data: Path, name: str) -> Any:
    return comparable(
        json.loads((data / "iiif" / "IIIF-Commons-parser" / "cookbook" / f"{name}.json").read_text("utf-8"))
    )


def comparable(value: Any) -> Any:
    """Return JSON with moments in one form, so that ``Z`` equals ``+00:00``."""
    if isinstance(value, list):
        return [comparable(entry) for entry in value]
    if isinstance(value, dict):
        return {key: comparable(entry) for key, entry in value.items()}
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\S+", value):
        return datetime.fromisoformat(value).isoformat()
    return value


def scan(address: str, size: Size, *, service: bool = True) -> dict[str, Any]:
    source = ImageSource(f"{address}/full/max/0/default.jpg", size=size, format="image/jpeg")
    return b.image_body(source, b.image_service(address, 3, 1) if service else None)


def manifest(name: str, label: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = b.reference(f"{RECIPES}/{name}/manifest.json", "Manifest", b.words(label, "en"), **more)
    return {"@context": CONTEXT, **named, "items": list(items)}


def goettingen(name: str, **more: Any) -> dict[str, Any]:
    canvas = f"{RECIPES}/{name}/canvas-1"
    painting = (f"{canvas}/annopage-1", f"{canvas}/annopage-1/anno-1", scan(GOETTINGEN, Size(4032, 3024)))
    return b.canvas(canvas, Size(4032, 3024), painting, **more)


def picture_of_goettingen(name: str, *items: dict[str, Any]) -> dict[str, Any]:
    return manifest(name, "Picture of Göttingen taken during the 2019 IIIF Conference", *items)


def test_0001_single_image(data: Path) -> None:
    name, size = "0001-mvm-image", Size(1200, 1800)
    address = "http://iiif.io/api/presentation/2.1/example/fixtures/resources/page1-full.png"
    body = b.image_body(ImageSource(address, size=size, format="image/png"))
    painting = (f"{RECIPES}/{name}/page/p1/1", f"{RECIPES}/{name}/annotation/p0001-image", body)
    canvas = b.canvas(f"{RECIPES}/{name}/canvas/p1", size, painting)
    assert manifest(name, "Single Image Example", canvas) == recipe(data, name)


def test_0005_image_service(data: Path) -> None:
    name, size = "0005-image-service", Size(4032, 3024)
    painting = (f"{RECIPES}/{name}/page/p1/1", f"{RECIPES}/{name}/annotation/p0001-image", scan(GOETTINGEN, size))
    canvas = b.canvas(
        f"{RECIPES}/{name}/canvas/p1", size, painting, label=b.words("Canvas with a single IIIF image", "en")
    )
    assert picture_of_goettingen(name, canvas) == recipe(data, name)


def test_0009_book(data: Path) -> None:
    name = "0009-book-1"
    original = recipe(data, name)
    canvases = []
    for number, leaf in enumerate(original["items"], start=1):
        size, base = Size(leaf["width"], leaf["height"]), f"{RECIPES}/{name}"
        image = f"{IMAGES}/59d09e6773341f28ea166e9f3c1e674f-gallica_ark_12148_bpt6k1526005v_f{number + 17}"
        painting = (f"{base}/page/p{number}/1", f"{base}/annotation/p{number:04}-image", scan(image, size))
        canvases.append(b.canvas(f"{base}/canvas/p{number}", size, painting, label=leaf["label"]))
    assert manifest(name, "Simple Manifest - Book", *canvases, behavior=["paged"]) == original


def test_0019_html_and_0266_whole_canvas(data: Path) -> None:
    for name, format_ in (("0019-html-in-annotations", "text/html"), ("0266-full-canvas-annotation", "text/plain")):
        said = recipe(data, name)["items"][0]["annotations"][0]["items"][0]["body"]["value"]
        body = b.text_body(said, "de", format_)
        canvas = f"{RECIPES}/{name}/canvas-1"
        note = b.annotation(f"{canvas}/annopage-2/anno-1", "commenting", body, canvas)
        page = b.annotation_page(f"{canvas}/annopage-2", [note])
        original = recipe(data, name)
        # Markup is written in one way: attributes between double quotes, as XML.
        original["items"][0]["annotations"][0]["items"][0]["body"]["value"] = harmless_text(said)
        assert picture_of_goettingen(name, goettingen(name, annotations=[page])) == original


def test_0021_tagging(data: Path) -> None:
    name, size = "0021-tagging", Size(4032, 3024)
    base = f"{RECIPES}/{name}"
    painting = (f"{base}/page/p1/1", f"{base}/annotation/p0001-image", scan(GOETTINGEN, size))
    target = f"{base}/canvas/p1#xywh={Box(265, 661, 1260, 1239).xywh}"
    tag = b.annotation(f"{base}/annotation/p0002-tag", "tagging", b.text_body("Gänseliesel-Brunnen", "de"), target)
    page = b.annotation_page(f"{base}/page/p2/1", [tag])
    canvas = b.canvas(f"{base}/canvas/p1", size, painting, annotations=[page])
    assert picture_of_goettingen(name, canvas) == recipe(data, name)


def test_0269_and_0306_annotations_by_reference(data: Path) -> None:
    for name in ("0269-embedded-or-referenced-annotations", "0306-linking-annotations-to-manifests"):
        referenced = b.reference(f"{RECIPES}/{name}/annotationpage.json", "AnnotationPage")
        assert picture_of_goettingen(name, goettingen(name, annotations=[referenced])) == recipe(data, name)
        canvas = f"{RECIPES}/{name}/canvas-1"
        part = b.region(canvas, f"{RECIPES}/{name}/manifest.json", Box(300, 800, 1200, 1200))
        said, target = {
            "0269": ("Göttinger Marktplatz mit Gänseliesel Brunnen", canvas),
            "0306": ("Der Gänseliesel-Brunnen", part),
        }[name[:4]]
        note = b.annotation(f"{canvas}/annopage-2/anno-1", "commenting", b.text_body(said, "de"), target)
        page = {"@context": CONTEXT} | b.annotation_page(f"{RECIPES}/{name}/annotationpage.json", [note])
        assert page == recipe(data, f"{name}-annotationpage")


def test_0032_and_0230_collections(data: Path) -> None:
    base = f"{RECIPES}/0032-collection"
    members = [
        CollectionMember(f"{base}/manifest-01.json", "manifest", {"en": ("The Gulf Stream",)}),
        CollectionMember(f"{base}/manifest-02.json", "manifest", {"en": ("Northeaster",)}),
    ]
    written = write_collection(f"{base}/collection.json", {"en": ("Simple Collection Example",)}, members)
    assert written == recipe(data, "0032-collection-collection")
    base = f"{RECIPES}/0230-navdate"
    original = recipe(data, "0230-navdate-navdate-collection")
    members = [
        CollectionMember(item["id"], "manifest", {"en": tuple(item["label"]["en"])}, nav_date=item["navDate"])
        for item in original["items"]
    ]
    label = {"en": tuple(original["label"]["en"])}
    written = write_collection(f"{base}/navdate-collection.json", label, members)
    assert comparable(written) == {key: value for key, value in original.items() if key != "thumbnail"}


def newspaper(data: Path, name: str) -> Any:
    text = (data / "iiif" / "cookbook-0068-newspaper" / name).read_text("utf-8")
    base = f"{RECIPES}/0068-newspaper"
    return json.loads(text.replace("{{ id.path }}", base).replace("{{ id.url }}", f"{base}/{name}"))


@pytest.mark.parametrize("number", [1, 2])
def test_0068_newspaper_text(data: Path, number: int) -> None:
    base = f"{RECIPES}/0068-newspaper"
    original = newspaper(data, f"newspaper_issue_1-anno_p{number}.json")
    canvas, issue = f"{base}/canvas/p{number}", f"{base}/newspaper_issue_1-manifest.json"
    notes = []
    for note in original["items"]:
        x, y, w, h = map(int, note["target"]["selector"]["value"].removeprefix("xywh=").split(","))
        body = b.text_body(note["body"]["value"], "de")
        notes.append(b.annotation(note["id"], "supplementing", body, b.region(canvas, issue, Box(x, y, w, h))))
    assert {"@context": CONTEXT} | b.annotation_page(original["id"], notes) == original


def test_0068_newspaper_manifest_is_kept_and_its_text_found(data: Path) -> None:
    original = newspaper(data, "newspaper_issue_1-manifest.json")
    raw = json.dumps(original).encode()
    found = read(raw, "newspaper")
    assert isinstance(found, ReadManifest)
    base = f"{RECIPES}/0068-newspaper"
    assert [(source.address, source.format) for source in found.pages[0].texts] == [
        (f"{base}/newspaper_issue_1-alto_p1.xml", "alto"),
        (f"{base}/newspaper_issue_1-anno_p1.json", "annotations"),
    ]
    assert found.document.series is not None
    assert found.document.series.id == f"{base}/newspaper_title-collection.json"
    written = write_manifest(found.document, found.pages, raw, Addresses("https://e.org"), annotated=())
    assert written["items"] == original["items"]
    assert all(written[key] == original[key] for key in ("label", "metadata", "provider", "rights", "navDate"))
