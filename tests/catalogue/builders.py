"""Documents, pages and illustrations as the stages hand them on, and a consumer that follows what changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import text

from estampe.catalogue import Catalogue, PageText, tables
from estampe.identity import illustration_id
from estampe.records import (
    Box,
    Detection,
    Document,
    Illustration,
    ImageSource,
    Label,
    Page,
    Pixels,
    Run,
    Size,
    Vector,
)

ARK = "ark:/12148/bpt6k46000341"
FRAME = Size(1000, 1500)

RUNS = (
    Run("region@1", "region", "1", "region"),
    Run("region@2", "region", "2", "region"),
    Run("text@1", "text", "1", "text"),
    Run("text@2", "text", "2", "text"),
    Run("labels@1", "labels", "1", "technique"),
    Run("labels@2", "labels", "2", "technique"),
    Run("pixels@1", "pixels", "1", "pixels"),
    Run("objects@1", "objects", "1", "object"),
    Run("objects@2", "objects", "2", "object"),
    Run("names@1", "names", "1", "entity"),
    Run("look@1", "look", "1", "vector.visual", {"size": "4"}),
    Run("look@2", "look", "2", "vector.visual", {"size": "3"}),
    Run("sense@1", "sense", "1", "vector.joint", {"size": "4"}),
    Run("chances@1", "chances", "1", "chances", {"size": "4"}),
    Run("together@1", "together", "1", "together"),
    Run("same@1", "same", "1", "match"),
    Run("same@2", "same", "2", "match"),
    Run("kinds@1", "kinds", "1", "page"),
    Run("kinds@2", "kinds", "2", "page"),
)
GREY = Pixels("grey", "#808080", (("#808080", 0.75), ("#000000", 0.25)), "00ff00ff00ff00ff")


def document(title: str = "Excelsior", *, aliases: Sequence[str] = (ARK,), **fields: Any) -> Document:
    return Document("", fields.pop("provider", "Gallica"), title, tuple(aliases), **fields)


def page(number: int, key: str = "", **fields: Any) -> Page:
    fields = {"size": FRAME, "image": ImageSource(f"https://example.org/{number}.jpg")} | fields
    return Page("", key or f"f{number}", number, **fields)


def put(catalogue: Catalogue, *pages: Page, route: str = "iiif", **fields: Any) -> str:
    """Put a document with some pages, two where none are given."""
    return catalogue.put_document(
        fields.pop("document", None) or document(),
        route=route,
        original=fields.pop("original", b"{}"),
        pages=pages or (page(1), page(2)),
        **fields,
    )


def found(on: Page, box: Box, **fields: Any) -> Illustration:
    """An illustration as the stages find it."""
    fields = {"region_run": "region@1", "text_run": "text@1", "caption": "Une légende"} | fields
    return Illustration(illustration_id(on.id, box), on.id, on.id.rpartition(".")[0], box, **fields)


def photograph(confidence: float = 0.8, run: str = "labels@1") -> Label:
    return Label("photograph", "technique", confidence, run)


def horse(confidence: float = 0.9, run: str = "objects@1", box: Box = Box(10, 10, 20, 20)) -> Detection:  # noqa: B008
    return Detection(box, "object", "horse", confidence, run)


def vector(of: str, *values: float, run: str = "look@1") -> Vector:
    """A vector of length 1 in this direction."""
    row = np.array(values, np.float32)
    return Vector(of, run, (row / np.linalg.norm(row)).astype(np.float16))


def read(catalogue: Catalogue, on: Page, *illustrations: Illustration, fingerprint: str = "a", **fields: Any) -> None:
    """Put a page as read."""
    words = fields.pop("words", PageText([("Une", Box(1, 2, 3, 4))]))
    catalogue.put_page(on, fingerprint=fingerprint, words=words, illustrations=illustrations, **fields)


class Mirror:
    """A consumer of the changes: it knows what there is from them alone, and what it read when it was told."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.position = catalogue, 0
        self.state: dict[tuple[str, str], Any] = {}

    def follow(self) -> None:
        while batch := self.catalogue.changes(self.position, 50):
            assert [change.sequence for change in batch] == list(
                range(self.position + 1, self.position + 1 + len(batch))
            )
            for change in batch:
                key = (change.entity, change.id)
                if change.what == "delete":
                    self.state.pop(key, None)
                else:
                    self.state[key] = None
            self.position = batch[-1].sequence
            for key in {(change.entity, change.id) for change in batch} & self.state.keys():
                self.state[key] = self._read(*key)

    def _read(self, entity: str, identifier: str) -> Any:
        if entity == "document":
            return self.catalogue.document(identifier), self.catalogue.articles(identifier)
        if entity == "page":
            return self.catalogue.page(identifier), self.catalogue.page_text(identifier)
        return (
            self.catalogue.illustration(identifier),
            self.catalogue.values.matches_of(identifier),
            self.catalogue.values.vectors_of([identifier]),
        )

    def check(self) -> None:
        """Compare with what the catalogue says when asked for everything, and its counts with what is there."""
        self.follow()
        whole: dict[tuple[str, str], Any] = {}
        pictures = noise = 0
        for one in self.catalogue.documents(limit=1000):
            whole["document", one.id] = self._read("document", one.id)
            for sheet in self.catalogue.pages(one.id):
                whole["page", sheet.id] = self._read("page", sheet.id)
            for seen in self.catalogue.illustrations_of(document=one.id):
                whole["illustration", seen.id] = self._read("illustration", seen.id)
                assert whole["illustration", seen.id][0] == seen
                pictures, noise = pictures + (seen.noise is None), noise + (seen.noise is not None)
        assert self.state == whole
        counts = self.catalogue.counts()
        assert (counts.illustrations, counts.noise) == (pictures, noise)
        assert counts.documents == sum(entity == "document" for entity, _ in whole)
        assert counts.pages == sum(entity == "page" for entity, _ in whole)


def table_sizes(catalogue: Catalogue) -> dict[str, int]:
    """Return how many rows each table has."""
    with catalogue._engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in tables.metadata.tables
        }


def boxed(on: Page, *boxes: Box, **fields: Any) -> list[Illustration]:
    return [found(on, box, **fields) for box in boxes]
