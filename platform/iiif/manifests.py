"""A manifest of Presentation 2 or 3 as a document with its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..dates import best_date, days, parse_date, parse_timestamp
from ..errors import FormatError, UnsupportedError
from ..identity import document_id, find_ark, manifest_alias
from ..languages import language_codes
from ..records import DateSpan, Diagnostic, Document, Page, Rights, Series, Severity
from .canvases import canvases, pages
from .metadata import Metadata, document_kind
from .providers import provider_name
from .values import Json, Notes, absolute, first_object, identifier, kind, objects, texts
from .wording import label, links, plain

#: The longest registers known have some 5,000 pages.
MOST_PAGES = 20_000
_DIRECTIONS = {"left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"}
_CATALOGUE = re.compile(r"catalog|opac|notice|katalog|\brecord\b", re.IGNORECASE)
_OPEN_LICENCES = re.compile(r"^https?://(?:www\.)?(creativecommons\.org|rightsstatements\.org)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadManifest:
    """A manifest read: the document, its pages in order, and what was odd."""

    document: Document
    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_manifest(manifest: Json, address: str, notes: Notes) -> ReadManifest:
    """Read a parsed manifest. Raises FormatError where it has no pages, UnsupportedError where it has no pictures."""
    listed = canvases(manifest, notes)
    if not listed:
        others = sorted({kind(item) for item in objects(manifest.get("items"))} - {""})
        if others:
            raise UnsupportedError(address, f"the manifest holds no pages but {', '.join(others)[:100]}")
        raise FormatError(address, "the manifest has no pages (canvases)")
    if len(listed) > MOST_PAGES:
        raise FormatError(address, f"the manifest has {len(listed):,} pages; {MOST_PAGES:,} at most are read")
    ark = ark_of(manifest, listed)
    aliases = _aliases(manifest, ark, address, notes)
    base = base_of(manifest, address)
    id_ = document_id(aliases)
    read = pages(listed, id_, ark, base, notes)
    if not any(page.image for page in read) and any(canvas.get("duration") for canvas in listed):
        raise UnsupportedError(address, "the manifest holds sound or video only, no pictures of pages")
    document = _document(manifest, id_, aliases, ark, base, notes)
    return ReadManifest(document, read, notes.diagnostics())


def ark_of(manifest: Json, listed: list[Json]) -> str:
    """Return the ARK of a manifest, empty where it has none.

    A copy under another address is the same document where all its canvases, and the page it links to, hold one ARK.
    """
    found = find_ark(identifier(manifest))
    if found:
        return found[0]
    arks = {found[0] if (found := find_ark(identifier(canvas))) else "" for canvas in listed}
    linked = {found[0] for link in _landings(manifest) if (found := find_ark(link))}
    return arks.pop() if len(arks) == 1 and arks <= linked else ""


def _aliases(manifest: Json, ark: str, address: str, notes: Notes) -> tuple[str, ...]:
    base = base_of(manifest, "")
    if not base:
        notes.add("manifest-id-missing", "the manifest has no id that is an address; it is named by where it was found")
        base = absolute(address, "")
    if base:
        return tuple(filter(None, (ark, manifest_alias(base))))
    return tuple(filter(None, (ark, _file_alias(address))))


def _file_alias(address: str) -> str:
    return address if address.startswith("file:///") else Path(address).absolute().as_uri()


def base_of(manifest: Json, address: str) -> str:
    """Return what relative addresses start from: the manifest's id, else where it was found."""
    return absolute(identifier(manifest), "") or absolute(identifier(manifest), address) or absolute(address, "")


def _document(manifest: Json, id_: str, aliases: tuple[str, ...], ark: str, base: str, notes: Notes) -> Document:
    metadata = Metadata(manifest)
    landings = [link for link in _landings(manifest) if absolute(link, base)]
    first_sequence = first_object(manifest.get("sequences"))
    direction = next(
        (d for node in (manifest, first_sequence) for d in texts(node.get("viewingDirection")) if d in _DIRECTIONS), ""
    )
    languages = dict.fromkeys(code for value in metadata.values("language") for code in language_codes(value))
    title = _title(manifest, metadata)
    if not title:
        notes.add("label-missing", "the manifest has no label; it is called by its id", severity=Severity.INFO)
    types = [*metadata.values("type"), *([] if metadata.values("type") else metadata.values("format"))]
    return Document(
        id=id_,
        provider=provider_name(manifest, ark, base),
        title=title or aliases[0],
        aliases=aliases,
        source=metadata.first("source"),
        kind=document_kind(types),
        series=_series(manifest, metadata, ark, base),
        date=_date(manifest, metadata, title, notes),
        languages=tuple(languages),
        creators=tuple(value for value in metadata.values("creator") if value),
        publisher=metadata.first("publisher"),
        place=metadata.first("place"),
        rights=_rights(manifest, metadata),
        landing=absolute(landings[0], base) if landings else "",
        manifest=base,
        catalogue_record=_catalogue_record(manifest, metadata),
        viewing_direction=direction or "left-to-right",
        metadata=metadata.shown(),
    )


