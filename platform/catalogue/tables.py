"""The tables. `docs/catalogue.md` says what each is for; `migrations/` makes them.

Records are kept as JSON (see `codec`) with the columns beside them by which they are found and counted.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from .dialect import Name

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _name(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Name(), nullable=False, primary_key=key)


def _of(column: str, *, key: bool = False) -> Column[str]:
    """A reference: what hangs on a document, a page or an illustration goes with it."""
    return Column(column.partition(".")[0][:-1] + "_id", Name(), _cascade(column), nullable=False, primary_key=key)


def _cascade(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=False, primary_key=key, autoincrement=False)


def _box() -> list[Column[int]]:
    return [_number(side) for side in "xywh"]


# --- the sequence of changes -------------------------------------------------------------------------

#: The last number given out of each sequence. A writer holds the row until it commits, so that numbers appear in order.
counters = Table("counters", metadata, _name("name", key=True), _number("value"))

changes = Table(
    "changes",
    metadata,
    _number("sequence", key=True),
    _name("entity"),
    _name("id"),
    _name("document"),
    _name("what"),
    _name("at"),
)

# --- documents and pages -----------------------------------------------------------------------------

documents = Table(
    "documents",
    metadata,
    _name("id", key=True),
    _number("arrived"),
    _name("provider"),
    _name("series_id"),
    _text("series_title"),
    Column("date_start", Name()),
    Column("date_end", Name()),
    _text("record"),
    # Kept in step by whoever writes a page, so that no page of the site counts a million rows.
    Column("page_count", Integer, nullable=False),
    Column("done_count", Integer, nullable=False),
    Column("picture_count", Integer, nullable=False),
    Column("noise_count", Integer, nullable=False),
    Index(None, "provider", "id"),
    Index(None, "series_id", "id"),
)

#: The names of documents. Where several have one name, it is that of the document which came first.
aliases = Table(
    "aliases", metadata, _name("alias", key=True), _of("documents.id", key=True), Index(None, "document_id")
)

#: What each route said of a document, apart, so that the order in which routes come does not matter.
harvests = Table(
    "harvests",
    metadata,
    _of("documents.id", key=True),
    _name("route", key=True),
    _name("at"),
    _name("digest"),
    _text("record"),
    Column("pages", LargeBinary, nullable=False),
    Column("articles", LargeBinary, nullable=False),
)

originals = Table(
    "originals",
    metadata,
    _of("documents.id", key=True),
    _name("route", key=True),
    _name("digest"),
    Column("body", LargeBinary, nullable=False),
)

#: What is harvested as one: a collection, a query, a list of changes… ``until`` is up to when changes were followed.
origins = Table("origins", metadata, _name("id", key=True), _text("origin"), _name("until"))

#: Which document an origin lists by which name; names and origins may be long, so they are known by their digests.
#: ``gone`` is since when it does not any more.
holdings = Table(
    "holdings",
    metadata,
    _name("name", key=True),
    Column("origin_id", Name(), _cascade("origins.id"), nullable=False, primary_key=True),
    _of("documents.id"),
    Column("gone", Name()),
    Index(None, "document_id"),
    Index(None, "origin_id"),
)

pages = Table(
    "pages",
    metadata,
    _name("id", key=True),
    _of("documents.id"),
    _name("key"),
    _number("number"),
    _text("record"),
    _text("seen"),
    _text("fingerprint"),
    Index(None, "document_id", "number"),
)

page_texts = Table(
    "page_texts",
    metadata,
    _of("pages.id", key=True),
    _name("digest"),
    Column("words", LargeBinary, nullable=False),
)

diagnostics = Table(
    "diagnostics",
    metadata,
    _of("documents.id", key=True),
    _name("scope", key=True),
    Column("place", Integer, nullable=False, primary_key=True, autoincrement=False),
    _name("code"),
    _text("message"),
    _name("severity"),
    _text("location"),
)

# --- illustrations -----------------------------------------------------------------------------------

illustrations = Table(
    "illustrations",
    metadata,
    _name("id", key=True),
    _of("pages.id"),
    _of("documents.id"),
    _name("state"),
    *_box(),
    _name("box_by"),
    _name("region_run"),
    Column("noise", Text),
    Column("front_page", Boolean, nullable=False),
    Column("last_page", Boolean, nullable=False),
    Column("share", Double, nullable=False),
    _name("shape"),
    Column("rotation", Double, nullable=False),
    _text("related"),
    _name("text_run"),
    _text("caption"),
    _text("title"),
    _text("text_before"),
    _text("text_after"),
    _name("pixel_run"),
    Column("pixels", Text),
    _name("review"),
    Index(None, "page_id"),
    Index(None, "document_id"),
)

#: Every box that an illustration ever had.
boxes = Table(
    "boxes",
    metadata,
    _of("illustrations.id"),
    Column("version", Integer, nullable=False),
    *_box(),
    _name("origin"),
    _name("at"),
    PrimaryKeyConstraint("illustration_id", "version"),
)

#: What earlier runs said of an illustration's words and pixels; what is current stands in its row.
descriptions = Table(
    "descriptions",
    metadata,
    _of("illustrations.id", key=True),
    _name("kind", key=True),
    _name("run", key=True),
    _text("value"),
)

labels = Table(
    "labels",
    metadata,
    _of("illustrations.id", key=True),
    _name("run", key=True),
    _name("facet", key=True),
    _name("concept", key=True),
    Column("confidence", Double, nullable=False),
    Column("current", Boolean, nullable=False),
)

#: What a run sees in an illustration (``kind`` is ``detections``) or reads in its words (``mentions``), as one.
findings = Table(
    "findings",
    metadata,
    _of("illustrations.id", key=True),
    _name("run", key=True),
    _name("kind", key=True),
    _text("value"),
    Column("current", Boolean, nullable=False),
)

#: What an illustration looks like to a run: numbers of half precision, low byte first.
vectors = Table(
    "vectors",
    metadata,
    _of("illustrations.id", key=True),
    _name("run", key=True),
    Column("value", LargeBinary, nullable=False),
    Column("current", Boolean, nullable=False),
    Index(None, "run", "illustration_id"),
)

#: Illustrations that show the same picture; ``one_id`` is the first of the two by its id.
matches = Table(
    "matches",
    metadata,
    Column("one_id", Name(), _cascade("illustrations.id"), nullable=False, primary_key=True),
    _name("run", key=True),
    Column("other_id", Name(), _cascade("illustrations.id"), nullable=False, primary_key=True),
    _name("kind"),
    Column("score", Double, nullable=False),
    Column("current", Boolean, nullable=False),
    Index(None, "other_id"),
)

#: Illustrations that a run of matches was asked about.
matched = Table(
    "matched",
    metadata,
    _of("illustrations.id", key=True),
    _name("run", key=True),
)

#: What runs say of whole pages.
page_labels = Table(
    "page_labels",
    metadata,
    _of("pages.id", key=True),
    _name("run", key=True),
    _name("facet", key=True),
    _name("concept", key=True),
    Column("confidence", Double, nullable=False),
    Column("current", Boolean, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    _name("id", key=True),
    _name("facet"),
    _text("record"),
    _number("place"),
    Column("current", Boolean, nullable=False),
)

# --- people's work -----------------------------------------------------------------------------------

#: What people say of a concept on an illustration, as it stands now.
verdicts = Table(
    "verdicts",
    metadata,
    _of("illustrations.id", key=True),
    _name("facet", key=True),
    _name("concept", key=True),
    _name("verdict"),
    _text("person"),
)

#: All that people ever did to an illustration.
reviews = Table(
    "reviews",
    metadata,
    _number("number", key=True),
    _of("illustrations.id"),
    _text("person"),
    _name("at"),
    _name("action"),
    _name("facet"),
    _name("concept"),
    _text("note"),
    Index(None, "illustration_id"),
)

# --- the work and its leavings -----------------------------------------------------------------------

jobs = Table(
    "jobs",
    metadata,
    _number("number", key=True),
    _name("kind"),
    _text("detail"),
    _name("state"),
    _name("started"),
    _name("finished"),
    _text("counters"),
    _text("message"),
)

refusals = Table(
    "refusals",
    metadata,
    _number("number", key=True),
    Column("job", BigInteger, ForeignKey("jobs.number", ondelete="CASCADE"), nullable=False),
    _text("source"),
    _text("cause"),
    _name("at"),
    Index(None, "job"),
)

#: What a job is made of, where several processes share it. Times are seconds since 1970 by the database's clock.
tasks = Table(
    "tasks",
    metadata,
    _number("number", key=True),
    Column("job", BigInteger, ForeignKey("jobs.number", ondelete="CASCADE"), nullable=False),
    _name("kind"),
    _name("queue"),
    Column("priority", Integer, nullable=False),
    _text("payload"),
    _name("state"),
    Column("attempts", Integer, nullable=False),
    _name("worker"),
    Column("due", Double, nullable=False),
    Column("lease", Double, nullable=False),
    Column("hinted", Double, nullable=False),
    _text("outcome"),
    _text("cause"),
    _number("ended"),
    Index(None, "job", "state"),
    Index(None, "state", "due"),
    Index(None, "job", "ended"),
)

tombstones = Table("tombstones", metadata, _name("document_id", key=True), _name("at"), _text("reason"))

tombstone_aliases = Table(
    "tombstone_aliases",
    metadata,
    _name("alias", key=True),
    Column("document_id", Name(), _cascade("tombstones.document_id"), nullable=False, primary_key=True),
    Index(None, "document_id"),
)

#: How far the rewriting of rows has come that a migration asked for.
backfills = Table(
    "backfills", metadata, _name("name", key=True), _name("place"), Column("done", Boolean, nullable=False)
)
