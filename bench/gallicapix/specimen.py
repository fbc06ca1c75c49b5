"""The pictures of docs/segmentation.md: pages off the press, by GallicaPix's published rule and by Estampe."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree
from markupsafe import Markup
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from estampe.ocr import read_alto
from estampe.press.alto import write_alto
from estampe.press.plates import PLATES, Process, aspect, render
from estampe.press.sheet import SetPicture, Sheet
from estampe.press.texts import paragraphs
from estampe.press.typesetting import Flow, Style, set_block
from estampe.records import Box, Document, Illustration, Line, OcrPage, Page, Size
from estampe.segmentation import illustrate
from tests.browser import launch

from .drawing import embedded, marks_svg, page_svg, view
from .oracle import lines_of
from .rule import published_blocks, published_caption

_BODY = Style("roman", 36, 46, "justify", 36)
_CAPTION = Style("italic", 30, 38, "centre")
_MARGIN = 90
_SHORT = 230


@dataclass(frozen=True)
class Specimen:
    """A printed page and what Estampe makes of it."""

    ocr: OcrPage
    scan: Path
    illustrations: tuple[Illustration, ...]

    @property
    def pictures(self) -> list[Illustration]:
        """The illustrations that are no noise."""
        return [illustration for illustration in self.illustrations if illustration.noise is None]


def make_pictures(folder: Path) -> None:
    """Print the pages, read them, and write ``segmentation-*.jpg`` into a folder."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        scratch = Path(name)
        pairs = [
            _pair("caption", _print(_one_picture(), scratch / "caption.png"), ["picture"]),
            _pair("pair", _print(_two_pictures(), scratch / "pair.png"), ["left picture", "right picture"]),
        ]
        regions = _regions(_print(_rubbish(), scratch / "regions.png"))
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
        )
        page = scratch / "specimen.html"
        page.write_text(environment.get_template("specimen.html").render(pairs=pairs, regions=regions), "utf-8")
        browser = launch(playwright)
        tab = browser.new_page(viewport={"width": 1240, "height": 900})
        tab.goto(page.as_uri(), wait_until="load")
        for each in (*pairs, regions):
            shot = tab.locator(f"#{each['name']}").screenshot()
            picture = Image.open(io.BytesIO(shot)).convert("RGB")
            picture.save(folder / f"segmentation-{each['name']}.jpg", quality=62, optimize=True, progressive=True)
        browser.close()


def _print(sheet: Sheet, scan: Path) -> Specimen:
    """Scan and read a sheet. Its ALTO lists blocks and pictures as they were set, under ids such as the BnF gives."""
    sheet.scan(np.random.default_rng(7), (246, 238, 220)).save(scan)
    root = etree.fromstring(write_alto(sheet, scan.name))
    space = root.find(".//{*}PrintSpace")
    assert space is not None
    space[:] = sorted(space, key=lambda element: int(re.sub(r".*\D", "", element.get("ID", ""))))
    for kind, tag in (("TB", "TextBlock"), ("IL", "Illustration"), ("GE", "GraphicalElement")):
        for number, element in enumerate(space.findall(f"{{*}}{tag}"), start=1):
            element.set("ID", f"PAG_1_{kind}{number:06d}")
    ocr = read_alto(etree.tostring(root), name=scan.stem)
    document = Document("d", "Estampe's press", "", ("x:d",))
    page = Page("d.1", "1", 2, size=ocr.size)
    return Specimen(ocr, scan, illustrate(document, page, ocr, (), page_count=4))


