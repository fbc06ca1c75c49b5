"""The same picture is known again in another printing, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from estampe.classify.reproductions import (
    Comparison,
    New,
    Projection,
    Reproductions,
    Sighting,
    find_matches,
    grain,
    is_same,
    read_projection,
    sighting,
)
from estampe.classify.reproductions.outlines import field, mirrored, outline
from estampe.classify.reproductions.projection import learn
from estampe.errors import FormatError, UsageError
from estampe.images import describe
from estampe.press.plates import PLATES, Process, render
from estampe.records import Match, Size
from estampe.weights import Models

SIZE = Size(360, 260)
NAMES = ("cat", "cameraman", "coffee", "motorcycle")


def plate(name: str, process: Process = "photograph") -> Image.Image:
    return render(next(plate for plate in PLATES if plate.name == name), process, SIZE).convert("RGB")


def compare(one: Image.Image, other: Image.Image) -> str:
    found = Comparison(sighting(one)).with_(sighting(other))
    return found.kind if is_same(found) else ""


class Shelf:
    """Known illustrations in memory: near is whose thumbnail is near."""

    def __init__(self, pictures: dict[str, Image.Image]) -> None:
        self.pictures = pictures
        self.vectors = {name: vector(picture) for name, picture in pictures.items()}
        self.asked: list[str] = []

    def nearest(self, vectors: np.ndarray, count: int) -> Sequence[Sequence[str]]:
        names = list(self.vectors)
        near = vectors @ np.stack([self.vectors[name] for name in names]).T
        return [[names[place] for place in np.argsort(-row)[:count]] for row in near]

    def alike(self, hashes: Sequence[str], bits: int) -> Sequence[Sequence[str]]:
        own = {name: int(describe(picture).phash, 16) for name, picture in self.pictures.items()}
        return [[name for name in own if (own[name] ^ int(each, 16)).bit_count() <= bits] for each in hashes]

    def sighting(self, illustration: str) -> Sighting | None:
        self.asked.append(illustration)
        if illustration == "lost":
            return None
        picture = self.pictures[illustration]
        return Sighting(outline(picture), lambda: grain(picture))


def vector(picture: Image.Image) -> np.ndarray:
    small = np.asarray(picture.convert("L").resize((16, 16)), np.float32).ravel()
    small -= small.mean()
    return small / np.linalg.norm(small)


def new(name: str, picture: Image.Image) -> New:
    return New(name, sighting(picture), vector(picture), describe(picture).phash)


@pytest.mark.parametrize("process", ["halftone", "engraving"])
def test_another_technique_is_a_rendering(process: Process) -> None:
    for name in NAMES:
        assert compare(plate(name, process), plate(name)) == "rendering", name


def test_another_scan_of_the_same_print_is_a_copy() -> None:
    for name in NAMES:
        whole = plate(name)
        again = ImageOps.autocontrast(whole.resize((380, 270)).rotate(1, Image.Resampling.BICUBIC, fillcolor="white"))
        assert compare(ImageOps.colorize(again.convert("L"), "#2b1b0f", "#f0dfbd"), whole) == "copy", name


def test_a_part_is_a_crop_whichever_is_asked() -> None:
    for name in NAMES:
        whole = plate(name)
        part = whole.crop((50, 25, 335, 235))
        assert compare(part, whole) == compare(whole, part) == "crop", name


def test_an_engraving_that_came_off_the_plate_in_reverse_is_mirrored() -> None:
    for name in NAMES:
        assert compare(ImageOps.mirror(plate(name, "engraving")), plate(name)) == "mirrored", name


def test_different_pictures_are_not_the_same_whatever_their_technique() -> None:
    seen = [sighting(plate(name, process)) for name in NAMES for process in ("photograph", "engraving")]
    for place, one in enumerate(seen):
        comparison = Comparison(one)
        for other in (each for far, each in enumerate(seen) if far // 2 != place // 2):
            assert not is_same(comparison.with_(other))


def test_two_sheets_of_paper_with_frames_are_not_the_same() -> None:
    sheets = []
    for name in ("coffee", "cat"):
        sheet = Image.new("RGB", (500, 400), "#e8dcc0")
        ImageDraw.Draw(sheet).rectangle((20, 20, 480, 380), outline="black", width=4)
        sheet.paste(plate(name).resize((120, 90)), (190, 150))
        sheets.append(sheet)
    assert compare(*sheets) == ""


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (400, 300)])
def test_nothing_is_the_same_as_an_empty_picture(size: tuple[int, int]) -> None:
    empty = Image.new("L", size, 200)
    assert compare(empty, empty) == compare(empty, plate("cat")) == compare(plate("cat"), empty) == ""


@pytest.mark.parametrize("shapes", [((900, 150), (150, 900)), ((900, 200), (500, 400)), ((300, 900), (400, 300))])
def test_pictures_of_very_different_shapes_are_compared(shapes: tuple[tuple[int, int], tuple[int, int]]) -> None:
    processes: tuple[Process, ...] = ("photograph", "engraving")
    for process in processes:
        one, other = (plate(name, process).resize(shape) for name, shape in zip(("cat", "coffee"), shapes, strict=True))
        assert compare(one, other) == compare(other, one) == ""
        assert compare(one, ImageOps.autocontrast(one)) == "copy"


def test_mirroring_a_field_is_mirroring_the_picture() -> None:
    kept = outline(plate("cameraman"))
    there, back = field(ImageOps.mirror(kept), 40), mirrored(field(kept, 40))
    assert np.abs(there - back).mean() < 0.02 * np.abs(there).mean()


def test_matches_of_new_illustrations_among_all() -> None:
    shelf = Shelf({name: plate(name) for name in NAMES} | {"cat again": plate("cat", "halftone")})
    shelf.vectors["lost"] = vector(plate("coffee"))  # in the index still, its picture gone
    cut = plate("motorcycle").crop((50, 25, 335, 235))
    found = list(find_matches([new("cat again", plate("cat", "halftone")), new("x", cut), new("y", cut)], shelf))
    assert [(match.one, match.other, match.kind) for match in found] == [
        ("cat", "cat again", "rendering"),
        ("motorcycle", "x", "crop"),
        ("motorcycle", "y", "crop"),
    ]
    assert all(isinstance(match, Match) and 0.4 <= match.score <= 1 for match in found)
    assert len(shelf.asked) == len(set(shelf.asked) - {"lost"}) + shelf.asked.count("lost")  # each is decoded once


def test_a_copy_that_vectors_miss_is_found_by_its_hash() -> None:
    shelf = Shelf({name: plate(name) for name in NAMES})
    shelf.vectors = {name: -vector(plate(name)) for name in NAMES}
    assert [match.other for match in find_matches([new("a cat", plate("cat"))], shelf, shortlist=1)] == ["cat"]


def test_a_pair_of_new_illustrations_is_told_once() -> None:
    cats = {"cat 1": plate("cat"), "cat 2": plate("cat", "engraving")}
    found = list(find_matches([new(name, picture) for name, picture in cats.items()], Shelf(cats)))
    assert [(match.one, match.other) for match in found] == [("cat 1", "cat 2")]


def test_a_projection_learns_what_printings_change(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    pictures = chance.normal(size=(80, 24))
    of = np.repeat(np.arange(80), 3)
    change = np.zeros(24)
    change[:4] = 8  # printing changes the first four features, whatever is shown
    printings = pictures[of] + chance.normal(size=(240, 24)) * (change + 0.1)

    def first(projection: Projection) -> float:
        near = projection(printings[40:].astype(np.float32)) @ projection(pictures.astype(np.float32)).T
        return float((near.argmax(axis=1) == of[40:]).mean())

    learnt = learn(pictures[:40], printings[:120], of[:120], size=12)
    assert first(learnt) > 0.95 > 0.5 > first(Projection(np.zeros(24, np.float32), np.eye(24, dtype=np.float32)))
    learnt.save(tmp_path / "p.npz")
    seen = pictures.astype(np.float32)
    assert np.allclose(read_projection(tmp_path / "p.npz")(seen), learnt(seen), atol=0.01)
    with pytest.raises(UsageError, match="two pictures"):
        learn(pictures[:1], printings[:1], of[:1])


def test_a_file_that_is_no_projection_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.npz").write_bytes(b"PK\3\4 no archive")
    with pytest.raises(FormatError, match="no projection"):
        read_projection(tmp_path / "p.npz")


def test_the_renderings_that_are_measured_on_stay_as_they_are() -> None:
    frozen = Path(__file__).parents[2] / "bench" / "renderings.py"
    assert (
        hashlib.sha256(frozen.read_bytes()).hexdigest()
        == "d362612e63df2a952bb18741d7b7439221f6d1ae593174a8fef6fb9b669862b3"
    )


def test_vectors_find_another_printing(models: Models) -> None:
    reproductions = Reproductions(models)
    known = reproductions([plate(name) for name in NAMES]).astype(np.float32)
    assert known.shape == (len(NAMES), int(reproductions.run.config["size"]))
    assert np.allclose(np.linalg.norm(known, axis=1), 1, atol=0.01)
    asked = reproductions([plate(name, "halftone") for name in NAMES]).astype(np.float32)
    assert (asked @ known.T).argmax(axis=1).tolist() == list(range(len(NAMES)))
    assert reproductions([]).shape == (0, 256)
