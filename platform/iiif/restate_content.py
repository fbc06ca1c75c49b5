"""The content of foreign manifests restated as version 3: annotations with their bodies and targets, canvases."""

from __future__ import annotations

import re
from typing import Any

from ..records import Size
from .markup import harmless_text, is_drawing, runs_something
from .restate_values import (
    behaviours,
    duration,
    links,
    others,
    pairs,
    pictures,
    resource,
    services,
    uri,
    words,
)
from .schema import is_valid, salvaged
from .values import Json, entries, first_object, identifier, integer, kind, objects, texts

_SELECTORS = {"FragmentSelector", "SvgSelector", "PointSelector", "ImageApiSelector"}
_CANVAS = (
    "id", "type", "label", "width", "height", "duration", "items", "annotations", "images", "otherContent", "metadata",
    "summary", "description", "requiredStatement", "attribution", "rights", "license", "thumbnail", "seeAlso",
    "rendering", "homepage", "related", "partOf", "within", "behavior", "viewingHint", "service", "provider",
    "placeholderCanvas", "accompanyingCanvas", "navDate",
)  # fmt: skip
_NAV_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def described(node: Json, base: str) -> Json:
    """Return what manifests, canvases and ranges alike say of themselves: words, rights, links, services."""
    required = first_object(node.get("requiredStatement"))
    stated = words(required.get("value"), markup=True) or words(node.get("attribution"), markup=True)
    statement = {"label": words(required.get("label")) or {"en": ["Attribution"]}, "value": stated}
    rights, terms = _rights(node)
    said: Json = {
        "metadata": pairs(node.get("metadata")) + terms,
        "summary": words(node.get("summary") or node.get("description"), markup=True),
        "requiredStatement": statement if stated else None,
        "rights": rights,
        "thumbnail": pictures(node.get("thumbnail"), base),
        "seeAlso": links(node.get("seeAlso"), base, "Dataset"),
        "rendering": links(node.get("rendering"), base, "Text"),
        "homepage": links(entries(node.get("homepage")) + entries(node.get("related")), base, "Text"),
        "partOf": links(entries(node.get("partOf")) + entries(node.get("within")), base, "Collection"),
        "provider": providers(node.get("provider"), base),
        "behavior": behaviours(node),
        "service": services(node.get("service"), base),
        "navDate": next((text for text in texts(node.get("navDate")) if _NAV_DATE.fullmatch(text)), ""),
    }
    for link in said["homepage"]:
        link.setdefault("label", {"none": [link["id"]]})
    return {name: value for name, value in said.items() if value}


def _rights(node: Json) -> tuple[str, list[Json]]:
    """Return the licence as version 3 allows it, and what else is said of the terms as metadata."""
    said = [*texts(node.get("rights")), *(identifier(licence) for licence in objects(node.get("license")))]
    rights, terms = "", []
    for licence in dict.fromkeys(said):
        known = re.fullmatch(r"https?://(?:www\.)?((?:creativecommons|rightsstatements)\.org/\S+)", licence)
        if known and not rights:
            rights = f"http://{known[1]}"
        elif not known and not runs_something(licence):
            terms.append(
                {
                    "label": {"en": ["Terms of use"], "fr": ["Conditions d’utilisation"]},
                    "value": {"none": [harmless_text(licence)]},
                }
            )
    return rights, terms


def providers(value: Any, base: str) -> list[Json]:
    """Return who provides something, with their logos and links."""
    restated = []
    for node in objects(value):
        address = uri(identifier(node), base)
        if not address:
            continue
        said: Json = {
            "label": words(node.get("label")),
            "homepage": links(node.get("homepage"), base, "Text"),
            "logo": pictures(node.get("logo"), base),
            "seeAlso": links(node.get("seeAlso"), base, "Dataset"),
        }
        more = others(node, "id", "type", *said)
        restated.append({"id": address, "type": "Agent"} | {name: v for name, v in said.items() if v} | more)
    return restated


