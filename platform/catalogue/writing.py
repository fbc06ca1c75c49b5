"""What machines say of a page comes in: its frame, its words, its illustrations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, bindparam, delete, exists, insert, or_, select, update

from ..errors import NotFoundError, RefusedError, UsageError
from ..records import Diagnostic, Illustration, ImageSource, Page, Vector
from . import dialect, tables, words
from .boxes import check
from .changes import ChangeLog
from .codec import decode, encode
from .diagnostics import put_diagnostics
from .findings import Found, check_found, scaled, texts_of
from .kinds import put_kinds
from .merging import learn
from .pages import Seen
from .reconciling import At, put_illustrations
from .speaking import Speakers
from .vectors import check_vector

# Statements of the busiest way are made once: that halves what SQLAlchemy takes for each.
_PAGES, _DOCUMENTS, _TEXTS = tables.pages, tables.documents, tables.page_texts
_ODD, _FOUND, _KINDS = tables.diagnostics, tables.illustrations, tables.page_labels
_SEEN, _VECTORS = tables.findings, tables.vectors
_READ = (
    select(
        _PAGES,
        _DOCUMENTS.c.done_count,
        _DOCUMENTS.c.picture_count,
        _DOCUMENTS.c.noise_count,
        _TEXTS.c.digest,
        # Most pages have neither, and then need not be asked for them.
        exists().where(_ODD.c.document_id == _PAGES.c.document_id, _ODD.c.scope == _PAGES.c.id).label("odd"),
        exists().where(_FOUND.c.page_id == _PAGES.c.id).label("found"),
        exists().where(_KINDS.c.page_id == _PAGES.c.id).label("kinds"),
        or_(
            exists().where(_SEEN.c.illustration_id == _FOUND.c.id, _FOUND.c.page_id == _PAGES.c.id),
            exists().where(_VECTORS.c.illustration_id == _FOUND.c.id, _FOUND.c.page_id == _PAGES.c.id),
        ).label("looked_at"),
    )
    .join(_DOCUMENTS, _DOCUMENTS.c.id == _PAGES.c.document_id)
    .outerjoin(_TEXTS, _TEXTS.c.page_id == _PAGES.c.id)
    .where(_PAGES.c.id == bindparam("page"))
)
_OWNER = select(_PAGES.c.document_id).where(_PAGES.c.id == bindparam("page")).scalar_subquery()
_HOLD = select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == _OWNER).with_for_update()
_UPDATE = update(_PAGES).where(_PAGES.c.id == bindparam("_page"))
_DELETE_WORDS = delete(_TEXTS).where(_TEXTS.c.page_id == bindparam("page"))
_INSERT_WORDS = insert(_TEXTS)
_COUNT = update(_DOCUMENTS).where(_DOCUMENTS.c.id == bindparam("_document"))


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stages found on a page."""

    page: Page
    fingerprint: str
    words: words.PageText | None
    illustrations: Sequence[Illustration]
    diagnostics: Sequence[Diagnostic]
    vectors: Sequence[Vector] = ()

    def runs(self) -> set[str]:
        """Return the runs that said something."""
        named = {run for one in self.illustrations for run in (one.region_run, one.text_run, one.pixel_run)}
        for one in self.illustrations:
            named |= {label.run for label in one.labels} | {seen.run for seen in one.detections}
            named |= {name.run for name in one.mentions}
        named |= {label.run for label in self.page.labels} | {vector.run for vector in self.vectors}
        return named - {""}


