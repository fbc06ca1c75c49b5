"""The stand-in image server tells the truth, for other tests lean on it."""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image

from estampe.net import Door
from estampe.records import Size
from tests.harvest.image_standin import ImageStandin


def test_it_draws_and_cuts(door: Door, tmp_path: Path) -> None:
    Image.new("RGB", (400, 200), (250, 0, 0)).save(tmp_path / "red.png")
    with ImageStandin({"ark:/12148/x/f1": Size(4000, 2000), "red": tmp_path / "red.png"}) as images:

        def picture(address: str) -> Image.Image:
            return Image.open(io.BytesIO(door.get(f"{images.url}/iiif/{address}").read()))

        info = json.loads(door.get(f"{images.url}/iiif/ark:/12148/x/f1/info.json").read())
        assert (info["width"], info["height"]) == (4000, 2000)
        crop = picture("ark:/12148/x/f1/1000,500,2000,1000/200,/0/default.png")
        assert crop.size == (200, 100)
        for (x, y), red, green in (((0, 0), 64, 64), ((199, 99), 191, 191), ((100, 50), 128, 128)):
            found = crop.getpixel((x, y))
            assert isinstance(found, tuple) and abs(found[0] - red) <= 2 and abs(found[1] - green) <= 2
        assert picture("red/full/!100,100/0/native.jpg").size == (100, 50)
        assert picture("red/pct:50,50,50,50/max/90/default.jpg").size == (100, 200)
