"""Real manifests, read and written again: valid version 3, nothing lost, canvases under their own ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import iiif_prezi3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.errors import RefusedError
from estampe.iiif import Addresses, ReadManifest, read, write_manifest
from estampe.iiif.markup import harmless_text

from .samples import canvas_2, canvas_3, manifest_2, manifest_3
from .test_reading_properties import OWN, mutated

ADDRESSES = Addresses("https://estampe.example")


def rewritten(data: bytes, name: str = "somewhere") -> tuple[ReadManifest, dict[str, Any]] | None:
    """Read and write a manifest; None where it is refused or no manifest. What is written must be valid."""
    try:
        found = read(data, name)
    except RefusedError:
        return None
    if not isinstance(found, ReadManifest):
        return None
    annotated = {page.id for page in found.pages[::2]}
    written = write_manifest(found.document, found.pages, data, ADDRESSES, annotated=annotated)
    iiif_prezi3.Manifest.model_validate_json(json.dumps(written))
    from_nothing = write_manifest(found.document, found.pages, None, ADDRESSES, annotated=annotated)
    iiif_prezi3.Manifest.model_validate_json(json.dumps(from_nothing))
    expected = [page.canvas or ADDRESSES.canvas(found.document.id, page.key) for page in found.pages]
    assert [canvas["id"] for canvas in written["items"]] == expected
    assert [canvas["id"] for canvas in from_nothing["items"]] == expected
    assert len(set(expected)) == len(expected)
    return found, written


def without_ours(written: dict[str, Any]) -> dict[str, Any]:
    """Return a written manifest without what we added."""

    def foreign(value: Any) -> Any:
        if isinstance(value, list):
            return [foreign(entry) for entry in value if not is_ours(entry)]
        if isinstance(value, dict):
            return {key: kept for key, entry in value.items() if (kept := foreign(entry)) != [] or entry == []}
        return value

    def is_ours(entry: Any) -> bool:
        return isinstance(entry, dict) and str(entry.get("id") or entry.get("@id")).startswith(ADDRESSES.base_url)

    tree: dict[str, Any] = foreign(written)
    return tree


def real(data: Path, folder: str = "") -> Iterator[Path]:
    yield from sorted((data / "iiif" / folder).rglob("*.json"))


@pytest.mark.real_data
@pytest.mark.parametrize("part", range(6))
def test_every_real_manifest_is_valid_version_3_with_its_canvases(data: Path, part: int) -> None:
    count = sum(rewritten(path.read_bytes(), str(path)) is not None for path in list(real(data))[part::6])
    assert count >= 25


@pytest.mark.real_data
def test_the_cookbook_is_kept_as_it_is(data: Path) -> None:
    """What is valid version 3 comes out as it went in, but for the id and what we add."""
    compared = 0
    for path in real(data, "IIIF-Commons-parser/cookbook"):
        made = rewritten(path.read_bytes(), str(path))
        if made is None:
            continue
        original, kept = json.loads(path.read_bytes()), without_ours(made[1])
        for tree in (original, kept):
            tree.pop("id")
            tree["@context"] = tree["@context"] if isinstance(tree["@context"], list) else [tree["@context"]]
            tree["seeAlso"] = [link for link in tree.get("seeAlso", []) if link["id"] != made[0].document.manifest]
        assert normal(kept) == normal(original), path.name
        compared += 1
    assert compared >= 50


def normal(value: Any) -> Any:
    """Return JSON without the differences that the model of iiif-prezi3 and the specification do not tell apart."""
    if isinstance(value, list):
        return [normal(entry) for entry in value]
    if isinstance(value, dict):
        # An older service may name itself either way; empty lists say nothing.
        return {key.removeprefix("@"): normal(entry) for key, entry in value.items() if entry != []}
    # HTML is written in one way, with the attributes that the specification allows, which some recipes do not heed.
    if isinstance(value, str):
        value = re.sub(r"</?cite>", "", value)
        value = re.sub(r' (?:title|style)="[^"]*"', "", value.replace("'", '"').replace(" />", ">").replace("/>", ">"))
    return " ".join(value.split()) if isinstance(value, str) else value


@pytest.mark.real_data
def test_gallica_version_2_becomes_version_3(data: Path) -> None:
    path = data / "iiif" / "altomator-IIIF" / "manifests" / "bpt6k9604118j.json"
    made = rewritten(path.read_bytes(), str(path))
    assert made is not None
    manifest = made[1]
    assert manifest["id"] == "https://estampe.example/iiif/ark-12148-bpt6k9604118j/manifest.json"
    assert manifest["label"] == {"none": ["BnF, département Littérature et art, FOL-V-5554 (BIS)"]}
    assert {"label": {"none": ["Title"]}, "value": {"none": ["Vogue"]}} in manifest["metadata"]
    assert manifest["provider"][0]["logo"][0]["id"] == "https://gallica.bnf.fr/mbImage/logos/logo-bnf.png"
    assert manifest["requiredStatement"]["value"] == {"none": ["Bibliothèque nationale de France"]}
    assert "rights" not in manifest  # Gallica's terms are a web page, which version 3 does not allow there
    assert "conditions-dutilisation" in json.dumps(manifest["metadata"])
    assert manifest["homepage"][0]["id"] == "https://gallica.bnf.fr/ark:/12148/bpt6k9604118j"
    assert len(manifest["items"]) == 74
    canvas = manifest["items"][10]
    assert canvas["id"] == "https://gallica.bnf.fr/iiif/ark:/12148/bpt6k9604118j/canvas/f11"
    body = canvas["items"][0]["items"][0]["body"]
    assert (body["height"], body["width"]) == (canvas["height"], canvas["width"])
    assert body["service"][0]["@type"] == "ImageService1"
    assert canvas["annotations"][-1]["id"] == ADDRESSES.annotations("ark-12148-bpt6k9604118j", "f11")
    assert "annotations" not in manifest["items"][11]


def test_tables_of_contents_of_version_2_become_a_tree() -> None:
    top = {"@id": "https://example.org/r/0", "@type": "sc:Range", "label": "All", "viewingHint": "top"}
    one, two = "https://example.org/r/1", "https://example.org/r/2"
    canvas = "https://example.org/iiif/book/canvas/1"
    structures = [
        {**top, "ranges": [one, two]},
        {"@id": one, "@type": "sc:Range", "label": "One", "canvases": [canvas], "ranges": [two]},
        {"@id": two, "@type": "sc:Range", "label": "Two", "canvases": [f"{canvas}#xywh=0,0,5,5"], "ranges": [one]},
    ]
    made = rewritten(json.dumps(manifest_2(canvas_2(1), structures=structures)).encode())
    assert made is not None
    (tree,) = made[1]["structures"]
    assert [item["id"] for item in tree["items"]] == [one, two]
    assert tree["items"][0]["items"][0] == {"id": canvas, "type": "Canvas"}
    part = tree["items"][1]["items"][0]
    assert (part["source"]["id"], part["selector"]["value"]) == (canvas, "xywh=0,0,5,5")


def test_annotations_set_into_version_2_are_kept() -> None:
    note = {
        "@type": "oa:Annotation",
        "motivation": "oa:commenting",
        "resource": {"@type": "cnt:ContentAsText", "chars": "A comment", "format": "text/plain", "language": "en"},
        "on": {"@type": "oa:SpecificResource", "full": "https://example.org/iiif/book/canvas/1",
               "selector": {"@type": "oa:Choice", "default": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"},
                            "item": {"@type": "oa:SvgSelector", "value": "<svg/>"}}},
    }  # fmt: skip
    notes = {"@id": "https://example.org/list", "@type": "sc:AnnotationList", "resources": [note]}
    made = rewritten(json.dumps(manifest_2(canvas_2(1, otherContent=[notes]))).encode())
    assert made is not None
    (kept,) = made[1]["items"][0]["annotations"][0]["items"]
    assert kept["motivation"] == "commenting"
    assert kept["body"] == {"type": "TextualBody", "value": "A comment", "language": "en", "format": "text/plain"}
    assert [selector["type"] for selector in kept["target"]["selector"]] == ["FragmentSelector", "SvgSelector"]


def test_links_that_run_something_are_not_published() -> None:
    made = rewritten(
        json.dumps(
            manifest_3(
                canvas_3(1),
                homepage=[{"id": "javascript:alert(1)", "type": "Text", "label": {"en": ["x"]}}],
                rendering=[{"id": "data:text/html,x", "type": "Text", "label": {"en": ["x"]}}],
            )
        ).encode()
    )
    assert made is not None
    assert "javascript:" not in json.dumps(made[1])
    assert "data:" not in json.dumps(made[1])


HOSTILE = [
    "<b onclick=alert(1)>b</b><script>alert(9)</script>",
    "<a href='javascript:alert(1)'>0000</a>",
    "<img src=x onerror=alert(1)>",
    "a word <x onmouseover=alert(1)>there</x>",
    "not closed <img src=x onerror=alert(1) ",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("version", [2, 3])
def test_markup_that_runs_something_is_not_published(version: int, hostile: str) -> None:
    said = {"en": [hostile]} if version == 3 else hostile
    pair = {"label": said, "value": said}
    link = {"id": "https://example.org/x", "type": "Text", "label": said}
    more: dict[str, Any] = {"label": said, "metadata": [pair], "rendering": [link], "seeAlso": [link], "extra": hostile}
    range_ = {"id": "https://example.org/r", "type": "Range", "label": said, "canvases": []}
    if version == 3:
        more |= {"summary": said, "requiredStatement": pair, "provider": [{**link, "type": "Agent"}]}
        range_ |= {"items": [{"id": "https://example.org/iiif/book/canvas/1", "type": "Canvas"}]}
        tree = manifest_3(canvas_3(1, metadata=[pair], label=said), structures=[range_], **more)
    else:
        more |= {"description": said, "attribution": said, "license": said}
        tree = manifest_2(canvas_2(1, metadata=[pair], label=said), structures=[range_], **more)
    made = rewritten(json.dumps(tree).encode())
    assert made is not None
    published = json.dumps(made[1])
    assert not re.search(r"<[a-z][^<>]*\bon\w+=|<script|<style|<svg|javascript:|<x", published)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Cause & effet: 1 < 2 <3", None),
        ("d<hen MWigend bewundert", None),
        ("<p>It <b>is</b> so.<br/></p>", None),
        ("R&amp;D", None),
        ("javascript: the good parts", None),
        ("Deutſ<en a = b", "Deutſ< en a = b"),
        ("<p class='x'>a & b</p>", "<p>a &amp; b</p>"),
        ("<a href='mailto:a@b.org'>a</a>", '<a href="mailto:a@b.org">a</a>'),
        ("<p><img src='data:image/png,x' alt='y'></p>", '<p><img alt="y"/></p>'),
    ],
)
def test_harmless_text_stays_as_it_is(text: str, published: str | None) -> None:
    made = rewritten(json.dumps(manifest_3(summary={"en": [text]})).encode())
    assert made is not None
    assert made[1]["summary"] == {"en": [published or text]}


@given(st.text(alphabet="<>/!ab ='\"&;onimgscript", max_size=60))
def test_what_was_made_harmless_once_is_harmless(text: str) -> None:
    once = harmless_text(text)
    assert harmless_text(harmless_text(once)) == harmless_text(once)
    assert not re.search(r"<(?:script|[a-z][^<>]*\son\w*=)", once)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://e.org/x"])
def test_addresses_that_are_not_of_the_web_are_not_published(address: str) -> None:
    link = [{"id": address, "type": "Text", "label": {"en": ["x"]}, "format": "text/html"}]
    image = [{"id": address, "type": "Image"}]
    agent = {"id": "https://example.org/us", "type": "Agent", "label": {"en": ["x"]}, "homepage": link, "logo": image}
    tree = manifest_3(
        canvas_3(1, thumbnail=image, seeAlso=link),
        id=address, rights=address, homepage=link, seeAlso=link, rendering=link, thumbnail=image, logo=image,
        provider=[agent, {**agent, "id": address}], service=[{"id": address, "type": "X"}], extra={"id": address},
        start={"type": "SpecificResource", "source": address}, partOf=[{"id": address, "type": "Collection"}],
    )  # fmt: skip
    made = rewritten(json.dumps(tree).encode())
    assert made is not None
    written = {**made[1], "metadata": []}  # what is said of the terms of use is text
    assert address not in json.dumps(written)


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_read_is_written_valid(draws: st.DataObject) -> None:
    tree = draws.draw(st.composite(mutated)(draws.draw(st.sampled_from(OWN[:2])), draws.draw(st.integers(1, 6))))
    rewritten(json.dumps(tree).encode())


@pytest.mark.real_data
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_was_read_of_real_manifests_is_written_valid(data: Path, draws: st.DataObject) -> None:
    paths = [path for path in real(data) if path.stat().st_size < 12_000]
    tree = json.loads(draws.draw(st.sampled_from(paths)).read_bytes())
    if isinstance(tree, dict):
        tree = draws.draw(st.composite(mutated)(tree, draws.draw(st.integers(1, 6))))
    rewritten(json.dumps(tree).encode())
