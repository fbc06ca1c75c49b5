"""French and English: nothing is left untranslated, and numbers and dates are written as each language does."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g

import estampe.web
from estampe.records import DateSpan
from estampe.search import FACETS, FIELDS, LOOKS, SIZES, SORTS
from estampe.web import formats, names
from tests.web.conftest import Site

WEB = Path(estampe.web.__file__).parent
FRENCH = WEB / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS: dict[str, Any] = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> set[str]:
    """Return all that the code and the templates say."""
    found = extract_from_dir(WEB, METHODS, {}, KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def test_every_word_is_in_french() -> None:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    said = {
        message.id[0] if isinstance(message.id, tuple) else message.id: message for message in catalogue if message.id
    }
    assert messages() - said.keys() == set(), "without a translation"
    assert said.keys() - messages() == set(), "said nowhere"
    for message in said.values():
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations) and not message.fuzzy
        wanted = {name for text in originals for name in re.findall(r"%\(\w+\)\w|%%", text)}
        assert {name for text in translations for name in re.findall(r"%\(\w+\)\w|%%", text)} == wanted


def test_what_is_committed_is_what_was_translated() -> None:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    made = io.BytesIO()
    write_mo(made, catalogue)
    assert FRENCH.with_suffix(".mo").read_bytes() == made.getvalue(), (
        "run `pybabel compile -d platform/web/translations`"
    )


def test_everything_that_the_search_names_has_a_name() -> None:
    assert set(names.FACETS) == set(FACETS)
    assert set(names.FIELDS) == set(FIELDS)
    assert set(names.SORTS) == {*SORTS, LOOKS}
    assert {size for size, _ in SIZES} == set(names.VALUES["size"])


@pytest.mark.parametrize(
    ("start", "end", "printed", "french", "english"),
    [
        (date(1910, 12, 20), date(1910, 12, 20), "20/12/1910", "20 décembre 1910", "20 December 1910"),
        (date(1899, 6, 1), date(1899, 6, 30), "Juin", "juin 1899", "June 1899"),
        (date(1899, 1, 1), date(1899, 12, 31), "an 1899", "1899", "1899"),
        (date(1836, 1, 1), date(1840, 12, 31), "[vers 1838]", "[vers 1838]", "[vers 1838]"),
        (None, None, "s. d.", "s. d.", "s. d."),
    ],
)
def test_dates(site: Site, start: date | None, end: date | None, printed: str, french: str, english: str) -> None:
    for language, expected in (("fr", french), ("en", english)):
        with site.app.test_request_context(f"/{language}/"):
            g.lang = language
            assert formats.span(DateSpan(printed, start, end)) == expected


def test_numbers(site: Site) -> None:
    for language, number, share in (("fr", "12\u202f345", "87\u202f%"), ("en", "12,345", "87%")):
        with site.app.test_request_context(f"/{language}/"):
            g.lang = language
            assert (formats.number(12345), formats.percent(0.87)) == (number, share)
