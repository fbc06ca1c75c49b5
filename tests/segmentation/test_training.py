"""The detector is trained: what it learns from keeps its truth, and a model of one's own comes out and is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageDraw

from estampe.cli import main
from estampe.errors import SettingsError, UsageError
from estampe.learning.detections import Found
from estampe.segmentation.network import CLASSES
from estampe.segmentation.training import augmenting, composing, newspapers
from estampe.segmentation.training.configuration import read_training
from estampe.segmentation.training.crossing import trials
from estampe.segmentation.training.data import read_data
from estampe.segmentation.training.failures import failure_sheet, failures
from estampe.segmentation.training.measuring import Seen
from estampe.segmentation.training.reporting import card, report
from estampe.segmentation.training.samples import Sample

_CHANGES = {
    "turned": lambda page, chance: augmenting.turned(page, int(chance.choice([90, 180, 270]))),
    "mirrored": lambda page, _: augmenting.mirrored(page),
    "laid": augmenting.laid,
    "skewed": lambda page, chance: augmenting.skewed(page, float(chance.normal(0, 2))),
    "shadowed": augmenting.shadowed,
    "stained": augmenting.stained,
    "exposed": augmenting.exposed,
    "filmed": augmenting.filmed,
    "cropped": augmenting.cropped,
}


def page(chance: np.random.Generator, width: int = 200, height: int = 300) -> Sample:
    """A grey page with one white box on it, of the class of pictures."""
    x, y = int(chance.integers(20, width // 2)), int(chance.integers(20, height // 2))
    w, h = int(chance.integers(30, width // 2 - 20)), int(chance.integers(30, height // 2 - 20))
    sheet = Image.new("RGB", (width, height), (90, 90, 90))
    ImageDraw.Draw(sheet).rectangle((x, y, x + w - 1, y + h - 1), fill=(255, 255, 255))
    return Sample(sheet, np.array([[x, y, x + w, y + h]], np.float32), np.zeros(1, np.int64))


@settings(max_examples=40)
@given(st.sampled_from(sorted(_CHANGES)), st.integers(0, 2**32 - 1))
def test_what_is_told_of_a_page_moves_with_it(name: str, seed: int) -> None:
    chance = np.random.default_rng(seed)
    before = page(chance)
    after = _CHANGES[name](before, chance)
    [[x1, y1, x2, y2]] = after.boxes
    assert 0 <= x1 < x2 <= after.picture.width and 0 <= y1 < y2 <= after.picture.height
    pixels = np.asarray(after.picture.convert("L"), np.float32)
    inside = pixels[round(y1) + 6 : round(y2) - 6, round(x1) + 6 : round(x2) - 6].mean()
    ring = pixels[max(round(y1) - 8, 0) : round(y2) + 8, max(round(x1) - 8, 0) : round(x2) + 8]
    assert abs(inside - ring.mean()) > 1, "the box is where the picture went"


@pytest.mark.parametrize("seed", range(6))
def test_pages_that_are_set_tell_where_their_pictures_are(seed: int) -> None:
    chance = np.random.default_rng(seed)
    noise = [Image.fromarray(chance.integers(0, 255, (90, 120, 3), np.uint8)) for _ in range(4)]
    text, cut = page(chance, 500, 700), [("print", picture) for picture in noise]
    for made in (
        composing.text_page(chance, text, cut),
        composing.album_leaf(chance, noise),
        composing.drawn_sheet(chance, noise),
        composing.whole_page(chance, cut),
        newspapers.newspaper_page(chance, cut),
    ):
        assert len(made.boxes) == len(made.classes)
        assert (made.boxes[:, :2] >= 0).all() and (made.boxes[:, 2:] <= made.picture.size).all()
        assert (made.boxes[:, 2:] - made.boxes[:, :2] > 3).all()
    assert not (composing.empty_page(chance).classes == CLASSES.index("picture")).any()


@pytest.fixture
def own_data(tmp_path: Path) -> Path:
    """A COCO file of one's own: ten pages of noise and none, of five documents."""
    chance = np.random.default_rng(1)
    images, annotations = [], []
    for number in range(10):
        made = page(chance, 300, 400)
        if number % 2:
            made = Sample(Image.new("RGB", (300, 400), (200, 190, 170)))
        made.picture.save(tmp_path / f"{number}.jpg")
        images.append(
            {
                "id": number,
                "file_name": f"{number}.jpg",
                "width": 300,
                "height": 400,
                "document": f"d{number // 2}",
                "source": "own",
            }
        )
        for x1, y1, x2, y2 in made.boxes.tolist():
            annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [x1, y1, x2 - x1, y2 - y1]})
    content = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "plate"}]}
    (tmp_path / "pages.json").write_text(json.dumps(content), "utf-8")
    return tmp_path


