"""The panel says what was found on a page, by whom and how surely; it filters, and it works by keyboard."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from estampe.records import Label
from tests.viewer import stand_in
from tests.viewer.seen import framed, look, near, pictures, settle, still
from tests.viewer.stand_in import Leaf, Picture, annotation_page, answer, site


@pytest.fixture
def base(serve: Callable[[Any], str], front_end: Path) -> str:
    return serve(site(front_end))


@pytest.fixture
def viewer(page: Page, base: str) -> Page:
    page.goto(f"{base}/viewer")
    settle(page, 3)
    return page


def boxes(page: Page) -> str | None:
    return page.locator(".estampe-overlay").get_attribute("data-boxes")


def test_who_says_what_and_how_surely(viewer: Page) -> None:
    first = viewer.locator(".estampe-region").first
    said = first.inner_text()
    assert "News of the day" in said
    assert "The bridge, seen from the east" in said
    machine, person = first.locator(".estampe-mark").all()
    assert machine.get_attribute("title") == "said by a machine, 93 % sure"
    assert person.get_attribute("title") == "said by a person, confirmed by a person"
    style = "element => getComputedStyle(element).borderTopStyle"
    assert (machine.evaluate(style), person.evaluate(style)) == ("dashed", "solid")
    assert "93" not in machine.locator("span").first.inner_text()
    first.get_by_role("button").click()
    expect(machine.locator(".estampe-percent")).to_have_text("93 %")
    expect(first.get_by_text("Found by layout 2")).to_be_visible()


def test_filters_hide_boxes_and_say_so(viewer: Page) -> None:
    viewer.locator(".estampe-filters summary").click()
    viewer.get_by_role("checkbox", name="map").check()
    settle(viewer, 1)
    assert len(pictures(look(viewer, "filtered"))) == 3
    assert [framed(look(viewer, "filtered"), one) for one in pictures(look(viewer, "filtered"))] == [False, True, False]
    expect(viewer.locator(".estampe-summary")).to_contain_text("1 of 3 on this page")
    viewer.get_by_role("checkbox", name="photograph").check()
    expect(viewer.locator(".estampe-summary")).to_contain_text("No illustration of this page passes the filters.")
    viewer.get_by_role("button", name="Show all").click()
    settle(viewer, 3)

    for kind in ("Illustrations", "Captions and text"):
        viewer.get_by_role("group", name="Show").get_by_label(kind).uncheck()
    expect(viewer.get_by_text("The bridge, seen from the east")).to_have_count(0)
    viewer.get_by_role("group", name="Show").get_by_label("Labels").uncheck()
    settle(viewer, 0)
    assert not any(framed(look(viewer, "none"), one) for one in pictures(look(viewer, "none")))


def test_what_is_seen_inside_is_shown_on_demand(viewer: Page) -> None:
    expect(viewer.locator(".estampe-summary")).to_contain_text("3 on this page")
    viewer.locator(".estampe-filters summary").click()
    viewer.get_by_role("group", name="Show").get_by_label("Seen inside").check()
    settle(viewer, 5)
    expect(viewer.locator(".estampe-summary")).to_contain_text("5 on this page")
    horse = viewer.locator(".estampe-region").nth(3)
    expect(horse.locator(".estampe-mark")).to_have_text(["horse (said by a machine, 83 % sure)"])
    assert viewer.locator(".estampe-panel").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_unsure_machines_can_be_silenced(viewer: Page) -> None:
    viewer.locator(".estampe-filters summary").click()
    slider = viewer.get_by_role("slider")
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "60 %"
    marks = viewer.locator(".estampe-region").nth(1).locator(".estampe-mark")
    expect(marks).to_have_text(["map (said by a machine, 71 % sure)"])
    expect(viewer.locator(".estampe-region").nth(2).locator(".estampe-mark")).to_have_text(
        ["advertisement (read by OCR)"]
    )
    assert boxes(viewer) == "3"


def test_the_keyboard_does_it_all(viewer: Page) -> None:
    entries = viewer.locator(".estampe-region button")
    viewer.locator(".estampe-filters summary").focus()
    viewer.keyboard.press("Tab")
    expect(entries.nth(0)).to_be_focused()
    viewer.keyboard.press("ArrowDown")
    expect(entries.nth(1)).to_be_focused()
    viewer.keyboard.press("End")
    expect(entries.nth(2)).to_be_focused()
    viewer.keyboard.press("Home")
    viewer.keyboard.press("ArrowDown")
    viewer.keyboard.press("Enter")
    expect(entries.nth(1)).to_have_attribute("aria-current", "true")
    still(viewer)
    image = look(viewer, "keyboard")
    picture = max(pictures(image), key=lambda one: one.bottom - one.top)
    assert picture.bottom - picture.top > 0.5 * image.height
    viewer.keyboard.press("Enter")
    expect(entries.nth(1)).not_to_have_attribute("aria-current", "true")
    # One stop of Tab for the whole list.
    viewer.keyboard.press("Tab")
    assert viewer.locator(".estampe-regions :focus").count() == 0


def test_a_word_is_found_inside(viewer: Page, base: str) -> None:
    picture = pictures(look(viewer, "unsearched"))[1]
    viewer.get_by_role("tab", name="Search").click()
    viewer.get_by_label("search terms").fill("plan")
    viewer.keyboard.press("Enter")
    settle(viewer, 4)
    image = look(viewer, "found")
    # The word lies below the second picture, half as wide; it is selected at once.
    scale = (picture.right - picture.left) / 180
    x, y = picture.left + 45 * scale, picture.bottom + 20 * scale
    word = image.crop((round(x - 20), round(y - 8), round(x + 20), round(y + 8)))
    assert near(word, (253, 188, 106)).mean() > 0.4
    # The panel is left and opened again, while the search is asked anew.
    viewer.get_by_role("tab", name="Information").click()
    viewer.get_by_role("tab", name="Search").click()
    viewer.get_by_label("search terms").fill("bridge")
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_role("listitem").filter(has_text="bridge").first).to_be_visible()


def test_a_search_may_come_with_the_page(page: Page, base: str) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/search1" in request.url else None)
    page.goto(f"{base}/viewer?search=twice as")
    page.wait_for_selector("text=2 of 4")
    settle(page, 2)
    assert asked == [f"{base}/iiif/doc/search1?q=twice+as"]


def test_what_is_shared_opens_the_same_view(page: Page, base: str) -> None:
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f2")
    settle(page, 1)
    page.locator(".estampe-region button").click()
    page.get_by_role("button", name="Share this view").click()
    link = page.get_by_label("Link").input_value()
    state = parse_qs(urlsplit(link).query)["iiif-content"][0]
    assert page.get_by_label("IIIF Content State, for other viewers").input_value() == state
    content = json.loads(unquote(base64.urlsafe_b64decode(state + "=" * (-len(state) % 4)).decode()))
    assert content["target"]["id"] == f"{base}/foreign/canvas/f2#xywh=200,400,400,600"
    assert content["target"]["partOf"] == [{"id": f"{base}/iiif/doc/manifest.json", "type": "Manifest"}]
    page.goto(link)
    settle(page, 1)
    page.wait_for_selector("text=Twice as large")
    still(page)
    image = look(page, "shared")
    picture = pictures(image)[0]
    assert picture.bottom - picture.top > 0.5 * image.height


WITH_PARENT = {
    "id": "BASE/foreign/canvas/f2",
    "type": "Canvas",
    "partOf": [{"id": "BASE/iiif/doc/manifest.json", "type": "Manifest"}],
}
BOX = {"type": "FragmentSelector", "value": "xywh=1000,600,600,900"}
BOXED = {
    "type": "Annotation",
    "target": {"type": "SpecificResource", "source": "BASE/foreign/canvas/f3", "selector": BOX},
}
ELSEWHERE = {"id": "https://elsewhere.example/manifest.json", "type": "Manifest"}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (json.dumps(WITH_PARENT), "2 of 4"),
        (json.dumps(BOXED), "3 of 4"),
        (json.dumps(ELSEWHERE), "1 of 4"),
        ("nonsense", "1 of 4"),
    ],
    ids=["canvas", "specific-resource", "another-manifest", "nonsense"],
)
def test_content_states_are_read(page: Page, base: str, state: str, shown: str) -> None:
    page.goto(f"{base}/viewer?iiif-content={quote(state.replace('BASE', base))}")
    page.wait_for_selector(f"text={shown}")


def test_thousands_on_one_page(page: Page, serve: Callable[[Any], str], front_end: Path) -> None:
    many = tuple(
        Picture(
            (number % 30 * 20 + 4, number // 30 * 18 + 4, 12, 10),
            f"Number {number}",
            labels=(Label("map" if number % 100 >= 95 else "photograph", "function", 0.9, "genre@3"),),
        )
        for number in range(1500)
    )
    page.goto(serve(site(front_end, (Leaf("f1", many),))) + "/viewer")
    settle(page, 1500)
    entries = page.locator(".estampe-region")
    assert entries.count() < 200
    page.locator(".estampe-region button").first.focus()
    page.keyboard.press("End")
    expect(entries.last).to_contain_text("Number 1499")
    page.locator(".estampe-filters summary").click()
    page.get_by_role("checkbox", name="map").check()
    settle(page, 75)
    expect(page.locator(".estampe-summary")).to_contain_text("75 of 1500")


def odd(base: str) -> list[dict[str, Any]]:
    """Return annotations of which three can be shown: a string, an outline and one without a body."""
    canvas = f"{base}/foreign/canvas/f4"
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M100 100h200v100h-200z"/></svg>'
    fragment = {"type": "FragmentSelector", "value": "xywh=1,2,3,4"}
    targets: list[Any] = [
        f"{canvas}#xywh=10,10,50,50",
        f"{canvas}#xywh=pct:10,10,50,50",
        f"{canvas}#xywh=1,2,3",
        f"{canvas}#xywh=10,10,0,50",
        canvas,
        None,
        {"source": canvas, "selector": {"type": "SvgSelector", "value": svg}},
        {"source": canvas, "selector": {"type": "FragmentSelector"}},
        {"source": {"id": f"{base}/foreign/canvas/elsewhere"}, "selector": fragment},
    ]
    body = {"type": "TextualBody", "value": '<b onclick="alert(1)">Said &amp; done</b><script>alert(1)</script>'}
    return [
        *(
            {"id": f"{base}/odd/{n}", "type": "Annotation", "motivation": "commenting", "body": body, "target": target}
            for n, target in enumerate(targets)
        ),
        {"type": "Annotation"},
        {"id": f"{base}/bare", "motivation": "classifying", "target": f"{canvas}#xywh=400,10,50,50"},
    ]


def test_odd_annotations_are_passed_over(page: Page, serve: Callable[[Any], str], front_end: Path) -> None:
    app = site(front_end)
    app.view_functions["annotations"] = lambda key: answer(
        annotation_page(Leaf("f4")) | {"items": odd(stand_in.base())}
    )
    base = serve(app)
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f4")
    settle(page, 3)
    assert page.locator(".estampe-region .estampe-text").all_inner_texts() == ["Said & done"] * 2


def test_a_page_without_pictures_and_one_that_fails_say_so(page: Page, base: str, allowed_errors: list[str]) -> None:
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f4")
    expect(page.locator(".estampe-summary")).to_have_text("Nothing was found on this page.")
    allowed_errors.append("500")
    page.route("**/annotations/*.json", lambda route: route.fulfill(status=500, body="broken"))
    page.goto(f"{base}/viewer?canvas={base}/foreign/canvas/f1")
    expect(page.locator(".estampe-summary")).to_have_text("What was found on this page could not be loaded.")
