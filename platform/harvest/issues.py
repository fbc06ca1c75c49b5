"""Gallica's Issues service: a periodical and a year to the ARKs of its issues.

https://api.bnf.fr/fr/api-document-de-gallica
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from lxml import etree

from ..errors import EstampeError, UnsupportedError, UsageError
from ..identity import find_ark
from ..net import Door
from .records import Refusal
from .services import ask, find_all
from .walk import Listed

_YEARS = re.compile(r"(?:date)?(?P<first>\d{4})(?:-(?P<last>\d{4}))?")
_DAY = re.compile(r"(?:date)?(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Periodical:
    """A periodical by its ARK, and the years of it that are wanted, both None for all; or the one ``day``."""

    ark: str
    first: int | None = None
    last: int | None = None
    day: date | None = None

    @classmethod
    def parse(cls, text: str) -> Periodical:
        """Read ``ark:/12148/cb32771891w/1910``, ``cb32771891w/1910-1914``, or Gallica's own address of a year.

        Raises UsageError.
        """
        found = find_ark(text if "ark:" in text else f"ark:/12148/{text}")
        if found is None or not found[0].rpartition("/")[2].startswith("cb"):
            raise UsageError(f"issues:{text} names no periodical; give issues:ark:/12148/cb32771891w/1910")
        rest = text[text.index(found[0].rpartition("/")[2]) + len(found[0].rpartition("/")[2]) :]
        wanted = rest.strip("/").partition(".")[0]
        if wanted in {"", "date"}:
            return cls(found[0])
        if (day := _DAY.fullmatch(wanted)) and (found_day := _date(*map(int, day.groups()))):
            return cls(found[0], found_day.year, found_day.year, found_day)
        years = _YEARS.fullmatch(wanted)
        if years is None:
            raise UsageError(f"issues:{text}: {wanted!r} is no year; give a year (1910) or years (1910-1914)")
        first = int(years["first"])
        return cls(found[0], first, int(years["last"] or first))


def list_issues(door: Door, base: str, periodical: Periodical) -> Iterator[str | Refusal | Listed]:
    """Give the ARK of each issue, by date. A year that cannot be had is a refusal; the others go on.

    Where all years could be had, `Listed` comes last.
    """
    name = f"issues:{periodical.ark}"
    if periodical.first is not None and periodical.first == periodical.last:
        years = [periodical.first]
    else:
        try:
            answer = ask(door, _address(base, periodical.ark), "issues")
            listed = [int(text) for year in find_all(answer, "year") if (text := (year.text or "").strip()).isdecimal()]
        except EstampeError as error:
            yield Refusal(name, error)
            return
        years = [year for year in listed if (periodical.first or 0) <= year <= (periodical.last or 9999)]
        if not years:
            yield Refusal(name, UnsupportedError(name, "Gallica has no issue of these years", _remedy(listed)))
    listed_all, names = True, set[str]()
    for year in years:
        for found in _year(door, base, periodical, year):
            if isinstance(found, Refusal):
                listed_all = False
            else:
                names.add(found)
            yield found
    if listed_all and names:
        yield Listed(frozenset(names))


def _year(door: Door, base: str, periodical: Periodical, year: int) -> Iterator[str | Refusal]:
    ark, day = periodical.ark, periodical.day
    name = f"issues:{ark}/{day.strftime('%Y%m%d') if day else year}"
    try:
        answer = ask(door, _address(base, ark, year), "issues")
    except EstampeError as error:
        yield Refusal(name, error)
        return
    issues = find_all(answer, "issue")
    if day:
        issues = [issue for issue in issues if issue.get("dayOfYear") == str(day.timetuple().tm_yday)]
    if not issues:
        yield Refusal(name, UnsupportedError(name, f"Gallica has no issue of {day or year}"))
    for issue in issues:
        yield _ark(issue) or Refusal(name, UnsupportedError(name, f"an issue has no ARK: {(issue.text or '')[:80]!r}"))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ark(issue: etree._Element) -> str:
    given = issue.get("ark", "")
    found = find_ark(given if "ark:" in given else f"ark:/12148/{given}")
    return found[0] if found else ""


def _address(base: str, ark: str, year: int | None = None) -> str:
    query = {"ark": f"{ark}/date"} | ({"date": str(year)} if year is not None else {})
    return f"{base}/services/Issues?{urlencode(query, safe=':/')}"


def _remedy(years: list[int]) -> str:
    return f"it has {years[0]} to {years[-1]}" if years else ""
