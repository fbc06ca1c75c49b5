"""What is new since last time: lists of changes are followed, whole listings are told, and what is gone is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estampe.errors import FormatError, GoneError, UnavailableError
from estampe.harvest import Complete, Found, Harvested, Harvester, Refusal, Withdrawn
from estampe.harvest.streams import Step, Stream
from estampe.net import Cache, Door, RequestsTransport
from estampe.settings import Settings
from tests.harvest.conftest import MakeHarvester
from tests.harvest.standin import Reply
from tests.harvest.test_walk import Web, link
from tests.net.clock import FakeClock

STREAM = "/activity.json"


class Publisher(Web):
    """A publisher of manifests that tells its changes, so many on a page; ``broken`` are answered with 500."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[dict[str, Any]] = []
        self.broken: set[str] = set()

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        return Reply(b"", "text/plain", 500) if path in self.broken else super().reply(path, query)

    def tell(self, what: str, path: str, minute: int, **more: Any) -> None:
        """Tell a change, so many minutes after ten."""
        activity = {"type": what, "endTime": f"2026-11-22T10:{minute:02}:00Z"} | more
        if path:
            activity["object"] = {"id": "{web}" + path, "type": "Manifest"}
        self.changes.append(activity)
        self._write(length=2)

    def _write(self, length: int) -> None:
        last = (len(self.changes) - 1) // length
        self.pages[STREAM] = {
            "type": "OrderedCollection",
            "id": "{web}" + STREAM,
            "last": {"id": f"{{web}}/page{last}", "type": "OrderedCollectionPage"},
        }
        for number in range(last + 1):
            page = {"type": "OrderedCollectionPage", "orderedItems": self.changes[number * length :][:length]}
            before = {"prev": {"id": f"{{web}}/page{number - 1}", "type": "OrderedCollectionPage"}} if number else {}
            self.pages[f"/page{number}"] = page | before


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as running:
        yield running


Again = Callable[..., list[Found]]


@pytest.fixture
def again(publisher: Publisher, tmp_path: Any, clock: FakeClock) -> Iterator[Again]:
    """Harvest a path of the publisher once more, as another run would, after what was followed before."""
    doors: list[Door] = []
    followed: dict[str, str] = {}

    def harvest(path: str = STREAM) -> list[Found]:
        cache = Cache(tmp_path / "cache", 10**9, clock.now)
        doors.append(Door(cache, RequestsTransport(), clock, user_agent="Estampe/test", allow_private=True))
        publisher.requests.clear()
        harvester = Harvester(doors[-1], Settings(), only_changed=True, since=lambda origin: followed.get(origin, ""))
        found = list(harvester.harvest(publisher.url + path))
        followed.update({one.origin: one.until for one in found if isinstance(one, Complete) and one.until})
        return found

    yield harvest
    for door in doors:
        door.close()


def titles(found: list[Found]) -> list[str]:
    return [one.document.title for one in found if isinstance(one, Harvested)]


def gone(found: list[Found]) -> list[str]:
    return [one.listing.name.rpartition("/")[2] for one in found if isinstance(one, Withdrawn)]


# --- lists of changes


def test_a_list_of_changes_is_read_from_its_end_and_each_manifest_once(publisher: Publisher, again: Again) -> None:
    for minute, path in enumerate(("/a", "/b", "/c", "/a")):
        publisher.manifest(path)
        publisher.tell("Update" if minute == 3 else "Create", path, minute)
    found = again()
    assert titles(found) == ["/a", "/c", "/b"]
    assert found[-1] == Complete(publisher.url + STREAM, None, "2026-11-22T10:03:00Z")


def test_later_only_what_is_new_is_asked_for(publisher: Publisher, again: Again) -> None:
    for minute, path in enumerate("abcdefg"):
        publisher.manifest(f"/{path}")
        publisher.tell("Create", f"/{path}", 2 * minute)
    assert len(titles(again())) == 7
    publisher.manifest("/new")
    publisher.tell("Create", "/new", 30)
    publisher.tell("Delete", "/b", 31)
    found = again()
    assert titles(found) == ["/new", "/g"] and gone(found) == ["b"]
    assert publisher.requests == [STREAM, "/page4", "/page3", "/new", "/g", "/page2"], "up to the last change known"
    assert [one.unchanged for one in found if isinstance(one, Harvested)] == [False, True]


