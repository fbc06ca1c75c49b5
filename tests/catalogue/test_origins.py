"""What sources list and removed: marked and not deleted, unmarked when it comes back, by no failure of a listing."""

from __future__ import annotations

from estampe.catalogue import Catalogue
from tests.catalogue.builders import ARK, document, page, put

LIST, OTHER = "https://library.example/top.json", 'sru:(dc.title all "excelsior")'
NAME = "https://library.example/a/manifest.json"


def held(catalogue: Catalogue, *names: str, origin: str = LIST) -> list[str]:
    """Put a document for each name, and note that an origin lists it."""
    made = []
    for name in names:
        alias = "iiif:" + name.removeprefix("https://")
        made.append(put(catalogue, document=document(name, aliases=[alias])))
        catalogue.origins.hold(origin, name, made[-1])
    return made


def is_withdrawn(catalogue: Catalogue, identifier: str) -> bool:
    found = catalogue.document(identifier)
    assert found is not None, "nothing is deleted"
    return found.withdrawn is not None


def changed(catalogue: Catalogue, after: int) -> list[tuple[str, str]]:
    return [(change.document, change.what) for change in catalogue.changes(after)]


def test_what_a_whole_listing_lacks_is_marked_and_the_mark_goes_when_it_is_back(catalogue: Catalogue) -> None:
    one, two = held(catalogue, NAME, f"{NAME}2")
    place = catalogue.last_change()
    assert catalogue.origins.complete(LIST, {NAME, f"{NAME}2"}, "") == () and catalogue.last_change() == place
    assert catalogue.origins.complete(LIST, {f"{NAME}2"}, "") == (one,)
    assert changed(catalogue, place) == [(one, "update")]
    mark = catalogue.document(one)
    assert mark and mark.withdrawn and mark.withdrawn.origin == LIST and mark.withdrawn.at.endswith("Z")
    assert not is_withdrawn(catalogue, two)
    place = catalogue.last_change()
    assert catalogue.origins.complete(LIST, {f"{NAME}2"}, "") == () and catalogue.last_change() == place, "told once"
    catalogue.origins.hold(LIST, NAME, one)
    assert not is_withdrawn(catalogue, one) and changed(catalogue, place) == [(one, "update")]


def test_it_is_withdrawn_when_nobody_lists_it_any_more(catalogue: Catalogue) -> None:
    [one] = held(catalogue, NAME)
    catalogue.origins.hold(OTHER, ARK, one)
    assert catalogue.origins.complete(LIST, {"another"}, "") == () and not is_withdrawn(catalogue, one)
    assert catalogue.origins.complete(OTHER, {"another"}, "") == (one,) and is_withdrawn(catalogue, one)
    catalogue.origins.hold(OTHER, ARK, one)
    assert not is_withdrawn(catalogue, one)


def test_an_address_where_nothing_is_counts_for_all_who_list_it(catalogue: Catalogue) -> None:
    [one] = held(catalogue, NAME)
    catalogue.origins.hold(OTHER, NAME, one)
    assert catalogue.origins.withdraw("elsewhere", NAME, told=False) == (one,) and is_withdrawn(catalogue, one)


def test_an_origin_that_tells_of_a_removal_speaks_for_itself(catalogue: Catalogue) -> None:
    [one] = held(catalogue, NAME)
    catalogue.origins.hold(OTHER, NAME, one)
    assert catalogue.origins.withdraw(LIST, NAME, told=True) == () and not is_withdrawn(catalogue, one)
    assert catalogue.origins.withdraw(OTHER, NAME, told=True) == (one,) and is_withdrawn(catalogue, one)


def test_what_came_before_listings_were_kept_is_known_by_its_names(catalogue: Catalogue) -> None:
    one = put(catalogue, document=document(aliases=[ARK, "iiif:library.example/a/manifest.json"]))
    assert catalogue.origins.withdraw(LIST, "https://elsewhere.example/", told=False) == ()
    assert catalogue.origins.withdraw(LIST, NAME, told=False) == (one,) and is_withdrawn(catalogue, one)
    two = put(catalogue, document=document(aliases=["ark:/12148/bpt6k96041183"]))
    assert catalogue.origins.withdraw(LIST, "ark:/12148/bpt6k96041183", told=False) == (two,)


def test_a_mark_stays_when_another_route_tells_more(catalogue: Catalogue) -> None:
    [one] = held(catalogue, NAME)
    catalogue.origins.complete(LIST, {"another"}, "")
    alias = "iiif:" + NAME.removeprefix("https://")
    put(catalogue, page(1), page(3), document=document("Its title", aliases=[alias]), route="folder")
    found = catalogue.document(one)
    assert found and found.withdrawn and len(catalogue.pages(one)) == 3


def test_forgetting_takes_the_listing_along(catalogue: Catalogue) -> None:
    [one] = held(catalogue, NAME)
    catalogue.forget(one)
    catalogue.origins.hold(LIST, NAME, one)
    assert catalogue.origins.complete(LIST, {"another"}, "") == ()
    assert catalogue.document(one) is None


def test_long_names_and_many_of_them(catalogue: Catalogue) -> None:
    names = [f"https://library.example/{number}/" + "x" * 5000 for number in range(3)]
    made = held(catalogue, *names, origin="sru:" + "y" * 5000)
    assert set(catalogue.origins.complete("sru:" + "y" * 5000, {f"{n}" for n in range(2000)}, "")) == set(made)


def test_a_list_of_changes_goes_on_where_it_was(catalogue: Catalogue) -> None:
    assert catalogue.origins.until(LIST) == ""
    catalogue.origins.complete(LIST, None, "2026-11-22T10:00:00Z")
    catalogue.origins.complete(LIST, None, "")
    assert catalogue.origins.until(LIST) == "2026-11-22T10:00:00Z"
