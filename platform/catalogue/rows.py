"""An illustration as a row, and back; names by the batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from ..records import Box, Illustration, Label, Pixels
from . import tables
from .boxes import sides
from .codec import clean, decode, encode

PRESENT = "present"
#: A later run no longer finds it.
GONE = "gone"
#: A person deleted it.
DELETED = "deleted"

#: How a person is named where a run could stand.
PERSON = "person:"

#: How many names one query takes: well below what every database allows.
_BATCH = 500

TEXT_COLUMNS = ("caption", "title", "text_before", "text_after")


def to_row(illustration: Illustration, related: Sequence[str]) -> dict[str, Any]:
    """Return the columns that a machine says of an illustration."""
    return {
        **sides(illustration.box),
        "region_run": illustration.region_run,
        "noise": None if illustration.noise is None else clean(illustration.noise),
        "front_page": illustration.front_page,
        "last_page": illustration.last_page,
        "share": illustration.share,
        "shape": clean(illustration.shape),
        "rotation": illustration.rotation,
        "related": json.dumps(list(related)),
        "text_run": illustration.text_run,
        **{name: clean(getattr(illustration, name)) for name in TEXT_COLUMNS},
        "pixel_run": illustration.pixel_run,
        "pixels": encode(illustration.pixels) if illustration.pixels else None,
    }


def from_row(row: RowMapping | Mapping[str, Any], labels: tuple[Label, ...]) -> Illustration:
    """Return the illustration of a row."""
    return Illustration(
        id=row["id"],
        page=row["page_id"],
        document=row["document_id"],
        box=Box(row["x"], row["y"], row["w"], row["h"]),
        region_run=row["box_by"] or row["region_run"],
        text_run=row["text_run"],
        pixel_run=row["pixel_run"],
        noise=row["noise"],
        caption=row["caption"],
        title=row["title"],
        text_before=row["text_before"],
        text_after=row["text_after"],
        front_page=row["front_page"],
        last_page=row["last_page"],
        share=row["share"],
        shape=row["shape"],
        rotation=row["rotation"],
        related=tuple(json.loads(row["related"])),
        pixels=decode(Pixels, row["pixels"]) if row["pixels"] else None,
        labels=labels,
    )


def batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield names, each once, as many at a time as one query takes."""
    names = list(dict.fromkeys(names))
    for start in range(0, len(names), _BATCH):
        yield names[start : start + _BATCH]


def hold_documents(connection: Connection, documents: Collection[str]) -> None:
    """Hold the rows of documents, so that nobody else writes something of them."""
    table = tables.documents
    for some in batches(sorted(documents)):
        connection.execute(select(table.c.id).where(table.c.id.in_(some)).order_by(table.c.id).with_for_update())
