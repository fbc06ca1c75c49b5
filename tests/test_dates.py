"""Dates and languages as catalogues write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estampe.dates import best_date, days, parse_date, parse_timestamp
from estampe.languages import language_codes


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("15 juin 1920", "1920-06-15", "1920-06-15"),
        ("1920/06/15.", "1920-06-15", "1920-06-15"),
        ("1er janvier 1900", "1900-01-01", "1900-01-01"),
        ("June 15, 1920", "1920-06-15", "1920-06-15"),
        ("15. Juni 1920", "1920-06-15", "1920-06-15"),
        ("15/06/1920", "1920-06-15", "1920-06-15"),
        ("19200615", "1920-06-15", "1920-06-15"),
        ("Décembre 1918", "1918-12-01", "1918-12-31"),
        ("février 1904", "1904-02-01", "1904-02-29"),
        ("1920-06", "1920-06-01", "1920-06-30"),
        ("mars-avril 1910", "1910-03-01", "1910-04-30"),
        ("2 août 1914 - 11 nov. 1918", "1914-08-02", "1918-11-11"),
        ("du 2 au 5 mai 1870", "1870-05-02", "1870-05-05"),
        ("1914-1918", "1914-01-01", "1918-12-31"),
        ("1884-85", "1884-01-01", "1885-12-31"),
        ("[1920?]", "1920-01-01", "1920-12-31"),
        ("19??", "1900-01-01", "1999-12-31"),
        ("17--", "1700-01-01", "1799-12-31"),
        ("192X", "1920-01-01", "1929-12-31"),
        ("années 1850", "1850-01-01", "1859-12-31"),
        ("vers 1850", "1845-01-01", "1855-12-31"),
        ("XVIIe-XVIIIe siècles", "1601-01-01", "1800-12-31"),
        ("15th century", "1401-01-01", "1500-12-31"),
        ("2. Hälfte 15. Jh.", "1401-01-01", "1500-12-31"),
        ("avant 1500", "1400-01-01", "1499-12-31"),
        ("31 juin 1920", "1920-06-01", "1920-06-30"),
    ],
)
def test_dates(text: str, start: str, end: str) -> None:
    span = parse_date(text)
    assert (span.text, str(span.start), str(span.end)) == (text, start, end)


@pytest.mark.parametrize("text", ["", "s.d.", "n.d.", "12345", "1.500 francs", "99/99/9999", "0000", "670/680"])
def test_no_date_is_told_where_there_is_none(text: str) -> None:
    span = parse_date(text)
    assert (span.start, span.end) == (None, None)


def test_the_most_precise_date_is_the_best() -> None:
    spans = [parse_date("1920"), parse_date("no date"), parse_date("15 juin 1920"), parse_date("juin 1920")]
    assert best_date(spans) == spans[2]
    assert best_date([]) is None


def test_timestamps() -> None:
    assert str(parse_timestamp("1925-02-16T00:00:00Z").start) == "1925-02-16"
    assert parse_timestamp("1925-02-31T00:00:00Z").start is None


@given(st.text(alphabet="0123456789-/.?[]xX avrilmjuncesi", max_size=60) | st.text(max_size=100))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_date_or_none(text: str) -> None:
    span = parse_date(text)
    count = days(span)
    assert count is None or count >= 1


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("français", ("fr",)),
        ("fre", ("fr",)),
        ("fra", ("fr",)),
        ("fr-FR", ("fr",)),
        ("Französisch", ("fr",)),
        ("English; French", ("en", "fr")),
        ("Langue : français", ("fr",)),
        ("Texte en latin et français", ("la", "fr")),
        ("Ancient Greek", ("grc",)),
        ("wel", ("cy",)),
        ("mul", ()),
        ("no linguistic content", ()),
    ],
)
def test_languages(text: str, codes: tuple[str, ...]) -> None:
    assert language_codes(text) == codes
