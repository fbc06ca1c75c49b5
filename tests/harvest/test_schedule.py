"""Lists are harvested when they are due: not before, not twice, and whatever was missed once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.errors import UsageError
from estampe.harvest.lists import EVERY, SourceList, read_list
from estampe.harvest.schedule import due, last_harvests, next_time, read_lists, time_of_day

GOOD = "name: Test\nlicences: any\nsources: [ark:/12148/bpt6k46000341]\n"
PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 5, tzinfo=UTC)


def listed(every: int | None = 1, at: time | None = time(3), name: str = "a.yaml") -> SourceList:
    return SourceList(Path(name), {"en": name}, {}, "", "", ("any",), every, ("x",), at)


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[arg-type,misc]


def test_a_list_is_harvested_at_its_time_of_day() -> None:
    daily = listed()
    last = {daily.path: paris(2026, 11, 20, 3, 0, 20)}
    assert not due([daily], last, paris(2026, 11, 21, 2, 59), PARIS)
    [one] = due([daily], last, paris(2026, 11, 21, 3, 0), PARIS)
    assert one.listed == daily and one.since == paris(2026, 11, 21, 3, 0)


def test_one_that_began_after_midnight_belongs_to_the_evening_before() -> None:
    evening = listed(at=time(23, 55))
    assert next_time(evening, paris(2026, 11, 21, 0, 5), PARIS) == paris(2026, 11, 21, 23, 55)


def test_what_was_missed_is_due_once() -> None:
    weekly = listed(every=7)
    last = {weekly.path: paris(2026, 1, 1, 3, 0)}
    now = paris(2026, 3, 20, 14, 0)
    assert len(due([weekly], last, now, PARIS)) == 1
    assert not due([weekly], {weekly.path: now}, now + timedelta(minutes=1), PARIS)
    assert next_time(weekly, now, PARIS) == paris(2026, 3, 27, 3, 0)


def test_the_clocks_are_changed() -> None:
    daily = listed(at=time(2, 30))
    spring = next_time(daily, paris(2026, 3, 28, 2, 30), PARIS)
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "half past two is skipped that night"
    autumn = next_time(daily, paris(2026, 10, 24, 2, 30), PARIS)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "it comes twice that night; the first counts"
    assert next_time(daily, autumn, PARIS) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_never_is_never_and_new_is_now() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    never, new = listed(every=None, name="never.yaml"), listed(name="new.yaml")
    assert [one.listed for one in due([never, new], {}, now)] == [new]


def test_lists_without_a_time_are_spread_over_the_night_and_always_the_same() -> None:
    times = [time_of_day(listed(at=None, name=f"{number}.yaml")) for number in range(50)]
    assert len(set(times)) > 25 and max(times) < time(5)
    assert time_of_day(listed(at=None)) == time_of_day(listed(at=None))


@given(
    st.sampled_from([days for days in EVERY.values() if days]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.lists(st.integers(1, 40 * 24 * 60), min_size=1, max_size=40),
)
def test_whenever_one_looks_a_list_is_harvested_once_for_each_time_that_one_might_have(
    every: int, at: time, gaps: list[int]
) -> None:
    one, now = listed(every=every, at=at), START
    last: dict[Path, datetime] = {one.path: START}
    harvested: list[datetime] = []
    for gap in gaps:
        now += timedelta(minutes=gap)
        before = next_time(one, last[one.path], PARIS)
        if due([one], last, now, PARIS):
            assert before is not None and before <= now
            harvested.append(now)
            last[one.path] = now
            assert not due([one], last, now, PARIS), "it is due once"
        else:
            assert before is not None and before > now, "nothing that is due is passed over"
    # A harvest that was late does not move the ones after it, and none comes early, but for the hour of summer time.
    slots = (now - START) / timedelta(days=every) + 1
    assert len(harvested) <= slots + 1
    for first, second in pairwise(harvested):
        assert second - first > timedelta(days=every - 1) - timedelta(hours=1)


def test_a_bad_list_is_told_and_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: [")
    (tmp_path / "good.yml").write_text(GOOD + "every: day\nat: '03:05'")
    (tmp_path / "notes.txt").write_text("")
    lists, wrong = read_lists(tmp_path)
    assert [one.path.name for one in lists] == ["good.yml"] and lists[0].at == time(3, 5)
    assert [Path(one.source).name for one in wrong] == ["bad.yaml"]
    assert read_lists(tmp_path / "none")[1][0].source.endswith("none")


@pytest.mark.parametrize(("text", "at"), [("3:05", time(3, 5)), ("12:30", time(12, 30)), ("'00:00'", time(0))])
def test_times_are_read_as_people_write_them(tmp_path: Path, text: str, at: time) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(f"{GOOD}at: {text}")
    assert read_list(path).at == at


@pytest.mark.parametrize("text", ["3", "'24:00'", "noon", "[3]", "3:99", "true"])
def test_what_is_no_time_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(f"{GOOD}at: {text}")
    with pytest.raises(UsageError, match=r"at: .* is no time of day"):
        read_list(path)


def test_jobs_tell_when_a_list_was_last_harvested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = listed(name=str(tmp_path / "a b.yaml")), listed(name=str(tmp_path / "c.yaml"))
    runs = {
        "a b.yaml": "2026-11-20T03:00:00Z",
        f"{tmp_path}/c.yaml ark:/12148/bpt6k46000341": "2026-11-21T03:00:00Z",
        "c.yaml": "2026-11-19T03:00:00.123Z",
        "sru:c.yaml\0": "2026-11-22T03:00:00Z",
        "https://example.org/c.yaml": "soon",
    }
    assert last_harvests([one, other], runs) == {
        one.path: datetime(2026, 11, 20, 3, tzinfo=UTC),
        other.path: datetime(2026, 11, 21, 3, tzinfo=UTC),
    }
