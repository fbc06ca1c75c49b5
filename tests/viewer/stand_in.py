"""A small site to try the viewer on: pages whose pictures are blue blocks, published by Estampe's own writers."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from PIL import Image, ImageDraw

from estampe import identity
from estampe.geometry import Box, Size
from estampe.iiif import (
    Addresses,
    CollectionMember,
    Extent,
    WordHit,
    write_annotation_page,
    write_collection,
    write_manifest,
    write_search_response_1,
)
from estampe.records import Detection, Document, Illustration, Label, Page, Run
from estampe.vocabulary import vocabulary

#: The colour of the pictures, and that of the paper they are printed on.
BLUE, PAPER = (40, 60, 200), (250, 246, 235)
#: The colour of the boxes that the viewer draws.
VERMILION = (216, 52, 15)

_RUNS = {
    "ocr-regions@1": Run("ocr-regions@1", "ocr-regions", "1", "region"),
    "layout@2": Run("layout@2", "layout", "2", "region"),
    "ocr-labels@1": Run("ocr-labels@1", "ocr-labels", "1", "function"),
    "genre@3": Run("genre@3", "genre", "3", "technique"),
    "things@1": Run("things@1", "things", "1", "object"),
}


@dataclass(frozen=True)
class Picture:
    """A picture on a page, in pixels of the canvas, and what is said of it."""

    box: tuple[int, int, int, int]
    caption: str = ""
    title: str = ""
    labels: tuple[Label, ...] = ()
    run: str = "layout@2"
    seen: tuple[Detection, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """A page: the size of its canvas, the size of its image, how the image is served, and its pictures."""

    key: str
    pictures: tuple[Picture, ...] = ()
    canvas: tuple[int, int] = (600, 900)
    image: tuple[int, int] = (600, 900)
    service: bool = False


PHOTOGRAPH = Label("photograph", "technique", 0.93, "genre@3")
DRAWING = Label("drawing", "technique", 0.55, "genre@3")
MAP = Label("map", "function", 0.71, "genre@3")
ADVERTISEMENT = Label("advertisement", "function", 1.0, "ocr-labels@1")
HORSE = Detection(Box(120, 680, 120, 100), "object", "horse", 0.83, "things@1")
MAN = Detection(Box(300, 670, 80, 120), "person", "man", 0.91, "things@1")
PORTRAIT = Label("portrait", "subject", 1.0, "person:A. Librarian")

LEAVES = (
    Leaf(
        "f1",
        (
            Picture((60, 80, 200, 150), "The bridge, seen from the east", "News of the day", (PHOTOGRAPH, PORTRAIT)),
            Picture((340, 300, 180, 240), "A plan of the harbour", "", (DRAWING, MAP), "ocr-regions@1"),
            Picture((80, 650, 440, 160), "", "", (ADVERTISEMENT,), seen=(HORSE, MAN)),
        ),
    ),
    Leaf("f2", (Picture((200, 400, 400, 600), "Twice as large", labels=(PHOTOGRAPH,)),), canvas=(1200, 1800)),
    Leaf(
        "f3",
        (Picture((1000, 600, 600, 900), "By a service", labels=(DRAWING,)),),
        canvas=(2400, 3600),
        image=(600, 900),
        service=True,
    ),
    Leaf("f4"),
)


def scan(leaf: Leaf) -> bytes:
    """Return a page as JPEG: blue blocks where the pictures are, black lines for text."""
    sx, sy = leaf.image[0] / leaf.canvas[0], leaf.image[1] / leaf.canvas[1]
    image = Image.new("RGB", leaf.image, PAPER)
    pen = ImageDraw.Draw(image)
    for y in range(20, leaf.image[1] - 20, 14):
        pen.rectangle((20, y, leaf.image[0] - 20, y + 3), fill=(120, 116, 108))
    for picture in leaf.pictures:
        x, y, w, h = picture.box
        pen.rectangle((x * sx, y * sy, (x + w) * sx - 1, (y + h) * sy - 1), fill=BLUE)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def site(front_end: Path, leaves: tuple[Leaf, ...] = LEAVES) -> Flask:
    """Return the site: manifest, annotations, images, search inside, and pages that hold the built front end."""
    app = Flask(__name__, static_folder=None)
    by_key = {leaf.key: leaf for leaf in leaves}
    app.add_url_rule("/build/<path:name>", "build", lambda name: send_from_directory(front_end, name))
    app.add_url_rule("/favicon.ico", "icon", lambda: Response(status=204))
    _publish(app, leaves)
    _serve_images(app, by_key)
    _show(app, front_end, by_key)
    return app


def base() -> str:
    """Return the address of the site that is being asked."""
    return request.host_url.rstrip("/")


def answer(body: Any) -> Response:
    """Return JSON that any page may read."""
    response = Response(json.dumps(body), mimetype="application/ld+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _publish(app: Flask, leaves: tuple[Leaf, ...]) -> None:
    @app.get("/iiif/doc/manifest.json")
    def manifest() -> Response:
        original = json.dumps(_original(base(), leaves)).encode()
        pages = [_page_of(leaf) for leaf in leaves]
        written = write_manifest(_document(), pages, original, Addresses(base()), annotated={page.id for page in pages})
        return answer(written | {"behavior": request.args.getlist("behavior")})

    @app.get("/iiif/doc/annotations/<key>.json")
    def annotations(key: str) -> Response:
        return answer(annotation_page(next(leaf for leaf in leaves if page_key(leaf) == key)))

    @app.get("/iiif/collections/<path:name>")
    def collection(name: str) -> Response:
        address = f"{base()}/iiif/collections/{name}"
        member = CollectionMember(f"{base()}/iiif/doc/manifest.json", "manifest", {"en": ("The Daily Block",)})
        return answer(write_collection(address, {"en": ("Elsewhere",)}, [member]))

    @app.get("/iiif/doc/search1")
    def search() -> Response:
        text = request.args.get("q", "")
        hits = [hit for leaf in leaves for hit in _hits(leaf, text)]
        return answer(write_search_response_1(_document(), text, hits, Extent(len(hits)), Addresses(base())))


def annotation_page(leaf: Leaf) -> dict[str, Any]:
    """Return what Estampe says of a page."""
    language = request.accept_languages.best_match(["en", "fr"]) or "en"
    return write_annotation_page(
        _document(),
        _page_of(leaf),
        [_illustration(leaf, number, picture) for number, picture in enumerate(leaf.pictures)],
        _RUNS,
        Addresses(base()),
        generated="2026-11-22T02:40:00Z",
        concept=vocabulary().concept,
        language=language,
    )


def canvas(key: str, at: str) -> str:
    """Return the id of a page's canvas: that of the foreign manifest."""
    return f"{at}/foreign/canvas/{key}"


