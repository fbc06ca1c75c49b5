"""What answers to programs have in common: any site may read them, and what did not change is not sent again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any, ParamSpec

from flask import Flask, Response, json, request

from .languages import language
from .services import services

_P = ParamSpec("_P")
#: Addresses below which programs ask, not people.
PROGRAMS = ("/api/v1/", "/iiif/", "/crops/", "/thumbnails/", "/runs/")
_ALLOWED = "GET, HEAD, OPTIONS"


def open_to_all(app: Flask) -> None:
    """Let pages of any site read what programs are answered."""
    app.after_request(_share)


def _share(response: Response) -> Response:
    if not request.path.startswith(PROGRAMS):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = _ALLOWED
        response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def while_unchanged(view: Callable[_P, Response]) -> Callable[_P, Response]:
    """Answer 304 before doing any work where the catalogue and the index are as they were."""

    @wraps(view)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        known = services()
        state = f"{version('estampe')}-{known.catalogue.last_change()}-{known.index.position()}-{language()}"
        response = Response(status=304) if request.if_none_match.contains_weak(state) else view(*args, **kwargs)
        response.set_etag(state)
        return response

    return answer


def spoken(response: Response) -> Response:
    """Say that an answer is in the language that was asked for."""
    response.vary.add("Accept-Language")
    response.content_language.add(language())
    return response


def json_answer(body: Any, media_type: str = "application/json") -> Response:
    """Return a body as JSON of a media type."""
    answer = Response(json.dumps(body) + "\n", mimetype="application/json")
    answer.headers["Content-Type"] = media_type
    return answer
