"""Text is sent packed to whoever can unpack it; pictures are packed by themselves."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, current_app, request

#: Shorter answers gain nothing.
_LEAST = 1000
_LEVEL = 6
#: Packed files of the front end that are kept: it has some sixty.
_KEPT = 200
_TYPES = ("text/", "image/svg", "application/javascript", "application/json", "application/ld+json")
_SUFFIXES = ("+json", "/jsonl", "+xml")


def compress(app: Flask) -> None:
    """Pack answers with gzip. To be called first: what is registered first is done last, when an answer is whole."""
    app.extensions["estampe_packed"] = {}
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if not _gains(response):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or request.method == "HEAD":
        return response
    if close := getattr(response.response, "close", None):
        response.call_on_close(close)
    if request.endpoint == "static":
        response.direct_passthrough = False
        response.set_data(_file(response))
    elif response.is_streamed:
        response.response = _stream(response.iter_encoded())
    elif len(data := response.get_data()) >= _LEAST:
        response.set_data(gzip.compress(data, _LEVEL, mtime=0))
    else:
        return response
    response.content_encoding = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        # Packed or not it says the same, but not byte for byte.
        response.set_etag(tag, weak=True)
    return response


def _gains(response: Response) -> bool:
    kind = response.mimetype or ""
    text = kind.startswith(_TYPES) or kind.endswith(_SUFFIXES)
    return text and response.status_code == 200 and "Content-Encoding" not in response.headers


def _file(response: Response) -> bytes:
    """Return a file of the front end packed, from memory where it was packed before."""
    packed: dict[tuple[str, str | None], bytes] = current_app.extensions["estampe_packed"]
    key = (request.path, response.get_etag()[0])
    if key not in packed:
        if len(packed) >= _KEPT:
            packed.clear()
        packed[key] = gzip.compress(response.get_data(), _LEVEL, mtime=0)
    return packed[key]


def _stream(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for part in parts:
        if some := packer.compress(part):
            yield some
    yield packer.flush()
