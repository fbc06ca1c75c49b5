"""The export: one illustration a line, the same bytes each time, with all that was found."""

from __future__ import annotations

import json
import tracemalloc
from datetime import date
from pathlib import Path

from estampe.catalogue import Catalogue
from estampe.datasets import export_illustrations
from estampe.iiif import Addresses
from estampe.records import Box, DateSpan, ImageService, ImageSource, Label
from tests.catalogue.builders import GREY, RUNS, boxed, document, found, page, photograph, put, read


def test_a_line_has_everything(catalogue: Catalogue) -> None:
    service = ImageSource("https://example.org/1/full/max/0/default.jpg", ImageService("https://example.org/1", 2, 2))
    own = document(date=DateSpan("20 déc. 1910", date(1910, 12, 20), date(1910, 12, 20)), source="Excelsior")
    known = put(catalogue, page(1, image=service), page(2, image=None), document=own)
    first, second = catalogue.pages(known)
    shown = found(
        first,
        Box(10, 20, 30, 40),
        caption="Les « inondations »",
        pixels=GREY,
        pixel_run="pixels@1",
        labels=(photograph(), Label("portrait", "subject", 0.5, "labels@1")),
    )
    read(catalogue, first, shown)
    read(catalogue, second, *boxed(second, Box(0, 0, 5, 5), noise="rule"))
    one, two = (json.loads(line) for line in export_illustrations(catalogue))
    expected = {
        "id": shown.id,
        "document": known,
        "page": 1,
        "page_key": "f1",
        "image": "https://example.org/1",
        "x": 10,
        "y": 20,
        "w": 30,
        "h": 40,
        "page_width": 1000,
        "page_height": 1500,
        "caption": "Les « inondations »",
        "noise": None,
        "date": {"text": "20 déc. 1910", "start": "1910-12-20", "end": "1910-12-20"},
        "provider": "Gallica",
        "source": "Excelsior",
    }
    assert expected.items() <= one.items()
    assert {"concept": "photograph", "facet": "technique", "confidence": 0.8, "run": "labels@1"} in one["labels"]
    assert one["pixels"]["palette"] == [["#808080", 0.75], ["#000000", 0.25]]
    assert (two["page"], two["noise"], two["image"]) == (2, "rule", None)


def test_no_folder_of_this_machine_is_in_it(tmp_path: Path) -> None:
    """The same scans in another folder give the same lines, with the address at which the scan is published."""
    made = []
    for name in ("here", "there"):
        folder = tmp_path / name
        with Catalogue.open(f"sqlite:///{folder}.sqlite") as catalogue:
            catalogue.put_runs(RUNS)
            known = put(catalogue, page(1, image=ImageSource(str(folder / "scans" / "0001.tif"))), route="folder")
            (sheet,) = catalogue.pages(known)
            read(catalogue, sheet, *boxed(sheet, Box(0, 0, 9, 9)))
            made.append(list(export_illustrations(catalogue)))
            (line,) = export_illustrations(catalogue, Addresses("https://pictures.example.org"))
            assert json.loads(line)["image"] == f"https://pictures.example.org/iiif/images/{sheet.id}"
    assert made[0] == made[1] and str(tmp_path) not in made[0][0]
    assert json.loads(made[0][0])["image"] == f"/iiif/images/{sheet.id}"


def test_what_is_forgotten_meanwhile_is_left_out(catalogue: Catalogue) -> None:
    for number in range(3):
        known = put(catalogue, document=document(aliases=(f"ark:/12148/n{number}",)))
        for sheet in catalogue.pages(known):
            read(catalogue, sheet, *boxed(sheet, Box(0, 0, 9, 9)))
    lines = export_illustrations(catalogue)
    first = json.loads(next(lines))
    for number in (1, 2):
        catalogue.forget(f"ark:/12148/n{number}")
    assert {first["document"], *(json.loads(line)["document"] for line in lines)} == {first["document"]}


def test_the_order_does_not_depend_on_that_of_writing(tmp_path: Path) -> None:
    lines = []
    for order in ([0, 1, 2], [2, 0, 1]):
        with Catalogue.open(f"sqlite:///{tmp_path / str(order)}.sqlite") as catalogue:
            catalogue.put_runs(RUNS)
            for number in order:
                known = put(
                    catalogue, page(2, "a"), page(1, "b"), document=document(aliases=(f"ark:/12148/n{number}",))
                )
                for sheet in catalogue.pages(known)[:: 1 if number in order[:1] else -1]:
                    seen = boxed(sheet, Box(5, 5, 9, 9), Box(50, 0, 9, 9), Box(5, 90, 9, 9))
                    read(catalogue, sheet, *seen[:: 1 if number == order[0] else -1])
            lines.append(list(export_illustrations(catalogue)))
    assert lines[0] == lines[1]
    rows = [json.loads(line) for line in lines[0]]
    keys = [(row["document"], row["page"], row["page_key"], row["x"], row["y"]) for row in rows]
    assert keys == sorted(keys) and len(rows) == 18


def test_memory_does_not_grow_with_the_number_of_documents(catalogue: Catalogue) -> None:
    def most() -> int:
        tracemalloc.start()
        try:
            for _ in export_illustrations(catalogue):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            own = document(aliases=(f"ark:/12148/n{number}",), metadata=(("note", "x" * 20_000),))
            known = put(catalogue, page(1), document=own)
            (sheet,) = catalogue.pages(known)
            read(catalogue, sheet, *boxed(sheet, Box(0, 0, 9, 9), text_before="x" * 20_000))

    fill(0, 210)
    few = most()
    fill(210, 300)
    assert most() < 1.3 * few