def _title(manifest: Json, metadata: Metadata) -> str:
    """Return the title. Where the label is but a shelfmark, as in Gallica's manifests, the title among the metadata."""
    named, titled = label(manifest.get("label")), metadata.first("title")
    # "BnF, département X, FOL-V-5554" for the shelfmark "Bibliothèque nationale de France, département X, FOL-V-5554"
    ending = named.partition(",")[2].strip() or named
    is_shelfmark = any(mark == named or mark.endswith(ending) for mark in metadata.values("shelfmark") if ending)
    return titled if titled and (is_shelfmark or not named) else named


def _date(manifest: Json, metadata: Metadata, title: str, notes: Notes) -> DateSpan | None:
    """Return the most precise date that the metadata tell, else ``navDate``, else a full day named in the title."""
    told = [parse_date(value) for value in metadata.values("date")]
    best = best_date(told)
    if best and best.start:
        return best
    for value in texts(manifest.get("navDate")):
        navigation = parse_timestamp(value)
        if navigation.start:
            return navigation
        notes.add("navdate", f"navDate {value[:50]!r} is no time", "navDate")
    named = parse_date(title)
    if days(named) == 1:
        return DateSpan(named.start.isoformat() if named.start else "", named.start, named.end)
    if best and best.text:
        notes.add(
            "date-not-understood", f"the date {best.text[:100]!r} is kept as text only", "metadata", Severity.INFO
        )
    return best


def _rights(manifest: Json, metadata: Metadata) -> Rights:
    said = [*texts(manifest.get("rights")), *(identifier(o) for o in objects(manifest.get("license")))]
    required = first_object(manifest.get("requiredStatement"))
    attributed = required.get("value") or manifest.get("attribution")
    uris = [uri for value in said if (uri := absolute(value, ""))]
    mentioned = [*uris, *metadata.links("rights"), *links(attributed)]
    licence = next(filter(_OPEN_LICENCES.match, mentioned), "") or next(iter(uris), "")
    # Where several are said, none is the whole truth.
    others = [uri for uri in uris if uri != licence]
    if _OPEN_LICENCES.match(licence):
        # Version 3 and the licences themselves name these with http.
        licence = re.sub(r"^https?://(?:www\.)?", "http://", licence)
    words = [
        *(plain(value) for value in said if value and not absolute(value, "")),
        *metadata.values("rights"),
        *others,
    ]
    return Rights(licence or None, label(attributed), "; ".join(dict.fromkeys(words)))


def _landings(manifest: Json) -> list[str]:
    """Return the pages for people that the manifest links to, web pages first."""
    related = [*objects(manifest.get("homepage")), *objects(manifest.get("related"))]
    ranked = sorted(related, key=lambda link: "html" not in " ".join(texts(link.get("format"))))
    return [identifier(link) for link in ranked if identifier(link)]


def _catalogue_record(manifest: Json, metadata: Metadata) -> str:
    """Return the library's catalogue record of the document, empty where nothing leads to one."""
    named = metadata.links("catalogue")
    mentioned = [
        link for link in metadata.links("relation", "shelfmark") if re.search(r"//[^/]*(?:catalog|opac)", link)
    ]
    linked = [
        identifier(link)
        for name in ("related", "homepage", "seeAlso", "rendering")
        for link in objects(manifest.get(name))
        if "html" in " ".join(texts(link.get("format"))) and _CATALOGUE.search(label(link.get("label")))
    ]
    return next((address for link in [*named, *mentioned, *linked] if (address := absolute(link, ""))), "")


def _series(manifest: Json, metadata: Metadata, ark: str, base: str) -> Series | None:
    """Return what the document is part of: a Collection, or on Gallica the periodical whose issues a relation lists."""
    for name in ("partOf", "within"):
        for parent in objects(manifest.get(name)):
            id_ = absolute(identifier(parent), base)
            if id_ and kind(parent) in {"Collection", ""} and not re.search(r"/layers?/", id_):
                found = find_ark(id_)
                return Series(found[0] if found else id_, label(parent.get("label")))
    for link in metadata.links("relation"):
        found = find_ark(link)
        if found and ark and found[0] != ark and re.search(r"/date\d*$", link.rstrip("/.")):
            return Series(found[0], metadata.first("title"))
    return None
