"""Models that an institution trained itself look at what they were trained on, and speak as runs like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from estampe.catalogue import Catalogue
from estampe.classify import genre
from estampe.classify.heads import Head
from estampe.errors import ModelError
from estampe.images import Scan
from estampe.pipeline import Eye
from estampe.pipeline.scans import Opened
from estampe.records import ImageSource, Page, Size
from estampe.segmentation import detector
from estampe.segmentation.network import BINS, STRIDES, Array
from estampe.settings import Settings
from estampe.weights import Models
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument
from tests.harvest.image_standin import ImageStandin
from tests.pipeline.conftest import Inside, exported

#: All looks but one's own.
_REST = "detector,genre,objects,rotation,likeness,words,subject,copies,names"
_PAGE, _OWL = Size(1600, 2000), 60
_INSIDE, _OUTSIDE = (500, 400), (1200, 1700)
_ALTO = f"""<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#">
<Description><MeasurementUnit>pixel</MeasurementUnit></Description>
<Layout><Page ID="P1" PHYSICAL_IMG_NR="1" WIDTH="{_PAGE.w}" HEIGHT="{_PAGE.h}"><PrintSpace ID="S" HPOS="0" VPOS="0"
 WIDTH="{_PAGE.w}" HEIGHT="{_PAGE.h}"><Illustration ID="I" HPOS="200" VPOS="200" WIDTH="800" HEIGHT="600"/>
