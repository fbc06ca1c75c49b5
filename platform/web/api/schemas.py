"""The shapes of the API's answers, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Return a reference to a shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string"} | ({"description": description} if description else {}) | more


def _maybe(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def _number(description: str = "", kind: str = "integer", **more: Any) -> Schema:
    return {"type": kind} | ({"description": description} if description else {}) | more


def _share(description: str) -> Schema:
    return _number(description, "number", minimum=0, maximum=1)


def _list(items: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_ADDRESS = _text(format="uri")
_PIXELS = "In pixels of the page's frame."
_BY: Schema = {
    "run": _text("The id of a run, or `person:` and a name."),
    "origin": _text("Who says it.", enum=["person", "ocr", "machine"]),
}
_NAMES: Schema = {"type": "object", "description": "By language.", "additionalProperties": _text()}

SCHEMAS: Final[dict[str, Schema]] = {
    "Illustration": _object(
        {
            "id": _text("Lasting: it is never given to another."),
            "address": _ADDRESS,
            "document": _text("The document's id."),
            "page": _number("The page's place in the document, from 1."),
            "page_id": _text(),
            "page_label": _text("The page as printed."),
            "image": _maybe(_text("The picture cut out, null where nobody cuts it.", format="uri")),
            "scan": _maybe(_text("The image service of the page, else the address of its image.")),
            "x": _number(_PIXELS),
            "y": _number(_PIXELS),
            "w": _number(_PIXELS),
            "h": _number(_PIXELS),
            "frame": _maybe(ref("Size")),
            "caption": _text("As printed."),
            "title": _text("That of the article, as printed."),
            "text_before": _text(),
            "text_after": _text(),
            "labels": _list(ref("Label")),
            "page_labels": _list(ref("Label"), "What kind of page it is on."),
            "detections": _list(ref("Detection"), "What is seen inside it."),
            "mentions": _list(ref("Mention"), "Names in its words."),
            "noise": _maybe(_text("Why it is no picture, null where it is one.")),
            "front_page": {"type": "boolean"},
            "last_page": {"type": "boolean"},
            "share": _share("The part of the page that it covers."),
            "shape": _text(),
            "rotation": _number("By how many degrees clockwise it must be turned to stand upright.", "number"),
            "rotation_by": _maybe(_object({"confidence": _share("1 where a person or the OCR said it."), **_BY})),
            "related": _list(_text(), "The other parts of the same picture."),
            "colour_mode": _maybe(_text()),
            "palette": _list(_object({"colour": _text(pattern="^#[0-9a-f]{6}$"), "share": _share("")})),
            "runs": _object({"region": _text(), "text": _maybe(_text()), "pixels": _maybe(_text())}),
            "document_title": _text(),
            "date": _maybe(ref("Date")),
            "provider": _text("Who serves the document."),
            "source": _text("Whose collection it is, within the provider."),
            "licence": _maybe(_text(format="uri")),
            "highlights": {
                "type": "object",
                "description": "Where the words were found, by field; only in answers to a search.",
                "additionalProperties": _list(_object({"text": _text(), "found": {"type": "boolean"}})),
            },
            "nearness": _share(
                "How like it is: half of 1 and the cosine; only in answers to a search for what is alike."
            ),
        },
        optional=("highlights", "nearness"),
    ),
    "Label": _object(
        {
            "concept": _text("The id of a concept of the vocabulary."),
            "facet": _text(),
            "names": _NAMES,
            "confidence": _share("1 where a person said it."),
            **_BY,
        }
    ),
    "Detection": _object(
        {
            "concept": _text("The id of a concept of the vocabulary."),
            "facet": _text("`object` or `person`."),
            "names": _NAMES,
            "x": _number(_PIXELS),
            "y": _number(_PIXELS),
            "w": _number(_PIXELS),
            "h": _number(_PIXELS),
            "confidence": _share(""),
            **_BY,
        }
    ),
    "Mention": _object(
        {
            "kind": _text(enum=["person", "place", "organisation"]),
            "facet": _text("The facet in which it is searched and counted."),
            "text": _text("The name as printed."),
            "field": _text("Where it stands.", enum=["caption", "title", "text_before", "text_after"]),
            "start": _number("The first character of it there, from 0."),
            "end": _number("The character behind it."),
            **_BY,
        }
    ),
    "Match": _object(
        {
            "illustration": _text("The id of the other one."),
            "address": _ADDRESS,
            "kind": _text("`rendering` is in another technique.", enum=["copy", "crop", "mirrored", "rendering"]),
            "score": _share("How sure it is."),
            **_BY,
        }
    ),
    "Matches": _object({"illustration": _text(), "matches": _list(ref("Match"), "The surest first.")}),
    "Document": _object(
        {
            "id": _text(),
            "address": _ADDRESS,
            "manifest": _text("The IIIF manifest with all that was found.", format="uri"),
            "title": _text(),
            "aliases": _list(_text(), "All names it is known by."),
            "provider": _text(),
            "source": _text(),
            "kind": _text(),
            "series": _maybe(_object({"id": _text(), "title": _text()})),
            "date": _maybe(ref("Date")),
            "languages": _list(_text()),
            "creators": _list(_text()),
            "publisher": _text(),
            "place": _text(),
            "licence": _maybe(_text()),
            "attribution": _text(),
            "landing": _maybe(_text("The provider's page for people.")),
            "original_manifest": _maybe(_text()),
            "catalogue_record": _maybe(_text()),
            "withdrawn": _maybe(_text("Since when its source does not have it any more, a time in UTC.")),
        }
    ),
    "Page": _object(
        {
            "id": _text(),
            "document": _text(),
            "number": _number("From 1."),
            "label": _text(),
            "canvas": _ADDRESS,
            "annotations": _ADDRESS,
            "frame": _maybe(ref("Size")),
            "scan": _maybe(_text()),
            "text": _maybe(_text("Where its OCR is.")),
            "labels": _list(ref("Label"), "What kind of page it is; of pages without pictures, too."),
            "illustrations": _list(_text(), "Their ids, from the top of the page."),
        }
    ),
    "Date": _object({"text": _text("As printed."), "start": _maybe(_text()), "end": _maybe(_text())}),
    "Size": _object({"w": _number(), "h": _number()}),
    "Results": _object(
        {
            "total": _number(),
            "next": _maybe(_text("The address of what follows.", format="uri")),
            "illustrations": _list(ref("Illustration")),
        }
    ),
    "Facets": _object(
        {
            "total": _number(),
            "facets": {
                "type": "object",
                "additionalProperties": _list(_object({"value": _text(), "name": _text(), "count": _number()})),
            },
            "timeline": _list(_object({"year": _number(), "count": _number()})),
        }
    ),
    "Documents": _object({"next": _maybe(_text(format="uri")), "documents": _list(ref("Document"))}),
    "Pages": _object({"document": _text(), "pages": _list(ref("Page"))}),
    "Change": _object(
        {
            "sequence": _number(),
            "entity": _text(enum=["document", "page", "illustration"]),
            "id": _text(),
            "document": _text(),
            "what": _text(enum=["create", "update", "delete"]),
            "at": _text(format="date-time"),
        }
    ),
    "Changes": _object(
        {"last": _number("The newest there is."), "next": _maybe(_text()), "changes": _list(ref("Change"))}
    ),
    "Concept": _object(
        {
            "id": _text(),
            "facet": _text(),
            "names": _NAMES,
            "wikidata": _maybe(_text()),
            "bnf": _maybe(_text("The term of the Bibliothèque nationale de France.")),
            "parents": _list(_text()),
        }
    ),
    "Vocabulary": _object({"concepts": _list(ref("Concept"))}),
    "Run": _object(
        {
            "id": _text(),
            "address": _ADDRESS,
            "name": _text(),
            "version": _text(),
            "facet": _text(),
            "config": {"type": "object", "additionalProperties": _text()},
        }
    ),
    "Runs": _object({"runs": _list(ref("Run"))}),
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": _text(),
            "title": _text(),
            "status": _number(),
            "detail": _text("What was wrong, and what would work."),
            "parameter": _text("The parameter that was not understood."),
            "place": _number("The character in it, from 0."),
        },
    },
}
