"""What kind of page a page is: labels of whole pages, said by runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from ..records import Label, Page
from . import tables
from .codec import clean
from .rows import batches
from .speaking import Key, Speakers, compare, write

_LABELS = tables.page_labels
_READ = select(_LABELS).where(_LABELS.c.page_id.in_(bindparam("ids", expanding=True)))


def put_kinds(connection: Connection, said: Mapping[str, Iterable[Label]], speakers: Speakers) -> set[str]:
    """Replace what machines say of whole pages, and return those of which other labels are shown than before."""
    new: dict[Key, float] = {
        (page, label.run, clean(label.facet), clean(label.concept)): label.confidence
        for page, labels in said.items()
        for label in labels
    }
    rows = connection.execute(_READ, {"ids": list(said)})
    old: dict[Key, tuple[float, bool]] = {
        (row.page_id, row.run, row.facet, row.concept): (row.confidence, row.current) for row in rows
    }
    difference = compare(old, new, speakers)
    write(connection, _LABELS, difference, {key: {"confidence": value} for key, value in new.items()})
    return {key[0] for key in difference.seen}


def with_kinds(connection: Connection, pages: Sequence[Page]) -> list[Page]:
    """Return pages with the labels that are shown of them."""
    labels: defaultdict[str, list[Label]] = defaultdict(list)
    for some in batches(page.id for page in pages):
        for row in connection.execute(_READ, {"ids": some}):
            if row.current:
                labels[row.page_id].append(Label(row.concept, row.facet, row.confidence, row.run))
    return [replace(page, labels=_sorted(labels[page.id])) if page.id in labels else page for page in pages]


def all_kinds(connection: Connection, page: str) -> tuple[Label, ...]:
    """Return what all runs ever said of a whole page."""
    rows = connection.execute(_READ, {"ids": [page]})
    return _sorted(Label(row.concept, row.facet, row.confidence, row.run) for row in rows)


def _sorted(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda label: (label.facet, -label.confidence, label.concept, label.run)))