def test_what_could_not_be_had_is_asked_for_again(publisher: Publisher, again: Again) -> None:
    publisher.manifest("/a")
    publisher.tell("Create", "/a", 0)
    publisher.broken.add("/a")
    [refusal] = again()
    assert isinstance(refusal, Refusal) and isinstance(refusal.error, UnavailableError)
    publisher.broken.clear()
    assert titles(again()) == ["/a"]


def test_a_page_of_changes_that_cannot_be_had_ends_it_for_now(publisher: Publisher, again: Again) -> None:
    for minute, path in enumerate("abc"):
        publisher.manifest(f"/{path}")
        publisher.tell("Create", f"/{path}", minute)
    publisher.broken.add("/page0")
    found = again()
    assert titles(found) == ["/c"] and not any(isinstance(one, Complete) for one in found)
    publisher.broken.clear()
    assert titles(again()) == ["/c", "/b", "/a"]


def test_what_moved_is_there_and_not_here(publisher: Publisher, again: Again) -> None:
    publisher.manifest("/new")
    publisher.tell("Move", "/old", 0, target={"id": "{web}/new", "type": "Manifest"})
    found = again()
    assert titles(found) == ["/new"] and gone(found) == ["old"]


def test_after_a_refresh_only_deletions_are_older_news(publisher: Publisher, again: Again) -> None:
    for path in ("/a", "/b"):
        publisher.manifest(path)
    publisher.tell("Create", "/b", 0)
    publisher.tell("Delete", "/z", 1)
    publisher.tell("Refresh", "", 2)
    publisher.tell("Update", "/a", 3)
    found = again()
    assert titles(found) == ["/a"] and gone(found) == ["z"]


def test_other_things_than_manifests_are_passed_over(publisher: Publisher, again: Again) -> None:
    publisher.tell("Update", "", 0, object={"id": "{web}/canvas", "type": "Canvas"})
    publisher.tell("Flag", "/a", 0)
    publisher.tell("Update", "", 0, object="")
    assert [type(one) for one in again()] == [Complete]


def test_changes_that_run_in_a_circle_are_told(publisher: Publisher, again: Again) -> None:
    publisher.pages["/page0"] = {"type": "OrderedCollectionPage", "orderedItems": [], "prev": {"id": "{web}/page1"}}
    publisher.pages["/page1"] = {"type": "OrderedCollectionPage", "orderedItems": [], "prev": {"id": "{web}/page0"}}
    [refusal] = again("/page0")
    assert isinstance(refusal, Refusal) and isinstance(refusal.error, FormatError) and "circle" in str(refusal.error)


def test_changes_without_a_last_page_are_told(publisher: Publisher, again: Again) -> None:
    publisher.pages[STREAM] = {"type": "OrderedCollection", "first": {"id": "{web}/page0"}}
    [refusal] = again()
    assert isinstance(refusal, Refusal) and "no last page" in str(refusal.error)


def test_an_old_listing_in_the_cache_says_nothing_of_today(publisher: Publisher, again: Again, tmp_path: Any) -> None:
    publisher.manifest("/a")
    publisher.collection("/top", link("Manifest", "/a"))
    again("/top")
    clock = FakeClock()
    cache = Cache(tmp_path / "cache", 10**9, clock.now)
    door = Door(cache, RequestsTransport(), clock, user_agent="Estampe/test", allow_private=True, offline=True)
    assert [type(one) for one in Harvester(door, Settings()).harvest(f"{publisher.url}/top")] == [Harvested]
    door.close()


_KINDS = st.sampled_from(["Create", "Update", "Add", "Delete", "Remove"])


