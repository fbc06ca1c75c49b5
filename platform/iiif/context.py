"""Our JSON-LD context: what the Web Annotation model has no word for."""

from __future__ import annotations

from .addresses import Addresses
from .values import Json


def write_context(addresses: Addresses) -> Json:
    """Return the context that our pages of annotations name before IIIF's.

    ``estampe:confidence`` is 0 to 1; ``estampe:state`` one of ``unreviewed``, ``accepted``, ``rejected``;
    ``estampe:origin`` one of ``ocr``, ``machine``, ``person``; ``estampe:facet`` what a tag says something about:
    ``technique``, ``function``, ``subject`` and so on.
    """
    decimal, text = "http://www.w3.org/2001/XMLSchema#decimal", "http://www.w3.org/2001/XMLSchema#string"
    return {
        "@context": {
            "@version": 1.1,
            "estampe": {"@id": f"{addresses.context()}#", "@prefix": True},
            "estampe:confidence": {"@type": decimal},
            "estampe:state": {"@type": text},
            "estampe:origin": {"@type": text},
            "estampe:facet": {"@type": text},
        }
    }
