"""All illustrations as JSON Lines, in an order that stays the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from ..catalogue import Catalogue, Entry
from ..iiif import Addresses
from ..records import Box, DateSpan, Illustration, Label, Match
from .scans import scan_address

_BATCH = 100
_PERSON = "person:"
_RELATIVE = Addresses("")


def export_illustrations(catalogue: Catalogue, addresses: Addresses = _RELATIVE) -> Iterator[str]:
    """Yield one illustration a line, in the order of `entries`.

    The same catalogue gives the same bytes: no time of day, no sequence number and no folder of this machine is in it.

    Args:
        catalogue: is read.
        addresses: the maker of public addresses, for scans that are files of this machine; without a base they are
            paths below it, ``/iiif/images/{page}``.

    """
    for own in _by_document(catalogue):
        matches = catalogue.values.matches([entry.illustration.id for entry in own])
        for entry in own:
            yield json.dumps(_row(entry, matches.get(entry.illustration.id, ()), addresses), ensure_ascii=False)


def entries(catalogue: Catalogue) -> Iterator[Entry]:
    """Return all illustrations: documents by id, pages in their order, boxes from the top left.

    Memory does not grow with the number of documents.
    """
    return chain.from_iterable(_by_document(catalogue))


def _by_document(catalogue: Catalogue) -> Iterator[list[Entry]]:
    after = ""
    while documents := catalogue.documents(after=after, limit=_BATCH):
        for document in documents:
            yield sorted(catalogue.entries_of(document.id), key=_place)
        after = documents[-1].id


def _place(entry: Entry) -> tuple[int, str, Box, str]:
    return entry.page.number, entry.page.key, entry.illustration.box, entry.illustration.id


def _row(entry: Entry, matches: Iterable[Match], addresses: Addresses) -> dict[str, object]:
    one, page, document = entry.illustration, entry.page, entry.document
    box, pixels = one.box, one.pixels
    return {
        "id": one.id,
        "document": document.id,
        "page": page.number,
        "page_key": page.key,
        "image": scan_address(page, addresses),
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
        "labels": _labels(one.labels),
        "page_labels": _labels(page.labels),
        "detections": _detections(one),
        "mentions": _mentions(one),
        "matches": _matches(one, matches),
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
        "date": date_row(document.date),
        "provider": document.provider,
        "source": document.source,
        "licence": document.rights.licence,
    }


def _labels(labels: Iterable[Label]) -> list[dict[str, object]]:
    return [
        {"concept": label.concept, "facet": label.facet, "confidence": label.confidence, **_said(label.run)}
        for label in sorted(labels)
    ]


def _detections(one: Illustration) -> list[dict[str, object]]:
    return [
        {
            "facet": seen.facet,
            "concept": seen.concept,
            "x": seen.box.x,
            "y": seen.box.y,
            "w": seen.box.w,
            "h": seen.box.h,
            "confidence": seen.confidence,
            **_said(seen.run),
        }
        for seen in one.detections
    ]


def _mentions(one: Illustration) -> list[dict[str, object]]:
    return [
        {
            "kind": name.kind,
            "text": name.text,
            "field": name.field,
            "start": name.start,
            "end": name.end,
            **_said(name.run),
        }
        for name in one.mentions
    ]


def _matches(one: Illustration, matches: Iterable[Match]) -> list[dict[str, object]]:
    return [
        {
            "illustration": match.other if match.one == one.id else match.one,
            "kind": match.kind,
            "confidence": match.score,
            **_said(match.run),
        }
        for match in matches
    ]


def _said(run: str) -> dict[str, str]:
    """Return who says something, a run or ``person:NAME``, and what that is: what only repeats the OCR is called so."""
    origin = "person" if run.startswith(_PERSON) else "ocr" if run.startswith("ocr-") else "machine"
    return {"run": run, "origin": origin}


def date_row(span: DateSpan | None) -> dict[str, str | None] | None:
    """Return a date as printed, and the days it may mean, ISO 8601."""
    if span is None:
        return None
    return {
        "text": span.text,
        "start": span.start.isoformat() if span.start else None,
        "end": span.end.isoformat() if span.end else None,
    }
