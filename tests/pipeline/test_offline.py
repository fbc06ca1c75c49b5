"""Without the network a run uses what is there, and says what is not; a later one with the network completes it."""

from __future__ import annotations

import re
from pathlib import Path

from estampe.catalogue import Catalogue
from estampe.settings import Settings
from tests.harvest.gallica_standin import GallicaStandin, StandinDocument
from tests.harvest.image_standin import ImageStandin
from tests.pipeline.conftest import Inside, exported


def missing(errors: str) -> list[str]:
    return re.findall(r"^not had: (.*)$", errors, re.MULTILINE)


def asked(*servers: GallicaStandin | ImageStandin) -> int:
    return sum(len(server.requests) for server in servers)


def cached(inside: Inside, words: bytes) -> list[Path]:
    return [path for path in (inside.home / "cache" / "entries").rglob("*.json") if words in body(path)]


def body(entry: Path) -> bytes:
    """Return what an entry of the cache points to."""
    found = re.search(rb'"body": "(\w+)"', entry.read_bytes())
    assert found
    digest = found[1].decode()
    return (entry.parents[2] / "bodies" / digest[:2] / digest).read_bytes()


def test_offline_uses_the_cache_and_a_later_run_completes(
    inside: Inside, gallica: GallicaStandin, images: ImageStandin, printed: dict[str, StandinDocument]
) -> None:
    ark = printed["Carillonnades"].ark
    name = f"ark-12148-{printed['Carillonnades'].name}"

    nothing = inside("run", "--offline", ark)
    assert asked(gallica, images) == 0
    assert missing(nothing.errors) == [f"{ark}: document: it is not in the cache, and the network is off"]
    assert re.search(r"documents: +0\n", nothing.output)

    # One page is answered with a web page, and status 200; the other with an ALTO that ends too early.
    first, second = (view.alto for view in gallica.documents[printed["Carillonnades"].name].views)
    assert first and second
    good = first.read_bytes(), second.read_bytes()
    first.write_bytes(b"<!DOCTYPE html>\n<html><body>Service indisponible</body></html>")
    second.write_bytes(good[1][: len(good[1]) // 2])
    spoilt = inside("run", ark)
    assert missing(spoilt.errors) == [
        f"{name} f1: text: the answer is a web page, not what was asked for; ask later",
    ]
    assert re.search(rf"^error: {name} f2: .*Deb=2: .*cut off.* \[ocr-unreadable\]$", spoilt.errors, re.MULTILINE)
    assert not cached(inside, b"<html") and not cached(inside, b"<alto"), "neither stays in the cache"

    before = asked(gallica, images)
    offline = inside("run", "--offline", ark)
    assert asked(gallica, images) == before
    assert [line.partition(": ")[0] for line in missing(offline.errors)] == [f"{name} f1", f"{name} f2"]
    assert not exported(inside)

    first.write_bytes(good[0])
    second.write_bytes(good[1])
    completed = inside("run", ark)
    assert not missing(completed.errors) and "of which 2 were new" in completed.output
    found = exported(inside)
    assert {row["page"] for row in found} == {1, 2}
    assert all(row["pixels"] for row in found)
    with Catalogue.open(Settings(home=inside.home).catalogue_url) as catalogue:
        assert catalogue.counts().pages_done == 2
        assert not catalogue.diagnostics(name)

    before = asked(gallica, images)
    again = inside("run", "--offline", ark)
    assert asked(gallica, images) == before
    assert not missing(again.errors) and "of which 0 were new" in again.output
    assert exported(inside) == found


def test_pictures_that_were_not_had_are_looked_at_later(
    inside: Inside, gallica: GallicaStandin, images: ImageStandin, printed: dict[str, StandinDocument]
) -> None:
    document = printed["Mirabelleries"]
    inside("run", "--no-pictures", document.ark)
    without = exported(inside)
    assert without and not any(row["pixels"] for row in without)
    offline = inside("run", "--offline", document.ark)
    assert len(missing(offline.errors)) == 2 and "of which 0 were new" in offline.output
    assert exported(inside) == without

    scans, images.images = images.images, {}
    refused = inside("run", document.ark)
    assert re.findall(r"f\d: picture: .*no such thing \(404\)", refused.errors)
    images.images = scans
    inside("run", document.ark)
    found = exported(inside)
    assert all(row["pixels"] for row in found)
    assert [row["id"] for row in found] == [row["id"] for row in without]