def body(node: Any, base: str, depth: int = 5) -> Json | None:
    """Return the body of an annotation, None where version 3 cannot have it."""
    if isinstance(node, str):
        node = {"id": node}
    if not isinstance(node, dict) or not depth:
        return None
    type_ = kind(node)
    if type_ == "Choice":
        listed = [*entries(node.get("default")), *entries(node.get("items")), *entries(node.get("item"))]
        items = [restated for entry in listed if (restated := body(entry, base, depth - 1))]
        return {"type": "Choice", **others(node, "type", "items", "item", "default"), "items": items} if items else None
    if type_ in {"TextualBody", "ContentAsText", "Tag"} or ("chars" in node and not identifier(node)):
        return _text(node)
    if type_ == "SpecificResource" or "full" in node:
        source = _source(node, base, depth)
        return {**source, **selectors(node)} if source else None
    return resource(node, base, default="Image" if node.get("width") or node.get("service") else "Dataset")


def _text(node: Json) -> Json | None:
    value = node.get("value", node.get("chars"))
    if not isinstance(value, str):
        return None
    restated: Json = {"type": "TextualBody", "value": harmless_text(value)}
    for name in ("language", "format"):
        said = next(iter(texts(node.get(name))), "")
        if said:
            restated[name] = said
    if "id" in node and uri(identifier(node), ""):
        restated["id"] = identifier(node)
    return restated | others(node, "id", "type", "value", "chars", "language", "format")


def _source(node: Json, base: str, depth: int) -> Json | None:
    """Return a specific resource without its selectors."""
    whole = node.get("source", node.get("full"))
    whole = entries(whole)[0] if entries(whole) else None
    source: Any = uri(whole, base) if isinstance(whole, str) else body(whole, base, depth - 1)
    if isinstance(source, dict) and kind(first_object(whole)) in {"Canvas", "Manifest", "Range"}:
        source |= {"type": kind(first_object(whole))}
    if not source:
        return None
    named = {"id": id_} if (id_ := uri(identifier(node), base)) else {}
    more = others(node, "id", "type", "source", "full", "selector")
    return {**named, "type": "SpecificResource", "source": source, **more}


def selectors(node: Json) -> Json:
    """Return the ``selector`` of a specific resource, as part of it."""
    found = [restated for entry in objects(node.get("selector")) for restated in _selectors(entry)]
    if not found:
        return {}
    return {"selector": found if isinstance(node.get("selector"), list) or len(found) > 1 else found[0]}


def _selectors(node: Json) -> list[Json]:
    type_ = kind(node)
    if type_ == "Choice":
        return [s for entry in [*objects(node.get("default")), *objects(node.get("item"))] for s in _selectors(entry)]
    if type_ in {"FragmentSelector", "SvgSelector"}:
        value = node.get("value", node.get("chars"))
        return (
            [{"type": type_, "value": value, **others(node, "type", "value", "chars")}]
            if isinstance(value, str) and (type_ == "FragmentSelector" or is_drawing(value))
            else []
        )
    if type_ in _SELECTORS:
        return [{"type": type_, **others(node, "type")}]
    return [dict(node)] if type_ and "@type" not in node else []


def target(node: Any, canvas: str, base: str) -> Any:
    """Return the target of an annotation; the whole canvas where it says none that can be kept."""
    if isinstance(node, list):
        targets = [target(entry, canvas, base) for entry in node]
        return targets if len(targets) != 1 else targets[0]
    if isinstance(node, str):
        return uri(node, base) or canvas
    if not isinstance(node, dict):
        return canvas
    if kind(node) == "SpecificResource" or "full" in node or "source" in node:
        source = _source(node, base, 3)
        return {**source, **selectors(node)} if source else canvas
    address = uri(identifier(node), base)
    if not address:
        return canvas
    return {
        "type": "SpecificResource",
        "source": {"id": address, "type": kind(node) or "Canvas", **others(node, "id", "type")},
    }


