"""Content Search 1.0 and 2.0: what a search inside a document found, as annotations with boxes and the words around.

https://iiif.io/api/search/1.0/ and https://iiif.io/api/search/2.0/; viewers of today read the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..records import Box, Document, Page
from . import blocks
from .addresses import Addresses
from .manifest_writing import canvas_address
from .markup import piece_alone
from .values import Json


@dataclass(frozen=True, slots=True)
class WordHit:
    """Words found next to each other on a page: each with its box in the page's frame, and the text around them."""

    page: Page
    words: tuple[tuple[str, Box], ...]
    before: str = ""
    after: str = ""

    @property
    def match(self) -> str:
        """What was found, as printed."""
        return " ".join(text for text, _ in self.words)


@dataclass(frozen=True, slots=True)
class Extent:
    """Which part of all hits a response has: the total, the place of the first (from 0), and where it goes on."""

    total: int
    start: int = 0
    next: str = ""
    previous: str = ""


def write_search_response_1(
    document: Document,
    text: str,
    hits: Sequence[WordHit],
    extent: Extent,
    addresses: Addresses,
    *,
    ignored: Sequence[str] = (),
) -> Json:
    """Return a response of Content Search 1.0; ``ignored`` are the parameters of the request that had no effect."""
    address = _address(document, text, extent, addresses, 1)
    resources: list[Json] = []
    listed: list[Json] = []
    for number, hit in enumerate(hits, start=extent.start):
        names = []
        for part, (said, target) in enumerate(_lines(document, hit, addresses)):
            names.append(f"{addresses.search_inside(document.id, 1, text)}#hit-{number}-{part}")
            body = {"@type": "cnt:ContentAsText", "format": "text/plain", "chars": said}
            resources.append(
                {
                    "@id": names[-1],
                    "@type": "oa:Annotation",
                    "motivation": "sc:painting",
                    "resource": body,
                    "on": target,
                }
            )
        listed.append(
            {
                "@type": "search:Hit",
                "annotations": names,
                "match": piece_alone(hit.match),
                "before": f"{piece_alone(hit.before)} " if hit.before else "",
                "after": f" {piece_alone(hit.after)}" if hit.after else "",
            }
        )
    layer: Json = {"@type": "sc:Layer", "total": extent.total}
    if ignored:
        layer["ignored"] = list(ignored)
    if extent.next or extent.previous:
        layer["first"] = addresses.search_inside(document.id, 1, text)
    response: Json = {
        "@context": ["http://iiif.io/api/presentation/2/context.json", "http://iiif.io/api/search/1/context.json"],
        "@id": address,
        "@type": "sc:AnnotationList",
        "within": layer,
        "startIndex": extent.start,
        "resources": resources,
        "hits": listed,
    }
    return response | _onward(extent)


def write_search_response_2(
    document: Document,
    text: str,
    hits: Sequence[WordHit],
    extent: Extent,
    addresses: Addresses,
    *,
    ignored: Sequence[str] = (),
) -> Json:
    """Return a response of Content Search 2.0; ``ignored`` are the parameters of the request that had no effect."""
    address = _address(document, text, extent, addresses, 2)
    first = addresses.search_inside(document.id, 2, text)
    items: list[Json] = []
    around: list[Json] = []
    for number, hit in enumerate(hits, start=extent.start):
        for part, (said, target) in enumerate(_lines(document, hit, addresses)):
            id_ = f"{first}#hit-{number}-{part}"
            items.append(blocks.annotation(id_, "supplementing", blocks.text_body(said), target))
            quoted: Json = {"type": "TextQuoteSelector", "exact": said}
            quoted |= {"prefix": f"{piece_alone(hit.before)} "} if hit.before and part == 0 else {}
            quoted |= {"suffix": f" {piece_alone(hit.after)}"} if hit.after and part == 0 else {}
            source = {"type": "SpecificResource", "source": id_, "selector": [quoted]}
            note = {"id": f"{first}#context-{number}-{part}", "type": "Annotation", "motivation": "contextualizing"}
            around.append(note | {"target": source})
    collection: Json = {"id": f"{first}#all", "type": "AnnotationCollection", "total": extent.total}
    collection["first"] = {"id": first, "type": "AnnotationPage"}
    response: Json = {
        "@context": "http://iiif.io/api/search/2/context.json",
        "id": address,
        "type": "AnnotationPage",
        "partOf": collection,
        "startIndex": extent.start,
        "items": items,
    }
    if ignored:
        response["ignored"] = list(ignored)
    if around:
        response["annotations"] = [{"id": f"{address}#context", "type": "AnnotationPage", "items": around}]
    for name, onward in _onward(extent).items():
        response[name] = {"id": onward, "type": "AnnotationPage"}
    return response


def _address(document: Document, text: str, extent: Extent, addresses: Addresses, version: int) -> str:
    address = addresses.search_inside(document.id, version, text)
    return f"{address}{'&' if '?' in address else '?'}start={extent.start}" if extent.start else address


def _onward(extent: Extent) -> dict[str, str]:
    onward = {"next": extent.next, "prev": extent.previous}
    return {name: address for name, address in onward.items() if address}


def _lines(document: Document, hit: WordHit, addresses: Addresses) -> Iterator[tuple[str, str]]:
    """Yield text and target of each line that a hit stands on: words that follow each other there share a box."""
    canvas = canvas_address(document, hit.page, addresses)
    line: list[tuple[str, Box]] = []
    for text, box in hit.words:
        if line and not _follows(line[-1][1], box):
            yield _line(canvas, hit.page, line)
            line = []
        line.append((text, box))
    if line:
        yield _line(canvas, hit.page, line)


def _follows(left: Box, right: Box) -> bool:
    middle = right.y + right.h / 2
    return left.y <= middle <= left.bottom and left.x <= right.x <= left.right + 4 * left.h


def _line(canvas: str, page: Page, line: Sequence[tuple[str, Box]]) -> tuple[str, str]:
    box = line[0][1]
    for _, other in line[1:]:
        box = box.union(other)
    fragment = quote(blocks.publication_box(page, box).xywh, safe=",")
    return piece_alone(" ".join(text for text, _ in line)), f"{canvas}#xywh={fragment}"