def put(connection: Connection, log: ChangeLog, findings: Findings, speakers: Speakers) -> None:
    """Replace the machine's values of a page; see `Catalogue.put_page`."""
    _check(findings, speakers)
    speakers = speakers.having(findings.runs())
    page_id = {"page": findings.page.id}
    if dialect.locks_rows(connection):
        # First: a query that waits for a lock shows all but the locked row as it was before.
        connection.execute(_HOLD, page_id)
    before = connection.execute(_READ, page_id).mappings().one_or_none()
    if before is None:
        raise NotFoundError(f"the catalogue has no page {findings.page.id}; put its document first")
    document = before["document_id"]
    page, seen = _look(before, findings.page)
    sx, sy = _factors(findings.page, page)
    text = findings.words
    found = list(findings.illustrations)
    if (sx, sy) != (1, 1):
        text = text and text.scaled(sx, sy)
        found = [
            replace(one, box=one.box.scaled(sx, sy), detections=tuple(scaled(seen, sx, sy) for seen in one.detections))
            for one in found
        ]
    record = encode(page)
    changed = record != before["record"]
    changed |= _put_words(connection, page.id, text, before["digest"])
    if findings.page.labels or before["kinds"]:
        changed |= bool(put_kinds(connection, {page.id: findings.page.labels}, speakers))
    if findings.diagnostics or before["odd"]:
        changed |= put_diagnostics(connection, document, page.id, findings.diagnostics)
    if (record, seen, findings.fingerprint) != (before["record"], before["seen"], before["fingerprint"]):
        values = {"record": record, "seen": seen, "fingerprint": findings.fingerprint}
        connection.execute(_UPDATE, {"_page": page.id, **values})
    if changed:
        log.note("page", page.id, document, "update")
    pictures = noise = 0
    if found or before["found"]:
        at = At(document, page.id, looked_at=before["looked_at"])
        vectors = defaultdict[str, list[Vector]](list)
        for vector in findings.vectors:
            vectors[vector.illustration].append(vector)
        pictures, noise = put_illustrations(connection, log, at, found, vectors, speakers)
    done = bool(findings.fingerprint) - bool(before["fingerprint"])
    if done or pictures or noise:
        grown = {
            "done_count": before["done_count"] + done,
            "picture_count": before["picture_count"] + pictures,
            "noise_count": before["noise_count"] + noise,
        }
        connection.execute(_COUNT, {"_document": document, **grown})


def _check(findings: Findings, speakers: Speakers) -> None:
    page = findings.page
    for one in findings.illustrations:
        check(one.box, page.id)
        numbers = [one.share, one.rotation, *(label.confidence for label in one.labels)]
        if not _are_numbers(numbers):
            raise RefusedError(page.id, f"the illustration at {one.box.xywh} has a number that is none")
        check_found(Found(one.detections, one.mentions), page.id, texts_of(one))
    if not _are_numbers(label.confidence for label in page.labels):
        raise RefusedError(page.id, "a label of the page has a confidence that is none")
    if unknown := sorted((findings.runs() | (speakers.asked or set())).difference(speakers.runs)):
        raise UsageError(f"the run {unknown[0]} is not known; put_runs must register it first")
    ids = {one.id for one in findings.illustrations}
    for vector in findings.vectors:
        check_vector(vector, speakers.runs)
        if vector.illustration not in ids:
            raise UsageError(f"a vector is of {vector.illustration}, which is none of the illustrations of {page.id}")


def _are_numbers(numbers: Iterable[float]) -> bool:
    return all(math.isfinite(number) for number in numbers)


def _look(before: RowMapping, given: Page) -> tuple[Page, str]:
    """Return the page with what was learnt by reading it, and what of that no route had said."""
    page = decode(Page, before["record"])
    earlier = decode(Seen, before["seen"])
    size = earlier.size if page.size else given.size
    image = _seen_of(page.image, given.image, earlier.image)
    return learn(page, size, image), encode(Seen(size, image))


def _seen_of(said: ImageSource | None, given: ImageSource | None, earlier: ImageSource | None) -> ImageSource | None:
    if said is None or given is None or said.address != given.address:
        return earlier
    base = earlier if earlier and earlier.address == given.address else ImageSource(given.address)
    news = {
        name: value
        for name in ("service", "size", "format", "sha256", "bytes")
        if (value := getattr(given, name)) and value != getattr(said, name)
    }
    return replace(base, **news) if news else earlier


def _factors(given: Page, page: Page) -> tuple[float, float]:
    """Return how much larger the page's frame is than the one in which it was read."""
    if given.size is None or page.size is None or given.size == page.size or not given.size.area:
        return 1, 1
    return page.size.w / given.size.w, page.size.h / given.size.h


def _put_words(connection: Connection, page: str, text: words.PageText | None, before: str | None) -> bool:
    encoded = words.encode(text) if text is not None else None
    digest = encoded.digest if encoded else None
    if digest == before:
        return False
    if before is not None:
        connection.execute(_DELETE_WORDS, {"page": page})
    if encoded is not None:
        connection.execute(_INSERT_WORDS, {"page_id": page, "digest": digest, "words": encoded.compressed()})
    return True