</PrintSpace></Page></Layout></alto>"""


class Knowing:
    """A network that knows red owls, of the one size at which it was trained: 60 pixels of 400, whatever its input."""

    def __call__(self, pixels: Array) -> list[Array]:
        grids: list[Array] = []
        for stride in STRIDES:
            count = -(-pixels.shape[1] // stride)
            shape = (len(pixels), count, count)
            grids += [np.full((*shape, 1), -20, np.float32), np.full((*shape, 1), 20, np.float32)]
            grids.append(np.zeros((*shape, 4 * BINS), np.float32))
        for place, page in enumerate(pixels):
            rows, columns = np.nonzero(page[..., 0] - page[..., 1] > 2)
            if not len(rows):
                continue
            box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float32)
            if not all(0.13 <= side / pixels.shape[1] <= 0.17 for side in box[2:] - box[:2]):
                continue
            stride = STRIDES[1]
            at = (int((box[0] + box[2]) / 2 // stride), int((box[1] + box[3]) / 2 // stride))
            middle = (np.array(at, np.float32) + 0.5) * stride
            grids[3][place, at[1], at[0]] = 20
            for side, distance in enumerate(np.concatenate([middle - box[:2], box[2:] - middle]) / stride):
                low = int(distance)
                for bin_, share in ((low, 1 - distance + low), (low + 1, distance - low)):
                    grids[5][place, at[1], at[0], side * BINS + bin_] = 30 + np.log(max(share, 1e-6))
        return grids


@pytest.fixture(autouse=True)
def knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "opened", lambda _: Knowing())


def listed(folder: Path, more: str = "patch = 400") -> Path:
    """Return a list of models with a detector of owls."""
    (folder / "owls.tflite").write_bytes(b"owls")
    own = folder / "own.toml"
    own.write_text(
        '[animals]\nwhat = "owls"\nversion = "1"\nlicence = "none"\npath = "owls.tflite"\n'
        f'[animals.config]\ntask = "detector"\nclasses = ["owl"]\nthreshold = 0.5\n{more}\n'
    )
    return own


@pytest.fixture
def scans(inside: Inside, tmp_path: Path) -> Path:
    """A page with an owl in what the OCR marks as a picture, and one elsewhere."""
    folder = tmp_path / "scans" / "owls"
    folder.mkdir(parents=True)
    sheet = Image.new("RGB", (_PAGE.w, _PAGE.h), (220, 215, 200))
    for x, y in (_INSIDE, _OUTSIDE):
        ImageDraw.Draw(sheet).rectangle((x, y, x + _OWL - 1, y + _OWL - 1), fill=(200, 20, 20))
    sheet.save(folder / "page.png")
    (folder / "page.xml").write_text(_ALTO)
    inside.environment |= {"ESTAMPE_WITHOUT": _REST, "ESTAMPE_MODELS": str(listed(tmp_path))}
    return folder.parent


def near(row: dict[str, int], place: tuple[int, int], by: int = 6) -> bool:
    return all(abs(row[side] - at) <= by for side, at in zip("xywh", (*place, _OWL, _OWL), strict=True))


def said(row: dict[str, Any]) -> list[str]:
    return [label["concept"] for label in row["labels"] if label["run"] == "animals@1"]


def test_a_detector_of_ones_own_looks_at_the_page_as_large_as_its_file(inside: Inside, scans: Path) -> None:
    inside("run", "--quiet", "--offline", scans)
    marked, alone = sorted(exported(inside), key=lambda row: row["y"])
    assert (marked["runs"]["region"], alone["runs"]["region"]) == ("ocr-regions@1", "animals@1")
    assert near(alone, _OUTSIDE) and alone["noise"] is None, "what lies in no picture is one"
    for row, place in ((marked, _INSIDE), (alone, _OUTSIDE)):
        [seen] = [one for one in row["detections"] if one["run"] == "animals@1"]
        assert near(seen, place) and (seen["facet"], seen["concept"]) == ("object", "owl")
        [label] = [one for one in row["labels"] if one["run"] == "animals@1"]
        assert (label["facet"], label["concept"], label["origin"]) == ("object", "owl", "machine")
        assert row["x"] <= seen["x"] and seen["x"] + seen["w"] <= row["x"] + row["w"], "it lies in its picture"
    assert "of which 0 were new" in inside("run", "--quiet", "--offline", scans).output


def test_without_patches_it_looks_at_the_whole_page(inside: Inside, scans: Path, tmp_path: Path) -> None:
    listed(tmp_path, "")
    inside("run", "--quiet", "--offline", scans)
    assert [said(row) for row in exported(inside)] == [[]], "at that size it knows no owl"


def test_asked_again_it_speaks_of_the_pictures_there_are_and_tells_of_the_rest(inside: Inside, scans: Path) -> None:
    inside("run", "--quiet", "--offline", scans, "--without", "own")
    ran = inside("classify", "--again", "own", "--quiet", "--offline")
    assert ran.output == "1 pictures were looked at\n"
    assert "1 of what was sought lies in no picture" in ran.errors and "estampe run" in ran.errors
    [row] = exported(inside)
    assert said(row) == ["owl"] and near(row["detections"][0], _INSIDE)
    inside("run", "--quiet", "--offline", scans)
    assert len(exported(inside)) == 2, "the next run makes a picture of it"


def test_its_word_stands_beside_that_of_other_runs_of_its_facet(inside: Inside, scans: Path) -> None:
    inside("run", "--quiet", "--offline", scans)
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert catalogue.current_runs()["own.animals"].config["patch"] == "400"
        assert "object" not in catalogue.current_runs(), "it puts away nothing that other runs say of objects"


def test_distant_pages_are_asked_for_whole_where_patches_are_looked_at_and_once(
    inside: Inside, gallica: GallicaStandin, images: ImageStandin, printed: dict[str, StandinDocument], tmp_path: Path
) -> None:
    document = printed["Carillonnades"]
    inside.environment |= {"ESTAMPE_WITHOUT": _REST, "ESTAMPE_MODELS": str(listed(tmp_path, "patch = 2000"))}
    inside("run", "--quiet", document.ark)
    assert [request.split("/")[-4:-2] for request in images.requests] == [["full", "full"]] * len(document.views)
    assert all(row["pixels"] for row in exported(inside) if not row["noise"])
    before = len(images.requests)
    inside("classify", "--again", "own", "--quiet", "--offline")
    assert len(images.requests) == before, "the cache has it"


def test_the_page_is_asked_for_whole_only_where_such_a_detector_is(tmp_path: Path) -> None:
    for more, whole in (("patch = 400", True), ("", False)):
        settings = Settings(home=tmp_path, models=str(listed(tmp_path, more)))
        assert (Eye(Models.open(settings), frozenset(_REST.split(","))).longest > 1024) == whole


def test_the_command_decodes_pages_whole_for_such_a_detector(inside: Inside, tmp_path: Path) -> None:
    listed(tmp_path)
    own = tmp_path / "own.toml"
    own.write_text(own.read_text().replace("animals", "detector"))
    inside.environment["ESTAMPE_MODELS"] = str(own)
    sheet = Image.new("RGB", (3600, 800), (220, 215, 200))
    ImageDraw.Draw(sheet).rectangle((3400, 500, 3459, 559), fill=(200, 20, 20))
    sheet.save(tmp_path / "large.png")
    [seen] = map(json.loads, inside("detect", tmp_path / "large.png").output.splitlines())
    assert seen["category"] == "owl"
    assert all(abs(side - true) <= 6 for side, true in zip(seen["bbox"], (3400, 500, 60, 60), strict=True))


@pytest.fixture
def head(inside: Inside, scans: Path, tmp_path: Path) -> Path:
    """A list of models with a classifier that takes everything for an owl."""
    models = Models.open(Settings(home=tmp_path / "none"))
    try:
        models.file("efficientnet-lite2")
    except ModelError as error:
        pytest.skip(str(error))
    count = int(max(columns.max() for columns in (*genre.LOOKS, *genre.MADE_SO))) + 1
    flat = Head(
        np.zeros(count, np.float32),
        np.ones(count, np.float32),
        np.zeros((count, 2), np.float32),
        np.array([5, 0], np.float32),
    )
    facets = {"owl": {"subject": "animal", "function": "emblem"}, "fox": {"subject": "fox"}}
    genre.Weights("trained", "9", ("owl", "fox"), facets, flat, 1.0, 0.5).save(tmp_path / "heads.npz")
    own = tmp_path / "heads.toml"
    own.write_text(
        '[animals]\nwhat = "owls and foxes"\nversion = "1"\nlicence = "none"\npath = "heads.npz"\n'
        '[animals.config]\ntask = "classifier"\n'
    )
    inside.environment["ESTAMPE_MODELS"] = str(own)
    return own


def test_a_classifier_of_ones_own_speaks_beside_ours(inside: Inside, scans: Path, head: Path) -> None:
    inside("run", "--quiet", "--offline", scans)
    [row] = exported(inside)
    told = {(label["facet"], label["concept"]) for label in row["labels"] if label["run"] == "animals@1"}
    assert told == {("subject", "animal"), ("function", "emblem")}, "as it was trained"
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert catalogue.current_runs()["own.animals"].id == "animals@1"

    again = head.with_name("again.toml")
    again.write_text(head.read_text().replace('version = "1"', 'version = "2"') + 'facet = "object"\n')
    inside.environment["ESTAMPE_MODELS"] = str(again)
    asked = inside("classify", "--again", "own", "--quiet", "--offline").output
    assert asked == "1 pictures were looked at\n"
    [row] = exported(inside)
    by_run = {label["run"]: (label["facet"], label["concept"]) for label in row["labels"]}
    assert by_run["animals@2"] == ("object", "owl"), "in the facet that the list names"
    assert "animals@1" not in by_run, "its earlier version is no longer shown"


def test_describe_tells_what_it_says(inside: Inside, scans: Path, head: Path) -> None:
    # What costs seconds to be read is missing here, which stops nobody.
    missing = "".join(
        f'[{name}]\nwhat = "it"\nversion = "1"\nlicence = "none"\npath = "nowhere"\n'
        for name in ("genre", "ssd-mobilenet-v2-coco", "rotation")
    )
    head.write_text(head.read_text() + missing)
    told = json.loads(inside("describe", scans / "owls" / "page.png", status=1).output)
    assert {(label["facet"], label["concept"]) for label in told["labels"]} == {
        ("subject", "animal"),
        ("function", "emblem"),
    }


def test_a_classifier_that_cannot_be_read_is_told(inside: Inside, scans: Path, head: Path) -> None:
    (head.parent / "heads.npz").write_bytes(b"no head")
    ran = inside("run", "--quiet", "--offline", scans)
    assert "nobody looks for animals" in ran.errors and "no head that training wrote" in ran.errors
    refused = inside("classify", "--again", "own", "--quiet", "--offline", status=1)
    assert "no head that training wrote" in refused.errors


def test_what_a_service_gives_smaller_is_looked_at_as_large_as_its_file() -> None:
    page = Page("d.1", "1", 1, image=ImageSource("http://here/scan", size=Size(1200, 900)))
    opened = Opened(Scan(Size(400, 300), Image.new("RGB", (400, 300))), page)
    assert opened.whole.size == (1200, 900)
