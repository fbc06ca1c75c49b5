"""Whatever a server sends, the reader answers with a document or one of our errors."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estampe.errors import RefusedError
from estampe.iiif import ReadManifest, read

from .samples import canvas_2, canvas_3, manifest_2, manifest_3

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 2**63, 1e308, float("nan"), float("inf")]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["http://[", "//", "ark:/12148/", "sc:Manifest", "Choice", "#xywh=9999999999999999,0,0,0", "<b", "&#x110000;"]
    ),
)
JUNK = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
OWN = [
    manifest_2(canvas_2(1, otherContent=[{"@id": "https://example.org/l"}]), within={"@id": "https://example.org/c"}),
    manifest_3(
        canvas_3(1, seeAlso=[{"id": "https://example.org/a", "profile": "alto"}]), navDate="1920-06-15T00:00:00Z"
    ),
    {"@type": "sc:Collection", "manifests": [{"@id": "https://example.org/m"}], "first": "https://example.org/p"},
    {
        "type": "Collection",
        "id": "https://example.org/c",
        "items": [manifest_3(), {"type": "Collection", "items": [{}]}],
    },
]


def mutated(draw: st.DrawFn, tree: Any, changes: int) -> Any:
    """Return a tree with some of its values replaced, doubled or dropped."""
    tree = copy.deepcopy(tree)
    for _ in range(changes):
        node = tree
        for _ in range(draw(st.integers(0, 8))):
            inner = [
                value
                for value in (node.values() if isinstance(node, dict) else node)
                if isinstance(value, (dict, list))
            ]
            if not inner:
                break
            node = draw(st.sampled_from(inner))
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            continue
        key = draw(st.sampled_from(keys))
        action = draw(st.sampled_from(["replace", "wrap", "drop", "unwrap"]))
        if action == "replace":
            node[key] = draw(JUNK)
        elif action == "wrap":
            node[key] = [node[key], node[key]]
        elif action == "unwrap" and isinstance(node[key], list) and node[key]:
            node[key] = node[key][0]
        else:
            del node[key]
    return tree


def reads_or_refuses(data: bytes) -> None:
    try:
        found = read(data, "somewhere")
    except RefusedError:
        return
    json.dumps(asdict(found), default=str, ensure_ascii=False).encode("utf-8")
    if isinstance(found, ReadManifest):
        assert len({page.id for page in found.pages}) == len(found.pages)
        assert all(page.size is None or 0 < page.size.area < 10**15 for page in found.pages)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_our_own_manifests_with_wrong_values(draws: st.DataObject) -> None:
    tree = draws.draw(st.composite(mutated)(draws.draw(st.sampled_from(OWN)), draws.draw(st.integers(1, 6))))
    reads_or_refuses(json.dumps(tree).encode())


@pytest.mark.real_data
@given(st.data())
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_real_manifests_with_wrong_values(data: Path, draws: st.DataObject) -> None:
    paths = [path for path in sorted((data / "iiif").rglob("*.json")) if path.stat().st_size < 20_000]
    tree = json.loads(draws.draw(st.sampled_from(paths)).read_bytes())
    if isinstance(tree, dict):
        tree = draws.draw(st.composite(mutated)(tree, draws.draw(st.integers(1, 6))))
    reads_or_refuses(json.dumps(tree).encode())


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes(data: bytes) -> None:
    reads_or_refuses(data)