def configuration(folder: Path, more: str = "", label: str = "picture", first: str = "") -> Path:
    file = folder / "own.toml"
    file.write_text(
        f'name = "own"\n{first}\n{more}\n[[pages]]\ncoco = "pages.json"\n[pages.labels]\nplate = "{label}"\n'
        "[learning]\nearly = 0\nsteps = 2\nbatch = 2\nfrozen = 92\n",
        "utf-8",
    )
    return file


@pytest.mark.parametrize("more", ["rate = 1", "[shares]\ntext = 1.0", "[[pictures]]\ntabel = 'x'", "[[["])
def test_a_wrong_key_of_a_configuration_is_named(tmp_path: Path, more: str) -> None:
    with pytest.raises(SettingsError, match=r"own\.toml"):
        read_training(configuration(tmp_path, more))


def test_a_class_that_the_network_has_not_is_named(own_data: Path) -> None:
    with pytest.raises(UsageError, match=r"'cat'.*picture, ornament, initial, stamp, photograph"):
        read_data(read_training(configuration(own_data, label="cat")), own_data)


def test_documents_stay_whole_and_what_is_of_a_held_back_one_is_not_learnt_from(own_data: Path) -> None:
    data = read_data(read_training(configuration(own_data)), own_data)
    folds = data.folds(2, seed=0)
    by_document = {
        one.document: {fold for page, fold in zip(data.pages, folds, strict=True) if page.document == one.document}
        for one in data.pages
    }
    assert all(len(some) == 1 for some in by_document.values()) and set(folds) == {0, 1}
    assert {one.document for one in data.without({"d0", "d3"}).pages} == {"d1", "d2", "d4"}


def test_each_document_is_held_back_once_and_groups_of_sources_and_curves_are_tried(own_data: Path) -> None:
    more = '[measuring]\nfolds = 3\nseeds = [0, 1]\ngroups = [["own"]]\ncurve = [1]\n'
    training = read_training(configuration(own_data, more))
    data = read_data(training, own_data)
    some = trials(training, data)
    documents = {page.document for page in data.pages}
    for seed in (0, 1):
        folds = [one.held for one in some if (one.name, one.seed) == ("folds", seed)]
        assert frozenset().union(*folds) == documents and sum(map(len, folds)) == len(documents)
        [curve] = [one.held for one in some if one.name.startswith("1 of 3") and one.seed == seed]
        assert curve == frozenset().union(*folds[1:])
    assert {one.held for one in some if one.name == "without own"} == {frozenset(documents)}


