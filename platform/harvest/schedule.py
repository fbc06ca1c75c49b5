"""When each list is to be harvested again: decided from what is given, and by nothing that runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from ..errors import UsageError
from .lists import SourceList, read_list
from .records import Refusal

#: Lists that name no time are spread over the hours from midnight on, so that they do not all begin at once.
_NIGHT = 5 * 60


@dataclass(frozen=True, slots=True)
class Due:
    """A list that is to be harvested now, and the time at which it should have been; None where it never was."""

    listed: SourceList
    since: datetime | None


def read_lists(folder: Path) -> tuple[list[SourceList], list[Refusal]]:
    """Return the lists of a folder by their names, and those that are wrong, which never stop the others."""
    lists, wrong = list[SourceList](), list[Refusal]()
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"})
    except OSError as error:
        cause = f"the folder of lists {folder} cannot be read: {error.strerror}"
        return [], [Refusal(str(folder), UsageError(cause))]
    for path in paths:
        try:
            lists.append(read_list(path))
        except UsageError as error:
            wrong.append(Refusal(str(path), error))
    return lists, wrong


def last_harvests(lists: Iterable[SourceList], runs: Mapping[str, str]) -> dict[Path, datetime]:
    """Return when each list was last harvested.

    Args:
        lists: the lists.
        runs: what was harvested (the sources of a run, with spaces between them, as its job's detail says), and when
            that last began (ISO 8601).

    """
    wanted = {listed.path.resolve(): listed.path for listed in lists}
    found: dict[Path, datetime] = {}
    for detail, began in runs.items():
        with suppress(ValueError, OSError):
            when = _aware(datetime.fromisoformat(began), UTC)
            for source in {detail, *detail.split()}:
                if path := wanted.get(Path(source).resolve()):
                    found[path] = max(when, found.get(path, when))
    return found


def due(
    lists: Iterable[SourceList], last: Mapping[Path, datetime], now: datetime, zone: tzinfo | None = None
) -> list[Due]:
    """Return the lists that are to be harvested now, those first that wait for longest.

    A list that was missed, however often, is due once. One that was never harvested is due at once; one that says
    ``never`` never is.

    Args:
        lists: the lists.
        last: when each was last harvested, by its path.
        now: the time.
        zone: whose time of day the lists mean, None for the machine's.

    """
    found: list[Due] = []
    for listed in lists:
        if listed.every is None:
            continue
        since = next_time(listed, last.get(listed.path), zone)
        if since is None or since <= now:
            found.append(Due(listed, since))
    return sorted(found, key=lambda one: (one.since or datetime.min.replace(tzinfo=UTC), one.listed.path))


def next_time(listed: SourceList, last: datetime | None, zone: tzinfo | None = None) -> datetime | None:
    """Return when a list is to be harvested again, in UTC; None where it never was, or is never to be.

    That is so many days after the time that its last harvest belongs to: one that began late does not put off all that
    come after it.
    """
    if listed.every is None or last is None:
        return None
    at = time_of_day(listed)
    here = _aware(last, UTC).astimezone(zone)
    day = here.date() if _moment(here.date(), at, zone) <= last else here.date() - timedelta(days=1)
    try:
        return _moment(day + timedelta(days=listed.every), at, zone)
    except OverflowError:
        return None


def time_of_day(listed: SourceList) -> time:
    """Return when on its day a list is harvested: as it says, else at a time of the night that stays the same."""
    if listed.at is not None:
        return listed.at
    number = int.from_bytes(hashlib.sha256(listed.path.name.encode("utf-8", "surrogatepass")).digest()[:4]) % _NIGHT
    return time(number // 60, number % 60)


def _moment(day: date, at: time, zone: tzinfo | None) -> datetime:
    """Return a time of a day in UTC; one that a change of the clocks skips is taken as if they had not been changed."""
    local = datetime.combine(day, at)
    return (local.replace(tzinfo=zone) if zone else local).astimezone(UTC)


def _aware(when: datetime, zone: tzinfo) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=zone)
