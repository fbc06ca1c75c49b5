"""Strictness: what may be published is what iiif-prezi3's models of Presentation 3 accept."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from .values import Json

PRESENTATION_3 = "http://iiif.io/api/presentation/3/context.json"


def checked(model: type[BaseModel], tree: Json) -> Json:
    """Return a resource as it is. Raises pydantic's ValidationError, a fault of ours, where the model refuses it."""
    model.model_validate_json(json.dumps(tree))
    return tree


def is_valid(model: type[BaseModel], tree: Json) -> bool:
    """Whether a model accepts a resource."""
    try:
        model.model_validate_json(json.dumps(tree))
    except (ValidationError, ValueError):
        return False
    return True


def salvaged(model: type[BaseModel], required: Json, optional: Json) -> Json:
    """Return a resource with as much of what is optional as its model accepts; ``required`` must be valid by itself.

    Where the whole is refused, each property is tried alone, and each entry of a list.
    """
    if is_valid(model, required | optional):
        return required | optional
    kept = dict(required)
    for name, value in optional.items():
        if is_valid(model, required | {name: value}):
            kept[name] = value
        elif isinstance(value, list):
            entries: list[Any] = [entry for entry in value if is_valid(model, required | {name: [entry]})]
            if entries:
                kept[name] = entries
    return kept