def _pair(name: str, specimen: Specimen, names: Sequence[str]) -> dict[str, Any]:
    ocr, pictures = specimen.ocr, specimen.pictures
    assert len(pictures) == len(names)
    theirs = [published_caption(ocr, picture.box) for picture in pictures]
    ours = [picture.caption for picture in pictures]
    blocks = {block.id: block.lines for block in ocr.blocks}
    took: dict[str, list[Sequence[Line]]] = {
        "t": [[line for id_ in published_blocks(ocr, p.box) for line in blocks[id_]] for p in pictures],
        "o": [lines_of(text, ocr, p.box) for text, p in zip(ours, pictures, strict=True)],
    }
    every: list[Line] = []
    sides: list[dict[str, Any]] = []
    for key, title, captions in (("t", "GallicaPix’s published rule", theirs), ("o", "Estampe", ours)):
        lines = took[key]
        every += [line for each in lines for line in each]
        marks = [marks_svg(p.box, each, key) for p, each in zip(pictures, lines, strict=True)]
        told = [{"of": of, "text": _shortened(text)} for of, text in zip(names, captions, strict=True)]
        sides.append({"key": key, "title": title, "marks": Markup("").join(marks), "captions": told})
    box = pictures[0].box
    for picture in pictures[1:]:
        box = box.union(picture.box)
    assert ocr.size is not None
    shown = view(box, every, ocr.size)
    for side in sides:
        side["page"] = page_svg(ocr, shown, name=f"{name}-{side['key']}", scan=embedded(specimen.scan))
    return {"name": name, "shown": shown, "sides": sides}


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rpartition(' ')[0]} … ({len(text)} characters)"


def _regions(specimen: Specimen) -> dict[str, Any]:
    marks = []
    for illustration in specimen.illustrations:
        box, noise = illustration.box, illustration.noise
        fragment = "picture" if not illustration.related else "picture: a fragment, related to the other"
        label = f"noise: {noise}" if noise else fragment
        kind = ("noise", "n") if noise else ("found", "f")
        width = 12 * len(label) + 24
        assert specimen.ocr.size is not None
        x = min(box.x + 8, specimen.ocr.size.w - width - 8)
        # Beside what is too low or too narrow to hold its label.
        y = box.y + 8 if box.h > 100 else box.y - 48
        marks.append(
            f'<rect class="{kind[0]}" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/>'
            f'<rect class="plate" x="{x}" y="{y}" width="{width}" height="40" rx="6"/>'
            f'<text class="label {kind[1]}" x="{x + 12}" y="{y + 29}">{label}</text>'
        )
    assert specimen.ocr.size is not None
    shown = Box(0, 0, specimen.ocr.size.w, specimen.ocr.size.h)
    page = page_svg(specimen.ocr, shown, name="regions-page", scan=embedded(specimen.scan))
    return {"name": "regions", "shown": shown, "page": page, "marks": Markup("".join(marks))}


def _plate(sheet: Sheet, name: str, process: Process, box: Box) -> None:
    plate = next(plate for plate in PLATES if plate.name == name)
    picture = SetPicture(sheet.next_id("IL"), box, "picture", 1, "", name, process)
    sheet.print_plate(render(plate, process, Size(box.w, box.h)), picture)


def _text(sheet: Sheet, space: Box, style: Style = _BODY, start: int = 0) -> None:
    flow, texts = Flow(sheet, style, [space]), paragraphs("en")
    place = start
    while flow.room():
        flow.paragraph(texts[place % len(texts)], 1)
        place += 1


