"""The IIIF services: manifests, annotations, Collections, search inside, Change Discovery."""

from flask import Blueprint

from ..answers import open_to_all

blueprint = Blueprint("iiif", __name__)
open_to_all(blueprint)

from . import collections, documents, inside  # noqa: E402, F401
