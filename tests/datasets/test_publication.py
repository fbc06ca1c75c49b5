"""The published tree: what a web server needs, in step with the catalogue, whole at any moment."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from estampe.catalogue import Catalogue
from estampe.datasets import Published, publish
from estampe.errors import BusyError, UsageError
from estampe.iiif import Addresses
from estampe.records import Box, DateSpan, Series
from tests.catalogue.builders import ARK, boxed, document, page, photograph, put, read

ADDRESSES = Addresses("https://pictures.example.org/estampe")
KNOWN = "ark-12148-bpt6k46000341"


def fill(catalogue: Catalogue, *, caption: str = "Une légende") -> str:
    known = put(catalogue, document=document(series=Series("s1", "Excelsior"), date=DateSpan("1910")), original=None)
    for sheet in catalogue.pages(known)[:1]:
        seen = boxed(sheet, Box(0, 0, 100, 100), caption=caption, labels=(photograph(),))
        read(catalogue, sheet, *seen, *boxed(sheet, Box(500, 500, 9, 9), noise="rule"), fingerprint=caption)
    return known


def files(folder: Path) -> dict[str, Any]:
    """Return all published files by their addresses."""
    base = ADDRESSES.base_url
    return {
        f"{base}/{path.relative_to(folder).as_posix()}": json.loads(path.read_bytes())
        for path in sorted(folder.rglob("*.json"))
        if ".estampe" not in path.parts
    }


def linked(tree: Any) -> set[str]:
    """Return all addresses of ours that name files."""
    if isinstance(tree, dict):
        return set().union(*(linked(value) for value in tree.values()))
    if isinstance(tree, list):
        return set().union(*(linked(value) for value in tree))
    ours = isinstance(tree, str) and tree.startswith(f"{ADDRESSES.base_url}/iiif/") and tree.endswith(".json")
    return {tree} if ours else set()


def test_every_address_that_is_named_is_a_file(catalogue: Catalogue, tmp_path: Path) -> None:
    fill(catalogue)
    assert publish(catalogue, tmp_path / "site", ADDRESSES) == Published(1, 0, ())
    published = files(tmp_path / "site")
    manifest = published[ADDRESSES.manifest(KNOWN)]
    assert [len(canvas.get("annotations", [])) for canvas in manifest["items"]] == [1, 0]
    notes = published[ADDRESSES.annotations(KNOWN, "f1")]
    assert {note["motivation"] for note in notes["items"]} == {"classifying", "supplementing", "tagging", "identifying"}
    assert "SearchService" not in json.dumps(manifest), "files cannot search"
    assert set(published) == {
        ADDRESSES.manifest(KNOWN),
        ADDRESSES.annotations(KNOWN, "f1"),
        ADDRESSES.context(),
        ADDRESSES.top_collection(),
        ADDRESSES.title_collection("s1"),
        ADDRESSES.provider_collection("Gallica"),
        ADDRESSES.activity(),
        ADDRESSES.activity_page(0),
    }
    for address, tree in published.items():
        assert tree.get("id", address) == address
        assert linked(tree) <= published.keys()
    assert [item["type"] for item in published[ADDRESSES.activity_page(0)]["orderedItems"]] == ["Create"]
    for collection in (ADDRESSES.title_collection("s1"), ADDRESSES.provider_collection("Gallica")):
        assert [item["id"] for item in published[collection]["items"]] == [ADDRESSES.manifest(KNOWN)]


def test_only_what_changed_is_written(catalogue: Catalogue, tmp_path: Path) -> None:
    site = tmp_path / "site"
    fill(catalogue)
    other = put(catalogue, document=document("other", aliases=("ark:/12148/o",)))
    publish(catalogue, site, ADDRESSES)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (site / "iiif").rglob("*.json")}
    assert publish(catalogue, site, ADDRESSES) == Published(0, 0, ())
    fill(catalogue, caption="autre")
    assert publish(catalogue, site, ADDRESSES) == Published(1, 0, ())
    changed = {
        path.relative_to(site / "iiif").as_posix()
        for path, was in before.items()
        if (path.stat().st_ino, path.stat().st_mtime_ns) != was
    }
    assert changed == {f"{KNOWN}/annotations/f1.json", "activity/page-0.json"}
    assert (site / "iiif" / other / "manifest.json").is_file()


def test_what_was_forgotten_is_removed(catalogue: Catalogue, tmp_path: Path) -> None:
    site = tmp_path / "site"
    fill(catalogue)
    put(catalogue, document=document("other", aliases=("ark:/12148/o",), provider="BnF"))
    publish(catalogue, site, ADDRESSES)
    catalogue.forget(ARK)
    assert publish(catalogue, site, ADDRESSES) == Published(0, 1, ())
    assert not (site / "iiif" / KNOWN).exists()
    published = files(site)
    assert ADDRESSES.title_collection("s1") not in published
    assert ADDRESSES.provider_collection("Gallica") not in published
    told = json.dumps({address: tree for address, tree in published.items() if "activity" not in address})
    assert KNOWN not in told and "Excelsior" not in told
    last = published[ADDRESSES.activity_page(0)]["orderedItems"][-1]
    assert (last["type"], last["object"]["id"]) == ("Delete", ADDRESSES.manifest(KNOWN))


def test_pages_that_have_no_picture_any_more_lose_their_annotations(catalogue: Catalogue, tmp_path: Path) -> None:
    known = fill(catalogue)
    publish(catalogue, tmp_path / "site", ADDRESSES)
    read(catalogue, catalogue.pages(known)[0], fingerprint="none")
    publish(catalogue, tmp_path / "site", ADDRESSES)
    published = files(tmp_path / "site")
    assert ADDRESSES.annotations(KNOWN, "f1") not in published
    assert not linked(published[ADDRESSES.manifest(KNOWN)]) - published.keys()


def test_another_address_and_another_catalogue_begin_anew(catalogue: Catalogue, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("ours", encoding="utf-8")
    fill(catalogue)
    publish(catalogue, site, ADDRESSES)
    publish(catalogue, site, Addresses("https://elsewhere.example.org/"))
    texts = [path.read_text("utf-8") for path in (site / "iiif").rglob("*.json")]
    assert texts and not any("pictures.example.org" in text for text in texts)
    with Catalogue.open(f"sqlite:///{tmp_path / 'empty.sqlite'}") as empty:
        publish(empty, site, Addresses("https://elsewhere.example.org/"))
    assert not (site / "iiif" / KNOWN).exists() and (site / "index.html").read_text("utf-8") == "ours"


def test_a_folder_that_is_not_ours_is_left_alone(catalogue: Catalogue, tmp_path: Path) -> None:
    fill(catalogue)
    (tmp_path / "site" / "iiif").mkdir(parents=True)
    with pytest.raises(UsageError, match="not published by Estampe"):
        publish(catalogue, tmp_path / "site", ADDRESSES)
    assert not list((tmp_path / "site" / "iiif").iterdir())


def test_one_process_publishes_at_a_time(catalogue: Catalogue, tmp_path: Path) -> None:
    fill(catalogue)

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(BusyError):
            publish(catalogue, tmp_path / "site", ADDRESSES)
        met.append(done)

    met: list[int] = []
    publish(catalogue, tmp_path / "site", ADDRESSES, meanwhile)
    assert met == [1]


def test_a_name_that_is_no_file_is_refused_and_stops_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    bad = put(catalogue, page(1, "../../../secret"), document=document(aliases=("ark:/12148/bad",)))
    (sheet,) = catalogue.pages(bad)
    read(catalogue, sheet, *boxed(sheet, Box(0, 0, 9, 9)))
    fill(catalogue)
    outcome = publish(catalogue, tmp_path / "site", ADDRESSES)
    assert (outcome.written, [name for name, _ in outcome.refused]) == (1, [bad])
    assert not list(tmp_path.rglob("*secret*"))


def test_long_collections_come_in_parts(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estampe.datasets.collecting.PART_LENGTH", 2)
    for number in range(5):
        put(catalogue, page(1), document=document(f"no. {number}", aliases=(f"ark:/12148/n{number}",)))
    publish(catalogue, tmp_path / "site", ADDRESSES)
    published = files(tmp_path / "site")
    whole = published[ADDRESSES.provider_collection("Gallica")]
    assert [item["label"]["none"] for item in whole["items"]] == [["1–2"], ["3–4"], ["5–5"]]
    listed = [item["id"] for part in whole["items"] for item in published[part["id"]]["items"]]
    assert listed == [ADDRESSES.manifest(f"ark-12148-n{number}") for number in range(5)]
    for number in range(3):
        catalogue.forget(f"ark:/12148/n{number}")
    publish(catalogue, tmp_path / "site", ADDRESSES)
    folder = tmp_path / "site" / urlsplit(ADDRESSES.provider_collection("Gallica")).path.removeprefix("/estampe/")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


_PUBLISHER = """
import sys
from pathlib import Path
from estampe.catalogue import Catalogue
from estampe.datasets import publication, publish
from estampe.iiif import Addresses
publication._STEP = 3
with Catalogue.open(sys.argv[1]) as catalogue:
    publish(catalogue, Path(sys.argv[2]), Addresses(sys.argv[3]), lambda done, total: print(done, flush=True))
