"""The pace towards one host: arithmetic over times that are given, nothing that waits.

Gallica answers 429 to those who ask faster than it likes; people have needed as much as 15 seconds between two
requests. So a host that complains is asked half as often, and twice as often again after it was calm for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

#: The longest pause between two requests that we come to by ourselves, in seconds.
SLOWEST = 16.0
#: So many good answers in a row, and a host that had complained is asked twice as often again.
CALM = 20
#: The first pause after a failure, in seconds; it doubles with each, up to the longest.
FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0


@dataclass(slots=True)
class Pace:
    """When a host may be asked next. Times are seconds of one monotonic clock.

    ``usual`` is the pause between two requests while the host does not complain.
    """

    usual: float
    pause: float = 0.0
    free_at: float = float("-inf")
    calm: int = 0

    def __post_init__(self) -> None:
        self.pause = max(self.pause, self.usual)

    def reserve(self, now: float) -> float:
        """Take the next turn and return the seconds to wait for it."""
        start = max(now, self.free_at)
        self.free_at = start + self.pause
        return start - now

    def wait(self, now: float) -> float:
        """Return the seconds to wait for the next turn, without taking it."""
        return max(0.0, self.free_at - now)

    def good(self) -> None:
        """Note a good answer."""
        self.calm += 1
        if self.calm >= CALM:
            self.calm, self.pause = 0, max(self.usual, self.pause / 2)

    def complaint(self, now: float, retry_after: float | None) -> None:
        """Note that the host asked for patience, for so many seconds if it said how long."""
        self.calm = 0
        self.pause = max(self.usual, min(SLOWEST, max(self.pause * 2, 1.0)))
        if retry_after is not None:
            self.free_at = max(self.free_at, now + retry_after)


def retry_after(value: str, now: float) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for (a number, or a date), None where it says nothing.

    ``now`` is in seconds since 1970. RFC 9110, section 10.2.3.
    """
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return max(0.0, when - now)


def backoff(failures: int, jitter: float) -> float:
    """Return the seconds to wait after so many failures (from 1): exponential, the upper half of it by chance."""
    full = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(failures - 1, 16))
    return full / 2 + full / 2 * jitter
