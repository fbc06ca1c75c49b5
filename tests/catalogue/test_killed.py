"""A writer killed at any moment leaves whole documents and pages, and changes that agree with them."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from estampe.catalogue import Catalogue
from tests.catalogue.builders import Mirror

_WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from estampe.catalogue import Catalogue, PageText
from estampe.records import Box
from tests.catalogue.builders import RUNS, boxed, document, page, photograph, put, read

with Catalogue.open(sys.argv[1]) as catalogue:
    catalogue.put_runs(RUNS)
    print("writing", flush=True)
    turn = 0
    while True:
        turn += 1
        for number in range(3):
            own = document(f"turn {turn}", aliases=(f"ark:/12148/n{number}",))
            known = put(catalogue, *[page(place) for place in range(1, 5)], document=own)
            for sheet in catalogue.pages(known):
                words = PageText([(f"word {turn}", Box(0, 0, 9, 9))] * 500)
                seen = boxed(sheet, *[Box(turn % 7 * 90, y, 80, 80) for y in range(0, 900, 100)], caption=str(turn),
                    labels=(photograph(1 / turn),))
                read(catalogue, sheet, *seen, words=words, fingerprint=str(turn))
            if turn % 5 == number:
                catalogue.forget(known)
                put(catalogue, page(1), document=own, revive=True)
"""


def test_killed_at_any_moment(url: str) -> None:
    root = Path(__file__).resolve().parents[2]
    moments = random.Random(1910)
    mirror = None
    for _ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, url, str(root)], stdout=subprocess.PIPE)
        assert writer.stdout
        assert writer.stdout.readline() == b"writing\n"
        time.sleep(moments.uniform(0, 0.4))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with Catalogue.open(url) as catalogue:
            if mirror is None:
                mirror = Mirror(catalogue)
            mirror.catalogue = catalogue
            mirror.check()
            for own in catalogue.documents():
                for sheet in catalogue.pages(own.id):
                    seen = catalogue.illustrations_of(page=sheet.id)
                    turn = catalogue.fingerprint(sheet.id)
                    assert len(seen) == (9 if turn else 0)
                    assert {one.caption for one in seen} <= {turn}, "a page is of one piece"
                    text = catalogue.page_text(sheet.id)
                    assert (text.texts[0] if text else "") == (f"word {turn}" if turn else "")
    assert mirror is not None and mirror.position > 0


def test_a_reader_sees_one_state_while_a_run_writes(url: str) -> None:
    root = Path(__file__).resolve().parents[2]
    with Catalogue.open(url) as catalogue:
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, url, str(root)], stdout=subprocess.PIPE)
        assert writer.stdout
        writer.stdout.readline()
        position = 0
        try:
            while position < 300:
                changes = catalogue.changes(position, 50)
                assert [change.sequence for change in changes] == list(range(position + 1, position + 1 + len(changes)))
                position += len(changes)
                for entry in catalogue.entries([change.id for change in changes]):
                    assert entry.illustration.page == entry.page.id and entry.illustration.document == entry.document.id
                counts = catalogue.counts()
                assert counts.illustrations == 9 * counts.pages_done
        finally:
            writer.kill()
            writer.wait()
            writer.stdout.close()