def _one_picture() -> Sheet:
    """A page of a book: a cut with a line below it, and right below that the text that goes on."""
    sheet = Sheet(Size(1300, 1900), 1)
    measure = sheet.size.w - 4 * _MARGIN
    _text(sheet, Box(2 * _MARGIN, 120, measure, 8 * _BODY.leading))
    box = Box(sheet.size.w // 2 - 290, 530, 580, 520)
    _plate(sheet, "moon", "engraving", box)
    row = set_block(
        sheet, "FIG. 1. — A crater of the Moon.", _CAPTION, 2 * _MARGIN, box.bottom + 14, measure, "caption", 1
    )
    _text(sheet, Box(2 * _MARGIN, row + 16, measure, 14 * _BODY.leading), start=2)
    return sheet


def _two_pictures() -> Sheet:
    """A page of a newspaper: two portraits side by side, each with its caption; the file lists both before these."""
    sheet = Sheet(Size(1700, 1560), 1)
    style = Style("roman", 30, 37, "justify", 30)
    caption = Style("italic", 26, 32, "centre")
    width, gutter = 480, 40
    left = [_MARGIN + column * (width + gutter) for column in range(3)]
    row = set_block(sheet, "TWO LADIES OF THE AIR", Style("display", 44, 60, "centre"), left[0], 90, 1000, "title", 1)
    tall = 560
    for x, name in zip(left, ("astronaut", "admiral"), strict=False):
        _plate(sheet, name, "halftone", Box(x, row + 10, width, tall))
    captions = ("Commander Collins before the departure.", "Rear Admiral Hopper, who taught the engines to reckon.")
    for x, words in zip(left, captions, strict=False):
        set_block(sheet, words, caption, x, row + tall + 24, width, "caption", 1)
    below = row + tall + 24 + 2 * caption.leading + 10
    for column, x in enumerate(left[:2]):
        _text(sheet, Box(x, below, width, sheet.size.h - 90 - below), style, start=3 * column)
    _text(sheet, Box(left[2], 90, width, sheet.size.h - 180), style, start=5)
    return sheet


def _rubbish() -> Sheet:
    """A page of a newspaper with what an OCR marks beside pictures, and one picture that it cut in two."""
    sheet = Sheet(Size(1700, 1480), 1)
    style = Style("roman", 30, 37, "justify", 30)
    headpiece = Box(330, 100, 1040, 64)
    sheet.print_plate(_arabesque(headpiece), SetPicture(sheet.next_id("IL"), headpiece, "picture", 0))
    width, gutter = 480, 40
    left = [150 + column * (width + gutter) for column in range(3)]
    plate = next(plate for plate in PLATES if plate.name == "rocket")
    whole = Box(left[0], 250, 1000, round(1000 / aspect(plate)))
    printed = render(plate, "halftone", Size(whole.w, whole.h))
    cut = whole.h * 11 // 20
    for top, bottom in ((0, cut), (cut, whole.h)):
        part = Box(whole.x, whole.y + top, whole.w, bottom - top)
        picture = SetPicture(sheet.next_id("IL"), part, "picture", 1, "", plate.name, "")
        sheet.print_plate(printed.crop((0, top, whole.w, bottom)), picture)
    caption = "The rocket's departure, seen from the beach at Cape Canaveral."
    row = set_block(
        sheet, caption, Style("italic", 26, 32, "centre"), whole.x, whole.bottom + 14, whole.w, "caption", 1
    )
    for column, x in enumerate(left[:2]):
        _text(sheet, Box(x, row + 30, width, 1380 - row - 30), style, start=2 * column)
    rule = Box(left[2] + 90, 610, 300, 5)
    _text(sheet, Box(left[2], 250, width, 300), style, start=4)
    sheet.rule(rule)
    _text(sheet, Box(left[2], 700, width, 680), style, start=1)
    gutter_shadow = Box(0, 200, 42, 1200)
    sheet.draw.rectangle((0, 200, 41, 1399), fill=70)
    sheet.pictures.append(SetPicture(sheet.next_id("IL"), gutter_shadow, "picture"))
    stain = Box(1500, 1404, 44, 50)
    sheet.draw.ellipse((stain.x, stain.y, stain.right, stain.bottom), fill=90)
    sheet.pictures.append(SetPicture(sheet.next_id("IL"), stain, "picture"))
    return sheet


def _arabesque(box: Box) -> Image.Image:
    """Return a headpiece: a chain of rings and lozenges."""
    picture = Image.new("L", (box.w, box.h), 255)
    draw, half = ImageDraw.Draw(picture), box.h // 2
    for x in range(half, box.w - half + 1, box.h):
        draw.ellipse((x - half + 6, 6, x + half - 6, box.h - 6), outline=30, width=7)
        draw.polygon([(x - 24, half), (x, 20), (x + 24, half), (x, box.h - 20)], fill=30)
    draw.line((0, half, box.w, half), fill=30, width=4)
    return picture
