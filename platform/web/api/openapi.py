"""The API's description, made from the one table: as OpenAPI, and for the page that people read."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from ...search import Query
from ..services import services
from .operations import OPERATIONS, Operation, Parameter
from .schemas import SCHEMAS, ref


@dataclass(frozen=True, slots=True)
class Documented:
    """An operation with an example on what is really here; empty where nothing is."""

    operation: Operation
    example: str


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Estampe",
            "version": version("estampe"),
            "summary": "The pictures in digitised books, newspapers and albums.",
            "description": "Everything is read with GET and needs no key. What did not change is answered with 304.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": services().addresses.api()}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": SCHEMAS},
    }


def reference() -> list[Documented]:
    """Return all operations with examples that run here."""
    found = services().index.search(Query(sort="size", limit=1)).hits
    illustration = found[0].id if found else ""
    entry = services().catalogue.illustration(illustration) if illustration else None
    names = {"illustrations": illustration if entry else "", "documents": entry.document if entry else ""}
    return [Documented(operation, _example(operation, names)) for operation in OPERATIONS]


def _example(operation: Operation, names: dict[str, str]) -> str:
    segments = operation.path.strip("/").split("/")
    if "{id}" in segments:
        if not names[segments[0]]:
            return ""
        segments = [names[segments[0]] if segment == "{id}" else segment for segment in segments]
    query = f"?{urlencode(operation.example)}" if operation.example else ""
    return "/".join(("/api/v1", *segments)) + query


def _operation(operation: Operation) -> dict[str, Any]:
    content = {operation.media: {"schema": dict(operation.schema)}} if operation.schema else {operation.media: {}}
    answers = {"200": {"description": "The answer.", "content": content}, "304": {"description": "Nothing changed."}}
    failures = {"400": "A parameter cannot be understood."} if operation.parameters else {}
    failures |= {"404": "There is no such thing."} if "{id}" in operation.path else {}
    answers |= {
        status: {"description": why, "content": {"application/problem+json": {"schema": ref("Problem")}}}
        for status, why in failures.items()
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        **({"description": operation.description} if operation.description else {}),
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": answers,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }
