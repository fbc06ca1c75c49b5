"""The values of foreign manifests, of version 2 or 3, restated as version 3 has them: words, links, services, pictures.

What already is version 3 stays as it is. Unknown properties stay; what cannot be restated is left out.
"""

from __future__ import annotations

import re
from typing import Any

from .images import image_service
from .markup import harmless, harmless_text, runs_something
from .values import Json, absolute, entries, identifier, integer, kind, objects, texts
from .wording import language_map, plain

JsonWords = dict[str, list[str]]

_FORMAT = re.compile(r"[a-z]+/\S.*")
_LANGUAGE = re.compile(r"[A-Za-z-]+")
_TYPES = {
    "StillImage": "Image",
    "MovingImage": "Video",
    "Document": "Text",
    "PhysicalObject": "Model",
    "InteractiveResource": "Dataset",
}
_BEHAVIOURS = {
    "auto-advance", "no-auto-advance", "repeat", "no-repeat", "unordered", "individuals", "continuous", "paged",
    "facing-pages", "non-paged", "multi-part", "together", "sequence", "thumbnail-nav", "no-nav", "hidden",
}  # fmt: skip
_NAMED_BY_US = {"id", "type", "label", "service", "format", "height", "width", "duration", "language"}
_AUTH = {"login": "AuthCookieService1", "token": "AuthTokenService1", "logout": "AuthLogoutService1"}


def others(node: Json, *restated: str) -> Json:
    """Return the properties that are not restated and not JSON-LD's own, as they are but for what could run."""
    more = {key: value for key, value in node.items() if key not in restated and not key.startswith("@")}
    kept: Json = harmless(more)
    return kept


def uri(value: str, base: str) -> str:
    """Return an address that may be published: absolute, of http or https; empty for any other."""
    return absolute(value.strip(), base)


def words(value: Any, *, markup: bool = False) -> JsonWords:
    """Return a label or value by language; HTML is dropped unless ``markup`` (values may have it, labels may not).

    Markup stays as far as version 3 allows it.
    """
    restated: JsonWords = {}
    for language, said in language_map(value).items():
        tag = language if _LANGUAGE.fullmatch(language) else language.split("-")[0]
        shown = [harmless_text(text if markup else plain(text)) for text in said]
        restated.setdefault(tag if _LANGUAGE.fullmatch(tag) else "none", []).extend(shown)
    return restated


def pairs(value: Any) -> list[Json]:
    """Return metadata as pairs of words; a pair without label or value keeps its place, empty."""
    nothing: JsonWords = {"none": [""]}
    return [
        {"label": words(pair.get("label")) or nothing, "value": words(pair.get("value"), markup=True) or nothing}
        for pair in entries(value)
        if isinstance(pair, dict)
    ]


def links(value: Any, base: str, type_: str) -> list[Json]:
    """Return linked resources (``seeAlso``, ``homepage``, ``partOf``…); ``type_`` is that of links which say none."""
    restated = []
    for link in objects(value):
        address = uri(identifier(link), base)
        if not address:
            continue
        said = {"id": address, "type": _type(kind(link), _format(link)) or type_}
        described: Json = {"label": words(link.get("label")), "format": _format(link)}
        profile = next((text for text in texts(link.get("profile")) if not runs_something(text)), "")
        languages = [tag for tag in texts(link.get("language")) if _LANGUAGE.fullmatch(tag)]
        described |= {"profile": profile, "language": languages}
        more = others(link, "id", "type", "label", "format", "profile", "language")
        restated.append(said | {name: text for name, text in described.items() if text} | more)
    return restated


def _format(node: Json) -> str:
    found = next((text for name in ("format", "@format", "dcterms:format") for text in texts(node.get(name))), "")
    return found if _FORMAT.fullmatch(found) else ""


def _type(type_: str, format_: str = "") -> str:
    """Return version 3's type of a content resource, by its type in version 2 or its format; empty for unknown."""
    if type_:
        return _TYPES.get(type_, type_)
    top = format_.partition("/")[0]
    return {"image": "Image", "video": "Video", "audio": "Sound", "text": "Text"}.get(top, "")


def resource(node: Json, base: str, *, default: str = "Dataset") -> Json | None:
    """Return a content resource: a picture, a text… None where it has no address.

    A picture without one, but with an image service, gets the service's own.
    """
    service = services(node.get("service"), base)
    address = uri(identifier(node), base)
    if not address:
        known = image_service(node.get("service"), base)
        if known is None:
            return None
        address = f"{known.id}/full/{'max' if known.version == 3 else 'full'}/0/default.jpg"
    restated: Json = {"id": address, "type": _type(kind(node), _format(node)) or default}
    described: Json = {
        "format": _format(node),
        "height": integer(node.get("height")),
        "width": integer(node.get("width")),
        "duration": duration(node.get("duration")),
        "label": words(node.get("label")),
        "language": next(iter(texts(node.get("language"))), ""),
        "service": service,
    }
    return restated | {name: said for name, said in described.items() if said} | others(node, *_NAMED_BY_US)


def duration(value: Any) -> float | None:
    """Return a length in seconds, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 10**9:
        return None
    return value


def pictures(value: Any, base: str) -> list[Json]:
    """Return thumbnails or logos."""
    return [restated for node in objects(value) if (restated := resource(node, base, default="Image"))]


def services(value: Any, base: str, depth: int = 4) -> list[Json]:
    """Return services: those of version 3 by ``id`` and ``type``, older ones by ``@id`` and ``@type``."""
    restated = []
    for node in objects(value) if depth else []:
        address = uri(identifier(node), base)
        if not address:
            continue
        profile = next((text for text in texts(node.get("profile")) if not runs_something(text)), "")
        inner = services(node.get("service"), base, depth - 1)
        more = others(node, "id", "type", "profile", "service")
        type_ = next(iter(texts(node.get("type"))), "") if "id" in node else ""
        said: Json = (
            {"id": address, "type": type_} if type_ else {"@id": address, "@type": _service_type(node, profile)}
        )
        if type_ and "label" in more:
            more["label"] = words(more["label"])
        context = next(iter(texts(node.get("@context"))), "")
        said |= {"@context": context} if context else {}
        said |= {"profile": profile} if profile else {}
        restated.append(said | more | ({"service": inner} if inner else {}))
    return restated


def _service_type(node: Json, profile: str) -> str:
    """Return the type of an older service, by what it says or by its profile."""
    said = next(iter(texts(node.get("@type"))), "") or next(iter(texts(node.get("type"))), "")
    if said and said != "ImageService":
        return said
    known = image_service(node, "")
    if known:
        return f"ImageService{known.version}"
    if "api/search/" in profile:
        return "AutoCompleteService1" if "autocomplete" in profile else "SearchService1"
    return next((type_ for word, type_ in _AUTH.items() if "api/auth" in profile and word in profile), "Service")


def behaviours(node: Json) -> list[str]:
    """Return ``behavior``, or version 2's ``viewingHint``, as far as version 3 knows it."""
    said = [*texts(node.get("behavior")), *texts(node.get("viewingHint"))]
    return list(dict.fromkeys(word for word in said if word in _BEHAVIOURS))
