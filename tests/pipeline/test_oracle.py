"""The whole way, on documents of which GallicaPix's own results are known: every box, equal to the pixel."""

from __future__ import annotations

import difflib
import re
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.pipeline.conftest import Inside, exported

# One worker runs them all: what is mined is mined once.
pytestmark = pytest.mark.real_data

#: Each document with the number of its boxes and the file of GallicaPix's results.
DOCUMENTS = {
    "4600034": (32, "bnf-e2e-excelsior-1910/OUT-OLR-BNF/4600034.xml"),
    "6519970": (27, "alto/gallicapix-reference-output/OUT-OCR-BnF-magazines-legacy/6519970.xml"),
    "6216870": (1, "alto/gallicapix-reference-output/OUT-OCR-BnF-mono-legacy/6216870.xml"),
    "BnF_00031_19040418": (19, "alto/gallicapix-reference-output/OUT-OCR-EN-BnF/BnF_00031_19040418.xml"),
    "19040807_1": (8, "alto/gallicapix-reference-output/OUT-OLR-EN/19040807_1.xml"),
}


@pytest.fixture(scope="module")
def mined(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the command finds, by document."""
    scratch = tmp_path_factory.mktemp("oracle")
    with tarfile.open(data / "alto" / "gallicapix-oracle-alto.tar.xz") as archive:
        archive.extractall(scratch, filter="data")
    folders = {folder.name: folder for folder in scratch.rglob("*") if folder.is_dir() and folder.name in DOCUMENTS}
    folders["4600034"] = data / "bnf-e2e-excelsior-1910" / "OLR-BnF" / "4600034"
    found = {}
    for name, folder in folders.items():
        inside = Inside(scratch / f"home-{name}", {})
        inside("run", "--offline", folder)
        found[name] = exported(inside)
    return found


def gallicapix(data: Path, document: str) -> list[dict[str, str]]:
    root = etree.parse(data / DOCUMENTS[document][1]).getroot()
    rows = []
    for page in root.iter("{*}page"):
        for ill in page.iter("{*}ill"):
            texts = {name: " ".join(ill.findtext(f"{{*}}{name}", "").split()) for name in ("leg", "titraille", "txt")}
            rows.append({**dict(ill.attrib), **texts, "page": page.get("ordre", "")})
    return rows


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_box_of_gallicapix_is_ours_to_the_pixel(
    data: Path, mined: dict[str, list[dict[str, Any]]], document: str
) -> None:
    theirs = Counter(
        (int(row["page"]), int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"]))
        for row in gallicapix(data, document)
    )
    assert theirs.total() == DOCUMENTS[document][0]
    ours = Counter((row["page"], row["x"], row["y"], row["w"], row["h"]) for row in mined[document])
    assert not theirs - ours


def test_on_excelsior_two_boxes_are_noise(data: Path, mined: dict[str, list[dict[str, Any]]]) -> None:
    names = {
        (int(row["page"]), int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"])): row["n"]
        for row in gallicapix(data, "4600034")
    }
    noise = {
        names[row["page"], row["x"], row["y"], row["w"], row["h"]]: row["noise"]
        for row in mined["4600034"]
        if row["noise"]
    }
    assert set(noise) == {"10-4", "12-7"}


@pytest.mark.parametrize(("field", "theirs", "count"), [("caption", "leg", 24), ("title", "titraille", 37)])
def test_captions_and_titles_are_those_of_gallicapix(
    data: Path, mined: dict[str, list[dict[str, Any]]], field: str, theirs: str, count: int
) -> None:
    similar = []
    for document in ("4600034", "19040807_1"):
        ours = {(row["page"], row["x"], row["y"], row["w"], row["h"]): row[field] for row in mined[document]}
        for row in gallicapix(data, document):
            if row[theirs]:
                box = (int(row["page"]), int(row["x"]), int(row["y"]), int(row["w"]), int(row["h"]))
                similar.append((_similarity(ours[box], row[theirs]), row["n"], ours[box], row[theirs]))
    assert len(similar) == count
    apart = [row for row in similar if row[0] < 0.9]
    assert len(apart) <= count * 0.05, apart


def _similarity(ours: str, theirs: str) -> float:
    """Compare letters and digits alone; GallicaPix's export writes quotation marks as `` quot; ``."""
    left, right = (re.sub(r"[\W_]+", "", re.sub(r"\b(quot|gt|lt|amp);", "", text)).lower() for text in (ours, theirs))
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
