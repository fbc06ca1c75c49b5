"""Dates as catalogues and title pages print them, in French, English and German, read as the days they may mean.

``15 juin 1920``, ``June 1920``, ``1920/06/15.``, ``[1920?]``, ``19??``, ``1914-18``, ``XVe siècle``, ``vers 1850``.
What a date leaves open becomes a span: ``juin 1920`` is all days of that month. Calendars other than ours are not read.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

from .records import DateSpan

# A date is a few words; a longer text is searched no further, which also bounds the work on hostile input.
_LONGEST = 400
#: The years on either side that "about" allows.
_ABOUT = 5

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan januar janner jaenner",
            "fevrier fevr february feb februar feber",
            "mars march mar marz maerz",
            "avril avr april apr",
            "mai may",
            "juin june jun juni",
            "juillet juil july jul juli",
            "aout august aug",
            "septembre september sept sep",
            "octobre october oct oktober okt",
            "novembre november nov",
            "decembre december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>[0-2]\d{3})"

# Tried in this order at each place; the first that names a day that exists wins.
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}(?P<sep>[-/.])(?P<number>0[1-9]|1[0-2]|[1-9])(?P=sep)(?P<day>0[1-9]|[12]\d|3[01]|[1-9])(?!\d)",
        rf"(?<!\d){_YEAR}(?P<number>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d){_DAY}(?:\s+(?:de|of))?\s*{_MONTH},?\s*(?:de\s+)?{_YEAR}(?!\d)",
        rf"\b{_MONTH}\s*{_DAY}\s*,?\s+{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR},?\s+{_MONTH}\s*{_DAY}(?!\d)",
        rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?P<sep>[-/.])(?P<number>0?[1-9]|1[0-2])(?P=sep){_YEAR}(?!\d)",
        rf"(?<!\d)(?P<number>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}(?!\d)",
    )
)
_MONTHS_OF_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_MONTH},?\s*(?:de\s+|of\s+)?{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR},?\s+{_MONTH}",
        rf"(?<!\d){_YEAR}[-/](?P<number>0[1-9]|1[0-2])(?![\d-])",
        rf"(?<![\d/-])(?P<number>0?[1-9]|1[0-2])/{_YEAR}(?!\d)",
    )
)
_SHORT_RANGE = re.compile(r"(?<!\d)(?P<year>[0-2]\d{3})\s*[-/–]\s*(?P<end>\d{1,2})(?![\d-])")
_DECADE = re.compile(r"(?<!\d)(?P<year>\d{3})(?:0(?:'?s|er)\b|[-?xu]\??(?![\d?xu.-]))")
_DECADE_DOT = re.compile(r"^\s*\[?(?P<year>\d{3})\.\??\]?\.?\s*$")
_DECADE_NAMED = re.compile(r"\bannees\s+(?P<year>\d{3})0\b")
_CENTURY_OPEN = re.compile(r"(?<!\d)(?P<year>\d{2})(?:\?\?|\.\.|xx|uu|--)(?![\d?xu])")
_CENTURY = re.compile(
    r"(?<![\w])(?P<century>\d{1,2}|[ivx]{1,6})(?:\s*(?:e|eme|th|st|nd|rd)\b|\s*\.)?\s*-?\s*"
    r"(?:siecles?|s\.|century|centuries|cent\.|c\.|jahrhunderts?|jh(?:dt)?s?\b)"
)
_CENTURY_LATIN = re.compile(r"\b(?:s\.|saec\.|saeculo|siglo|secolo)\s*(?P<century>[ivx]{1,6})\b")
_ALONE = re.compile(r"(?<![\d.,])[0-2]\d{3}(?![\d]|[.,]\d)")
_ABOUT_WORDS = re.compile(r"(?:\b(?:ca|circa|vers|environ|about|around|um|etwa|approximately)\b|\bc\.|~)[\s.]*\[?\s*$")
_BEFORE_WORDS = re.compile(r"\b(?:avant|before|vor)[\s.]*$")
_AFTER_WORDS = re.compile(r"\b(?:apres|after|nach|depuis|since|seit)[\s.]*$")

# What two dates share is written once: "2-3 aout 1914", "2 aout - 11 novembre 1914", "mars-avril 1910", "XVIe-XVIIe s."
_NAMED = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th|\.)?"
_TO = r"\s*(?:-|/|\bau\b|\ba\b|\bto\b|\bet\b|\band\b|\bund\b|\bbis\b)\s*"
_SHARED = (
    (re.compile(rf"(?<!\d)({_NUMBER}){_TO}({_NUMBER}\s+({_NAMED}\s*[0-2]\d{{3}}))(?!\d)"), r"\1 \3, \2"),
    (re.compile(rf"(?<!\d)({_NUMBER}\s+{_NAMED}){_TO}({_NUMBER}\s+{_NAMED}\s*([0-2]\d{{3}}))(?!\d)"), r"\1 \3, \2"),
    (re.compile(rf"\b({_NAMED}){_TO}({_NAMED}\s*([0-2]\d{{3}}))(?!\d)"), r"\1 \3, \2"),
    (
        re.compile(rf"\b([ivx]{{1,6}}e?|\d{{1,2}}th){_TO}((?:[ivx]{{1,6}}e?|\d{{1,2}}th)\s+(siecle|century))"),
        r"\1 \3, \2",
    ),
)

_Span = tuple[date, date]


def parse_date(text: str) -> DateSpan:
    """Return the date that a text tells; without days where it tells none. Never raises.

    Where the text holds several dates, the span goes from the first to the last: ``2 août 1914 - 11 nov. 1918``.
    """
    shown = " ".join(text[: 4 * _LONGEST].split())[:_LONGEST]
    folded = _folded(shown)
    for pattern, written_out in _SHARED:
        folded = pattern.sub(written_out, folded)
    spans = _spans(folded)
    if not spans:
        return DateSpan(shown)
    return DateSpan(shown, min(start for start, _ in spans), max(end for _, end in spans))


def parse_timestamp(text: str) -> DateSpan:
    """Return the day of an ISO 8601 time, as in IIIF's ``navDate``; without days where it is none."""
    match = re.match(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]|\s*$)", text)
    day = _date(int(match[1]), int(match[2]), int(match[3])) if match else None
    return DateSpan(text.strip()[:10], day, day) if day else DateSpan(text.strip()[:_LONGEST])


