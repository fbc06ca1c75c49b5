"""Collections, search inside, changes, and links that open a region."""

from __future__ import annotations

import base64
import json
from typing import Any

import iiif_prezi3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estampe.errors import QueryError
from estampe.iiif import (
    Addresses,
    CollectionMember,
    ContentState,
    Extent,
    WordHit,
    collection_parts,
    decode_content_state,
    encode_content_state,
    page_count,
    page_range,
    write_activity_collection,
    write_activity_page,
    write_collection,
    write_search_response_1,
    write_search_response_2,
)
from estampe.records import Box, Change, Document, Page, Size

ADDRESSES = Addresses("https://estampe.example")
DOCUMENT = Document("d", "Gallica", "Le Journal", ("ark:/12148/x",))
PAGE = Page("d.f1", "f1", 1, canvas="https://example.org/canvas/f1", size=Size(1000, 1500))
WORDS = [
    ("Le", Box(10, 10, 40, 20)),
    ("chat", Box(60, 10, 80, 20)),
    ("noir", Box(150, 12, 80, 20)),
    ("dort", Box(10, 40, 80, 20)),
    ("Un", Box(100, 40, 40, 20)),
    ("chat", Box(900, 40, 80, 20)),
    ("noir", Box(10, 70, 80, 20)),
]


def test_a_collection() -> None:
    members = [
        CollectionMember(
            ADDRESSES.manifest("d"), "manifest", {"none": ("Le Journal",)}, ADDRESSES.thumbnail("d.f1"), "1920-06-15"
        ),
        CollectionMember(ADDRESSES.top_collection(), "collection", {"fr": ("Tout",), "en": ("All",)}),
    ]
    written = write_collection(
        ADDRESSES.provider_collection("Gallica"),
        {"none": ("Gallica",)},
        members,
        summary={"en": ("Two things",)},
        homepage=ADDRESSES.collections(),
        thumbnail=ADDRESSES.thumbnail("d.f1"),
        part_of=[ADDRESSES.top_collection()],
        see_also=ADDRESSES.api("providers", "gallica"),
    )
    iiif_prezi3.Collection.model_validate_json(json.dumps(written))
    assert [item["type"] for item in written["items"]] == ["Manifest", "Collection"]
    assert written["items"][0]["navDate"] == "1920-06-15T00:00:00Z"
    assert written["items"][1]["label"] == {"fr": ["Tout"], "en": ["All"]}


def test_a_long_collection_is_cut_into_collections() -> None:
    parts = collection_parts("https://e.org/c.json?q=x", 1201)
    assert [part.label["none"][0] for part in parts] == ["1–500", "501–1000", "1001–1201"]
    assert parts[1].address == "https://e.org/c.json?q=x&part=2"
    assert collection_parts("https://e.org/c.json", 0) == []


HITS = [
    WordHit(PAGE, tuple(WORDS[1:3]), "Le", "dort Un chat noir"),
    WordHit(PAGE, tuple(WORDS[5:7]), "Le chat noir dort Un"),
]


def test_search_1_as_mirador_reads_it() -> None:
    written = write_search_response_1(DOCUMENT, "chat noir", HITS, Extent(2), ADDRESSES, ignored=("user",))
    assert written["@type"] == "sc:AnnotationList"
    assert written["within"] == {"@type": "sc:Layer", "total": 2, "ignored": ["user"]}
    # Words on one line share a box; the second hit stands on two lines.
    assert [note["on"] for note in written["resources"]] == [
        "https://example.org/canvas/f1#xywh=60,10,170,22",
        "https://example.org/canvas/f1#xywh=900,40,80,20",
        "https://example.org/canvas/f1#xywh=10,70,80,20",
    ]
    assert [note["resource"]["chars"] for note in written["resources"]] == ["chat noir", "chat", "noir"]
    first, second = written["hits"]
    assert (first["before"], first["match"], first["after"]) == ("Le ", "chat noir", " dort Un chat noir")
    names = [note["@id"] for note in written["resources"]]
    assert first["annotations"] + second["annotations"] == names
    assert len(set(names)) == 3


def test_search_2_has_the_same_hits() -> None:
    following = "https://estampe.example/next"
    written = write_search_response_2(
        DOCUMENT, "chat noir", HITS, Extent(9, 4, next=following), ADDRESSES, ignored=("user",)
    )
    assert written["type"] == "AnnotationPage"
    assert written["partOf"]["total"] == 9
    assert written["startIndex"] == 4
    assert written["next"] == {"id": following, "type": "AnnotationPage"}
    assert written["ignored"] == ["user"]
    assert written["items"][0]["target"] == "https://example.org/canvas/f1#xywh=60,10,170,22"
    (context,) = written["annotations"]
    assert {note["motivation"] for note in context["items"]} == {"contextualizing"}
    assert context["items"][0]["target"]["source"] == written["items"][0]["id"]
    assert context["items"][0]["target"]["selector"] == [
        {"type": "TextQuoteSelector", "exact": "chat noir", "prefix": "Le ", "suffix": " dort Un chat noir"}
    ]
    page = {key: written[key] for key in ("id", "type", "items")}
    iiif_prezi3.AnnotationPage.model_validate_json(json.dumps(page))


@pytest.mark.parametrize("write", [write_search_response_1, write_search_response_2])
def test_nothing_found_is_an_answer(write: Any) -> None:
    written = write(DOCUMENT, "x", [], Extent(0), ADDRESSES)
    assert written.get("resources", written.get("items")) == []