"""


def test_killed_at_any_moment_it_goes_on_where_it_was(catalogue: Catalogue, tmp_path: Path) -> None:
    for number in range(40):
        known = put(catalogue, document=document(f"no. {number}", aliases=(f"ark:/12148/n{number}",)))
        for sheet in catalogue.pages(known):
            read(catalogue, sheet, *boxed(sheet, Box(0, 0, 100, 100)))
    url = f"sqlite:///{tmp_path / 'home' / 'catalogue.sqlite'}"
    command = [sys.executable, "-c", _PUBLISHER, url, str(tmp_path / "killed"), ADDRESSES.base_url]
    moments = random.Random(1910)
    rounds = []
    for _ in range(3):
        publisher = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert publisher.stdout
        publisher.stdout.readline()
        time.sleep(moments.uniform(0, 0.1))
        publisher.send_signal(signal.SIGKILL)
        rounds.append(len(publisher.communicate()[0].splitlines()))
        # What is there is whole.
        files(tmp_path / "killed")
    subprocess.run(command, check=True, capture_output=True)
    publish(catalogue, tmp_path / "undisturbed", ADDRESSES)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name / "iiif").rglob("*.json")}
        for name in ("killed", "undisturbed")
    )
    assert one == two and len(one) == 40 * 3 + 5
