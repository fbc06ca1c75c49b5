"""Records as the API writes them; `openapi.py` describes the same shapes."""

from __future__ import annotations

from typing import Any

from ...catalogue import NAME_FACETS, Entry
from ...datasets import date_row, scan_address
from ...records import Change, Detection, Document, Label, Match, Mention, Page, Run, Size
from ...search import Results
from ...vocabulary import Concept
from .. import names
from ..cards import folio
from ..pictures import WIDTHS, crop_address
from ..services import runs, services
from ..titles import Titles, name_of

Json = dict[str, Any]


def illustration(entry: Entry) -> Json:
    """Return an illustration with its page and document."""
    item, page, owner = entry.illustration, entry.page, entry.document
    addresses = services().addresses
    width = next((known for known in WIDTHS if known >= min(item.box.w, WIDTHS[-1])), WIDTHS[-1])
    return {
        "id": item.id,
        "address": addresses.illustration(item.id),
        "document": owner.id,
        "page": page.number,
        "page_id": page.id,
        "page_label": folio(entry),
        "image": crop_address(item, page, width, addresses.crop) or None,
        "scan": scan_address(page, addresses),
        "x": item.box.x,
        "y": item.box.y,
        "w": item.box.w,
        "h": item.box.h,
        "frame": _size(page.size),
        "caption": item.caption,
        "title": item.title,
        "text_before": item.text_before,
        "text_after": item.text_after,
        "labels": [label(one) for one in entry.labels],
        "page_labels": [label(one) for one in page.labels],
        "detections": [detection(one) for one in item.detections],
        "mentions": [mention(one) for one in item.mentions],
        "noise": item.noise,
        "front_page": item.front_page,
        "last_page": item.last_page,
        "share": round(item.share, 4),
        "shape": item.shape,
        "rotation": float(entry.turn.concept),
        "rotation_by": _turned_by(entry.turn),
        "related": list(item.related),
        "colour_mode": item.pixels.colour_mode if item.pixels else None,
        "palette": [{"colour": colour, "share": share} for colour, share in item.pixels.palette] if item.pixels else [],
        "runs": {"region": item.region_run, "text": item.text_run or None, "pixels": item.pixel_run or None},
        "document_title": owner.title,
        "date": date_row(owner.date),
        "provider": owner.provider,
        "source": owner.source,
        "licence": owner.rights.licence,
    }


def _turned_by(turn: Label) -> Json | None:
    return {"confidence": round(turn.confidence, 4), **_by(turn.run)} if turn.run else None


def label(said: Label) -> Json:
    """Return a label with the names of its concept, and who says it."""
    concept = services().vocabulary.concept(said.concept)
    return {
        "concept": said.concept,
        "facet": said.facet,
        "names": dict(concept.names) if concept else {},
        "confidence": round(said.confidence, 4),
        **_by(said.run),
    }


def detection(seen: Detection) -> Json:
    """Return something seen inside an illustration, with the names of its concept, and who says it."""
    concept = services().vocabulary.concept(seen.concept)
    box = {"x": seen.box.x, "y": seen.box.y, "w": seen.box.w, "h": seen.box.h}
    said = {"concept": seen.concept, "facet": seen.facet, "names": dict(concept.names) if concept else {}}
    return said | box | {"confidence": round(seen.confidence, 4)} | _by(seen.run)


def mention(name: Mention) -> Json:
    """Return a name in the words of an illustration, and who says it."""
    place = {"field": name.field, "start": name.start, "end": name.end}
    return {"kind": name.kind, "facet": NAME_FACETS[name.kind], "text": name.text} | place | _by(name.run)


def match(illustration: str, said: Match) -> Json:
    """Return the other illustration that shows the same picture, and who says it."""
    other = said.other if said.one == illustration else said.one
    place = {"illustration": other, "address": services().addresses.illustration(other)}
    return place | {"kind": said.kind, "score": round(said.score, 4)} | _by(said.run)


def _by(run: str) -> Json:
    return {"run": run, "origin": names.origin(run, runs().get(run))}


def document(owner: Document) -> Json:
    """Return a document."""
    addresses = services().addresses
    return {
        "id": owner.id,
        "address": addresses.document(owner.id),
        "manifest": addresses.manifest(owner.id),
        "title": owner.title,
        "aliases": [alias for alias in owner.aliases if _is_public(alias)],
        "provider": owner.provider,
        "source": owner.source,
        "kind": owner.kind,
        "series": {"id": owner.series.id, "title": owner.series.title} if owner.series else None,
        "date": date_row(owner.date),
        "languages": list(owner.languages),
        "creators": list(owner.creators),
        "publisher": owner.publisher,
        "place": owner.place,
        "licence": owner.rights.licence,
        "attribution": owner.rights.attribution,
        "landing": _web(owner.landing),
        "original_manifest": _web(owner.manifest),
        "catalogue_record": _web(owner.catalogue_record),
        "withdrawn": owner.withdrawn.at if owner.withdrawn else None,
    }


def page(owner: Document, one: Page) -> Json:
    """Return a page."""
    addresses = services().addresses
    return {
        "id": one.id,
        "document": owner.id,
        "number": one.number,
        "label": one.label,
        "canvas": one.canvas or addresses.canvas(owner.id, one.key),
        "annotations": addresses.annotations(owner.id, one.key),
        "frame": _size(one.size),
        "scan": scan_address(one, addresses),
        "text": next((text.address for text in one.texts if _web(text.address)), None),
        "labels": [label(said) for said in one.labels],
    }


def results(found: Results, entries: list[Entry], following: str | None, *, nearness: bool = False) -> Json:
    """Return a page of a search; ``nearness`` says of each hit how near it is to what was asked for."""
    by_id = {entry.illustration.id: entry for entry in entries}
    return {
        "total": found.total,
        "next": following,
        "illustrations": [
            illustration(by_id[hit.id])
            | {
                "highlights": {
                    field: [{"text": text, "found": hit_} for text, hit_ in segments]
                    for field, segments in hit.highlights.items()
                }
            }
            | ({"nearness": round(hit.score, 4)} if nearness else {})
            for hit in found.hits
            if hit.id in by_id
        ],
    }


def facets(found: Results, titles: Titles) -> Json:
    """Return the counts of a search by facet and by year."""
    return {
        "total": found.total,
        "facets": {
            facet: [
                {"value": value.value, "name": name_of(facet, value.value, titles), "count": value.count}
                for value in values
            ]
            for facet, values in found.facets.items()
        },
        "timeline": [{"year": year, "count": count} for year, count in found.timeline],
    }


def change(one: Change) -> Json:
    """Return a line of the sequence of changes."""
    return {
        "sequence": one.sequence,
        "entity": one.entity,
        "id": one.id,
        "document": one.document,
        "what": one.what,
        "at": one.at,
    }


def concept(one: Concept) -> Json:
    """Return a concept of the vocabulary."""
    return {
        "id": one.id,
        "facet": one.facet,
        "names": dict(one.names),
        "wikidata": one.wikidata or None,
        "bnf": one.bnf or None,
        "parents": list(one.parents),
    }


def run(one: Run) -> Json:
    """Return a run."""
    return {
        "id": one.id,
        "address": services().addresses.run(one.id),
        "name": one.name,
        "version": one.version,
        "facet": one.facet,
        "config": dict(one.config),
    }


def _size(size: Size | None) -> Json | None:
    return {"w": size.w, "h": size.h} if size else None


def _web(address: str) -> str | None:
    return address if address.startswith(("http://", "https://")) else None


def _is_public(alias: str) -> bool:
    return not alias.startswith(("folder:", "file:", "/"))
