"""What people call the things that the catalogue names by a code: facets, their values, noise, licences, languages."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from ..records import Run
from ..vocabulary import vocabulary
from .formats import percent
from .wording import gettext

FACETS = {
    "technique": _l("Technique"),
    "function": _l("Function"),
    "subject": _l("Subject"),
    "object": _l("Object"),
    "person": _l("Person"),
    "person_name": _l("Person named"),
    "place": _l("Place"),
    "organisation": _l("Organisation named"),
    "colour": _l("Main colour"),
    "page": _l("Kind of page"),
    "colour_mode": _l("Colour"),
    "size": _l("Size on the page"),
    "shape": _l("Shape"),
    "provider": _l("Provider"),
    "source": _l("Source"),
    "series": _l("Title"),
    "document": _l("Document"),
    "language": _l("Language"),
    "kind": _l("Kind of document"),
    "licence": _l("Rights"),
    "front_page": _l("Place in the document"),
    "rotation": _l("Rotation, in degrees"),
}
FIELDS = {
    "caption": _l("Captions"),
    "title": _l("Titles of articles"),
    "text": _l("Text around the picture"),
    "document": _l("Titles of documents"),
    "creator": _l("Creators and publishers"),
    "label": _l("Labels"),
}
SORTS = {
    "relevance": _l("Best match"),
    "date": _l("Oldest first"),
    "-date": _l("Newest first"),
    "size": _l("Largest on the page"),
    "document": _l("By document"),
    "looks": _l("Looks like these words"),
}
#: How two pictures may be the same one.
MATCHES = {
    "copy": _l("another copy"),
    "crop": _l("one is a part of the other"),
    "mirrored": _l("mirrored"),
    "rendering": _l("in another technique"),
}
#: The words of a picture in which a name stands.
MENTIONED_IN = {
    "caption": _l("the caption"),
    "title": _l("the title"),
    "text_before": _l("the text before"),
    "text_after": _l("the text after"),
}
VALUES = {
    # What a folder's documents are from, where nothing says so.
    "provider": {"local files": _l("local files")},
    "colour_mode": {
        "bitonal": _l("black and white"),
        "grey": _l("shades of grey"),
        "tinted": _l("tinted"),
        "colour": _l("colour"),
    },
    "size": {
        "small": _l("less than a twentieth"),
        "medium": _l("up to a fifth"),
        "large": _l("up to three fifths"),
        "full": _l("most of the page"),
    },
    "shape": {
        "portrait": _l("upright"),
        "landscape": _l("wide"),
        "square": _l("square"),
        "panorama": _l("panorama"),
        "column": _l("column"),
    },
    "kind": {
        "newspaper": _l("newspaper"),
        "magazine": _l("magazine"),
        "periodical": _l("periodical"),
        "book": _l("book"),
        "manuscript": _l("manuscript"),
        "map": _l("map"),
        "image": _l("image"),
        "music": _l("music"),
    },
    "page": {
        "text-page": _l("page of text"),
        "blank-page": _l("blank page"),
        "picture-page": _l("page of pictures"),
        "cover-page": _l("cover"),
    },
    "front_page": {"true": _l("front page"), "false": _l("inside")},
}
#: What is said of an illustration beside its labels, by a run of its own.
ASPECTS = {
    "region": _l("Where it is"),
    "text": _l("Its words"),
    "pixels": _l("Its colours"),
    "labels": _l("What the OCR calls it"),
}
_SEVERITIES = {"info": _l("note"), "warning": _l("oddity"), "error": _l("failure")}
_ROUTES = {"iiif": _l("Manifest"), "gallica": _l("Gallica"), "folder": _l("Folder")}
_STATES = {
    "waiting": _l("waiting"),
    "running": _l("running"),
    "paused": _l("paused"),
    "done": _l("done"),
    "partly": _l("done in part"),
    "failed": _l("failed"),
    "cancelled": _l("cancelled"),
}
_QUEUES = {"network": _l("Asking hosts"), "cpu": _l("Reading pages"), "gpu": _l("Running models")}
_COUNTERS = {
    "documents": _l("documents"),
    "pages": _l("pages"),
    "read": _l("read"),
    "illustrations": _l("pictures"),
    "noise": _l("set aside"),
    "diagnostics": _l("oddities"),
    "missing": _l("missing"),
    "refused": _l("refused"),
    "changes": _l("changes"),
    "unreadable": _l("cannot be read"),
    "failed": _l("failed"),
    "withdrawn": _l("withdrawn by their sources"),
}
_TONGUES = {"en": "English", "fr": "Français"}
_RIGHTS = {
    "/vocab/inc/": _l("In copyright"),
    "/vocab/noc-us/": _l("No copyright in the United States"),
    "/vocab/noc-nc/": _l("No copyright, non-commercial use only"),
    "/vocab/noc-oklr/": _l("No copyright, other legal restrictions"),
    "/vocab/cne/": _l("Copyright not evaluated"),
    "/vocab/und/": _l("Copyright undetermined"),
    "/vocab/nkc/": _l("No known copyright"),
}
_CREATIVE_COMMONS = re.compile(r"/licenses/([a-z-]+)/(\d(?:\.\d)?)")


def facet_name(facet: str) -> str:
    """Return the name of a facet, or of what else a run says something about."""
    return str(FACETS.get(facet) or ASPECTS.get(facet, facet))


def value_name(facet: str, value: str) -> str:
    """Return the name of a value of a facet, in the language of the page; the value itself where it has none.

    Series and documents are ids, whose titles only the catalogue knows.
    """
    if facet in VALUES and value in VALUES[facet]:
        return str(VALUES[facet][value])
    if facet == "language":
        return language_name(value)
    if facet == "licence":
        return licence_name(value)
    concept = vocabulary().concept(value)
    return concept.name(get_locale().language) if concept and concept.facet == facet else value


def noise_name(reason: str) -> str:
    """Return why a region is no picture; a reason is a concept of the vocabulary."""
    concept = vocabulary().concept(reason)
    return concept.name(get_locale().language) if concept else reason


def language_name(code: str) -> str:
    """Return the name of a language by its code."""
    name: str | None = get_locale().languages.get(code)
    return name or code


def licence_name(uri: str) -> str:
    """Return a licence's usual name; the host of its address where it has none."""
    parts = urlsplit(uri)
    path = parts.path.lower()
    if parts.netloc.endswith("creativecommons.org"):
        if "/zero/" in path:
            return "CC0 1.0"
        if "/mark/" in path:
            return str(_l("Public domain"))
        if match := _CREATIVE_COMMONS.search(path):
            return f"CC {match[1].upper()} {match[2]}"
    if parts.netloc.endswith("rightsstatements.org"):
        return next((str(name) for part, name in _RIGHTS.items() if part in f"{path.rstrip('/')}/"), parts.netloc)
    return parts.netloc or uri


def certainty(least: float) -> str:
    """Return a certainty asked of labels, in words."""
    return gettext("at least %(share)s sure", share=percent(least))


def folded(text: str) -> str:
    """Return a text without case and accents, for comparison."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def origin(run_id: str, run: Run | None) -> str:
    """Return who says a label: ``person``, ``ocr`` (it stood in the OCR or METS as delivered) or ``machine``."""
    if run_id.startswith("person:"):
        return "person"
    return "ocr" if (run.name if run else run_id).startswith("ocr-") else "machine"


def severity_name(severity: str) -> str:
    """Return how bad a diagnostic is, in a word."""
    return str(_SEVERITIES.get(severity, severity))


def route_name(route: str) -> str:
    """Return by which way a document came."""
    return str(_ROUTES.get(route, route))


def state_name(state: str) -> str:
    """Return how a job stands."""
    return str(_STATES.get(state, state))


def tongue_name(code: str) -> str:
    """Return the name of a language of the pages, in that language."""
    return _TONGUES[code]


def queue_name(queue: str) -> str:
    """Return what the tasks of a queue do."""
    return str(_QUEUES.get(queue, queue))


def counter_name(counter: str) -> str:
    """Return what a job counted."""
    return str(_COUNTERS.get(counter, counter))