def change(sequence: int, entity: str, what: str, document: str = "d") -> Change:
    return Change(sequence, entity, f"{document}.{sequence}", document, what, f"2026-11-22T00:00:{sequence:02}Z")


def test_changes_of_pages_and_illustrations_are_updates_of_their_manifest() -> None:
    changes = [
        change(1, "document", "create"),
        change(2, "page", "create"),
        change(3, "document", "create", "e"),
        change(4, "illustration", "delete"),
        change(5, "document", "delete", "e"),
        change(6, "page", "update", "f"),
    ]
    page = write_activity_page(changes, ADDRESSES, number=0, last=1500)
    told = [(activity["type"], activity["object"]["id"]) for activity in page["orderedItems"]]
    assert told == [
        ("Create", ADDRESSES.manifest("d")),
        ("Delete", ADDRESSES.manifest("e")),
        ("Update", ADDRESSES.manifest("f")),
    ]
    times = [activity["endTime"] for activity in page["orderedItems"]]
    assert times == sorted(times)
    assert "prev" not in page
    assert page["next"]["id"] == ADDRESSES.activity_page(1)
    last = write_activity_page([], ADDRESSES, number=1, last=1500)
    assert "next" not in last
    assert last["prev"]["id"] == ADDRESSES.activity_page(0)


def test_every_change_is_on_one_page() -> None:
    for last in (0, 1, 999, 1000, 1001, 5000):
        covered = [
            n for page in range(page_count(last)) for n in range(page_range(page)[0] + 1, page_range(page)[1] + 1)
        ]
        assert covered[:last] == list(range(1, last + 1))
        assert write_activity_collection(ADDRESSES, last=last)["last"]["id"] == ADDRESSES.activity_page(
            page_count(last) - 1
        )


MANIFEST, CANVAS = "https://example.org/manifest.json", "https://example.org/canvas/1"


@pytest.mark.parametrize(
    "state",
    [
        ContentState(MANIFEST),
        ContentState(MANIFEST, CANVAS),
        ContentState(MANIFEST, CANVAS, Box(1, 2, 3, 4)),
        ContentState("https://example.org/été/m.json", "https://example.org/canvas/é?x=1&y=2"),
    ],
)
def test_content_states_come_back_as_they_were(state: ContentState) -> None:
    encoded = encode_content_state(state.manifest, state.canvas, state.box)
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert decode_content_state(encoded) == state


def region(**more: Any) -> dict[str, Any]:
    return {"id": f"{CANVAS}#xywh=1,2,3,4", "type": "Canvas", "partOf": [{"id": MANIFEST, "type": "Manifest"}], **more}


def plain64(tree: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(tree).encode()).decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MANIFEST, ContentState(MANIFEST)),
        (json.dumps(region()), ContentState(MANIFEST, CANVAS, Box(1, 2, 3, 4))),
        (plain64(region()), ContentState(MANIFEST, CANVAS, Box(1, 2, 3, 4))),
        (plain64({"type": "Annotation", "target": region()}), ContentState(MANIFEST, CANVAS, Box(1, 2, 3, 4))),
        (json.dumps({"type": "Annotation", "target": [{"type": "?"}, MANIFEST]}), ContentState(MANIFEST)),
        (
            json.dumps(
                {
                    "type": "SpecificResource",
                    "source": {"id": CANVAS, "type": "Canvas", "partOf": MANIFEST},
                    "selector": {"type": "FragmentSelector", "value": "xywh=5,6,7,8"},
                }
            ),
            ContentState(MANIFEST, CANVAS, Box(5, 6, 7, 8)),
        ),
        (json.dumps({"id": "https://example.org/c", "type": "Collection"}), ContentState(collection="https://example.org/c")),
        (json.dumps({"id": "https://example.org/r", "type": "Range", "partOf": [MANIFEST]}), ContentState(MANIFEST)),
        (json.dumps(region(id=f"{CANVAS}#t=5")), ContentState(MANIFEST, CANVAS)),
    ],
)  # fmt: skip
def test_content_states_in_all_their_shapes(value: str, expected: ContentState) -> None:
    assert decode_content_state(value) == expected


@pytest.mark.parametrize(
    "value",
    ["", "!!!", "abc", "{", "javascript:alert(1)", "e30", '{"id": "javascript:1", "type": "Manifest"}', "A" * 40_000,
     '{"type": "Annotation", "target": []}', plain64([1]), '{"target":' * 300 + "1" + "}" * 300],
    ids=range(11),
)  # fmt: skip
def test_broken_content_states_are_refused(value: str) -> None:
    with pytest.raises(QueryError, match="iiif-content"):
        decode_content_state(value)


@pytest.mark.real_data
def test_the_cookbooks_content_states(data: Any) -> None:
    folder = data / "iiif" / "IIIF-Commons-parser" / "cookbook"
    state = decode_content_state((folder / "0485-contentstate-canvas-region-annotation.json").read_text())
    base = "https://iiif.io/api/cookbook/recipe/0009-book-1"
    assert state == ContentState(f"{base}/manifest.json", f"{base}/canvas/p2", Box(1528, 3024, 344, 408))
    several = decode_content_state((folder / "0540-link-for-opening-multiple-canvases-annotation.json").read_text())
    assert several.manifest
    assert several.canvas


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
@settings(max_examples=300, deadline=None)
def test_any_content_state_is_read_or_refused(value: str) -> None:
    try:
        state = decode_content_state(value)
    except QueryError:
        return
    assert state.manifest or state.canvas or state.collection
