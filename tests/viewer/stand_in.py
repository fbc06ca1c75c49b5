"""A small site to try the viewer on: pages whose pictures are blue blocks, published as Estampe publishes them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from PIL import Image, ImageDraw

Box = tuple[int, int, int, int]

#: The colour of the pictures, and that of the paper they are printed on.
BLUE, PAPER = (40, 60, 200), (250, 246, 235)
#: The colour of the boxes that the viewer draws.
VERMILION = (216, 52, 15)


@dataclass(frozen=True)
class Picture:
    """A picture on a page, in pixels of the canvas, and what is said of it."""

    box: Box
    caption: str = ""
    title: str = ""
    labels: tuple[tuple[str, str, float | None, str], ...] = ()
    origin: str = "machine"
    confidence: float | None = 0.9


@dataclass(frozen=True)
class Leaf:
    """A page: the size of its canvas, the size of its image, how the image is served, and its pictures."""

    key: str
    pictures: tuple[Picture, ...] = ()
    canvas: tuple[int, int] = (600, 900)
    image: tuple[int, int] = (600, 900)
    service: bool = False


PHOTOGRAPH = ("photograph", "technique", 0.93, "machine")
DRAWING = ("drawing", "technique", 0.55, "machine")
MAP = ("map", "function", 0.71, "machine")
ADVERTISEMENT = ("advertisement", "function", None, "ocr")
PERSON = ("portrait", "subject", 1.0, "person")

LEAVES = (
    Leaf(
        "f1",
        (
            Picture((60, 80, 200, 150), "The bridge, seen from the east", "News of the day", (PHOTOGRAPH, PERSON)),
            Picture((340, 300, 180, 240), "A plan of the harbour", "", (DRAWING, MAP), "ocr", None),
            Picture((80, 650, 440, 160), "", "", (ADVERTISEMENT,), "machine", 0.4),
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
    _publish(app, leaves, by_key)
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


def _publish(app: Flask, leaves: tuple[Leaf, ...], by_key: dict[str, Leaf]) -> None:
    @app.get("/manifest.json")
    def manifest() -> Response:
        return answer(_manifest(base(), leaves) | {"behavior": request.args.getlist("behavior")})

    @app.get("/annotations/<key>.json")
    def annotations(key: str) -> Response:
        return answer(annotation_page(base(), by_key[key]))

    @app.get("/search1")
    def search() -> Response:
        return answer(_found(base(), request.args.get("q", ""), leaves))


def _serve_images(app: Flask, by_key: dict[str, Leaf]) -> None:
    @app.get("/images/<key>.jpg")
    def image(key: str) -> Response:
        return _picture(scan(by_key[key])) if key in by_key else Response(status=404)

    @app.get("/iiif/<key>/info.json")
    def info(key: str) -> Response:
        width, height = by_key[key].image
        return answer(
            {
                "@context": "http://iiif.io/api/image/3/context.json",
                "id": f"{base()}/iiif/{key}",
                "type": "ImageService3",
                "protocol": "http://iiif.io/api/image",
                "profile": "level0",
                "width": width,
                "height": height,
                "sizes": [{"width": width, "height": height}],
                "tiles": [{"width": width, "height": height, "scaleFactors": [1]}],
            }
        )

    @app.get("/iiif/<key>/<path:wanted>")
    def tile(key: str, wanted: str) -> Response:
        return _picture(scan(by_key[key])) if wanted.endswith("/0/default.jpg") else Response(status=404)


def _show(app: Flask, front_end: Path, by_key: dict[str, Leaf]) -> None:
    def page_of(entries: tuple[str, ...], body: str) -> str:
        return _page(front_end, entries, body, request.args.get("lang", "en"))

    @app.get("/viewer")
    def viewer() -> str:
        given = {name: value for name, value in request.args.items() if name not in {"lang", "iiif-content"}}
        settings = {"manifest": f"{base()}/manifest.json", "drawer": "canvas"} | given
        second = f'href="/en/illustrations/doc.f2.0" data-canvas="{base()}/canvas/f2" data-viewer-target="#viewer"'
        return page_of(
            ("page", "viewer"),
            f'<main><h1>A document</h1><div id="viewer" data-viewer style="height:760px">{_script(settings)}'
            f"<p>Without scripts there is this.</p></div><p><a {second}>Second</a></p></main>",
        )

    @app.get("/embed")
    def embed() -> str:
        settings = {"manifest": f"{base()}/manifest.json", "drawer": "canvas", "panel": False}
        return page_of(
            ("embed",), f'<main><div id="viewer" data-viewer style="height:480px">{_script(settings)}</div></main>'
        )

    @app.get("/zoom")
    def zoom() -> str:
        leaf = by_key[request.args.get("key", "f1")]
        settings: dict[str, Any] = {"drawer": "canvas", "label": "The bridge"}
        if leaf.service:
            settings["service"] = f"{base()}/iiif/{leaf.key}"
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


def annotation_page(base: str, leaf: Leaf) -> dict[str, Any]:
    """Return what Estampe says of a page: one motivation a kind, boxes in whole pixels of the canvas."""
    items = [
        item for number, picture in enumerate(leaf.pictures) for item in _annotations(base, leaf.key, number, picture)
    ]
    return {
        "@context": ["https://example.org/iiif/context.json", "http://iiif.io/api/presentation/3/context.json"],
        "id": f"{base}/annotations/{leaf.key}.json",
        "type": "AnnotationPage",
        "items": items,
    }


def _annotations(base: str, key: str, number: int, picture: Picture) -> list[dict[str, Any]]:
    target = {
        "type": "SpecificResource",
        "source": {
            "id": f"{base}/canvas/{key}",
            "type": "Canvas",
            "partOf": [{"id": f"{base}/manifest.json", "type": "Manifest"}],
        },
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/",
            "value": "xywh=" + ",".join(map(str, picture.box)),
        },
    }

    def say(
        name: str, motivation: str, text: str, origin: str, confidence: float | None, **more: Any
    ) -> dict[str, Any]:
        person = {"creator": {"type": "Person", "name": "A. Librarian"}}
        software = {"generator": {"id": f"{base}/runs/finder@1", "type": "Software", "name": "finder 1"}}
        return {
            "id": f"{base}/illustrations/doc.{key}.{number}/{name}",
            "type": "Annotation",
            "motivation": motivation,
            "body": {"type": "TextualBody", "value": text, "language": "en", "format": "text/plain"},
            "target": target,
            "estampe:origin": origin,
            **(person if origin == "person" else software),
            **({} if confidence is None else {"estampe:confidence": confidence}),
            **more,
        }

    said = [say("region", "classifying", "illustration", picture.origin, picture.confidence)]
    for role, text in (("title", picture.title), ("caption", picture.caption)):
        if text:
            said.append(say(role, "supplementing", text, "ocr", None, **{"estampe:role": role}))
    for concept, facet, confidence, origin in picture.labels:
        said.append(say(f"tags/{concept}", "tagging", concept, origin, confidence, **{"estampe:facet": facet}))
    return said


def _manifest(base: str, leaves: tuple[Leaf, ...]) -> dict[str, Any]:
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{base}/manifest.json",
        "type": "Manifest",
        "label": {"en": ["The Daily Block"]},
        "service": [
            {
                "@context": "http://iiif.io/api/search/1/context.json",
                "@id": f"{base}/search1",
                "@type": "SearchService1",
                "profile": "http://iiif.io/api/search/1/search",
            }
        ],
        "items": [_canvas(base, leaf, number) for number, leaf in enumerate(leaves, start=1)],
    }


def _canvas(base: str, leaf: Leaf, number: int) -> dict[str, Any]:
    canvas = f"{base}/canvas/{leaf.key}"
    width, height = leaf.image
    body: dict[str, Any] = {"type": "Image", "format": "image/jpeg", "width": width, "height": height}
    if leaf.service:
        body["id"] = f"{base}/iiif/{leaf.key}/full/max/0/default.jpg"
        body["service"] = [{"id": f"{base}/iiif/{leaf.key}", "type": "ImageService3", "profile": "level0"}]
    else:
        body["id"] = f"{base}/images/{leaf.key}.jpg"
    return {
        "id": canvas,
        "type": "Canvas",
        "label": {"none": [str(number)]},
        "width": leaf.canvas[0],
        "height": leaf.canvas[1],
        "items": [
            {
                "id": f"{canvas}/page",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{canvas}/painting",
                        "type": "Annotation",
                        "motivation": "painting",
                        "body": body,
                        "target": canvas,
                    }
                ],
            }
        ],
        "annotations": [{"id": f"{base}/annotations/{leaf.key}.json", "type": "AnnotationPage"}],
    }


def _found(base: str, text: str, leaves: tuple[Leaf, ...]) -> dict[str, Any]:
    """Answer Content Search 1 for words of captions: a word lies just below its picture."""
    resources = []
    for leaf in leaves:
        for number, picture in enumerate(leaf.pictures):
            if text and text.lower() in picture.caption.lower():
                x, y, w, h = picture.box
                word = f"{x},{y + h + 10},{w // 2},{20 * leaf.canvas[0] // 600}"
                resources.append(
                    {
                        "@id": f"{base}/hits/{leaf.key}/{number}",
                        "@type": "oa:Annotation",
                        "motivation": "sc:painting",
                        "resource": {"@type": "cnt:ContentAsText", "chars": text},
                        "on": f"{base}/canvas/{leaf.key}#xywh={word}",
                    }
                )
    return {
        "@context": ["http://iiif.io/api/presentation/2/context.json", "http://iiif.io/api/search/1/context.json"],
        "@id": f"{base}/search1?q={text}",
        "@type": "sc:AnnotationList",
        "within": {"@type": "sc:Layer", "total": len(resources)},
        "resources": resources,
        "hits": [
            {"@type": "search:Hit", "annotations": [hit["@id"]], "match": text, "before": "", "after": ""}
            for hit in resources
        ],
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
