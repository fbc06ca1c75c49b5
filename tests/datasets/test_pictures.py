"""Scans as files: a static host gives what the manifests name, whole at any moment, and nothing is made twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from estampe.catalogue import Catalogue
from estampe.datasets import Pictured, publish, publish_pictures
from estampe.errors import UsageError
from estampe.iiif import Addresses
from estampe.records import Box, ImageSource, Size
from tests.catalogue.builders import boxed, document, page, put, read

BASE = "https://pictures.example.org/estampe"
ADDRESSES = Addresses(BASE)
ALIAS = "ark:/12148/n0"


def scan(folder: Path, number: int, size: tuple[int, int] = (1300, 700)) -> ImageSource:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{number:04}.png"
    Image.linear_gradient("L").resize(size).save(file)
    return ImageSource(str(file), size=Size(*size), format="image/png")


def fill(catalogue: Catalogue, folder: Path, count: int = 2) -> str:
    leaves = [page(number, image=scan(folder, number), size=Size(1300, 700)) for number in range(1, count + 1)]
    far = page(count + 1)
    known = put(catalogue, *leaves, far, document=document(aliases=(ALIAS,)), route="folder", original=None)
    for sheet in catalogue.pages(known):
        read(catalogue, sheet, *boxed(sheet, Box(0, 0, 90, 90)))
    return known


def files(site: Path) -> dict[str, tuple[int, int]]:
    """Return all files of a site by path, with what would change if they were written again."""
    return {
        path.relative_to(site).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in site.rglob("*")
        if path.is_file() and ".estampe" not in path.parts
    }


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from strings(value)
    elif isinstance(tree, str):
        yield tree


def test_what_a_manifest_names_is_a_file(catalogue: Catalogue, tmp_path: Path) -> None:
    site, known = tmp_path / "site", fill(catalogue, tmp_path / "scans")
    publish(catalogue, site, ADDRESSES)
    assert publish_pictures(catalogue, site, ADDRESSES) == Pictured(2, 0, 0, ())
    manifest = json.loads((site / "iiif" / known / "manifest.json").read_bytes())
    assert str(tmp_path) not in json.dumps(manifest)
    for canvas in manifest["items"][:2]:
        body = canvas["items"][0]["items"][0]["body"]
        service = body["service"][0]["id"]
        info = json.loads((site / service.removeprefix(f"{BASE}/") / "info.json").read_bytes())
        assert (info["id"], info["width"], info["height"]) == (service, 1300, 700)
        for named in (body["id"], canvas["thumbnail"][0]["id"]):
            with Image.open(site / named.removeprefix(f"{BASE}/")) as shown:
                assert shown.format == "JPEG" and shown.width in {400, 1300}
        # Every tile that a viewer may ask for, at every scale.
        (tiles,) = info["tiles"]
        for factor in tiles["scaleFactors"]:
            step = tiles["width"] * factor
            for x in range(0, 1300, step):
                for y in range(0, 700, step):
                    w, h = min(step, 1300 - x), min(step, 700 - y)
                    region = "full" if (w, h) == (1300, 700) else f"{x},{y},{w},{h}"
                    size = f"{-(-w // factor)},{-(-h // factor)}"
                    folder = site / "iiif" / "images" / service.rpartition("/")[2]
                    assert (folder / region / size / "0" / "default.jpg").is_file(), f"{region}/{size}"
    ours = {name for name in strings(manifest) if name.startswith(f"{BASE}/iiif/images/")}
    assert len(ours) == 4, "a scan that is elsewhere stays there"


def test_only_what_changed_is_made_and_what_is_gone_is_removed(catalogue: Catalogue, tmp_path: Path) -> None:
    site, known = tmp_path / "site", fill(catalogue, tmp_path / "scans")
    publish(catalogue, site, ADDRESSES)
    publish_pictures(catalogue, site, ADDRESSES)
    before = files(site)
    assert publish_pictures(catalogue, site, ADDRESSES) == Pictured(0, 0, 0, ())
    # The second scan is replaced, and the catalogue told of it; the document is looked at, its first scan is kept.
    replaced = scan(tmp_path / "scans", 2, (900, 600))
    first = next(sheet for sheet in catalogue.pages(known) if sheet.key == "f1")
    put(catalogue, first, page(2, image=replaced), document=document(aliases=(ALIAS,)), route="folder", original=None)
    publish(catalogue, site, ADDRESSES)
    assert publish_pictures(catalogue, site, ADDRESSES) == Pictured(1, 1, 0, ())
    after = files(site)
    untouched = [name for name in before if f"{known}.f1" in name]
    assert untouched and all(before[name] == after[name] for name in untouched)
    assert json.loads((site / "iiif" / "images" / f"{known}.f2" / "info.json").read_bytes())["width"] == 900
    catalogue.forget(ALIAS)
    publish(catalogue, site, ADDRESSES)
    assert publish_pictures(catalogue, site, ADDRESSES) == Pictured(0, 0, 2, ())
    assert not [name for name in files(site) if known in name and "activity" not in name]


def test_a_scan_that_cannot_be_read_is_refused_and_stops_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    site, known = tmp_path / "site", fill(catalogue, tmp_path / "scans", 3)
    (tmp_path / "scans" / "0001.png").write_bytes(b"no picture")
    (tmp_path / "scans" / "0002.png").unlink()
    publish(catalogue, site, ADDRESSES)
    outcome = publish_pictures(catalogue, site, ADDRESSES)
    assert (outcome.written, [name for name, _ in outcome.refused]) == (1, [f"{known}.f1", f"{known}.f2"])
    assert [folder.name for folder in (site / "iiif" / "images").iterdir()] == [f"{known}.f3"]
    bad = page(1, "../../../secret", image=scan(tmp_path / "scans", 9))
    put(catalogue, bad, document=document(aliases=("ark:/12148/bad",)), route="folder", original=None)
    publish(catalogue, site, ADDRESSES)
    assert len(publish_pictures(catalogue, site, ADDRESSES).refused) == 1
    assert not list(tmp_path.rglob("*secret*"))


def test_manifests_come_first(catalogue: Catalogue, tmp_path: Path) -> None:
    fill(catalogue, tmp_path / "scans")
    for published in (None, Addresses("https://elsewhere.example.org")):
        if published:
            publish(catalogue, tmp_path / "site", published)
        with pytest.raises(UsageError, match="publish them first"):
            publish_pictures(catalogue, tmp_path / "site", ADDRESSES)


_PUBLISHER = """
import sys, time
from pathlib import Path
from estampe.catalogue import Catalogue
from estampe.datasets import publish_pictures
from estampe.iiif import Addresses

