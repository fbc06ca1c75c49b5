"""A disk that is full, a file that is damaged, a catalogue that is gone: what people are told, and what stays."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from estampe.catalogue import Catalogue
from estampe.catalogue.failures import explained
from estampe.errors import CatalogueError
from tests.catalogue.builders import page, put


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_full_disk_is_told_and_nothing_half_done_stays(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with Catalogue.open(url_of(path)) as catalogue:
        put(catalogue)
        pages = path.stat().st_size // 4096 + 100

        def small(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        catalogue._engine.dispose()
        event.listen(catalogue._engine, "connect", small)
        before = catalogue.last_change()
        with pytest.raises(CatalogueError, match="the disk is full; make room there and run the same again") as caught:
            put(catalogue, *[page(number, label="x" * 1000) for number in range(1000)])
        assert str(path) in str(caught.value)
        assert catalogue.last_change() == before and len(catalogue.documents()) == 1


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with Catalogue.open(url_of(path)) as catalogue:
        known = put(catalogue, *[page(number) for number in range(100)])
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with (
        pytest.raises(CatalogueError, match="it is damaged; put a copy of it back") as caught,
        Catalogue.open(url_of(path)) as catalogue,
    ):
        catalogue.pages(known)
    assert str(path) in str(caught.value)
    path.write_bytes(b"no catalogue, but a letter to somebody" * 100)
    with pytest.raises(CatalogueError, match="it is damaged, or no catalogue"):
        Catalogue.open(url_of(path))


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("attempt to write a readonly database", "set ESTAMPE_HOME to a folder of yours"),
        ("unable to open database file", "look whether the folder is there"),
        ("disk I/O error", "full, failing or gone"),
        ("database is locked", "another process has been writing"),
        ("no such table: x", "no such table: x"),
    ],
)
def test_what_sqlite_says_is_put_in_words(tmp_path: Path, cause: str, words: str) -> None:
    error = OperationalError("SELECT", {}, sqlite3.OperationalError(cause))
    said = str(explained(error, make_url(url_of(tmp_path / "c.sqlite"))))
    assert words in said and cause in said and str(tmp_path) in said


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(CatalogueError, match="its folder cannot be made"):
        Catalogue.open(url_of(tmp_path / "home" / "below" / "catalogue.sqlite"))


def test_a_password_is_not_told() -> None:
    error = OperationalError("SELECT", {}, sqlite3.OperationalError("no"))
    assert "secret" not in str(explained(error, make_url("postgresql://me:secret@host/estampe")))


def test_a_new_catalogue_beside_what_an_old_one_left_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "catalogue.sqlite"
    with caplog.at_level(logging.WARNING, "estampe"):
        Catalogue.open(url_of(path)).close()
        (tmp_path / "index").mkdir()
        (tmp_path / "index" / "current").touch()
        Catalogue.open(url_of(path)).close()
        assert not caplog.messages, "neither a first start nor a usual one is remarkable"
        path.unlink()
        Catalogue.open(url_of(path)).close()
    [said] = caplog.messages
    assert str(path) in said and "A new, empty one begins" in said
