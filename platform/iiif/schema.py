"""Strictness: what may be published is what iiif-prezi3's models of Presentation 3 accept.

Models are named, not imported, so that iiif-prezi3 (half a second) is loaded only by who writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import ValidationError

from .values import Json

if TYPE_CHECKING:
    from pydantic import BaseModel

PRESENTATION_3 = "http://iiif.io/api/presentation/3/context.json"

#: Entries of a faulty list that are tried one by one, so that a hostile manifest does not hold up who publishes it.
_MOST_TRIED = 500

_trusted = ContextVar("_trusted", default=False)


@cache
def _model(name: str) -> type[BaseModel]:
    import iiif_prezi3

    model: type[BaseModel] = getattr(iiif_prezi3, name)
    return model


@contextmanager
def trusting() -> Iterator[None]:
    """Take every part for valid: for a resource that is checked whole when it is done."""
    token = _trusted.set(True)
    try:
        yield
    finally:
        _trusted.reset(token)


def checked(model: str, tree: Json) -> Json:
    """Return a resource as it is. Raises pydantic's ValidationError, a fault of ours, where its model refuses it."""
    _model(model).model_validate_json(json.dumps(tree))
    return tree


def is_valid(model: str, tree: Any) -> bool:
    """Whether a model accepts a resource."""
    if _trusted.get():
        return True
    try:
        _model(model).model_validate_json(json.dumps(tree))
    except (ValidationError, ValueError):
        return False
    return True


def salvaged(model: str, required: Json, optional: Json) -> Json:
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
            tried = value[:_MOST_TRIED]
            entries: list[Any] = [entry for entry in tried if is_valid(model, required | {name: [entry]})]
            if entries:
                kept[name] = entries
    return kept
