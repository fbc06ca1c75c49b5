"""The IIIF services: manifests, annotations, Collections, search inside, Change Discovery."""

from flask import Blueprint

blueprint = Blueprint("iiif", __name__)

from . import collections, documents, inside  # noqa: E402, F401