@given(st.lists(st.tuples(_KINDS, st.sampled_from("abcdef")), min_size=1, max_size=40), st.integers(0, 40))
def test_following_in_two_steps_ends_where_one_would(told: list[tuple[str, str]], cut: int) -> None:
    """Whoever follows from time to time comes to know the same as who follows once."""

    def follow(until: int, since: str, known: dict[str, bool]) -> str:
        items = [
            f'{{"type": "{what}", "object": {{"id": "http://x/{name}", "type": "Manifest"}}, '
            f'"endTime": "2026-11-22T{minute // 60:02}:{minute % 60:02}:00Z"}}'
            for minute, (what, name) in enumerate(told[:until])
        ]
        page = f'{{"type": "OrderedCollectionPage", "orderedItems": [{",".join(items)}]}}'.encode()
        stream = Stream(lambda _: page, "http://x/", since)
        known.update({step.address: not step.went for step in stream.steps()})
        return stream.until

    once: dict[str, bool] = {}
    follow(len(told), "", once)
    twice: dict[str, bool] = {}
    follow(len(told), follow(cut, "", twice), twice)
    assert twice == once
    last = {f"http://x/{name}": what not in {"Delete", "Remove"} for what, name in told}
    assert once == last


def test_a_publisher_that_tells_no_times_is_read_whole(publisher: Publisher) -> None:
    page = b'{"type": "OrderedCollectionPage", "orderedItems": [{"type": "Update", "object": {"id": "http://x/a"}}]}'
    stream = Stream(lambda _: page, "http://x/", "2026-11-22T10:00:00Z")
    assert list(stream.steps()) == [Step("http://x/a", went=False)] and stream.until == "2026-11-22T10:00:00Z"


# --- whole listings


def test_a_whole_collection_is_told_with_what_could_not_be_had(publisher: Publisher, again: Again) -> None:
    publisher.manifest("/a")
    publisher.manifest("/b")
    publisher.broken.add("/b")
    publisher.collection("/inner", link("Manifest", "/b"))
    publisher.collection("/top", link("Manifest", "/a"), link("Manifest", "/gone"), link("Collection", "/inner"))
    found = again("/top")
    assert titles(found) == ["/a"] and gone(found) == ["gone"]
    url = publisher.url
    assert found[-1] == Complete(f"{url}/top", frozenset({f"{url}/a", f"{url}/b", f"{url}/gone"}))


@pytest.mark.parametrize("trouble", ["broken", "gone", "not JSON", "member without address", "empty"])
def test_what_is_not_whole_is_not_told_to_be(publisher: Publisher, again: Again, trouble: str) -> None:
    publisher.manifest("/a")
    publisher.collection("/inner", link("Manifest", "/a"))
    publisher.collection("/top", link("Manifest", "/a"), link("Collection", "/inner"))
    match trouble:
        case "broken":
            publisher.broken.add("/inner")
        case "gone":
            del publisher.pages["/inner"]
        case "not JSON":
            publisher.pages["/inner"] = "{"
        case "member without address":
            publisher.collection("/inner", {"type": "Manifest", "label": {"en": ["x"]}})
        case _:
            publisher.collection("/top")
    assert not any(isinstance(one, Complete) for one in again("/top"))


def test_a_manifest_that_is_gone_is_told(publisher: Publisher, again: Again) -> None:
    [found] = again("/gone")
    assert isinstance(found, Withdrawn) and isinstance(found.error, GoneError) and not found.told
    assert found.listing.origin == found.listing.name == f"{publisher.url}/gone"


def test_what_has_not_changed_says_so(publisher: Publisher, again: Again) -> None:
    publisher.manifest("/a")
    publisher.manifest("/b")
    publisher.collection("/top", link("Manifest", "/a"), link("Manifest", "/b"))
    assert [one.unchanged for one in again("/top") if isinstance(one, Harvested)] == [False, False]
    publisher.pages["/b"]["label"] = {"en": ["another"]}
    assert [one.unchanged for one in again("/top") if isinstance(one, Harvested)] == [True, False]


def test_whoever_asks_for_all_is_told_nothing_of_changes(publisher: Publisher, make_harvester: MakeHarvester) -> None:
    publisher.manifest("/a")
    for _ in range(2):
        [one] = make_harvester().harvest(f"{publisher.url}/a")
        assert isinstance(one, Harvested) and not one.unchanged
