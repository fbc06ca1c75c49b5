"""The years of a search as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...search import Query
from .refine import address, begun

_MOST_BARS = 60
#: From so many bars on more years than the first and the last are written below.
_MANY = 24
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Bar:
    """A year, or a few of them: ``height`` is 0 to 1 of the tallest; the address narrows the search to it."""

    first: int
    last: int
    count: int
    height: float
    active: bool
    address: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All bars, from the first year that has any picture to the last, empty ones included."""

    first: int
    last: int
    bars: tuple[Bar, ...]

    @property
    def years(self) -> list[int]:
        """The years to write below, evenly spread."""
        between = range(len(self.bars) // 4, len(self.bars) - 1, len(self.bars) // 4) if len(self.bars) >= _MANY else ()
        return [self.first, *(self.bars[place].first for place in list(between)[:3]), self.last]


def timeline(query: Query, counted: Sequence[tuple[int, int]]) -> Timeline | None:
    """Return the bars; None where there are fewer than two years to choose from."""
    by_year = dict(counted)
    if len(by_year) < 2:
        return None
    first, last = min(by_year), max(by_year)
    step = next((step for step in _STEPS if (last - first) / step < _MOST_BARS), _STEPS[-1])
    spans = [(max(start, first), min(start + step - 1, last)) for start in range(first - first % step, last + 1, step)]
    counts = [sum(by_year.get(year, 0) for year in range(start, end + 1)) for start, end in spans]
    tallest = max(counts)
    bars = (_bar(query, start, end, count, tallest) for (start, end), count in zip(spans, counts, strict=True))
    return Timeline(first, last, tuple(bars))


def _bar(query: Query, first: int, last: int, count: int, tallest: int) -> Bar:
    lower, upper = query.date_from, query.date_to
    active = (lower is not None or upper is not None) and (
        (lower is None or last >= lower.year) and (upper is None or first <= upper.year)
    )
    start, end = date(max(first, 1), 1, 1), date(min(max(last, 1), 9999), 12, 31)
    only = (lower, upper) == (start, end)
    rest = begun(query, date_from=None if only else start, date_to=None if only else end)
    return Bar(first, last, count, round(count / tallest, 4) if tallest else 0.0, active, address(rest))
