"""Errors as people and programs can read them."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, json, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from ..errors import CatalogueError, EstampeError, NotFoundError, QueryError, UnavailableIndexError
from .answers import PROGRAMS
from .formats import public
from .wording import gettext

_LOG = logging.getLogger(__name__)
# Seconds after which asking again may help.
_RETRY = 30


def handle(app: Flask) -> None:
    """Register the answers to errors."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _failure)
    app.register_error_handler(EstampeError, _failure)
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(QueryError, _query)
    app.register_error_handler(UnavailableIndexError, _unavailable)
    app.register_error_handler(CatalogueError, _unavailable)


def problem(status: int, detail: str, **more: str | int | None) -> Response:
    """Return an answer after RFC 9457 for programs."""
    body: dict[str, str | int] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail} | {name: value for name, value in more.items() if value is not None and value != ""}
    return Response(json.dumps(body) + "\n", status, mimetype="application/problem+json")


def page(status: int) -> Response:
    """Return an error's page for people."""
    if status == HTTPStatus.GONE:
        heading = gettext("This document was taken away")
        advice = gettext("It was here, and the operator removed it. Nothing of it is kept but its name.")
    elif status == HTTPStatus.NOT_FOUND:
        heading = gettext("There is nothing at this address")
        advice = gettext(
            "It may have been mistyped, or lead to a picture or document that is no longer here. A search may find it."
        )
    elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
        heading = gettext("This cannot be done")
        advice = gettext("The address or the way it was asked for is not one that this server knows.")
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        heading = gettext("The search does not answer just now")
        advice = gettext("It is not your fault, and nothing is lost. Trying again in a minute may help.")
    else:
        heading = gettext("Something went wrong here")
        advice = gettext("It is not your fault, and it was noted. Trying again in a while may help.")
    return Response(render_template("error.html", heading=heading, advice=advice), status)


def _answer(status: int, detail: str, **more: str | int | None) -> Response:
    return problem(status, detail, **more) if request.path.startswith(PROGRAMS) else page(status)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    answer = _answer(error.code, error.description or error.name)
    # What an error says beside its words: the methods allowed, when to come back.
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _not_found(error: NotFoundError) -> ResponseReturnValue:
    return _answer(HTTPStatus.NOT_FOUND, public(str(error)))


def _query(error: QueryError) -> ResponseReturnValue:
    return _answer(HTTPStatus.BAD_REQUEST, str(error), parameter=error.part, place=error.place)


def _unavailable(error: UnavailableIndexError | CatalogueError) -> ResponseReturnValue:
    part = "search index" if isinstance(error, UnavailableIndexError) else "catalogue"
    _LOG.error("%s %s could not be answered: %s", request.method, request.path, error)
    answer = _answer(HTTPStatus.SERVICE_UNAVAILABLE, f"The {part} does not answer; try again in a minute.")
    answer.headers["Retry-After"] = str(_RETRY)
    return answer


def _failure(error: Exception) -> ResponseReturnValue:
    original = getattr(error, "original_exception", None) or error
    _LOG.error("%s %s failed", request.method, request.path, exc_info=original)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; the operator's log says why.")
