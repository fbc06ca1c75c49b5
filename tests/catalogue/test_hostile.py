"""Foreign strings are stored, or cleanly changed, or refused: nothing breaks the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estampe.catalogue import Catalogue, PageText
from estampe.errors import NotFoundError
from estampe.records import Article, Box, Diagnostic, Label, Part, Series
from tests.catalogue.builders import Mirror, document, found, page, put, read

HOSTILE = [
    "nul\0 inside",
    "lone \ud83d surrogate",
    "emoji 🖼️👨‍👩‍👧",
    "'; DROP TABLE documents; --",
    "\u202eright to left\u202c %s {x} \\ \x1b[31m\r\n\t",
    "\ufffe\uffff\U0010ffff",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strings_everywhere(catalogue: Catalogue, hostile: str) -> None:
    mirror = Mirror(catalogue)
    told = hostile.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")

    def twice() -> str:
        known = put(
            catalogue,
            page(1, label=hostile, canvas=hostile),
            document=document(
                hostile,
                aliases=("ark:/12148/b1", f"mets:{hostile}"),
                series=Series(hostile, hostile),
                metadata=((hostile, hostile),),
                provider=hostile,
            ),
            articles=[Article(hostile, hostile, hostile, (Part("f1", hostile),))],
            diagnostics=[Diagnostic(hostile, hostile, where=hostile)],
        )
        (sheet,) = catalogue.pages(known)
        seen = found(sheet, Box(0, 0, 9, 9), caption=hostile, noise=hostile, shape=hostile, text_before=hostile)
        read(
            catalogue,
            sheet,
            replace(seen, labels=(Label(hostile, hostile, 0.5, "labels@1"),)),
            words=PageText([(hostile, Box(1, 1, 1, 1))]),
            diagnostics=[Diagnostic(hostile, hostile)],
        )
        return known

    known = twice()
    before = catalogue.last_change()
    assert twice() == known and catalogue.last_change() == before
    (shown,) = catalogue.illustrations_of(document=known)
    assert (shown.caption, shown.noise, shown.labels[0].concept) == (told, told, told)
    assert catalogue.resolve(f"mets:{hostile}") == known
    assert catalogue.articles(known)[0].title == told
    text = catalogue.page_text(f"{known}.f1")
    assert text is not None and text.texts == (hostile,), "words stay as they were, whatever they are"
    catalogue.add_label(shown.id, hostile, hostile, person=hostile, note=hostile)
    catalogue.delete_illustration(shown.id, person=hostile, note=hostile)
    assert [event.who for event in catalogue.history(shown.id)][1:] == [f"person:{told}"] * 2
    catalogue.add_refusal(catalogue.start_job("run", hostile), hostile, hostile)
    mirror.check()
    catalogue.forget(f"mets:{hostile}", reason=hostile)
    mirror.check()


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_name_nothing(catalogue: Catalogue, hostile: str) -> None:
    assert catalogue.resolve(hostile) is None and catalogue.tombstone(hostile) is None
    assert catalogue.document(hostile) is None and catalogue.page(hostile) is None
    assert catalogue.illustration(hostile) is None and catalogue.page_text(hostile) is None
    assert catalogue.entries([hostile]) == [] and catalogue.history(hostile) == ()
    assert catalogue.original(hostile) is None and catalogue.articles(hostile) == ()
    assert catalogue.pages(hostile) == () and catalogue.fingerprints(hostile) == {}
    assert catalogue.fingerprint(hostile) == "" and catalogue.diagnostics(hostile) == ()
    assert catalogue.illustrations_of(page=hostile) == [] and catalogue.labels(hostile, all_runs=True) == ()
    assert catalogue.documents(after=hostile, provider=hostile, series=hostile) == []
    assert catalogue.harvests(hostile) == ()
    for write in (
        lambda: read(catalogue, replace(page(1), id=hostile)),
        lambda: catalogue.forget(hostile),
        lambda: catalogue.add_illustration(hostile, Box(0, 0, 1, 1), person="Anne"),
        lambda: catalogue.move_box(hostile, Box(0, 0, 1, 1), person="Anne"),
    ):
        with pytest.raises(NotFoundError):
            write()


def test_a_caption_of_ten_megabytes_is_kept(catalogue: Catalogue) -> None:
    known = put(catalogue, page(1))
    (sheet,) = catalogue.pages(known)
    read(catalogue, sheet, found(sheet, Box(0, 0, 9, 9), caption="é" * 10_000_000))
    (shown,) = catalogue.illustrations_of(document=known)
    assert len(shown.caption) == 10_000_000