def _document() -> Document:
    return Document("doc", "Elsewhere", "The Daily Block", ("doc",), manifest=f"{base()}/foreign/manifest.json")


def page_key(leaf: Leaf) -> str:
    """Return the key that Estampe gives to a page."""
    return identity.page_key(canvas(leaf.key, base()))


def illustration_id(leaf: Leaf, number: int) -> str:
    """Return the id of a picture, by its place on the page."""
    return f"doc.{page_key(leaf)}.{number}"


def _page_of(leaf: Leaf) -> Page:
    return Page(f"doc.{page_key(leaf)}", page_key(leaf), 1, canvas=canvas(leaf.key, base()), size=Size(*leaf.canvas))


def _illustration(leaf: Leaf, number: int, picture: Picture) -> Illustration:
    return Illustration(
        illustration_id(leaf, number),
        f"doc.{page_key(leaf)}",
        "doc",
        Box(*picture.box),
        picture.run,
        text_run="ocr-labels@1",
        caption=picture.caption,
        title=picture.title,
        labels=picture.labels,
        detections=picture.seen,
    )


def _hits(leaf: Leaf, text: str) -> list[WordHit]:
    """Return the words of captions: they lie just below their pictures, half as wide."""
    found = []
    for picture in leaf.pictures:
        if text and text.lower() in picture.caption.lower():
            x, y, w, h = picture.box
            word = Box(x, y + h + 10, w // 2, 20 * leaf.canvas[0] // 600)
            found.append(WordHit(_page_of(leaf), ((text, word),)))
    return found


def _serve_images(app: Flask, by_key: dict[str, Leaf]) -> None:
    @app.get("/images/<key>.jpg")
    def image(key: str) -> Response:
        return _picture(scan(by_key[key])) if key in by_key else Response(status=404)

    @app.get("/services/<key>/info.json")
    def info(key: str) -> Response:
        width, height = by_key[key].image
        return answer(
            {
                "@context": "http://iiif.io/api/image/3/context.json",
                "id": f"{base()}/services/{key}",
                "type": "ImageService3",
                "protocol": "http://iiif.io/api/image",
                "profile": "level0",
                "width": width,
                "height": height,
                "sizes": [{"width": width, "height": height}],
                "tiles": [{"width": width, "height": height, "scaleFactors": [1]}],
            }
        )

    @app.get("/services/<key>/<path:wanted>")
    def tile(key: str, wanted: str) -> Response:
        return _picture(scan(by_key[key])) if wanted.endswith("/0/default.jpg") else Response(status=404)


def _show(app: Flask, front_end: Path, by_key: dict[str, Leaf]) -> None:
    def page_of(entries: tuple[str, ...], body: str) -> str:
        return _page(front_end, entries, body, request.args.get("lang", "en"))

    @app.get("/viewer")
    def viewer() -> str:
        given = {name: value for name, value in request.args.items() if name not in {"lang", "iiif-content"}}
        if "illustration" in given:
            key, number = given["illustration"].split(".")
            given["illustration"] = illustration_id(by_key[key], int(number))
        settings = {"manifest": f"{base()}/iiif/doc/manifest.json", "drawer": "canvas"} | given
        other = by_key.get("f2", next(iter(by_key.values())))
        link = f'data-show-canvas="{canvas(other.key, base())}" data-show-illustration="{illustration_id(other, 0)}"'
        return page_of(
            ("page", "viewer"),
            f'<main><h1>A document</h1><div id="viewer" data-viewer style="height:760px">{_script(settings)}'
            "<p>Without scripts there is this.</p></div>"
            f'<p><a href="#second" {link}>Second</a></p></main>',
        )

    @app.get("/embed")
    def embed() -> str:
        settings = {"manifest": f"{base()}/iiif/doc/manifest.json", "drawer": "canvas", "panel": False}
        return page_of(
            ("embed",), f'<main><div id="viewer" data-viewer style="height:480px">{_script(settings)}</div></main>'
        )

    @app.get("/zoom")
    def zoom() -> str:
        leaf = by_key[request.args.get("key", "f1")]
        settings: dict[str, Any] = {"drawer": "canvas", "label": "The bridge"}
        if leaf.service:
            settings["service"] = f"{base()}/services/{leaf.key}"
        else:
            settings["image"] = f"{base()}/images/{request.args.get('image', leaf.key)}.jpg"
        if "part" in request.args:
            settings |= {"box": leaf.pictures[0].box, "frame": leaf.canvas}
        return page_of(
            ("page", "zoom"),
            f'<main><h1>A picture</h1><div data-zoom style="width:600px;height:600px">{_script(settings)}'
            f'<img src="/images/{leaf.key}.jpg" alt="The bridge" width="400" height="600"></div>'
            '<div style="height:2000px"></div></main>',
        )


def foreign(embedded: str) -> Flask:
    """Return someone else's page, with a frame in it."""
    app = Flask(__name__, static_folder=None)

    @app.get("/")
    def exhibition() -> str:
        return (
            '<!doctype html><html lang="en"><title>An exhibition</title><link rel="icon" href="data:,">'
            "<h1>An exhibition</h1>"
            f'<iframe src="{embedded}" title="A newspaper" width="900" height="500"></iframe>'
            "<script>addEventListener('message', event => { document.title = JSON.stringify(event.data) })</script>"
        )

    return app


def _original(at: str, leaves: tuple[Leaf, ...]) -> dict[str, Any]:
    """Return the manifest as a foreign library publishes it."""
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{at}/foreign/manifest.json",
        "type": "Manifest",
        "label": {"en": ["The Daily Block"]},
        "items": [_canvas(at, leaf, number) for number, leaf in enumerate(leaves, start=1)],
    }


