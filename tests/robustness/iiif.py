"""Every real manifest and collection, whole and cut at ten places, is read or refused clearly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from estampe.errors import FormatError, UnsupportedError
from estampe.iiif import ReadCollection, ReadManifest, read

CUTS = 10


def expected_canvases(tree: Any) -> int | None:
    """Count canvases the way one would with jq; None for what is no manifest."""
    if not isinstance(tree, dict) or "Manifest" not in str(tree.get("type") or tree.get("@type") or "Manifest"):
        return None
    if "sequences" in tree:
        return len(list(tree["sequences"][0].get("canvases", [])))
    items = [item for item in tree.get("items", []) if isinstance(item, dict)]
    return [item.get("type") for item in items].count("Canvas")


def expected_members(tree: dict[str, Any]) -> set[str]:
    """Return the addresses that a collection lists; those of collections that stand in it whole are its own."""
    found: set[str] = set()
    for name in ("collections", "manifests", "members", "items"):
        for node in tree.get(name, []):
            inner = expected_members(node)
            if inner:
                found |= inner
            elif "Manifest" in str(node) or "Collection" in str(node):
                found.add(str(node.get("id") or node.get("@id")).replace(" ", "%20"))
    return found


def check(path: Path, data: bytes | None = None) -> str:
    """Read a file whole and cut; return what the whole one was. Raises AssertionError where a promise is broken."""
    data = path.read_bytes() if data is None else data
    for place in range(1, CUTS + 1):
        cut = data[: len(data) * place // (CUTS + 1)]
        try:
            read(cut, f"{path} cut at {len(cut)}")
        except FormatError as error:
            assert str(path) in str(error)
        else:
            raise AssertionError(f"{path} cut at {len(cut)} bytes was read as if it were whole")
    tree = json.loads(data)
    try:
        found = read(data, str(path))
    except (FormatError, UnsupportedError) as error:
        assert str(path) in str(error)
        count = expected_canvases(tree)
        assert not count or "sound or video only" in str(error), f"{error}, but it has {count} canvases"
        return type(error).__name__
    if isinstance(found, ReadManifest):
        assert len(found.pages) == expected_canvases(tree), f"{path}: {len(found.pages)} pages"
        assert len({page.id for page in found.pages}) == len(found.pages), f"{path}: two pages have one id"
    else:
        assert isinstance(found, ReadCollection)
        missing = expected_members(tree) - {member.address for member in found.members}
        assert len(missing) <= len(found.diagnostics), f"{path}: {sorted(missing)[:3]} were dropped in silence"
    return type(found).__name__
