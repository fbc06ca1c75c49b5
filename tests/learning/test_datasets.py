"""Data sets are read as they are meant, and hostile ones are told clearly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from estampe.errors import FormatError, UsageError
from estampe.images import Scan
from estampe.learning.coco import read_coco
from estampe.learning.folders import read_class_folders, read_table
from estampe.learning.samples import check_samples, image_size
from estampe.learning.yolo import read_yolo

HOSTILE = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def picture(path: Path, size: tuple[int, int] = (40, 20)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(path)
    return path


def coco(**changes: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 20}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": [30, 5, 20, 10]}],
        "categories": [{"id": 7, "name": "owl"}],
    } | changes


def written(folder: Path, content: object) -> Path:
    path = folder / "set.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_coco_boxes_are_cut_at_the_edge_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    boxes = [
        {"id": 1, "image_id": 1, "category_id": 7, "bbox": [30, 5, 20, 10]},
        {"id": 2, "image_id": 1, "category_id": 7, "bbox": [50, 5, 20, 10]},
        {"id": 3, "image_id": 1, "category_id": 7, "bbox": [0, 0, 5, 5], "iscrowd": 1},
    ]
    picture(tmp_path / "a.png")
    found = read_coco(written(tmp_path, coco(annotations=boxes)))
    assert [box.bounds for box in found.images[0].boxes] == [(30, 5, 10, 10)]
    assert found.labels == ("owl",) and found.images[0].group == "a"
    assert [each.message[:7] for each in found.diagnostics] == ["1 boxes", "1 boxes"]
    crop = next(found.crops())
    assert crop.label == "owl" and crop.open().size == (10, 10)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ([1], "no object"),
        (coco(images={}), "'images' is no list"),
        (coco(images=[{"id": 1, "file_name": "../../etc/passwd", "width": 4, "height": 4}]), r"images\[0\].*outside"),
        (coco(images=[{"id": 1, "file_name": "a.png", "width": -4, "height": 4}]), r"images\[0\] has a size"),
        (coco(images=[{"id": 1, "file_name": "a\0.png", "width": 4, "height": 4}]), r"images\[0\] names no file"),
        (
            coco(annotations=[{"image_id": 9, "category_id": 7, "bbox": [0, 0, 1, 1]}]),
            r"annotations\[0\] is of image 9",
        ),
        (
            coco(annotations=[{"image_id": 1, "category_id": 8, "bbox": [0, 0, 1, 1]}]),
            r"annotations\[0\] is of category",
        ),
        (
            coco(annotations=[{"image_id": 1, "category_id": 7, "bbox": [0, 0, "1", 1]}]),
            r"annotations\[0\] has no 'bbox'",
        ),
        (coco(categories=[{"id": 7, "name": "owl"}, {"id": 8, "name": "owl"}]), r"categories\[1\] repeats"),
    ],
)
def test_what_is_no_coco_is_told_with_its_row(tmp_path: Path, content: object, cause: str) -> None:
    with pytest.raises(FormatError, match=cause):
        read_coco(written(tmp_path, content))


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)
_row = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from([0, 1, 7, "a.png", [1, 2, 3, 4]]) | _anything
        for key in ("id", "image_id", "category_id", "bbox", "file_name", "width", "height", "name")
    },
)


@HOSTILE
@given(
    st.fixed_dictionaries(
        {key: st.lists(_row, max_size=3) | _anything for key in ("images", "annotations", "categories")}
    )
)
def test_whatever_stands_in_coco_is_read_or_refused(tmp_path: Path, content: object) -> None:
    picture(tmp_path / "a.png")
    try:
        found = read_coco(written(tmp_path, content))
    except FormatError:
        return
    for image in found.images:
        for box in image.boxes:
            left, top, width, height = box.bounds
            assert 0 <= left < left + width <= image.width and 0 <= top < top + height <= image.height


def yolo(folder: Path, line: str, names: str = "names: [owl, fox]") -> Path:
    picture(folder / "images" / "train" / "a.png")
    (folder / "labels" / "train").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / "train" / "a.txt").write_text(line)
    (folder / "data.yaml").write_text(names)
    return folder


def test_yolo_boxes_and_outlines(tmp_path: Path) -> None:
    found = read_yolo(yolo(tmp_path, "1 .5 .5 .5 1\n0 0 0 .25 0 .25 .5\n\n0 .9 .9 0 0\n"))
    (image,) = found.images
    assert [(box.label, box.bounds) for box in image.boxes] == [("fox", (10, 0, 20, 20)), ("owl", (0, 0, 10, 10))]
    assert len(found.diagnostics) == 1 and (image.width, image.height) == (40, 20)


@pytest.mark.parametrize(
    ("line", "names", "cause"),
    [
        ("2 .5 .5 1 1", "names: [owl, fox]", "line 1 is of class '2'"),
        ("owl .5 .5 1 1", "names: [owl, fox]", "line 1 is no row of numbers"),
        ("0 .5 .5 1 1\n0 nan .5 1 1", "names: [owl]", "line 2 is neither"),
        ("0 .5 .5", "names: [owl]", "line 1 is neither"),
        ("", "names: {0: owl, 2: fox}", "not numbered from 0"),
        ("", "names: [owl, owl]", "same name"),
        ("", "a: [", "no YAML"),
        ("", "!!python/object/apply:os.system ['true']", "no YAML"),
    ],
)
def test_what_is_no_yolo_is_told_with_its_line(tmp_path: Path, line: str, names: str, cause: str) -> None:
    with pytest.raises(FormatError, match=cause):
        read_yolo(yolo(tmp_path, line, names))


@HOSTILE
@given(st.lists(st.lists(st.floats() | st.integers(-2, 3), max_size=8), max_size=4))
def test_whatever_stands_in_yolo_is_read_or_refused(tmp_path: Path, rows: list[list[float]]) -> None:
    try:
        found = read_yolo(yolo(tmp_path, "\n".join(" ".join(map(str, row)) for row in rows)))
    except FormatError as error:
        assert "line" in str(error)
        return
    for box in found.images[0].boxes:
        left, top, width, height = box.bounds
        assert 0 <= left < left + width <= 40 and 0 <= top < top + height <= 20


def test_folders_and_tables(tmp_path: Path) -> None:
    for name in ("owl/d1-1.png", "owl/d2-1.png", "fox/d1-2.png", "fox/d3-1.png"):
        picture(tmp_path / name)
    (tmp_path / "owl" / "notes.txt").write_text("not a picture")
    samples = read_class_folders(tmp_path, lambda path: Path(path).stem.split("-")[0])
    assert [(sample.label, sample.group) for sample in samples] == [
        ("fox", "d1"), ("fox", "d3"), ("owl", "d1"), ("owl", "d2"),
    ]  # fmt: skip
    check_samples(samples, "the set")
    with pytest.raises(UsageError, match="'fox'"):
        check_samples(samples[1:], "the set")
    table = tmp_path / "labels.csv"
    table.write_text("file,label,group\nowl/d1-1.png,owl,x\nfox/d1-2.png,fox,y\n")
    assert [(sample.label, sample.group) for sample in read_table(table, tmp_path, {"owl": "bird"})] == [("bird", "x")]
    table.write_text("file,label\n../../etc/passwd,owl\n")
    with pytest.raises(FormatError, match="line 2"):
        read_table(table, tmp_path)


def test_what_no_scan_may_be_is_not_learnt_from_either(tmp_path: Path) -> None:
    told = picture(tmp_path / "owl" / "a.bmp")
    with pytest.raises(FormatError, match="of a kind that is not read"):
        Scan.open(told)
    (tmp_path / "classes.txt").write_text("owl\n")
    (tmp_path / "table.csv").write_text("file,label\nowl/a.bmp,owl\n")
    listed = [{"id": 1, "file_name": "owl/a.bmp", "width": 40, "height": 20}]
    for reading in (
        lambda: read_class_folders(tmp_path),
        lambda: read_yolo(tmp_path),
        lambda: read_table(tmp_path / "table.csv", tmp_path),
        lambda: read_coco(written(tmp_path, coco(images=listed))),
    ):
        with pytest.raises(FormatError, match=r"a\.bmp: BMP is not read.*save it as PNG or TIFF"):
            reading()


@pytest.mark.parametrize("name", ["owl.jpg", "owl.png", "owl.tif", "owl.webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_learnt_from_upright_as_scans_are_opened(tmp_path: Path, name: str, orientation: int) -> None:
    path = tmp_path / "owls" / name
    path.parent.mkdir()
    lying = Image.new("RGB", (48, 24), "white")
    lying.paste((200, 0, 0), (0, 0, 16, 8))
    exif = Image.Exif()
    exif[0x112] = orientation
    lying.save(path, exif=exif)
    scan = Scan.open(path)
    [owl] = read_class_folders(tmp_path)
    seen = owl.open()
    assert image_size(path) == seen.size == (scan.size.w, scan.size.h)
    assert np.abs(np.asarray(seen, int) - np.asarray(scan.picture, int)).max() < 8
    # Boxes are told of the picture as it is shown.
    half = replace(owl, bounds=(0.0, 0.0, seen.width / 2, seen.height / 2)).open()
    assert half.tobytes() == seen.crop((0, 0, seen.width // 2, seen.height // 2)).tobytes()


def test_what_exif_says_and_nobody_understands_turns_nothing(tmp_path: Path) -> None:
    path = tmp_path / "owls" / "owl.jpg"
    path.parent.mkdir()
    Image.new("RGB", (48, 24), "white").save(path, exif=b"Exif\0\0no such thing")
    [owl] = read_class_folders(tmp_path)
    assert owl.open().size == image_size(path) == (48, 24)


def test_links_out_of_a_data_set_and_broken_pictures_are_refused(tmp_path: Path) -> None:
    outside = picture(tmp_path / "elsewhere.png")
    inner = tmp_path / "set" / "owl"
    inner.mkdir(parents=True)
    (inner / "link.png").symlink_to(outside)
    with pytest.raises(FormatError, match="out of the data set"):
        read_class_folders(tmp_path / "set")
    (inner / "link.png").unlink()
    (inner / "cut.png").write_bytes(outside.read_bytes()[:40])
    with pytest.raises(FormatError, match=r"cut\.png: it cannot be decoded"):
        read_class_folders(tmp_path / "set")[0].open()
