"""The export: one illustration a line, the same bytes each time, with all that was found."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path

from estampe.catalogue import Catalogue
from estampe.datasets import export_illustrations, publish
from estampe.iiif import Addresses
from estampe.records import Box, DateSpan, ImageService, ImageSource, Label, Match, Mention
from tests.catalogue.builders import GREY, RUNS, boxed, document, found, horse, page, photograph, put, read


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
    said = {"concept": "photograph", "facet": "technique", "confidence": 0.8, "run": "labels@1", "origin": "machine"}
    assert said in one["labels"]
    assert one["pixels"]["palette"] == [["#808080", 0.75], ["#000000", 0.25]]
    assert (two["page"], two["noise"], two["image"]) == (2, "rule", None)


def test_what_is_seen_named_and_the_same_is_marked_with_who_says_it(catalogue: Catalogue) -> None:
    known = put(catalogue)
    first, second = catalogue.pages(known)
    name = Mention("place", "Verdun", "caption", 2, 8, "names@1")
    cover = Label("cover-page", "page", 0.7, "kinds@1")
    shown = found(first, Box(10, 20, 300, 400), caption="À Verdun", detections=(horse(),), mentions=(name,))
    read(catalogue, replace(first, labels=(cover,)), shown)
    other = found(second, Box(0, 0, 50, 50))
    read(catalogue, second, other)
    one, another = sorted([shown.id, other.id])
    catalogue.values.put_matches("same@1", [one], [Match(one, another, "mirrored", 0.9, "same@1")])
    catalogue.add_label(shown.id, "object", "ship", person="Anne")
    line, last = (json.loads(line) for line in export_illustrations(catalogue))
    box = {"x": 10, "y": 10, "w": 20, "h": 20}
    by = {"run": "objects@1", "origin": "machine"}
    assert line["detections"] == [{"facet": "object", "concept": "horse", **box, "confidence": 0.9, **by}]
    by = {"run": "names@1", "origin": "machine"}
    place = {"field": "caption", "start": 2, "end": 8}
    assert line["mentions"] == [{"kind": "place", "text": "Verdun", **place, **by}]
    by = {"run": "kinds@1", "origin": "machine"}
    assert line["page_labels"] == [{"concept": "cover-page", "facet": "page", "confidence": 0.7, **by}]
    by = {"run": "same@1", "origin": "machine"}
    assert line["matches"] == [{"illustration": other.id, "kind": "mirrored", "confidence": 0.9, **by}]
    assert last["matches"] == [{"illustration": shown.id, "kind": "mirrored", "confidence": 0.9, **by}]
    assert {(label["concept"], label["origin"]) for label in line["labels"]} == {("ship", "person")}


def test_what_is_seen_and_the_same_is_published(catalogue: Catalogue, tmp_path: Path) -> None:
    known = put(catalogue)
    first, second = catalogue.pages(known)
    shown, other = found(first, Box(10, 20, 300, 400), detections=(horse(),)), found(second, Box(0, 0, 50, 50))
    read(catalogue, first, shown)
    read(catalogue, second, other)
    addresses, folder = Addresses("https://example.org"), tmp_path / "published"
    one, another = sorted([shown.id, other.id])
    publish(catalogue, folder, addresses)
    for score in (0.9, 0.5):
        catalogue.values.put_matches("same@1", [one], [Match(one, another, "copy", score, "same@1")])
        assert publish(catalogue, folder, addresses).written == 1
        for key, end in (("f1", other.id), ("f2", shown.id)):
            items = json.loads((folder / "iiif" / known / "annotations" / f"{key}.json").read_bytes())["items"]
            [link] = [item for item in items if item["motivation"] == "linking"]
            assert link["body"]["id"].endswith(end) and link["estampe:confidence"] == score
            assert link["estampe:origin"] == "machine"


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
