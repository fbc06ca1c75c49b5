"""A publisher's list of changes, followed from its end back to where it was left: Change Discovery 1.0, section 3.5.

https://iiif.io/api/discovery/1.0/#activity-streams-processing-algorithm
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ..errors import FormatError, UnsupportedError
from ..iiif import Activity, ReadActivities, read_activities

#: The clocks of a publisher's machines may differ by so much: what is a little older than it should be is looked at.
_OVERLAP = timedelta(minutes=1)
#: One harvest reads so many pages.
PAGES = 100_000
_CAME = {"Create", "Update", "Add"}
_WENT = {"Delete", "Remove"}
_RESOURCES = {"Manifest", "Collection", ""}


@dataclass(frozen=True, slots=True)
class Step:
    """A resource that came, or changed (``went`` is False), or that went."""

    address: str
    went: bool


@dataclass(slots=True)
class Stream:
    """A list of changes that is followed once.

    Args:
        fetch: gives the bytes of an address, or raises EstampeError.
        start: the address of the list, or of a page of it.
        since: up to when it was followed before, empty where it never was.

    """

    fetch: Callable[[str], bytes]
    start: str
    since: str = ""
    _newest: datetime | None = None
    _done: set[str] = field(default_factory=set)
    _only_gone: bool = False

    @property
    def until(self) -> str:
        """The time of the newest change that was met, empty where none tells a time."""
        return self._newest.isoformat().replace("+00:00", "Z") if self._newest else self.since

    def steps(self) -> Iterator[Step]:
        """Give what changed, each resource once, newest first. Raises EstampeError where a page cannot be had."""
        floor = _floor(self.since)
        for activity in self._activities():
            if activity.at and (self._newest is None or activity.at > self._newest):
                self._newest = activity.at
            if floor and activity.at and activity.at < floor:
                return
            if activity.what == "Refresh":
                # All that there is was told anew from here on; of what is older only deletions are news.
                self._only_gone = True
            else:
                yield from self._judge(activity)

    def _judge(self, activity: Activity) -> Iterator[Step]:
        moved = activity.what == "Move"
        if activity.kind not in _RESOURCES:
            return
        if activity.target and moved and not self._only_gone:
            yield from self._once(activity.target, went=False)
        if activity.address and (moved or activity.what in _WENT):
            yield from self._once(activity.address, went=True)
        elif activity.address and activity.what in _CAME and not self._only_gone:
            yield from self._once(activity.address, went=False)

    def _once(self, address: str, *, went: bool) -> Iterator[Step]:
        if address not in self._done:
            self._done.add(address)
            yield Step(address, went)

    def _activities(self) -> Iterator[Activity]:
        page: ReadActivities | None = self._read(self.start)
        if page and page.last and not page.activities:
            page = self._read(page.last)
        seen = {self.start}
        while page is not None:
            yield from reversed(page.activities)
            before = page.previous
            if not before:
                return
            if before in seen:
                raise FormatError(before, "the pages of this list of changes run in a circle")
            if len(seen) > PAGES:
                raise UnsupportedError(self.start, f"this list of changes has more than {PAGES} pages")
            seen.add(before)
            page = self._read(before)

    def _read(self, address: str) -> ReadActivities:
        return read_activities(self.fetch(address), address)


def _floor(since: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)) - _OVERLAP
