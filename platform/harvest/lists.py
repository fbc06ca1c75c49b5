"""Lists of what to harvest: YAML in `manifests/`, one collection each. ``docs/harvest.md`` describes every field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import yaml

from ..errors import UsageError
from .licences import ANY, LICENCES, UNKNOWN

#: How often a list is harvested again, in days.
EVERY = {"never": None, "day": 1, "week": 7, "month": 30, "year": 365}
_FIELDS = {"name", "description", "provider", "source", "licences", "every", "at", "sources"}
_AT = re.compile(r"(\d{1,2}):(\d\d)")
_LIMIT = 5_000_000


@dataclass(frozen=True, slots=True)
class SourceList:
    """A named collection to harvest.

    ``name`` and ``description`` are by language; ``provider`` and ``source`` are used where the documents do not say
    theirs; ``licences`` are the words of `estampe.harvest.licences` that are accepted, or ``any``; ``every`` is in
    days, None for once; ``at`` is the time of day for that, None for any; ``sources`` are what `Harvester.harvest`
    takes.
    """

    path: Path
    name: Mapping[str, str]
    description: Mapping[str, str]
    provider: str
    source: str
    licences: tuple[str, ...]
    every: int | None
    sources: tuple[str, ...]
    at: time | None = None

    def accepts(self, licence: str) -> bool:
        """Tell whether documents with this word for their licence are taken."""
        return ANY in self.licences or licence in self.licences


def read_list(path: Path) -> SourceList:
    """Read a list. Raises UsageError that names the file, the field and what would be right."""
    try:
        data = path.read_bytes()
        if len(data) > _LIMIT:
            raise UsageError(f"{path}: a list is a small file; this one has {len(data)} bytes")
        given = yaml.safe_load(data)
    except OSError as error:
        raise UsageError(f"{path}: the list cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise UsageError(f"{path}{line}: this is not YAML: {getattr(error, 'problem', error)}") from error
    return _Reader(path, given).read()


class _Reader:
    def __init__(self, path: Path, given: Any) -> None:
        if not isinstance(given, dict):
            raise UsageError(f"{path}: a list of sources begins with fields such as 'name:' and 'sources:'")
        self._path, self._given = path, given

    def read(self) -> SourceList:
        unknown = sorted(str(field) for field in self._given if field not in _FIELDS)
        if unknown:
            self._wrong(unknown[0], f"there is no such field; there are {', '.join(sorted(_FIELDS))}")
        return SourceList(
            self._path,
            self._by_language("name", required=True),
            self._by_language("description"),
            self._text("provider"),
            self._text("source"),
            self._licences(),
            self._every(),
            self._sources(),
            self._at(),
        )

    def _wrong(self, field: str, message: str) -> None:
        raise UsageError(f"{self._path}: {field}: {message}")

    def _text(self, field: str) -> str:
        value = self._given.get(field, "")
        if not isinstance(value, str):
            self._wrong(field, "this must be a text")
        return str(value).strip()

    def _by_language(self, field: str, *, required: bool = False) -> dict[str, str]:
        value = self._given.get(field, {})
        if isinstance(value, str):
            value = {"none": value}
        if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
            self._wrong(field, "this must be a text, or texts by language (fr: …, en: …)")
        if required and not value:
            self._wrong(field, "this is missing; give the collection's name")
        return {language: " ".join(text.split()) for language, text in value.items()}

    def _strings(self, field: str) -> tuple[str, ...]:
        value = self._given.get(field, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self._wrong(field, "this must be a list of texts, one a line after a hyphen")
        return tuple(dict.fromkeys(item.strip() for item in value))

    def _licences(self) -> tuple[str, ...]:
        given = self._strings("licences")
        known = [*LICENCES, UNKNOWN, ANY]
        if not given:
            self._wrong("licences", f"say which are accepted: {', '.join(known)}")
        for word in given:
            if word not in known:
                self._wrong("licences", f"{word!r} is not known; there are {', '.join(known)}")
        return given

    def _every(self) -> int | None:
        word = self._text("every") or "never"
        if word not in EVERY:
            self._wrong("every", f"{word!r} is not one of {', '.join(EVERY)}")
        return EVERY[word]

    def _at(self) -> time | None:
        value = self._given.get("at", "")
        if isinstance(value, int) and not isinstance(value, bool) and 60 <= value < 24 * 60:
            # YAML takes 12:30 for a number of base 60, and 03:00 for a text.
            value = f"{value // 60}:{value % 60:02}"
        if value == "":
            return None
        parts = _AT.fullmatch(value.strip()) if isinstance(value, str) else None
        if parts is None or int(parts[1]) > 23 or int(parts[2]) > 59:
            self._wrong("at", f'{value!r} is no time of day; give one as "03:00", in quotation marks')
            return None
        return time(int(parts[1]), int(parts[2]))

    def _sources(self) -> tuple[str, ...]:
        given = self._strings("sources")
        if not given:
            self._wrong("sources", "this is missing; give addresses, ARKs, folders, sru:… or issues:…")
        for source in given:
            if source.lower().endswith((".yaml", ".yml")):
                self._wrong("sources", f"{source!r}: a list does not lead to lists")
        return given
