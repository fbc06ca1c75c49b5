"""How many there are of what: sums over documents, which carry the counts of what hangs on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from ..records import Severity
from . import tables
from .results import Counts, DiagnosticTally, NoiseTally, ProviderTally, SeriesTally, Tally

_DOCUMENTS = tables.documents
_SUMS: list[ColumnElement[Any]] = [
    func.count().label("documents"),
    *(
        func.coalesce(func.sum(_DOCUMENTS.c[name]), 0).label(name)
        for name in ("page_count", "done_count", "picture_count", "noise_count")
    ),
]


def counts(connection: Connection) -> Counts:
    """Return what the catalogue holds."""
    illustrations, diagnostics = tables.illustrations, tables.diagnostics
    reviewed = select(func.count()).where(illustrations.c.review != "")
    severities = select(diagnostics.c.severity, func.count().label("number")).group_by(diagnostics.c.severity)
    return Counts(
        total=_tally(connection.execute(select(*_SUMS)).one()),
        reviewed=connection.execute(reviewed).scalar_one(),
        diagnostics={
            row.severity: row.number for row in connection.execute(severities.order_by(diagnostics.c.severity))
        },
        by_provider=providers(connection),
    )


def providers(connection: Connection) -> tuple[ProviderTally, ...]:
    """Return all providers by name."""
    column = _DOCUMENTS.c.provider
    rows = connection.execute(select(column, *_SUMS).group_by(column).order_by(column))
    return tuple(ProviderTally(row.provider, _tally(row)) for row in rows)


def series(connection: Connection) -> tuple[SeriesTally, ...]:
    """Return all periodicals and sets, by title; documents that are part of none are left out."""
    table = _DOCUMENTS.c
    rows = connection.execute(
        select(
            table.series_id,
            func.min(table.series_title).label("title"),
            func.min(table.provider).label("provider"),
            func.min(table.date_start).label("first"),
            func.max(func.coalesce(table.date_end, table.date_start)).label("last"),
            func.min(table.id).label("cover"),
            *_SUMS,
        )
        .where(table.series_id != "")
        .group_by(table.series_id)
    )
    found = [
        SeriesTally(row.series_id, row.title, row.provider, _tally(row), _day(row.first), _day(row.last), row.cover)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.title, one.id)))


def diagnostic_tallies(connection: Connection) -> tuple[DiagnosticTally, ...]:
    """Return how often each oddity was met, commonest first."""
    table = tables.diagnostics.c
    times = func.count().label("times")
    rows = connection.execute(
        select(table.code, table.severity, times, func.count(table.document_id.distinct()).label("documents"))
        .group_by(table.code, table.severity)
        .order_by(times.desc(), table.code, table.severity)
    )
    return tuple(DiagnosticTally(row.code, Severity(row.severity), row.times, row.documents) for row in rows)


def noise_tallies(connection: Connection) -> tuple[NoiseTally, ...]:
    """Return why regions are no pictures, by provider, commonest first."""
    table = tables.illustrations.c
    times = func.count().label("times")
    rows = connection.execute(
        select(_DOCUMENTS.c.provider, table.noise, times)
        .join(_DOCUMENTS, _DOCUMENTS.c.id == table.document_id)
        .where(table.noise.is_not(None), table.state == "present")
        .group_by(_DOCUMENTS.c.provider, table.noise)
        .order_by(_DOCUMENTS.c.provider, times.desc(), table.noise)
    )
    return tuple(NoiseTally(row.provider, row.noise, row.times) for row in rows)


def failures(connection: Connection) -> dict[str, int]:
    """Return how many failures were met in each provider's documents; providers without any are left out."""
    table = tables.diagnostics.c
    rows = connection.execute(
        select(_DOCUMENTS.c.provider, func.count().label("times"))
        .join(_DOCUMENTS, _DOCUMENTS.c.id == table.document_id)
        .where(table.severity == Severity.ERROR)
        .group_by(_DOCUMENTS.c.provider)
    )
    return {row.provider: row.times for row in rows}


def _tally(row: Row[Any]) -> Tally:
    return Tally(
        documents=row.documents,
        pages=int(row.page_count),
        pages_done=int(row.done_count),
        illustrations=int(row.picture_count),
        noise=int(row.noise_count),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
