"""Dates, numbers and texts as the language of the page writes them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlsplit

from flask_babel import format_date, format_datetime, format_decimal, format_percent, get_locale
from markupsafe import Markup

from ..records import DateSpan

# A path of this machine: from the root, a home folder or a drive, at least two names deep.
_PATH = re.compile(r"(?<![\w:/.])(?:file://)?(?:~|[A-Za-z]:)?[/\\](?:[^\s/\\:'\"<>|,;]+[/\\])+([^\s/\\:'\"<>|,;]*)")


def number(value: int) -> str:
    """Return a whole number with the language's separators."""
    return str(format_decimal(value))


def percent(value: float) -> str:
    """Return a share of 1 as whole per cent."""
    return str(format_percent(value, "#,##0\u202f%" if get_locale().language == "fr" else "#,##0%"))


def span(value: DateSpan | None) -> str:
    """Return a date: a day, a month or a year where it means one, else what is printed."""
    if value is None:
        return ""
    if value.start is None or value.end is None:
        return value.text
    if value.start == value.end:
        return str(format_date(value.start, "long"))
    if _is_month(value.start, value.end):
        return str(format_date(value.start, "MMMM y"))
    if (value.start.month, value.start.day, value.end.month, value.end.day) == (1, 1, 12, 31):
        if value.start.year == value.end.year:
            return str(value.start.year)
        return value.text or f"{value.start.year}\u2013{value.end.year}"
    return value.text or f"{format_date(value.start, 'long')} \u2013 {format_date(value.end, 'long')}"


def _is_month(start: date, end: date) -> bool:
    same = (start.year, start.month) == (end.year, end.month)
    return same and start.day == 1 and end.day == monthrange(end.year, end.month)[1]


def year(value: DateSpan | None) -> str:
    """Return the year or years of a date, short."""
    if value is None:
        return ""
    if value.start is None or value.end is None:
        return value.text
    first, last = value.start.year, value.end.year
    return str(first) if first == last else f"{first}\u2013{last}"


def moment(value: str | datetime) -> str:
    """Return a moment, ISO 8601 in UTC, as date and time."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(format_datetime(when, "d MMM y, HH:mm 'UTC'"))


def whole_day(value: str) -> str:
    """Return the day of a moment, ISO 8601 in UTC."""
    return str(format_date(datetime.fromisoformat(value), "long"))


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut between words."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.\u2026") + "\u2026"


def joined(parts: Iterable[str], by: str = " \u00b7 ") -> str:
    """Join what is not empty."""
    return by.join(part for part in parts if part)


def external(address: str) -> str:
    """Return an address that may be linked to: of the web, or nothing."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return address.strip() if parts.scheme in {"http", "https"} and parts.netloc else ""


def public(text: str) -> str:
    """Return a message without the folders of this machine: of a path, the last name stays."""
    return _PATH.sub(lambda match: match[1] or "\u2026", text)


def day(value: date) -> str:
    """Return a day, short."""
    return str(format_date(value, "d MMM"))


def plain(text: str) -> str:
    """Return a text of a foreign catalogue without its HTML."""
    return Markup(text).striptags()  # noqa: S704  # stripped, then escaped like all other text