def annotation(node: Json, canvas: str, base: str, fallback: str) -> Json | None:
    """Return an annotation, None where version 3 cannot have it; ``fallback`` is its id where it has none."""
    motivation = [re.sub(r"^(?:oa|sc|iiif):", "", text) for text in texts(node.get("motivation"))]
    bodies = [b for entry in entries(node.get("body", node.get("resource"))) if (b := body(entry, base))]
    aimed = target(node.get("target", node.get("on")), canvas, base)
    restated: Json = {"id": uri(identifier(node), base) or fallback, "type": "Annotation"}
    if motivation:
        restated["motivation"] = motivation if isinstance(node.get("motivation"), list) else motivation[0]
    if bodies:
        restated["body"] = bodies if isinstance(node.get("body", node.get("resource")), list) else bodies[0]
    required = restated | {"target": aimed}
    if not is_valid("Annotation", required):
        required["target"] = canvas
    if not is_valid("Annotation", required) or (motivation == ["painting"] and not bodies):
        return None
    more = others(node, "id", "type", "motivation", "body", "resource", "target", "on", "label", "service", "thumbnail")
    label = words(node.get("label"))
    more |= {"label": label} if label else {}
    more |= {"service": s} if (s := services(node.get("service"), base)) else {}
    more |= {"thumbnail": t} if (t := pictures(node.get("thumbnail"), base)) else {}
    return salvaged("Annotation", required, more)


def annotation_pages(value: Any, canvas: str, base: str, fallback: str) -> list[Json]:
    """Return pages of annotations, those by reference as references; ``fallback`` begins ids where there are none."""
    restated = []
    for place, page in enumerate(objects(value), start=1):
        made = f"{fallback}/{place}"
        items = objects(page.get("items")) or objects(page.get("resources"))
        address = uri(identifier(page), base)
        if not items and not address:
            continue
        required: Json = {"id": address or made, "type": "AnnotationPage"}
        found = [a for n, item in enumerate(items, start=1) if (a := annotation(item, canvas, base, f"{made}/{n}"))]
        if items or "items" in page:
            required["items"] = found
        more = others(page, "id", "type", "items", "resources", "label", "partOf")
        more |= {"label": label} if (label := words(page.get("label"))) else {}
        model = "AnnotationPage" if "items" in required else "AnnotationPageRef"
        more |= {"partOf": part_of} if (part_of := links(page.get("partOf"), base, "AnnotationCollection")) else {}
        if is_valid(model, required):
            restated.append(salvaged(model, required, more))
    return restated


def canvas_(node: Json, id_: str, size: Size, base: str) -> Json:
    """Return a canvas.

    Args:
        node: the canvas as it was, of version 2 or 3.
        id_: its id as it is published.
        size: for a canvas that does not say its own.
        base: what relative addresses start from.

    """
    if "images" in node:
        # Version 2 has pictures without a page of annotations around them.
        fallback = f"{id_}/painting"
        painted = [
            annotation(n, id_, base, f"{fallback}/1/{k}") for k, n in enumerate(objects(node["images"]), start=1)
        ]
        items = (
            [{"id": f"{fallback}/1", "type": "AnnotationPage", "items": [a for a in painted if a]}]
            if any(painted)
            else []
        )
    else:
        items = annotation_pages(node.get("items"), id_, base, f"{id_}/painting")
    width, height = integer(node.get("width")), integer(node.get("height"))
    required: Json = {"id": id_, "type": "Canvas", "items": items}
    lasting = duration(node.get("duration"))
    if (width and height) or not lasting:
        required |= {"width": width or size.w, "height": height or size.h}
    required |= {"duration": lasting} if lasting else {}
    more = described(node, base)
    more |= {"label": label} if (label := words(node.get("label"))) else {}
    notes = [*entries(node.get("annotations")), *entries(node.get("otherContent"))]
    more |= {"annotations": a} if (a := annotation_pages(notes, id_, base, f"{id_}/annotations")) else {}
    for name in ("placeholderCanvas", "accompanyingCanvas"):
        inner = first_object(node.get(name))
        if inner and uri(identifier(inner), base):
            more[name] = canvas_(
                {k: v for k, v in inner.items() if not k.endswith("Canvas")}, uri(identifier(inner), base), size, base
            )
    return salvaged("Canvas", required, more | others(node, *_CANVAS))
