"""Small manifests of our own, for tests where the real ones are absent."""

from __future__ import annotations

from typing import Any

BASE = "https://example.org/iiif/book"
SERVICE_2 = {
    "@context": "http://iiif.io/api/image/2/context.json",
    "@id": "https://example.org/image/1",
    "profile": ["http://iiif.io/api/image/2/level1.json", {"formats": ["png"]}],
}


def canvas_2(number: int = 1, **more: Any) -> dict[str, Any]:
    """Return a canvas of version 2 with an image and its service."""
    id_ = f"{BASE}/canvas/{number}"
    resource = {
        "@id": f"https://example.org/image/{number}.jpg",
        "@type": "dctypes:Image",
        "width": 1000,
        "height": 1500,
    }
    image = {
        "@type": "oa:Annotation",
        "motivation": "sc:painting",
        "on": id_,
        "resource": {**resource, "format": "image/jpeg", "service": SERVICE_2},
    }
    return {
        "@id": id_,
        "@type": "sc:Canvas",
        "label": str(number),
        "width": 1000,
        "height": 1500,
        "images": [image],
        **more,
    }


def manifest_2(*canvases: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a manifest of version 2."""
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{BASE}/manifest",
        "@type": "sc:Manifest",
        "label": "A book",
        "sequences": [{"@type": "sc:Sequence", "canvases": list(canvases or (canvas_2(1), canvas_2(2)))}],
        **more,
    }


def canvas_3(number: int = 1, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a canvas of version 3 with an image and its service."""
    id_ = f"{BASE}/canvas/{number}"
    service = {"id": f"https://example.org/image/{number}", "type": "ImageService3", "profile": "level2"}
    image = {"id": f"https://example.org/image/{number}.jpg", "type": "Image", "width": 1000, "height": 1500}
    painting = {
        "id": f"{id_}/painting/1",
        "type": "Annotation",
        "motivation": "painting",
        "body": body or {**image, "format": "image/jpeg", "service": [service]},
        "target": id_,
    }
    page = {"id": f"{id_}/painting", "type": "AnnotationPage", "items": [painting]}
    label = {"none": [str(number)]}
    return {"id": id_, "type": "Canvas", "label": label, "width": 1000, "height": 1500, "items": [page], **more}


def manifest_3(*canvases: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a manifest of version 3."""
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{BASE}/manifest",
        "type": "Manifest",
        "label": {"en": ["A book"]},
        "items": list(canvases or (canvas_3(1), canvas_3(2))),
        **more,
    }
