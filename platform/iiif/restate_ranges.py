"""Tables of contents: the flat ranges of version 2, or the nested ones of version 3, restated as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .restate_content import described, selectors
from .restate_values import links, others, uri, words
from .schema import salvaged
from .values import Json, entries, first_object, identifier, kind, objects, texts

_DEEPEST = 30
#: Ranges in one manifest; those with more do not name their parts once but over and over.
_MOST = 50_000
_OURS = (
    "id", "type", "label", "items", "canvases", "ranges", "members", "within", "partOf", "viewingHint", "behavior",
    "metadata", "summary", "description", "requiredStatement", "attribution", "rights", "license", "thumbnail",
    "seeAlso", "rendering", "homepage", "related", "service", "provider", "navDate", "startCanvas", "contentLayer",
    "supplementary",
)  # fmt: skip


def ranges(structures: Any, canvases: Mapping[str, str], base: str) -> list[Json]:
    """Return tables of contents.

    Args:
        structures: the manifest's own.
        canvases: the id as published, by the id as it was.
        base: what relative addresses start from.

    """
    listed = objects(structures)
    by_id = {identifier(node): node for node in listed if identifier(node)}
    inner = {id_ for node in listed for id_ in _names(node)}
    tops = [node for node in listed if identifier(node) not in inner] or listed[:1]
    tree = _Tree(by_id, canvases, base)
    return [range_ for node in tops if (range_ := tree.range_(node, _DEEPEST))]


def _names(node: Json) -> list[str]:
    """Return the ids of the ranges that a range of version 2 names."""
    members = [identifier(member) for member in objects(node.get("members")) if kind(member) == "Range"]
    return [*(identifier(child) for child in objects(node.get("ranges"))), *members]


class _Tree:
    """Builds ranges below their parents; a circle is cut where it closes, and a tree that grows too large is cut."""

    def __init__(self, by_id: Mapping[str, Json], canvases: Mapping[str, str], base: str) -> None:
        self._by_id, self._canvases, self._base = by_id, canvases, base
        self._above: list[str] = []
        self._left = _MOST

    def range_(self, node: Json, depth: int) -> Json | None:
        id_ = uri(identifier(node), self._base)
        if not id_ or not depth or not self._left or (id_ in self._above and "items" not in node):
            return None
        self._left -= 1
        self._above.append(id_)
        items = [item for entry in self._entries(node) if (item := self._item(entry, depth - 1))]
        self._above.pop()
        required: Json = {"id": id_, "type": "Range", "items": items}
        more = described(node, self._base)
        more |= {"label": label} if (label := words(node.get("label"))) else {}
        layers = links(node.get("supplementary") or node.get("contentLayer"), self._base, "AnnotationCollection")
        more |= {"supplementary": layers[0]} if layers else {}
        return salvaged("Range", required, more | others(node, *_OURS))

    def _entries(self, node: Json) -> list[Any]:
        if "items" in node:
            return entries(node["items"])
        canvases = [{"id": id_, "type": "Canvas"} for id_ in texts(node.get("canvases"))]
        inner = [{"id": id_, "type": "Range"} for id_ in texts(node.get("ranges"))]
        return [*canvases, *inner, *entries(node.get("members"))]

    def _item(self, entry: Any, depth: int) -> Json | None:
        if not isinstance(entry, dict):
            return None
        id_, type_ = identifier(entry), kind(entry)
        if type_ == "Range":
            whole = entry if "items" in entry else self._by_id.get(id_, entry)
            return self.range_(whole, depth)
        if type_ == "SpecificResource":
            return self._part(entry)
        whole_id, _, fragment = id_.partition("#")
        published = self._canvases.get(id_) or self._canvases.get(whole_id) or uri(whole_id, self._base)
        if not published:
            return None
        if fragment and id_ not in self._canvases:
            canvas = {"id": published, "type": "Canvas"}
            selector = {
                "type": "FragmentSelector",
                "conformsTo": "http://www.w3.org/TR/media-frags/",
                "value": fragment,
            }
            return {"type": "SpecificResource", "source": canvas, "selector": selector}
        return {"id": published, "type": "Canvas", **others(entry, "id", "type", "label", "within", "partOf")}

    def _part(self, entry: Json) -> Json | None:
        source = entry.get("source")
        name = source if isinstance(source, str) else identifier(first_object(source))
        published = self._canvases.get(name) or uri(name, self._base)
        if not published:
            return None
        kept: Any = published if isinstance(source, str) else {**others(first_object(source), "id"), "id": published}
        return {
            "type": "SpecificResource",
            "source": kept,
            **selectors(entry),
            **others(entry, "id", "type", "source", "selector"),
        }
