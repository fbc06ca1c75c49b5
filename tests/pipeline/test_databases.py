"""A run on PostgreSQL: no transaction waits for the network or for a page to be read; the results are SQLite's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from estampe.pipeline import readers
from estampe.press import Order, print_corpus
from tests.harvest.gallica_standin import GallicaStandin
from tests.pipeline.conftest import Inside

#: The times of day at which something was written, which are of no two runs the same.
_TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_no_transaction_is_open_over_the_network_or_the_reading_of_a_page(
    postgresql: str, gallica: GallicaStandin, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is open when a server is asked, or a page is read, ends before the answer comes."""
    watching = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    kinds: list[str] = []
    held: list[str] = []

    def transactions() -> set[Any]:
        query = (
            "SELECT pid, xact_start FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        with watching.connect() as connection:
            return {tuple(row) for row in connection.execute(text(query))}

    def slow(kind: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        def answered(*given: Any) -> Any:
            kinds.append(kind)
            open_, end = transactions(), time.monotonic() + 20
            while (open_ := open_ & transactions()) and time.monotonic() < end:
                pass
            held.extend([kind] * bool(open_))
            return answer(*given)

        return answered

    monkeypatch.setattr(gallica, "reply", slow("network", gallica.reply))
    monkeypatch.setattr(readers, "read", slow("reading", readers.read))
    inside.environment |= {"ESTAMPE_DATABASE_URL": postgresql, "ESTAMPE_PROCESSES": "1"}
    inside("run", "--no-pictures", "--quiet", *[own.ark for own in gallica.documents.values()])
    watching.dispose()
    assert kinds.count("network") >= 8 and kinds.count("reading") == 4
    assert not held, "transactions were held over these"


def test_both_databases_give_the_same_bytes(postgresql: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    orders = [
        Order("Carillonnades", "newspaper", "fr", 2, date(1910, 12, 20)),
        Order("Potager", "book", "fr", 2, date(1890, 1, 1)),
    ]
    print_corpus(corpus, orders)
    made: dict[str, tuple[str, dict[str, bytes]]] = {}
    for kind, url in (("sqlite", ""), ("postgresql", postgresql)):
        # The scans' paths are in nothing that is given away, and so may be the same.
        estampe = Inside(tmp_path / kind, {"ESTAMPE_DATABASE_URL": url, "ESTAMPE_BASE_URL": "https://example.org"})
        estampe("run", "--offline", "--quiet", corpus / "documents")
        estampe("publish", tmp_path / f"{kind}-published")
        made[kind] = estampe("export", "illustrations").output, tree(tmp_path / f"{kind}-published")
        estampe("check", "--published", tmp_path / f"{kind}-published")
    lines, files = made["sqlite"]
    assert len(lines.splitlines()) > 3 and len(files) > 20
    assert made["postgresql"][0] == lines
    assert made["postgresql"][1].keys() == files.keys()
    assert [name for name, data in made["postgresql"][1].items() if data != files[name]] == []


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, without the times at which they say that they were made."""
    return {
        str(path.relative_to(folder)): _TIMES.sub(b"then", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