def test_what_was_seen_is_kept_and_measured_by_the_official_rules(own_data: Path) -> None:
    training = read_training(configuration(own_data, '[measuring]\nkinds = ["own"]\n', label="photograph"))
    data = read_data(training, own_data)
    seen = []
    for page in data.pages:
        boxes = [box for _, box in page.truth]
        # Each picture, and on every page a stamp that is none.
        found = np.array([*boxes, (5, 5, 20, 20)], np.float64)
        told_as = ("photograph",) * len(boxes) + ("drawing",)
        seen.append(Seen(page, Found(found, np.array([0.9] * len(boxes) + [0.2])), told_as))
    told = report(training, {"folds": seen})
    [all_, own] = told.tables["folds"]
    assert (all_.precision[0.75].value, all_.recall, all_.sure, all_.false_pages) == (1.0, 1.0, 1.0, 0.0)
    assert (own.name, own.pages, own.pictures) == ("own", 10, 5) and told.threshold > 0.2
    assert told.kinds and told.kinds.table.tolist() == [[5, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert told.kinds.accuracy.value == told.kinds.f1.value == 1.0
    assert told.error < 0.25 and "| all | 10 / 5 | 1.000" in card(training, data, told, 60)


def test_pages_on_which_something_is_wrong_are_shown_on_one_sheet(own_data: Path) -> None:
    data = read_data(read_training(configuration(own_data)), own_data)
    seen = []
    for number, page in enumerate(data.pages):
        boxes = np.array([box for _, box in page.truth], np.float64).reshape(-1, 4)
        if number == 0:
            boxes = boxes * [1, 1, 0.6, 1]
        if number == 1:
            boxes = np.array([(5, 5, 20, 20)], np.float64)
        seen.append(
            Seen(page, Found(boxes, np.full(len(boxes), 0.3 if number == 2 else 0.9)), ("picture",) * len(boxes))
        )
    wrong = list(failures(seen, 0.5))
    assert [(one.missed, one.false, one.loose) for one in wrong] == [(0, 0, 1), (0, 1, 0), (1, 0, 0)]
    assert wrong[2].words == "2\n1 missed"
    failure_sheet(wrong, 0.5, own_data / "sheet.png")
    with Image.open(own_data / "sheet.png") as sheet:
        colours = {colour for _, colour in sheet.getcolors(1 << 24)}
    assert {(0, 160, 70), (210, 30, 30), (240, 150, 0)} <= colours
    failure_sheet(wrong, 0.5, own_data / "sheet.svg")
    sketch = etree.parse(own_data / "sheet.svg")
    assert {"rgb(0, 160, 70)", "rgb(210, 30, 30)", "rgb(240, 150, 0)"} <= set(sketch.xpath("//@stroke"))
    assert not sketch.xpath("//*[local-name() = 'image']"), "pages themselves are not on it"
    given = ["evaluate", "detector", "--config", str(configuration(own_data)), "--data", str(own_data)]
    refused = CliRunner().invoke(main, [*given, "--failures", str(own_data / "sheet.pdf")])
    assert refused.exit_code == 2 and ".png" in refused.stderr, "before anything is trained"


# Keras's and TensorFlow's own, when they save.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_detector_of_ones_own_is_trained_and_used(own_data: Path) -> None:
    first = 'classes = ["owl", "fox"]\npatch = 300'
    runner = CliRunner(env={"ESTAMPE_HOME": str(own_data / "home"), "ESTAMPE_MODELS": ""})
    target = own_data / "models" / "own.keras"
    given = ["train", "detector", "--config", configuration(own_data, first=first, label="fox"), "--data", own_data]
    trained = runner.invoke(
        main, [str(one) for one in (*given, "--to", target, "--no-measure")], catch_exceptions=False
    )
    assert trained.exit_code == 0, trained.stderr
    assert "own 1" in target.with_suffix(".md").read_text("utf-8")
    told = {file.suffix: detected(own_data, file, first) for file in (target, target.with_suffix(".tflite"))}
    assert told[".keras"] == told[".tflite"], "LiteRT sees what Keras sees"
    for one in told[".tflite"]:
        x, y, w, h = one["bbox"]
        assert one["image"] == str(own_data / "0.jpg") and one["category"] in {"owl", "fox"}
        assert 0 <= x <= x + w <= 300.1 and 0 <= y <= y + h <= 400.1 and 0 <= one["score"] <= 1


def detected(folder: Path, weights: Path, config: str) -> list[Any]:
    """What a detector of one's own sees on a page; scores to the hundredth."""
    own = folder / "own-models.toml"
    own.write_text(
        f'[detector]\nwhat = "plates"\nversion = "1"\nlicence = "CC0-1.0"\npath = "{weights}"\nsha256 = ""\n'
        f"[detector.config]\n{config}\n",
        "utf-8",
    )
    environment = {"ESTAMPE_MODELS": str(own), "ESTAMPE_HOME": str(folder / "home")}
    seen = CliRunner(env=environment).invoke(main, ["detect", str(folder / "0.jpg")], catch_exceptions=False)
    assert seen.exit_code == 0, seen.stderr
    return [
        {**one, "score": round(one["score"], 2), "bbox": [round(side) for side in one["bbox"]]}
        for one in map(json.loads, seen.stdout.splitlines())
    ]
