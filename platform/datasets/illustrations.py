"""All illustrations as JSON Lines, in an order that stays the same."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..catalogue import Catalogue, Entry
from ..records import Box, Document, Illustration, Page

_BATCH = 100


def export_illustrations(catalogue: Catalogue) -> Iterator[str]:
    """Yield one illustration a line, documents by id, pages in their order, boxes from the top left.

    The same catalogue gives the same bytes: no time of day and no sequence number is in it. Memory does not grow with
    the number of documents.
    """
    after = ""
    while documents := catalogue.documents(after=after, limit=_BATCH):
        for document in documents:
            for entry in sorted(catalogue.entries_of(document.id), key=_place):
                yield json.dumps(_row(entry.document, entry.page, entry.illustration), ensure_ascii=False)
        after = documents[-1].id


def _place(entry: Entry) -> tuple[int, str, Box, str]:
    return entry.page.number, entry.page.key, entry.illustration.box, entry.illustration.id


def _row(document: Document, page: Page, one: Illustration) -> dict[str, object]:
    box, pixels, date = one.box, one.pixels, document.date
    return {
        "id": one.id,
        "document": document.id,
        "page": page.number,
        "page_key": page.key,
        "image": _image(page),
        "x": box.x,
        "y": box.y,
        "w": box.w,
        "h": box.h,
        "page_width": page.size.w if page.size else None,
        "page_height": page.size.h if page.size else None,
        "caption": one.caption,
        "title": one.title,
        "text_before": one.text_before,
        "text_after": one.text_after,
        "labels": [
            {"concept": label.concept, "facet": label.facet, "confidence": label.confidence, "run": label.run}
            for label in sorted(one.labels)
        ],
        "noise": one.noise,
        "front_page": one.front_page,
        "last_page": one.last_page,
        "share": one.share,
        "shape": one.shape,
        "rotation": one.rotation,
        "related": list(one.related),
        "pixels": {
            "colour_mode": pixels.colour_mode,
            "dominant": pixels.dominant,
            "palette": [[colour, share] for colour, share in pixels.palette],
            "phash": pixels.phash,
        }
        if pixels
        else None,
        "runs": {"region": one.region_run, "text": one.text_run, "pixels": one.pixel_run},
        "document_title": document.title,
        "date": {"text": date.text, "start": _day(date.start), "end": _day(date.end)} if date else None,
        "provider": document.provider,
        "source": document.source,
        "licence": document.rights.licence,
    }


def _image(page: Page) -> str | None:
    """Return the image service of the scan, else its address."""
    if page.image is None:
        return None
    return page.image.service.id if page.image.service else page.image.address


def _day(day: object) -> str | None:
    return str(day) if day else None
