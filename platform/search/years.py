"""How many pictures may be of each year, by when their dates begin and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

#: What indexes count the years of a picture's first and last day by.
FIRST, LAST = "year_first", "year_last"
#: So many years there are at most.
MOST: Final = 10_000


def years(answer: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Return the years that have any: those pictures that have begun by then, less those that were over before."""
    steps: Counter[int] = Counter()
    for name, step, later in ((FIRST, 1, 0), (LAST, -1, 1)):
        for bucket in answer[name]["buckets"]:
            steps[int(bucket["key"]) + later] += step * int(bucket["doc_count"])
    if not steps:
        return ()
    every = range(min(steps), max(steps))
    numbers = accumulate(steps[year] for year in every)
    return tuple((year, number) for year, number in zip(every, numbers, strict=True) if number)
