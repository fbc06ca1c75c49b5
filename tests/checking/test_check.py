"""Whatever is broken is found, said, mended where that is asked for, and then whole."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from click.testing import CliRunner
from PIL import Image

from estampe.cli import main
from estampe.images import Derivatives
from estampe.search import Query, follow
from estampe.search.documents import IndexPage
from estampe.search.elastic.connection import connect
from estampe.settings import Settings
from tests.catalogue.builders import document, put
from tests.checking.conftest import Library, filled

#: What breaks something, with what is then said.
Breaks = dict[Callable[[Library], object], list[str]]


def test_all_is_well_where_nothing_is_broken(library: Library) -> None:
    assert library.check(deep=True) == []


def miscount(library: Library) -> None:
    library.sql("UPDATE documents SET page_count = 7, noise_count = 1 WHERE id = 'ark-12148-n1'")


def lose_changes(library: Library) -> None:
    library.sql("DELETE FROM changes WHERE sequence BETWEEN 5 AND 7")


def lose_the_last_change(library: Library) -> None:
    library.sql("DELETE FROM changes WHERE sequence = (SELECT max(sequence) FROM changes)")


def count_backwards(library: Library) -> None:
    library.sql("UPDATE counters SET value = 3 WHERE name = 'change'")


def forget_by_half(library: Library) -> None:
    library.sql("INSERT INTO tombstones VALUES ('ark-12148-n2', '2026-01-01T00:00:00Z', '')")


def hang_on_nothing(library: Library) -> None:
    [picture, *_] = library.catalogue.illustrations_of(document="ark-12148-n2")
    library.sql(f"INSERT INTO findings VALUES ('{picture.id}', 'gone@1', 'detections', '[]', FALSE)")


def lose_from_the_index(library: Library) -> None:
    [picture, *_] = library.catalogue.illustrations_of(document="ark-12148-n2")
    library.index.update((), [picture.id], library.index.position())


def lose_a_page_from_the_index(library: Library) -> None:
    library.index.update((), ["ark-12148-n1.f2"], library.index.position())


def add_to_the_index(library: Library) -> None:
    strange = [IndexPage("ark-12148-n1.f9", "ark-12148-n1", 9, "mot", ()), IndexPage("gone.f1", "gone", 1, "mot", ())]
    library.index.update(strange, (), library.index.position())


def set_the_catalogue_back(library: Library) -> None:
    library.index.update((), (), library.index.position() + 100)


def write_behind_the_publication(library: Library) -> None:
    put(library.catalogue, document=document("new", aliases=("ark:/12148/n9",)))
    follow(library.catalogue, library.index)


def lose_a_manifest(library: Library) -> None:
    (library.published / "iiif" / "ark-12148-n1" / "manifest.json").unlink()


def spoil_an_annotation(library: Library) -> None:
    (library.published / "iiif" / "ark-12148-n2" / "annotations" / "f1.json").write_text("{}")


def publish_too_much(library: Library) -> None:
    own = library.published / "iiif" / "ark-12148-n3"
    shutil.copytree(own, library.published / "iiif" / "stranger")
    shutil.copy(own / "annotations" / "f1.json", own / "annotations" / "f9.json")


def lose_a_collection(library: Library) -> None:
    next((library.published / "iiif").rglob("activity/page-0.json")).unlink()


def lose_tiles(library: Library) -> None:
    shutil.rmtree(library.published / "iiif" / "images" / "ark-12148-n0.f1")


def leave_derivatives(library: Library) -> None:
    scan = library.scans / "other.jpg"
    Image.new("RGB", (40, 60)).save(scan)
    Derivatives(library.settings.derivatives).thumbnail(scan, 20)


def kill_a_job(library: Library) -> None:
    number = library.catalogue.start_job("run", "somewhere")
    folder = library.settings.home / "jobs"
    folder.mkdir()
    (folder / str(number)).touch()


def lose_a_job(library: Library) -> None:
    number = library.catalogue.start_job("run", "elsewhere")
    library.sql(f"UPDATE jobs SET started = '2026-01-01T00:00:00Z' WHERE number = {number}")


CATALOGUE: Breaks = {
    miscount: ["catalogue: ark-12148-n1: it says that it has 7 pages (2 done)", "1 regions"],
    lose_changes: ["catalogue: changes 5 to 7: lost"],
    lose_the_last_change: ["catalogue: change ", "lost"],
    hang_on_nothing: ["catalogue: the table findings: 1 rows hang on nothing"],
    forget_by_half: ["catalogue: ark-12148-n2: its forgetting did not come to its end"],
}
INDEX: Breaks = {
    lose_from_the_index: ["index: ark-12148-n2: of its illustrations and pages 1 are not in it"],
    lose_a_page_from_the_index: ["index: ark-12148-n1:", "3 are not in it (as ark-12148-n1.f2"],
    add_to_the_index: ["1 in it are not in the catalogue (as ark-12148-n1.f9)", "index: gone: it is in the index"],
}
PUBLICATION: Breaks = {
    lose_a_manifest: ["publication: ark-12148-n1: ", "manifest.json is not there"],
    spoil_an_annotation: ["publication: ark-12148-n2: f1.json is other"],
    publish_too_much: ["ark-12148-n3: f9.json should not be there", "stranger: it is published, and not in"],
    lose_a_collection: ["publication: collections and changes: page-0.json is not there"],
    lose_tiles: ["publication: ark-12148-n0: 1 scans are not there, or older"],
}
REST: Breaks = {
    leave_derivatives: ["files: ", "derivatives of a scan that no page has"],
    kill_a_job: ["jobs: job 1: it runs since", "its process is gone"],
    lose_a_job: ["jobs: job 2: it runs since 2026-01-01"],
    write_behind_the_publication: ["publication: ", "changes behind"],
}
SET_BACK: Breaks = {
    set_the_catalogue_back: ["index: all of it: it has followed up to change", "and the catalogue has but"],
    count_backwards: ["catalogue: the numbers of change: the last is", "noted is 3"],
}


@pytest.mark.parametrize(
    "broken",
    [CATALOGUE, INDEX, SET_BACK, PUBLICATION, REST],
    ids=["catalogue", "index", "set back", "publication", "rest"],
)
def test_what_is_broken_is_found_and_mended(library: Library, broken: Breaks) -> None:
    for breaks in broken:
        breaks(library)
    for _ in range(2):
        said = "\n".join(map(str, library.check()))
        assert all(word in said for words in broken.values() for word in words), said
        assert "with --mend: " in said
    mended = library.check(mend=True)
    assert mended
    assert all(finding.mended for finding in mended), "\n".join(map(str, mended))
    assert library.check() == []
    # What follows goes on as before.
    put(library.catalogue, document=document("later", aliases=("ark:/12148/n8",)))
    changes = library.catalogue.changes()
    assert [change.sequence for change in changes] == [*range(1, len(changes) + 1)]


def test_scans_that_are_gone_or_changed_are_told(library: Library) -> None:
    first, second = (library.scans / f"{number}.jpg" for number in (1, 2))
    first.rename(library.scans / "away.jpg")
    Image.new("RGB", (400, 600)).save(second)
    for mend in (False, True):
        said = [str(finding) for finding in library.check(mend=mend) if finding.part == "files"]
        assert len(said) == 2
        assert (
            "ark-12148-n0.f1: the scan cannot be read (No such file or directory)" in said[0] and str(first) in said[0]
        )
        assert "ark-12148-n0.f2: the scan has " in said[1] and "run its source again" in said[1]


def test_a_scan_of_the_same_length_is_told_only_where_it_is_read(library: Library) -> None:
    scan = library.scans / "1.jpg"
    [sheet, _] = library.catalogue.pages("ark-12148-n0")
    assert sheet.image
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    known = replace(sheet, image=replace(sheet.image, sha256=digest))
    library.catalogue.put_page(known, fingerprint="b", words=None, illustrations=())
    facts = scan.stat()
    scan.write_bytes(scan.read_bytes()[:-1] + b"\0")
    assert scan.stat().st_size == facts.st_size
    assert not [finding for finding in library.check() if finding.part == "files"]
    [said] = [finding for finding in library.check(deep=True) if finding.part == "files"]
    assert "the scan is another than it was" in said.what


def test_the_command_says_what_it_found_and_whether_all_is_well(library: Library) -> None:
    settings = library.settings
    runner = CliRunner(env={"ESTAMPE_DATABASE_URL": settings.database_url, "ESTAMPE_BASE_URL": settings.base_url})
    command = ["--home", str(settings.home), "check", "--published", str(library.published)]
    miscount(library)
    for options, status in (([], 1), (["--mend"], 0), ([], 0)):
        done = runner.invoke(main, [*command, *options], catch_exceptions=False)
        assert done.exit_code == status
        said = "done: counted anew" if options else "with --mend: counted anew" if status else ""
        assert done.stdout.count("\n") == bool(said) and said in done.stdout


def test_what_is_on_its_way_is_no_disagreement(library: Library) -> None:
    """A run writes, and the index has not followed yet."""
    library.catalogue.forget("ark-12148-n3")
    put(library.catalogue, document=document("new", aliases=("ark:/12148/n9",)))
    [sheet, *_] = library.catalogue.pages("ark-12148-n1")
    library.catalogue.put_page(sheet, fingerprint="b", words=None, illustrations=())
    assert [finding.part for finding in library.check()] == ["publication"]


def test_what_people_did_stays(library: Library) -> None:
    [first, second, *_] = library.catalogue.illustrations_of(document="ark-12148-n1")
    library.catalogue.add_label(first.id, "subject", "portrait", person="Anne")
    library.catalogue.delete_illustration(second.id, person="Anne")
    history = library.catalogue.history(first.id), library.catalogue.history(second.id)
    for breaks in (miscount, lose_changes, lose_from_the_index, add_to_the_index):
        breaks(library)
    library.check(mend=True)
    assert (library.catalogue.history(first.id), library.catalogue.history(second.id)) == history
    assert second.id not in [hit.id for hit in library.index.search(Query(limit=60)).hits]
    assert library.check() == []


def test_an_index_in_elasticsearch_is_compared_and_mended_too(tmp_path: Path, elasticsearch: str) -> None:
    name = f"test-{token_hex(6)}"
    home = Settings(
        home=tmp_path / "home",
        elasticsearch_url=elasticsearch,
        elasticsearch_index=name,
        base_url="https://example.org",
    )
    with filled(home, tmp_path) as library:
        assert library.check() == []
        lose_from_the_index(library)
        add_to_the_index(library)
        assert {finding.where for finding in library.check()} == {"ark-12148-n1", "ark-12148-n2", "gone"}
        assert all(finding.mended for finding in library.check(mend=True))
        assert library.check() == []
        set_the_catalogue_back(library)
        assert library.check(mend=True)
        assert library.check() == []
    with connect(home).client as client:
        client.indices.delete(index=list(client.indices.get(index=f"{name}-*")))
        client.options(ignore_status=404).indices.delete_index_template(name=name)
