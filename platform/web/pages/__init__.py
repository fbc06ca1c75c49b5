"""Pages for people: made on the server, complete without any script."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)

from . import collections, document, illustration, search, status  # noqa: E402, F401
