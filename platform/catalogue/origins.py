"""What the sources list, and what they do not any more.

A document that a source removed stays, and is marked: people may have worked on it, cite it, or look for it. It is
withdrawn when none of the origins that ever listed it does so any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from ..identity import digest, find_ark, manifest_alias
from ..records import Document, Withdrawal
from . import tables
from .changes import ChangeLog, now
from .codec import clean, decode, encode
from .reading import resolve
from .transactions import Transactions

_ORIGINS, _HOLDINGS, _DOCUMENTS = tables.origins, tables.holdings, tables.documents
#: How many names one statement takes.
_BATCH = 500


class Origins:
    """What the origins of a catalogue list; `Catalogue.origins` has them.

    An origin is what is harvested as one: the address of a collection or of a list of changes, ``sru:…``, ``issues:…``.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def until(self, origin: str) -> str:
        """Return up to when the changes of an origin were followed, empty where they never were."""
        return self._transactions.read(_until, origin)

    def hold(self, origin: str, name: str, document: str) -> None:
        """Note that an origin lists a document by this name; where it was withdrawn, it is no more."""
        if self._transactions.read(_is_held, origin, name, document):
            return
        self._transactions.write(_hold, origin, name, document)

    def withdraw(self, origin: str, name: str, *, told: bool) -> tuple[str, ...]:
        """Note that what has this name is not to be had any more, and return the documents concerned.

        Where the origin told that it removed it, that is so for this origin; where nothing is found at its address, for
        all of them.
        """
        return self._transactions.write(_withdraw, origin, name, told=told)

    def complete(self, origin: str, names: Collection[str] | None, until: str) -> tuple[str, ...]:
        """Note that an origin was harvested whole, and return the documents that it does not list any more.

        Args:
            origin: which one.
            names: all that it lists now; None where it only told what changed.
            until: up to when it told its changes, empty where it tells none.

        """
        return self._transactions.write(_complete, origin, names, until)


def _key(text: str) -> str:
    return digest(text, 32)


def _until(connection: Connection, origin: str) -> str:
    found = connection.execute(select(_ORIGINS.c.until).where(_ORIGINS.c.id == _key(origin))).scalar_one_or_none()
    return found or ""


def _is_held(connection: Connection, origin: str, name: str, document: str) -> bool:
    row = connection.execute(
        select(_HOLDINGS).where(_HOLDINGS.c.origin_id == _key(origin), _HOLDINGS.c.name == _key(name))
    ).one_or_none()
    return row is not None and row.document_id == document and row.gone is None


def _hold(connection: Connection, log: ChangeLog, origin: str, name: str, document: str) -> None:
    held = connection.execute(select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == document).with_for_update())
    if held.scalar_one_or_none() is None:
        # Somebody forgot it just now.
        return
    _put(connection, origin, name, document, None)
    _mark(connection, log, [document])


def _withdraw(connection: Connection, log: ChangeLog, origin: str, name: str, *, told: bool) -> tuple[str, ...]:
    same = _HOLDINGS.c.name == _key(name)
    if told:
        same &= _HOLDINGS.c.origin_id == _key(origin)
    concerned = set(connection.execute(select(_HOLDINGS.c.document_id).where(same)).scalars())
    if not concerned and not told and (known := _known_by(connection, name)):
        # It came before origins were kept, or by another name.
        listed = connection.execute(select(_HOLDINGS.c.name).where(_HOLDINGS.c.document_id == known)).first()
        if listed is None:
            _put(connection, origin, name, known, now())
            concerned = {known}
    connection.execute(update(_HOLDINGS).where(same, _HOLDINGS.c.gone.is_(None)).values(gone=now()))
    return _mark(connection, log, concerned)


def _complete(
    connection: Connection, log: ChangeLog, origin: str, names: Collection[str] | None, until: str
) -> tuple[str, ...]:
    _put_origin(connection, origin)
    if until:
        connection.execute(update(_ORIGINS).where(_ORIGINS.c.id == _key(origin)).values(until=until))
    if names is None:
        return ()
    listed = {_key(name) for name in names}
    mine = (_HOLDINGS.c.origin_id == _key(origin)) & _HOLDINGS.c.gone.is_(None)
    rows = connection.execute(select(_HOLDINGS.c.name, _HOLDINGS.c.document_id).where(mine)).all()
    missing = {row.name: row.document_id for row in rows if row.name not in listed}
    for some in _batches(missing):
        connection.execute(update(_HOLDINGS).where(mine, _HOLDINGS.c.name.in_(some)).values(gone=now()))
    return _mark(connection, log, set(missing.values()))


def _known_by(connection: Connection, name: str) -> str | None:
    """Return the document whose manifest, or whose ARK, this name is."""
    ark = find_ark(name) if name.startswith("ark:") else None
    return resolve(connection, ark[0] if ark else manifest_alias(name))


def _put_origin(connection: Connection, origin: str) -> None:
    if connection.execute(select(_ORIGINS.c.id).where(_ORIGINS.c.id == _key(origin))).first() is None:
        connection.execute(insert(_ORIGINS).values(id=_key(origin), origin=clean(origin), until=""))


def _put(connection: Connection, origin: str, name: str, document: str, gone: str | None) -> None:
    _put_origin(connection, origin)
    where = (_HOLDINGS.c.origin_id == _key(origin)) & (_HOLDINGS.c.name == _key(name))
    values = {"document_id": document, "gone": gone}
    if not connection.execute(update(_HOLDINGS).where(where).values(**values)).rowcount:
        connection.execute(insert(_HOLDINGS).values(origin_id=_key(origin), name=_key(name), **values))


def _mark(connection: Connection, log: ChangeLog, documents: Collection[str]) -> tuple[str, ...]:
    """Bring the marks of documents in step with what is listed; return those that are withdrawn now."""
    withdrawn = []
    for some in _batches(sorted(documents)):
        held = connection.execute(
            select(_DOCUMENTS.c.id, _DOCUMENTS.c.record).where(_DOCUMENTS.c.id.in_(some)).with_for_update()
        ).all()
        marks = _withdrawals(connection, some)
        for row in held:
            document, mark = decode(Document, row.record), marks.get(row.id)
            if mark:
                withdrawn.append(row.id)
            if document.withdrawn != mark:
                record = encode(replace(document, withdrawn=mark))
                connection.execute(update(_DOCUMENTS).where(_DOCUMENTS.c.id == row.id).values(record=record))
                log.note("document", row.id, row.id, "update")
    return tuple(withdrawn)


def _withdrawals(connection: Connection, documents: Collection[str]) -> dict[str, Withdrawal]:
    """Return the marks of those documents that all their origins have given up: since the last one did."""
    rows = connection.execute(
        select(_HOLDINGS.c.document_id, _HOLDINGS.c.gone, _ORIGINS.c.origin)
        .join(_ORIGINS, _ORIGINS.c.id == _HOLDINGS.c.origin_id)
        .where(_HOLDINGS.c.document_id.in_(documents))
    ).all()
    held = {row.document_id for row in rows if row.gone is None}
    marks: dict[str, Withdrawal] = {}
    for row in sorted((row for row in rows if row.document_id not in held), key=lambda row: (row.gone, row.origin)):
        marks[row.document_id] = Withdrawal(row.gone, row.origin)
    return marks


def _batches(names: Iterable[str]) -> Iterable[list[str]]:
    every = list(names)
    for start in range(0, len(every), _BATCH):
        yield every[start : start + _BATCH]