def _canvas(at: str, leaf: Leaf, number: int) -> dict[str, Any]:
    id_ = canvas(leaf.key, at)
    width, height = leaf.image
    body: dict[str, Any] = {"type": "Image", "format": "image/jpeg", "width": width, "height": height}
    if leaf.service:
        body["id"] = f"{at}/services/{leaf.key}/full/max/0/default.jpg"
        body["service"] = [{"id": f"{at}/services/{leaf.key}", "type": "ImageService3", "profile": "level0"}]
    else:
        body["id"] = f"{at}/images/{leaf.key}.jpg"
    painting = {"id": f"{id_}/1", "type": "Annotation", "motivation": "painting", "body": body, "target": id_}
    return {
        "id": id_,
        "type": "Canvas",
        "label": {"none": [str(number)]},
        "width": leaf.canvas[0],
        "height": leaf.canvas[1],
        "items": [{"id": f"{id_}/page", "type": "AnnotationPage", "items": [painting]}],
    }


def _picture(data: bytes) -> Response:
    response = Response(data, mimetype="image/jpeg")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _script(settings: dict[str, Any]) -> str:
    return f'<script type="application/json">{json.dumps(settings)}</script>'


def _page(front_end: Path, entries: tuple[str, ...], body: str, language: str) -> str:
    chunks = json.loads((front_end / "manifest.json").read_text("utf-8"))
    styles: dict[str, None] = {}
    scripts = []

    def visit(name: str) -> None:
        for imported in chunks[name].get("imports", ()):
            visit(imported)
        styles.update(dict.fromkeys(chunks[name].get("css", ())))

    for entry in entries:
        visit(f"src/{entry}/index.js")
        scripts.append(chunks[f"src/{entry}/index.js"]["file"])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>A page</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        + "".join(f'<link rel="stylesheet" href="/build/{css}">' for css in styles)
        + "".join(f'<script type="module" src="/build/{script}"></script>' for script in scripts)
        + f"</head><body>{body}</body></html>"
    )
