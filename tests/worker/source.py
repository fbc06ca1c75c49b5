"""A source as real ones are: its manifests, ALTO and pictures come off the press, and its server fails now and then.

Each page has an address of its own, however often it was printed. What goes wrong goes wrong by the address, and by how
often it was asked for since `Source.forget`: so it is the same for everybody who asks until he is given an answer.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Self

from PIL import Image

from estampe.identity import digest
from estampe.press import Order, print_corpus
from tests.harvest.standin import Reply, Standin

_PRINTED = (
    Order("issue", "newspaper", "fr", 2, date(1910, 12, 20)),
    Order("book", "book", "fr", 8),
    Order("tome", "book", "en", 8),
    Order("album", "album", "fr", 4),
)
_PRESS = "https://press.example.org/"
_KINDS = {"jpg": "image/jpeg", "xml": "application/xml", "json": "application/json"}
#: The longest side of a picture as it is served: its canvas is larger.
_SIDE = 600


class Source(Standin):
    """The server; ``collection`` is the address of what it has, ``pages`` how many pages that are.

    Args:
        folder: where to print.
        copies: how often each printed work is there, under addresses of its own.

    """

    def __init__(self, folder: Path, copies: int) -> None:
        super().__init__()
        print_corpus(folder, _PRINTED)
        self._files = {}
        for order in _PRINTED:
            work = folder / "documents" / order.name
            self._files |= {f"{order.name}/alto/{path.name}": path.read_bytes() for path in work.glob("alto/*")}
            self._files |= {f"{order.name}/images/{path.name}": _small(path) for path in work.glob("images/*")}
            manifest = (folder / "manifests" / f"{order.name}.json").read_text("utf-8")
            self._files[f"{order.name}/manifest.json"] = manifest.encode()
        self.documents = [f"{copy}/{order.name}" for copy in range(copies) for order in _PRINTED]
        self.pages = copies * sum(order.pages for order in _PRINTED)
        self.collection = f"{self.url}/collection.json"
        self._asked: Counter[str] = Counter()
        #: What is asked on another host is paced by itself: this one asks for patience.
        self.slow = Slow(self)

    def forget(self) -> None:
        """Begin anew: nobody has asked for anything."""
        with self.lock:
            self._asked.clear()
            self.requests.clear()
        self.slow.asked = False

    def __enter__(self) -> Self:
        self.slow.__enter__()
        return super().__enter__()

    def __exit__(self, *given: object) -> None:
        super().__exit__(*given)
        self.slow.__exit__(*given)

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        path = path.strip("/")
        with self.lock:
            self._asked[path] += 1
            nth = self._asked[path]
        if path == "collection.json":
            return self._collection()
        copy, _, name = path.partition("/")
        body = self._files.get(name)
        fate = int(digest(path, 8), 16) % 1000
        if body is None or (fate in range(2) and not name.endswith("manifest.json")):
            return Reply(b"there is no such thing", "text/plain", 404)
        kind = _KINDS[name.rpartition(".")[2]]
        if fate in range(2, 4) and kind != "application/json":
            # Broken for ever: half of a picture, half of an ALTO.
            return Reply(body[: len(body) // 2], kind)
        if kind == "application/json":
            body = body.replace(_PRESS.encode(), f"{self.host(f'{copy}/{name}')}/{copy}/".encode())
        if nth == 1 and fate in range(10, 14):
            return Reply(b"try again", "text/plain", 500)
        if nth <= 5 and fate in range(20, 22):
            # Longer than one asks at a stretch.
            return Reply(b"try again later", "text/plain", 503)
        return Reply(body, kind, cut=nth == 1 and fate in range(30, 34))

    def host(self, manifest: str) -> str:
        """Return the host of what a manifest names: one work of the first copy is at the slow one."""
        return self.slow.url if manifest == "0/album/manifest.json" else self.url

    def _collection(self) -> Reply:
        items = [
            {"id": f"{self.url}/{name}/manifest.json", "type": "Manifest", "label": {"none": [name]}}
            for name in self.documents
        ]
        collection = {
            "@context": "http://iiif.io/api/presentation/3/context.json",
            "id": self.collection,
            "type": "Collection",
            "label": {"en": ["Off the press"]},
            "items": items,
        }
        return Reply(json.dumps(collection).encode(), "application/json")


class Slow(Standin):
    """A second host with the same things, which asks for patience first."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source, self.asked = source, False
        self.url = f"http://localhost:{self.server_port}"

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        with self.lock:
            first, self.asked = not self.asked, True
        if first:
            return Reply(b"patience", "text/plain", 429, {"Retry-After": "1"})
        return self._source.reply(path, query)


def _small(path: Path) -> bytes:
    with Image.open(path) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        body = io.BytesIO()
        picture.save(body, "JPEG", quality=80)
        return body.getvalue()
