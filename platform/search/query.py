"""The query: what one may ask of an index, and how it stands in an address."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from ..errors import QueryError
from .documents import tidy
from .grammar import parse
from .names import FACETS, FIELDS, LOOKS, SORTS
from .near import Near

DEFAULT_LIMIT: Final = 30
MAX_LIMIT: Final = 500
MAX_TEXT: Final = 1000
_MAX_VALUES = 100
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_SHARE = re.compile(r"(\d{1,20}|\d{0,20}[.,]\d{1,20})\s*(%?)", re.ASCII)
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Query:
    """A search.

    Attributes:
        text: words, in the small language of `estampe.search.grammar`; empty: everything.
        fields: which text fields words are looked for in, of `FIELDS`; empty: all.
        filters: values by facet, of `FACETS`: any of the values of a facet, and all of the facets.
        date_from: the first day, inclusive; an uncertain date fits where any of its days does.
        date_to: the last day, inclusive.
        min_confidence: labels below are as if they were not there, in filters and in counts; 0 to 1, in hundredths.
        noise: show also what is no picture.
        sort: one of `SORTS`; equals follow each other by id. Or `LOOKS`, which `in_sight` makes a search for likeness
            of: the words are then what pictures look like.
        limit: hits at most, 1 to `MAX_LIMIT`.
        after: the cursor that `Results.next` gave: go on behind it.
        near: what is to be looked like: only pictures are found that have a vector in its space, the nearest first,
            and ``sort`` is ``relevance``. Words, filters and dates only narrow.

    Raises:
        QueryError: where a value cannot be; its ``part`` is the argument's name, its ``place`` the character.

    """

    text: str = ""
    fields: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    date_from: date | None = None
    date_to: date | None = None
    min_confidence: float = 0.0
    noise: bool = False
    sort: str = "relevance"
    limit: int = DEFAULT_LIMIT
    after: str = ""
    near: Near | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise QueryError(f"The search is too long: {len(self.text)} characters, {MAX_TEXT} at most.", "q", MAX_TEXT)
        parse(self.text)
        for name in self.fields:
            _one_of(name, FIELDS, "in")
        tidied = ((facet, dict.fromkeys(filter(None, map(tidy, given)))) for facet, given in self.filters.items())
        object.__setattr__(self, "filters", {facet: tuple(values) for facet, values in tidied if values})
        for facet, values in self.filters.items():
            _one_of(facet, FACETS, facet)
            if len(values) > _MAX_VALUES:
                raise QueryError(f"Too much is asked of {facet}: {_MAX_VALUES} values at most.", facet)
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise QueryError(f"The dates are the wrong way round: from {self.date_from} to {self.date_to}.", "from")
        if not 0 <= self.min_confidence <= 1:
            raise QueryError("A confidence is between 0 and 1.", "confidence")
        object.__setattr__(self, "min_confidence", round(self.min_confidence, 2))
        _one_of(self.sort, (*SORTS, LOOKS), "sort")
        if self.near and self.sort != "relevance":
            raise QueryError("What looks alike is ordered by how much it does; leave the order out.", "sort")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise QueryError(f"n can be 1 to {MAX_LIMIT}, not {self.limit}.", "n")

    @classmethod
    def from_args(cls, args: Mapping[str, Sequence[str]]) -> Query:
        """Read the arguments of an address; names that mean nothing here are passed over.

        Args:
            args: the values by name, as ``request.args.to_dict(flat=False)`` gives them.

        Raises:
            QueryError: where a value cannot be understood.

        """
        values = {name: (given,) if isinstance(given, str) else tuple(given) for name, given in args.items()}

        def one(name: str) -> str:
            return _clean(next((value for value in reversed(values.get(name, ())) if value), "")).strip()

        filters: dict[str, tuple[str, ...]] = {facet: values[facet] for facet in FACETS if facet in values}
        fields = tuple(
            dict.fromkeys(name for value in values.get("in", ()) for name in re.split(r"[,\s]+", value) if name)
        )
        return cls(
            text=one("q"),
            fields=tuple(_clean(name) for name in fields),
            filters=filters,
            date_from=_day(one("from"), "from", last=False),
            date_to=_day(one("to"), "to", last=True),
            min_confidence=_confidence(one("confidence")),
            noise=_truth(one("noise")),
            sort=one("sort") or "relevance",
            limit=_count(one("n")),
            after=one("after"),
            near=Near(one("by"), like=like) if (like := one("like")) else None,
        )

    def to_args(self) -> list[tuple[str, str]]:
        """Return the arguments that `from_args` reads back as this query; what is as usual is left out.

        A vector does not stand in an address: who asks by one says in its own arguments where it comes from.
        """
        args: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        args += [("in", name) for name in self.fields]
        args += [(facet, value) for facet in FACETS for value in self.filters.get(facet, ())]
        usual = Query()
        plain: list[tuple[str, Any, Any]] = [
            ("from", self.date_from and self.date_from.isoformat(), None),
            ("to", self.date_to and self.date_to.isoformat(), None),
            ("confidence", f"{self.min_confidence:g}", f"{usual.min_confidence:g}"),
            ("noise", "1" if self.noise else "", ""),
            ("sort", self.sort, usual.sort),
            ("n", str(self.limit), str(usual.limit)),
            ("after", self.after, ""),
            ("like", self.near.like if self.near else "", ""),
            ("by", self.near.run if self.near and self.near.like else "", ""),
        ]
        return args + [(name, value) for name, value, default in plain if value != default]

    def in_space(self, run: str) -> Query:
        """Return the same search in the space of a run, where it asks for likeness and names no run itself."""
        if self.near is None or self.near.run:
            return self
        return replace(self, near=replace(self.near, run=run))

    def in_sight(self, run: str, vector: tuple[float, ...]) -> Query:
        """Return the search for what looks like the words, wherever they are printed: ``vector`` is theirs."""
        return replace(self, text="", fields=(), sort="relevance", near=Near(run, vector=vector))

    def identity(self) -> list[tuple[str, str]]:
        """Return what tells this search from others, however its page is cut."""
        args = replace(self, after="", limit=1).to_args()
        return [*args, ("vector", self.near.identity())] if self.near else args


def _clean(text: str) -> str:
    """Drop what no text field can hold: lone surrogates and control characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else " " for char in whole)


def _one_of(value: str, known: Sequence[str], part: str) -> None:
    if value not in known:
        raise QueryError(f"{part} can be {', '.join(known)}; it is {value!r}.", part)


def _day(text: str, part: str, *, last: bool) -> date | None:
    """Read a year, a month or a day: its first day, or its last."""
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(group) if group else None for group in match.groups())
        if year is None:
            raise ValueError
        month = month or (12 if last else 1)
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except ValueError:
        raise QueryError(f"{text!r} is no date; write 1914, 1914-08 or 1914-08-02.", part) from None


def _confidence(text: str) -> float:
    """Read ``0.8``, ``0,8`` or ``80 %``; what is above 1 and no percentage might be either, and is refused."""
    if not text:
        return 0.0
    match = _SHARE.fullmatch(text)
    value = float(match[1].replace(",", ".")) / (100 if match[2] else 1) if match else math.nan
    if not 0 <= value <= 1:
        raise QueryError(f"{text!r} is no confidence; write 0.8 or 80 %.", "confidence")
    return value


def _truth(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise QueryError(f"noise can be 1 or 0; it is {text!r}.", "noise")


def _count(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise QueryError(f"n is a number from 1 to {MAX_LIMIT}; it is {text!r}.", "n")
    return int(text)
