"""The dialects as libraries deliver them: boxes fall where the scans say."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from estampe.ocr import page_words, read_alto
from estampe.records import Box, Size

pytestmark = pytest.mark.real_data


def test_la_croix_illustrations_are_as_large_as_their_crops(data: Path) -> None:
    """UTF-8 behind a byte order mark, though it declares ISO-8859-1."""
    folder = data / "bnf-e2e-lacroix"
    for number in (1, 2, 3):
        page = read_alto(folder / "DOCS" / "0220169" / "X" / f"X000000{number}.xml", name=str(number))
        boxes = [region.box for region in page.regions if region.element == "Illustration"]
        with Image.open(folder / "IMG" / f"220169-{number}-1.jpg") as crop:
            assert (boxes[0].w, boxes[0].h) == crop.size
        assert [diagnostic.code for diagnostic in page.diagnostics] == ["alto-encoding-conflict"]
        assert any("é" in word for word, _ in page_words(page))


def test_luxembourg_measures_in_tenths_of_a_millimetre(data: Path) -> None:
    path = data / "alto" / "bnl-nautilus" / "mets-alto-package" / "text" / "1858-07-10_01-00001.xml"
    page = read_alto(path, name=path.name)
    (picture,) = [region for region in page.regions if region.element == "GraphicalElement"]
    assert page.size == Size(3047, 4795)
    assert picture.box == Box(1402, 325, 204, 348)
    assert [region.type for region in page.regions if region.id == picture.parent] == ["Illustration"]
    # By the size that METS tells, the same comes out.
    framed = read_alto(path, name=path.name, frame=Size(3047, 4795))
    assert [region.box for region in framed.regions] == [region.box for region in page.regions]


@pytest.mark.parametrize(
    "scan",
    [
        "dlc_manyyears_ver01/data/sn83045462/00280654140/1860010201/0323",
        "dlc_manyyears_ver01/data/sn83045462/00280654255/1865100201/0007",
        "dlc_manyyears_ver01/data/sn83045462/00280656847/1920111501/0007",
        "dlc_manyyears_ver01/data/sn83045462/0028065842A/1918090101/0007",
        "nbu_manyissues_ver01/data/sn99021999/0020653817A/1887030301/0003",
    ],
)
def test_ndnp_words_fall_on_the_ink_of_the_scan(data: Path, scan: str) -> None:
    path = data / "alto" / "loc-ndnp" / f"batch_{scan}.xml"
    with Image.open(path.with_suffix(".jpg")) as image:
        pixels = np.asarray(image.convert("L"), dtype=float)
    frame = Size(pixels.shape[1], pixels.shape[0])
    page = read_alto(path, name=path.name, frame=frame)
    ink = pixels < np.median(pixels) - 40

    def density(boxes: list[Box]) -> tuple[float, float]:
        inside = np.zeros(pixels.shape, bool)
        for box in boxes:
            inside[max(0, box.y) : box.bottom, max(0, box.x) : box.right] = True
        return float(ink[inside].mean()), float(ink[~inside].mean())

    words, elsewhere = density([box for _, box in page_words(page)])
    assert words > 1.6 * elsewhere
    # A shift by the height of a line is worse: the boxes are not merely somewhere on the page.
    shifted, _ = density([Box(box.x, box.y + box.h // 2, box.w, box.h) for _, box in page_words(page)])
    assert words > shifted
    for block in page.blocks:
        held = [line.box.covered_by(block.box) for line in block.lines]
        assert not held or sum(held) / len(held) > 0.5


def test_segmonto_zones_lie_within_scans_of_their_size(data: Path) -> None:
    kinds: dict[str, int] = {}
    for path in sorted((data / "segmonto-fullres").rglob("*.xml")):
        page = read_alto(path, name=path.name)
        (scan,) = [
            file
            for file in path.parent.iterdir()
            if file.suffix in {".jpg", ".jpeg", ".png"} and file.name.startswith(path.stem)
        ]
        with Image.open(scan) as image:
            assert page.size == Size(*image.size)
        for region in page.regions:
            assert region.box.covered_by(Box(0, 0, *image.size)) > 0.99
            kinds[region.type] = kinds.get(region.type, 0) + 1
    assert kinds == {"DropCapitalZone": 10, "Figure": 1, "GraphicZone": 26, "StampZone": 2}


def test_gallicapix_documents_have_as_many_illustrations_as_its_results(data: Path) -> None:
    """Each of the four documents of the oracle, by the elements that its dialect marks them with."""
    marked = {"6519970": 0, "6216870": 0, "BnF_00031_19040418": 0, "19040807_1": 0}
    with tarfile.open(data / "alto" / "gallicapix-oracle-alto.tar.xz") as archive:
        for member in archive:
            path = Path(member.name)
            if path.parent.name not in {"X", "alto", "ALTO"} or not (stream := archive.extractfile(member)):
                continue
            page = read_alto(stream, name=member.name)
            marked[path.parts[-3]] += sum(
                region.element == "Illustration" or (region.element, region.type) == ("ComposedBlock", "Illustration")
                for region in page.regions
            )
    assert marked == {"6519970": 27, "6216870": 1, "BnF_00031_19040418": 19, "19040807_1": 8}


def test_page_xml_is_told_apart(data: Path) -> None:
    from estampe.errors import UnsupportedError

    path = data / "alto" / "kraken-tests" / "page" / "cPAS-2000.xml"
    with pytest.raises(UnsupportedError, match=r"cPAS-2000\.xml: this is PAGE"):
        read_alto(path, name=path.name)
