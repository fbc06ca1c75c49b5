"""The picture of a canvas: which resource paints it, and the image service behind it. Image API 1, 2 and 3, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..records import ImageService, ImageSource, Size
from .values import Json, absolute, entries, first_object, identifier, integer, kind, objects, texts

_VERSION = re.compile(
    r"image/(?P<context>[123])(?:/|\b)|ImageService(?P<type>[123])|image-api/(?P<draft>1)|^(?P<old>ImageService)$"
)
_LEVEL = re.compile(r"(?:level|compliance[^#]*#level)([012])\b", re.IGNORECASE)
_NO_PICTURE = {"Sound", "Video", "MovingImage", "Text", "TextualBody", "Dataset", "Model", "PhysicalObject"}


def image_source(resource: Json, base: str) -> ImageSource | None:
    """Return the scan that a resource is, None where it is no picture or has no usable address.

    Args:
        resource: what paints the canvas; of a choice the first, of a specific resource its source.
        base: the address of the manifest.

    """
    resource = picture(resource)
    if not resource:
        return None
    service = image_service(resource.get("service"), base)
    address = absolute(identifier(resource), base)
    if not address and service:
        address = f"{service.id}/full/{'max' if service.version == 3 else 'full'}/0/default.jpg"
    if not address:
        return None
    width, height = integer(resource.get("width")), integer(resource.get("height"))
    mime = next((text for text in texts(resource.get("format")) if re.fullmatch(r"[a-z]+/[\w.+-]{1,80}", text)), "")
    return ImageSource(address, service, Size(width, height) if width and height else None, mime)


def picture(resource: Json) -> Json:
    """Return the first picture in a resource, through choices and specific resources; empty where there is none."""
    for found in _pictures(resource, 8):
        return found
    return {}


def _pictures(resource: Json, depth: int) -> Iterator[Json]:
    type_ = kind(resource)
    if depth == 0:
        return
    if type_ == "Choice" or "default" in resource:
        alternatives = [
            *objects(resource.get("default")),
            *objects(resource.get("items")),
            *objects(resource.get("item")),
        ]
        for alternative in alternatives:
            yield from _pictures(alternative, depth - 1)
    elif type_ == "SpecificResource" or (not identifier(resource) and "full" in resource):
        yield from _pictures(first_object(resource.get("source") or resource.get("full")), depth - 1)
    elif type_ not in _NO_PICTURE and not str(resource.get("format", "")).startswith(("video/", "audio/", "text/")):
        yield resource


def image_service(value: Any, base: str) -> ImageService | None:
    """Return the first image service of a ``service`` value: text, an object, or a list, services of services too."""
    for service in _services(value, 5):
        address = absolute(identifier(service), base).split("#")[0].removesuffix("/info.json").rstrip("/")
        version = _version(service)
        if address and version:
            return ImageService(address, version, _level(service))
    return None


def _services(value: Any, depth: int) -> Iterator[Json]:
    if depth == 0:
        return
    for service in objects(value):
        yield service
        yield from _services(service.get("service"), depth - 1)


def _version(service: Json) -> int | None:
    """Return the version of an image service, None where it is a service of another kind."""
    said = [*texts(service.get("type")), *texts(service.get("@type")), *texts(service.get("@context"))]
    profiles = _profiles(service)
    for text in [*said, *profiles]:
        match = _VERSION.search(text)
        if match:
            return int(match["context"] or match["type"] or match["draft"] or 2)
    if set(service) <= {"id", "@id"}:  # an address alone, as text
        return 2
    # A bare level is version 3's way; in version 2 a profile is an address.
    return 3 if any(re.fullmatch(r"level[012]", text) for text in profiles) else None


def _profiles(service: Json) -> list[str]:
    return [p for entry in entries(service.get("profile")) for p in ([entry] if isinstance(entry, str) else [])]


def _level(service: Json) -> int | None:
    for profile in _profiles(service):
        match = _LEVEL.search(profile)
        if match:
            return int(match[1])
    return None