def days(span: DateSpan) -> int | None:
    """Return how many days a span may mean, None where it tells none."""
    return (span.end - span.start).days + 1 if span.start and span.end else None


def best_date(spans: list[DateSpan]) -> DateSpan | None:
    """Return the most precise of several dates of the same thing; the first of equals; None of none."""
    return min(spans, key=lambda span: days(span) or 10**7, default=None)


def _folded(text: str) -> str:
    """Return a text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("º", "").replace("°", ""))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("–", "-").replace("—", "-")


def _spans(text: str) -> list[_Span]:
    """Read the text from the most precise form to the least; what was read is blanked, so that nothing counts twice."""
    spans: list[_Span] = []
    for patterns, read in (
        (_DAYS, _day),
        (_MONTHS_OF_YEAR, _month),
        ((_SHORT_RANGE,), _short_range),
        ((_DECADE_NAMED, _DECADE, _DECADE_DOT), _decade),
        ((_CENTURY_OPEN,), _open_century),
        ((_CENTURY, _CENTURY_LATIN), _century),
        ((_ALONE,), _year),
    ):
        for pattern in patterns:
            for match in reversed(list(pattern.finditer(text))):
                span = read(match)
                if span is not None:
                    spans.append(_qualified(span, text[: match.start()]))
                    text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
        # A day says more than a year that stands beside it ("1920. 15 juin 1920").
        if spans and patterns is _DAYS:
            return spans
    return spans


def _day(match: re.Match[str]) -> _Span | None:
    groups = match.groupdict()
    month = _MONTHS[groups["month"]] if groups.get("month") else int(groups["number"])
    day = _date(int(groups["year"]), month, int(groups["day"]))
    return (day, day) if day else None


def _month(match: re.Match[str]) -> _Span | None:
    groups = match.groupdict()
    year = int(groups["year"])
    month = _MONTHS[groups["month"]] if groups.get("month") else int(groups["number"])
    return (date(year, month, 1), date(year, month, monthrange(year, month)[1])) if year else None


def _short_range(match: re.Match[str]) -> _Span | None:
    year, digits = int(match["year"]), len(match["end"])
    end = year - year % 10**digits + int(match["end"])
    return _years(year, end) if end > year else None


def _decade(match: re.Match[str]) -> _Span | None:
    return _years(int(match["year"]) * 10, int(match["year"]) * 10 + 9)


def _open_century(match: re.Match[str]) -> _Span | None:
    return _years(int(match["year"]) * 100, int(match["year"]) * 100 + 99)


def _century(match: re.Match[str]) -> _Span | None:
    written = match["century"]
    number = int(written) if written.isdigit() else _roman(written)
    return _years(number * 100 - 99, number * 100) if 1 <= number <= 21 else None


def _year(match: re.Match[str]) -> _Span | None:
    return _years(int(match[0]), int(match[0]))


def _years(start: int, end: int) -> _Span | None:
    return (date(start, 1, 1), date(end, 12, 31)) if 1 <= start <= end <= 9999 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _qualified(span: _Span, before: str) -> _Span:
    """Widen a span by the word before it: about, before, after."""
    start, end = span
    if _ABOUT_WORDS.search(before):
        return date(max(1, start.year - _ABOUT), 1, 1), date(min(9999, end.year + _ABOUT), 12, 31)
    if _BEFORE_WORDS.search(before):
        # How long before is not said; a hundred years keep it findable among its time.
        return date(max(1, start.year - 100), 1, 1), start - timedelta(days=1) if start > date.min else start
    if _AFTER_WORDS.search(before):
        return end, date(min(9999, end.year + 100), 12, 31)
    return span


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[char] for char in text]
    return sum(-v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True))
