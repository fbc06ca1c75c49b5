"""A corpus off the press: scans, ALTO, METS, manifests, and the exact truth about every picture.

CORPUS/
  documents/estampe-1910-12-20/   a folder as a workshop delivers it
    estampe-1910-12-20-METS.xml
    images/0001.jpg  alto/0001.xml  …
  manifests/estampe-1910-12-20.json   the same as a manifest, Presentation 3
  truth.jsonl                         one picture a line
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np

from .album import Album
from .alto import write_alto
from .book import Book
from .mets import write_mets
from .newspaper import Newspaper
from .sheet import Sheet
from .words import WORDS


class Work(Protocol):
    """Something that prints its pages one after the other."""

    language: str

    def page(self, number: int) -> Sheet:
        """Print a page, numbered from 1."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed: its name, what it is, in which language, and how many pages."""

    name: str
    kind: str
    language: str
    pages: int
    day: date | None = None

    @property
    def title(self) -> str:
        """The title, with the day of an issue."""
        words = WORDS[self.language]
        if self.day:
            return f"{words.masthead.title()}, {words.dated(self.day)}"
        return words.book if self.kind == "book" else "Album"


#: The demonstration corpus: issues in three languages, a book and an album.
DEMONSTRATION: tuple[Order, ...] = (
    Order("estampe-illustree-1910-12-20", "newspaper", "fr", 6, date(1910, 12, 20)),
    Order("estampe-gazette-1905-03-02", "newspaper", "en", 4, date(1905, 3, 2)),
    Order("estampe-zeitung-1908-05-01", "newspaper", "de", 4, date(1908, 5, 1)),
    Order("estampe-illustree-1914-06-28", "newspaper", "fr", 4, date(1914, 6, 28)),
    Order("reisen-und-bildnisse", "book", "de", 9),
    Order("album-1926", "album", "fr", 4),
)


def newspaper_orders(pages: int, language: str = "fr") -> Iterator[Order]:
    """Yield issues of eight pages, day by day, until there are so many pages."""
    day = date(1910, 1, 1)
    while pages > 0:
        yield Order(f"estampe-{language}-{day.isoformat()}", "newspaper", language, min(8, pages), day)
        pages, day = pages - 8, day + timedelta(days=1)


def print_corpus(
    folder: Path,
    orders: Sequence[Order],
    *,
    seed: int = 1910,
    images: bool = True,
    host: str = "https://press.example.org",
    progress: Callable[[str, int], None] | None = None,
) -> None:
    """Print the orders into a folder. The same seed prints the same bytes.

    Args:
        folder: where to; what is there of the same name is printed over.
        orders: what to print.
        seed: of the generator; each order has a generator of its own, by its name.
        images: whether to print the scans too; without them only ALTO, METS and manifests are written.
        host: where the manifests say that the scans are served.
        progress: told the name and number of each page before it is printed.

    """
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for order in orders:
            for row in _print(folder, order, seed, images=images, host=host, progress=progress):
                truth.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")


def _print(
    folder: Path, order: Order, seed: int, *, images: bool, host: str, progress: Callable[[str, int], None] | None
) -> Iterator[dict[str, object]]:
    generator = np.random.default_rng([seed, *order.name.encode()])
    work = _work(order, generator)
    place = folder / "documents" / order.name
    (place / "alto").mkdir(parents=True, exist_ok=True)
    (place / "images").mkdir(exist_ok=True)
    tone = {"newspaper": (236, 226, 202), "book": (244, 238, 222), "album": (228, 216, 194)}[order.kind]
    sheets, files = [], []
    for number in range(1, order.pages + 1):
        if progress:
            progress(order.name, number)
        sheet = work.page(number)
        names = (f"alto/{number:04d}.xml", f"images/{number:04d}.jpg")
        (place / names[0]).write_bytes(write_alto(sheet, names[1]))
        if images:
            sheet.scan(generator, tone).save(place / names[1], quality=82)
        for picture in sheet.pictures:
            box = asdict(picture.box)
            kept = {key: value for key, value in asdict(picture).items() if key not in {"box", "id"}}
            yield {"document": order.name, "page": number, **box, **kept}
        sheet.ink.close()
        sheets.append(sheet)
        files.append(names)
    if order.kind != "album":
        mets = write_mets(
            sheets, identifier=order.name, title=order.title, day=order.day, language=order.language, files=files
        )
        (place / f"{order.name}-METS.xml").write_bytes(mets)
    manifest = _manifest(order, sheets, files, host)
    (folder / "manifests" / f"{order.name}.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8"
    )


def _work(order: Order, generator: np.random.Generator) -> Work:
    if order.kind == "newspaper":
        return Newspaper(order.language, order.day or date(1910, 1, 1), generator)
    return Book(order.language, generator) if order.kind == "book" else Album(order.language, generator)


def _manifest(order: Order, sheets: Sequence[Sheet], files: Sequence[tuple[str, str]], host: str) -> dict[str, object]:
    base = f"{host}/{order.name}"
    canvases = []
    for sheet, (alto, image) in zip(sheets, files, strict=True):
        size = {"height": sheet.size.h, "width": sheet.size.w}
        canvas = f"{base}/canvas/p{sheet.number}"
        painting = {
            "id": f"{canvas}/image",
            "type": "Annotation",
            "motivation": "painting",
            "target": canvas,
            "body": {"id": f"{base}/{image}", "type": "Image", "format": "image/jpeg", **size},
        }
        text = {
            "id": f"{base}/{alto}",
            "type": "Dataset",
            "format": "application/xml",
            "profile": "http://www.loc.gov/standards/alto/ns-v3#",
            "label": {"en": ["ALTO"]},
        }
        items = [{"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}]
        label = {"none": [str(sheet.number)]}
        canvases.append({"id": canvas, "type": "Canvas", "label": label, **size, "items": items, "seeAlso": [text]})
    dated = {"navDate": f"{order.day.isoformat()}T00:00:00Z"} if order.day else {}
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{base}/manifest.json",
        "type": "Manifest",
        "label": {order.language: [order.title]},
        "metadata": [{"label": {"en": ["Language"]}, "value": {"none": [order.language]}}],
        "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["Estampe's press"]}},
        **dated,
        "items": canvases,
    }
