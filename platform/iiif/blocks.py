"""The building blocks of Presentation 3 that we publish, as the specification and its cookbook shape them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..records import Box, ImageSource, LanguageMap, Page, Size
from .markup import harmless_text, text_alone
from .values import Json

MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"
#: Where nothing tells the size of a page: the proportions of a sheet.
UNKNOWN_SIZE = Size(1000, 1414)
_CONTEXTS = {
    1: "http://iiif.io/api/image/1/context.json",
    2: "http://iiif.io/api/image/2/context.json",
}


def publication_size(page: Page) -> Size:
    """Return the size of a page's canvas as published: the foreign canvas's, else the image's, else the page's."""
    if page.canvas and page.size:
        return page.size
    return (page.image.size if page.image else None) or page.size or UNKNOWN_SIZE


def publication_box(page: Page, box: Box) -> Box:
    """Return a box of the page's frame on the canvas as published, inside it and never empty."""
    size = publication_size(page)
    if page.size and page.size != size:
        box = box.scaled(size.w / page.size.w, size.h / page.size.h)
    # Of a box that lies outside, what remains is a dot at the edge: a target must have a fragment.
    return box.clipped(size) or Box(min(max(box.x, 0), size.w - 1), min(max(box.y, 0), size.h - 1), 1, 1)


def words(text: str | Sequence[str], language: str = "none") -> dict[str, list[str]]:
    """Return plain text as version 3 has it."""
    return {language or "none": [text_alone(one) for one in ([text] if isinstance(text, str) else text)]}


def language_map(said: LanguageMap) -> dict[str, list[str]]:
    """Return plain words by language as version 3 has them."""
    return {language: [text_alone(text) for text in texts] for language, texts in said.items()}


def reference(id_: str, type_: str, label: Mapping[str, list[str]] | None = None, **more: Any) -> Json:
    """Return a reference to a resource."""
    return {"id": id_, "type": type_} | ({"label": dict(label)} if label else {}) | more


def image_service(id_: str, version: int, level: int | None) -> Json:
    """Return an image service: version 3 by ``id``, older ones by ``@id`` and with their own words for a level."""
    if version == 3:
        return {"id": id_, "type": "ImageService3", "profile": f"level{level or 0}"}
    profiles = {
        1: f"http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level{level or 0}",
        2: f"http://iiif.io/api/image/2/level{level or 0}.json",
    }
    return {"@context": _CONTEXTS[version], "@id": id_, "@type": f"ImageService{version}", "profile": profiles[version]}


def image_body(source: ImageSource, service: Json | None = None) -> Json:
    """Return a scan as the body of a painting annotation."""
    size = {"height": source.size.h, "width": source.size.w} if source.size else {}
    format_ = {"format": source.format} if source.format else {}
    return {"id": source.address, "type": "Image"} | format_ | size | ({"service": [service]} if service else {})


def text_body(value: str, language: str = "", format_: str = "text/plain") -> Json:
    """Return text as the body of an annotation."""
    return (
        {"type": "TextualBody", "value": harmless_text(value) if format_ == "text/html" else text_alone(value)}
        | ({"language": language} if language else {})
        | {"format": format_}
    )


def region(canvas: str, manifest: str, box: Box) -> Json:
    """Return a part of a canvas as a target; viewers hide the boxes of a canvas that a target without a part names."""
    source = {"id": canvas, "type": "Canvas", "partOf": [{"id": manifest, "type": "Manifest"}]}
    selector = {"type": "FragmentSelector", "conformsTo": MEDIA_FRAGMENTS, "value": f"xywh={box.xywh}"}
    return {"type": "SpecificResource", "source": source, "selector": selector}


def annotation(id_: str, motivation: str, body: Any, target: Any, **more: Any) -> Json:
    """Return an annotation."""
    return {"id": id_, "type": "Annotation", "motivation": motivation, "body": body, "target": target, **more}


def annotation_page(id_: str, items: Sequence[Json], **more: Any) -> Json:
    """Return a page of annotations."""
    return {"id": id_, "type": "AnnotationPage", "items": list(items), **more}


def canvas(id_: str, size: Size, painting: tuple[str, str, Json] | None, **more: Any) -> Json:
    """Return a canvas; ``painting`` is the ids of the page and of the annotation, and the image; None for no image."""
    items: list[Json] = []
    if painting:
        page, note, body = painting
        items = [annotation_page(page, [annotation(note, "painting", body, id_)])]
    return {"id": id_, "type": "Canvas", "height": size.h, "width": size.w, "items": items, **more}
