"""Text is sent packed to whoever can unpack it; pictures are packed by themselves."""

from __future__ import annotations

from flask import Flask, Response
from flask_compress import Compress

_TYPES = (
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "image/svg+xml",
    "application/javascript",
    "application/json",
    "application/jsonl",
    "application/ld+json",
    "application/problem+json",
    "application/vnd.oai.openapi+json",
)


def compress(app: Flask) -> None:
    """Pack answers. To be called first: what is registered first is done last, when an answer is whole."""
    app.config.update(
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_MIN_SIZE=1000,
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br", "gzip"],
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=["static", "api.export"],
    )
    Compress(app)
    app.after_request(_closed)


def _closed(response: Response) -> Response:
    """Close a file at the end of its answer, although something else is sent in its place."""
    if close := getattr(response.response, "close", None):
        response.call_on_close(close)
    return response
