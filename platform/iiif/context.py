"""Our JSON-LD context: what the Web Annotation model has no word for."""

from __future__ import annotations

from .addresses import Addresses
from .values import Json


def write_context(addresses: Addresses) -> Json:
    """Return the context that our pages of annotations name before IIIF's.

    ``estampe:confidence`` is 0 to 1; ``estampe:state`` one of ``unreviewed``, ``accepted``, ``rejected``;
    ``estampe:origin`` one of ``ocr``, ``machine``, ``person``; ``estampe:facet`` what a tag says something about:
    ``technique``, ``function``, ``subject`` and so on. A name stands in the words of ``estampe:field``, from the
    character ``estampe:start`` to before ``estampe:end``; ``estampe:match`` is how two pictures are the same;
    ``estampe:palette`` has each ``estampe:colour`` (``#rrggbb``) with its ``estampe:share`` of the picture, 0 to 1.
    """
    decimal, text = "http://www.w3.org/2001/XMLSchema#decimal", "http://www.w3.org/2001/XMLSchema#string"
    number = "http://www.w3.org/2001/XMLSchema#integer"
    return {
        "@context": {
            "@version": 1.1,
            "estampe": {"@id": f"{addresses.context()}#", "@prefix": True},
            "estampe:confidence": {"@type": decimal},
            "estampe:state": {"@type": text},
            "estampe:origin": {"@type": text},
            "estampe:facet": {"@type": text},
            "estampe:field": {"@type": text},
            "estampe:start": {"@type": number},
            "estampe:end": {"@type": number},
            "estampe:match": {"@type": text},
            "estampe:palette": {"@container": "@list"},
            "estampe:colour": {"@type": text},
            "estampe:share": {"@type": decimal},
        }
    }
