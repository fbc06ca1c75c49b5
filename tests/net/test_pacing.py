"""The pace is arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from estampe.net.pacing import CALM, LONGEST_BACKOFF, SLOWEST, Pace, backoff, retry_after

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


def test_turns_are_a_pause_apart_and_a_late_comer_does_not_wait() -> None:
    pace = Pace(usual=1.0)
    assert [pace.reserve(10.0), pace.reserve(10.0), pace.reserve(10.5)] == [0.0, 1.0, 1.5]
    assert pace.reserve(60.0) == 0.0


def test_a_complaint_slows_down_and_calm_speeds_up_again() -> None:
    pace = Pace(usual=0.5)
    for _ in range(9):
        pace.complaint(0.0, None)
    assert pace.pause == SLOWEST
    for _ in range(CALM):
        pace.good()
    assert pace.pause == SLOWEST / 2
    for _ in range(CALM * 9):
        pace.good()
    assert pace.pause == 0.5


def test_nobody_is_asked_before_the_time_it_named() -> None:
    pace = Pace(usual=1.0)
    pace.reserve(0.0)
    pace.complaint(0.2, 30.0)
    assert pace.wait(1.0) == 29.2
    pace.complaint(1.0, 5.0)
    assert pace.wait(1.0) == 29.2, "a shorter word later does not take back a longer one"


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("120", NOW) == 120.0
    assert retry_after("Fri, 15 Jan 2027 08:02:00 GMT", NOW) == 120.0
    assert retry_after("Fri, 15 Jan 2027 07:02:00 GMT", NOW) == 0.0
    assert [retry_after(text, NOW) for text in ("", "soon", "-5", "1e9", "²")] == [None] * 5
    assert retry_after("9" * 400, NOW) == 999_999_999.0


@given(st.text())
def test_retry_after_understands_or_ignores_anything(text: str) -> None:
    assert (retry_after(text, NOW) or 0.0) >= 0.0


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_backoff_grows_and_ends(failures: int, jitter: float) -> None:
    assert 0.5 <= backoff(failures, jitter) <= LONGEST_BACKOFF
    assert backoff(failures, jitter) <= 2 * backoff(failures + 1, 0.0) * 2
