"""Of a forgotten document nothing is left on disk but its names, wherever it came from and whatever was made of it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from PIL import Image

from estampe.catalogue import Catalogue
from estampe.images import Derivatives
from estampe.records import Box, Size
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument
from tests.harvest.image_standin import ImageStandin
from tests.pipeline.conftest import Inside, exported
from tests.search.dictionaries import terms

#: Where the names of a forgotten document stand: its tombstone, and the changes that tell of its end.
_NAMES = {"tombstones", "tombstone_aliases", "changes"}
#: An ending that no other word has.
_MARK = "zqxwvkj"


def files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def tables_with(home: Path, text: str) -> set[str]:
    """Return the tables of the catalogue that have a text in any column."""
    with sqlite3.connect(home / "catalogue.sqlite") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name
            for name in names
            for row in database.execute(f'SELECT * FROM "{name}"')
            if any(text in str(c) for c in row)
        }


def test_a_forgotten_document_leaves_nothing_but_its_names(
    inside: Inside,
    gallica: GallicaStandin,
    images: ImageStandin,
    printed: dict[str, StandinDocument],
    tmp_path: Path,
) -> None:
    goes, stays = printed["Carillonnades"], printed["Mirabelleries"]
    # It comes by a query that finds both, and with scans of its own from a folder.
    folder = tmp_path / "deliveries" / goes.name
    folder.mkdir(parents=True)
    for view in gallica.documents[goes.name].views:
        assert view.alto
        view.alto.write_text(
            re.sub(r'CONTENT="(\w{6,})"', rf'CONTENT="\1{_MARK}"', view.alto.read_text("utf-8")), "utf-8"
        )
        (folder / f"f{view.number}.xml").write_bytes(view.alto.read_bytes())
        Image.new("L", (view.width // 4, view.height // 4), 128).save(folder / f"f{view.number}.png")
    inside("run", 'sru:dc.title any ""', folder.parent)
    found = exported(inside)
    derivatives = Derivatives(inside.home / "derivatives")
    scan = folder / "f1.png"
    made = [derivatives.crop(scan, Box(0, 0, 90, 90), Size(100, 100), 50), derivatives.tiles(scan)]

    before = files(inside.home)
    for text in (goes.title, _MARK):
        assert {path.suffix for path, data in before.items() if text.encode() in data} >= {".sqlite", ".store", ""}
    assert sum(goes.name.encode() in data for data in before.values()) > 5
    assert len(images.requests) == 4 and len([row for row in found if row["document"].endswith(goes.name)]) > 1

    assert any(_MARK in term for term in terms(inside.home))

    inside("forget", f"https://gallica.bnf.fr/{goes.ark}")

    assert not any(path.exists() for path in made)
    after = files(inside.home)
    for path, data in after.items():
        assert not [text for text in (goes.title, _MARK) if text.encode() in data], path
        assert goes.name.encode() not in data or path.name == "catalogue.sqlite", path
    assert not [term for term in terms(inside.home) if _MARK in term or goes.name in term]
    assert tables_with(inside.home, goes.name) == _NAMES
    pictures = [data for path, data in after.items() if path.suffix == ".json" and b"image/jpeg" in data]
    assert len(pictures) == 2 and all(stays.name.encode() in data for data in pictures), "what else there is stays"
    assert exported(inside) == [row for row in found if row["document"].endswith(stays.name)]
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert goes.ark in getattr(catalogue.tombstone(goes.ark), "aliases", ())

    # What is forgotten is not harvested by accident, and what was asked for to know that is not kept.
    refused = inside("run", "--no-pictures", goes.ark, status=1)
    assert re.search(rf"^refused: .*{goes.ark}.*it was forgotten on", refused.errors, re.MULTILINE)
    assert not [path for path, data in files(inside.home).items() if goes.title.encode() in data]
    inside("forget", goes.ark)
    assert "there is no document nothing" in inside("forget", stays.ark, "nothing", status=1).errors
    assert exported(inside), "nothing is done where one of several is not there"
    document = exported(inside)[0]["document"]
    assert len(inside("forget", stays.ark, goes.ark, document, stays.ark).output.splitlines()) == 2
    assert not exported(inside)