def tell(done, total):
    print(done, flush=True)
    # It must not come to its end before it is killed.
    time.sleep(600 if done >= 6 else 0)

with Catalogue.open(sys.argv[1]) as catalogue:
    publish_pictures(catalogue, Path(sys.argv[2]), Addresses(sys.argv[3]), tell)
"""


def test_killed_it_goes_on_where_it_was(catalogue: Catalogue, tmp_path: Path) -> None:
    site, _ = tmp_path / "site", fill(catalogue, tmp_path / "scans", 8)
    publish(catalogue, site, ADDRESSES)
    url = f"sqlite:///{tmp_path / 'home' / 'catalogue.sqlite'}"
    command = [sys.executable, "-c", _PUBLISHER, url, str(site), BASE]
    publisher = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert publisher.stdout
    for _ in range(3):
        publisher.stdout.readline()
    publisher.send_signal(signal.SIGKILL)
    publisher.communicate()
    for folder in (site / "iiif" / "images").iterdir():
        assert (folder / "full" / "max" / "0" / "default.jpg").is_file(), "what is there is whole"
    outcome = publish_pictures(catalogue, site, ADDRESSES)
    assert outcome.kept >= 3 and outcome.written + outcome.kept == 8
    assert len(list((site / "iiif" / "images").iterdir())) == len(list((site / "thumbnails").iterdir())) == 8
    assert not (site / ".estampe" / "making").exists()
