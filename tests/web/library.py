"""A small library to show: newspapers, a book and an album with scans made here, and everything that can go wrong."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from estampe.catalogue import Catalogue, NewTask, PageText
from estampe.identity import illustration_id, page_id
from estampe.records import (
    Box,
    DateSpan,
    Diagnostic,
    Document,
    Illustration,
    ImageSource,
    Label,
    Page,
    Pixels,
    Rights,
    Run,
    Series,
    Severity,
    Size,
    TextSource,
)
from estampe.vocabulary import vocabulary
from tests.web.looking import look

PAGE = Size(900, 1240)
REGION = Run("ocr-regions@1", "ocr-regions", "1", "region")
TEXT = Run("ocr-words@1", "ocr-words", "1", "text")
LABELS = Run("ocr-labels@1", "ocr-labels", "1", "labels")
GUESS = Run("genre-net@3", "genre-net", "3", "technique", {"size": "224"})
COLOURS = Run("pixels@1", "pixels", "1", "pixels")
LONG = "Vue générale de la crue de la Seine, prise du pont de la Tournelle le matin du vendredi. " * 24
HOSTILE = 'Le "Titanic" <script>alert(1)</script> & <b>l’océan</b>'

_CAPTIONS = (
    "L’aviateur Legagneux après son vol de hauteur, à Pau",
    "Les inondations : le quai de Passy hier matin",
    "M. Briand quittant le Palais-Bourbon",
    "Le nouveau pont sur la Loire, d’après un croquis de notre correspondant",
    "Une partie de hockey au Bois",
    "La reine de Hollande visite les quartiers sinistrés",
    "Carte des régions atteintes par la crue",
    "Le lauréat du Salon et son œuvre, « Le Repos »",
    "Toilette d’intérieur en crêpe de Chine, garnie de dentelle",
    "Notre gravure : le départ du ballon « République »",
    "",
    "Le concours de labour à Chartres",
)
_TITLES = (
    "Les grandes inondations",
    "Au jour le jour",
    "La mode du printemps",
    "",
    "Les sports",
    "Nouvelles de l’étranger",
)
_SHAPES = (
    (0.06, 0.08, 0.52, 0.24),
    (0.62, 0.1, 0.32, 0.36),
    (0.08, 0.5, 0.3, 0.4),
    (0.45, 0.55, 0.48, 0.2),
    (0.44, 0.8, 0.5, 0.08),
)
_TECHNIQUES = ("photograph", "drawing", "print", "photograph", "drawing")
_FUNCTIONS = ("press-image", "advertisement", "", "map", "cartoon", "fashion-plate")


def fill(catalogue: Catalogue, folder: Path) -> dict[str, str]:
    """Fill a catalogue, with scans in a folder; return the ids of what tests look for, by name."""
    catalogue.put_runs((REGION, TEXT, LABELS, GUESS, COLOURS))
    chance = random.Random(7)
    named: dict[str, str] = {}
    for number, document in enumerate(_documents()):
        _put(catalogue, folder, document, number, chance, named)
    catalogue.add_label(named["first"], "subject", "portrait", person="Ada")
    look(catalogue, named)
    job = catalogue.start_job("run", "manifests/demo.yaml")
    catalogue.add_refusal(job, "https://example.org/manifest", "it is a web page, not a IIIF manifest in JSON")
    catalogue.finish_job(job, "partly", {"documents": 7, "pages": 19, "illustrations": 50})
    busy = catalogue.start_job("run", "manifests/busy.yaml")
    numbers = catalogue.tasks.add(busy, [NewTask("pages", "cpu", {})] * 3 + [NewTask("harvest", "network", {})])
    for number in numbers[:2]:
        task = catalogue.tasks.claim(number, "library 1", 1e9)
        if task and number == numbers[0]:
            catalogue.tasks.end(task, "library 1", "failed", outcome={}, cause="the host was away for long")
    return named


def _documents() -> Iterator[Document]:
    series = Series("ark:/12148/cb32771891w", "Excelsior")
    gallica = Rights("http://creativecommons.org/publicdomain/mark/1.0/", "Bibliothèque nationale de France")
    for day in (date(1910, 1, 28), date(1910, 12, 20), date(1912, 4, 16)):
        ark = f"ark:/12148/bpt6k{day:%y%m%d}"
        yield Document(
            ark.replace("ark:/", "ark-").replace("/", "-"),
            "Gallica",
            f"Excelsior : journal illustré quotidien, n° {day:%d}",
            (ark,),
            source="Bibliothèque nationale de France",
            kind="newspaper",
            series=series,
            date=DateSpan(day.isoformat(), day, day),
            languages=("fr",),
            publisher="Excelsior",
            place="Paris",
            rights=gallica,
            landing=f"https://gallica.bnf.fr/{ark}",
            catalogue_record="https://catalogue.bnf.fr/ark:/12148/cb32771891w",
            metadata=(("Format", "<span>2 pages</span>, in-folio"),),
        )
    yield Document(
        "folder-livre",
        "Atelier de numérisation",
        "Voyage <pittoresque> dans les Alpes & la Savoie",
        ("folder:livre",),
        kind="book",
        date=DateSpan("[vers 1838]", date(1836, 1, 1), date(1840, 12, 31)),
        languages=("fr",),
        creators=("Eugène Isabey", "Adrien Dauzats"),
        rights=Rights(None, "", ""),
    )
    yield Document(
        "iiif-0001",
        "Wellcome Collection",
        "The Illustrated Almanack of Natural History",
        ("iiif:example.org/manifest/1",),
        source="Wellcome Library",
        kind="magazine",
        date=DateSpan("June 1899", date(1899, 6, 1), date(1899, 6, 30)),
        languages=("en",),
        rights=Rights("https://creativecommons.org/licenses/by/4.0/", "Wellcome Collection"),
        manifest="https://example.org/manifest/1",
    )
    yield Document(
        "folder-absent", "Atelier de numérisation", "Registre sans images", ("folder:absent",), languages=("fr",)
    )
    yield Document("folder-empty", "Atelier de numérisation", "Volume sans illustration", ("folder:vide",))


def _put(
    catalogue: Catalogue, folder: Path, document: Document, number: int, chance: random.Random, named: dict[str, str]
) -> None:
    counts = {"folder-absent": 1, "folder-empty": 1, "folder-livre": 5}
    pages = [_page(document, folder, place + 1) for place in range(counts.get(document.id, 3))]
    oddities = (
        Diagnostic(
            "alto-unit-missing",
            f"{folder}/alto/f1.xml: the unit of measure is missing; pixels were assumed",
            where=f"{folder}/alto/f1.xml",
        ),
        Diagnostic("image-missing", "the scan of page 3 was not found", Severity.ERROR, "f3"),
    )
    identifier = catalogue.put_document(
        document, route="folder", original=None, pages=pages, articles=(), diagnostics=oddities if number == 0 else ()
    )
    named[document.aliases[0]] = identifier
    document, name = replace(document, id=identifier), document.id
    for page in catalogue.pages(identifier):
        boxes = [] if name == "folder-empty" else [_box(shape, chance) for shape in _SHAPES[: 3 + page.number % 3]]
        found = [_illustration(document, page, box, place, number) for place, box in enumerate(boxes)]
        if page.image and name != "folder-absent":
            _print(
                Path(page.image.address), [(one.box, one.pixels.dominant if one.pixels else "#777777") for one in found]
            )
        words = PageText(
            [
                (word, Box(60 + 40 * place, 40, 38, 14))
                for place, word in enumerate(["Les", "inondations", "de", "Paris", "en", "janvier"])
            ]
        )
        catalogue.put_page(page, fingerprint="made", words=words, illustrations=found)
        for place, one in enumerate(found):
            named.setdefault("first", one.id)
            if number == 1 and page.number == 1 and place == 0:
                named["long"] = one.id
            if number == 2 and page.number == 1 and place == 0:
                named["hostile"] = one.id
            if name == "folder-absent" and place == 0:
                named["absent"] = one.id
            if one.noise:
                named["noise"] = one.id


def _page(document: Document, folder: Path, number: int) -> Page:
    key = f"f{number}"
    file = folder / document.id / f"{key}.jpg"
    return Page(
        page_id(document.id, key),
        key,
        number,
        label=str(number) if document.kind != "book" else f"pl. {number}",
        size=PAGE,
        image=ImageSource(str(file), size=PAGE, format="image/jpeg"),
        texts=(TextSource(str(folder / document.id / f"{key}.xml"), "alto"),),
    )


def _box(shape: tuple[float, float, float, float], chance: random.Random) -> Box:
    x, y, w, h = shape
    return Box(
        round(x * PAGE.w),
        round(y * PAGE.h),
        round(w * PAGE.w * chance.uniform(0.75, 1)),
        round(h * PAGE.h * chance.uniform(0.75, 1)),
    )


def _illustration(document: Document, page: Page, box: Box, place: int, number: int) -> Illustration:
    turn = number * 5 + page.number * 2 + place
    caption = _CAPTIONS[turn % len(_CAPTIONS)]
    if (page.number, place) == (1, 0):
        caption = {1: LONG.strip(), 2: HOSTILE}.get(number, caption)
    noise = "ornament" if place == 4 else None
    hue = (turn * 0.137) % 1
    dominant = "#{:02x}{:02x}{:02x}".format(*(round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.55, 0.18)))
    objects = vocabulary().facet("object")
    function = _FUNCTIONS[turn % len(_FUNCTIONS)]
    labels = [Label(_TECHNIQUES[place], "technique", round(0.52 + 0.11 * (turn % 5), 2), GUESS.id)]
    if place == 1:
        labels.append(Label(objects[turn % 14].id, "object", 0.6, GUESS.id))
    if function:
        labels.append(Label(function, "function", 1.0, LABELS.id))
    return Illustration(
        illustration_id(page.id, box),
        page.id,
        document.id,
        box,
        REGION.id,
        TEXT.id,
        COLOURS.id if document.title != "Registre sans images" else "",
        noise=noise,
        caption=caption,
        title=_TITLES[turn % len(_TITLES)],
        text_before="Depuis deux jours, la Seine monte sans arrêt, et les caves des ministères sont envahies. " * 3,
        text_after="Les pompes fonctionnent jour et nuit ; on a établi des passerelles de bois. " * 4,
        front_page=page.number == 1,
        share=box.area / PAGE.area,
        shape="landscape" if box.w > box.h else "portrait",
        pixels=Pixels("grey", dominant, ((dominant, 0.7), ("#e8e0d0", 0.3)), f"{turn:016x}")
        if document.title != "Registre sans images"
        else None,
        labels=tuple(labels),
    )


def _print(file: Path, boxes: list[tuple[Box, str]]) -> None:
    """Print a page: lines of grey for text, and a small landscape in each box."""
    scan = Image.new("RGB", (PAGE.w, PAGE.h), "#efe8d8")
    draw = ImageDraw.Draw(scan)
    for column in range(3):
        for line in range(60):
            left, top = 50 + column * 275, 90 + line * 18
            draw.rectangle((left, top, left + 250 - (line * 37 % 90 if line % 7 == 6 else 0), top + 5), "#8f8778")
    for box, tone in boxes:
        scan.paste(_landscape(box, tone), (box.x, box.y))
    file.parent.mkdir(parents=True, exist_ok=True)
    scan.save(file, quality=85)


def _landscape(box: Box, tone: str) -> Image.Image:
    picture = Image.linear_gradient("L").resize((box.w, box.h)).convert("RGB")
    picture = Image.blend(picture, Image.new("RGB", picture.size, tone), 0.55)
    draw = ImageDraw.Draw(picture)
    chance = random.Random(box.xywh)
    for depth in range(3):
        horizon = box.h * (0.45 + 0.18 * depth)
        points = [(x, horizon - chance.uniform(0, box.h * 0.22)) for x in range(0, box.w + 40, max(8, box.w // 9))]
        shade = 120 - 40 * depth
        draw.polygon([(0, box.h), *points, (box.w, box.h)], (shade, shade - 6, shade - 16))
    draw.ellipse((box.w * 0.7, box.h * 0.12, box.w * 0.7 + box.h * 0.16, box.h * 0.28), "#f4efe2")
    return picture.filter(ImageFilter.GaussianBlur(0.6))
