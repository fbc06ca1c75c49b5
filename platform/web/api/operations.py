"""The one table of the API: what it offers, with which parameters, and an example of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ...search import DEFAULT_LIMIT, FACETS, FIELDS, LOOKS, MAX_LIMIT, SORTS
from ..likeness import SPACES
from . import schemas

JSON: Final = "application/json"
#: Documents, changes and values of a facet that one answer gives at most.
MAX_DOCUMENTS: Final = 500
MAX_CHANGES: Final = 1000
MAX_VALUES: Final = 1000


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the query of an address, or in its path."""

    name: str
    description: str
    schema: Mapping[str, Any]
    where: str = "query"

    @property
    def many(self) -> bool:
        """Whether it may be given several times."""
        return self.schema.get("type") == "array"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be asked: GET a path.

    ``example`` are the arguments of a query that works on any catalogue; ``{id}`` in the path stands for a real one,
    which `api.openapi.reference` finds.
    """

    name: str
    path: str
    summary: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    media: str = JSON
    example: tuple[tuple[str, str], ...] = ()


def _text(**more: Any) -> dict[str, Any]:
    return {"type": "string"} | more


def _number(default: int, most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


def _list(**items: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"} | items}


def _path(what: str) -> Parameter:
    return Parameter("id", what, _text(), "path")


_BY: Final = Parameter(
    "by",
    f"In which sense alike: {' or '.join(f'`{name}`' for name in SPACES)} (the same picture in another printing), or"
    " the id of a run that made vectors.",
    _text(default="visual"),
)
_QUERY: Final = (
    Parameter(
        "q",
        "Words, all of which must be found. `OR` between words, `-` before one to leave out, quotation marks around a"
        " phrase, `*` for any ending, `~` for a letter or two that differ, `caption:` and the like before a word to"
        " look for it there alone.",
        _text(maxLength=1000),
    ),
    Parameter("in", "Where the words are looked for; everywhere where it is not given.", _list(enum=list(FIELDS))),
    Parameter("from", "The first day: a year, a month or a day.", _text(pattern=r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$")),
    Parameter("to", "The last day: a year, a month or a day.", _text(pattern=r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$")),
    Parameter(
        "confidence", "Labels that are less certain count as not there.", {"type": "number", "minimum": 0, "maximum": 1}
    ),
    Parameter("noise", "Give what was set aside as no picture, too.", _text(enum=["0", "1"], default="0")),
    Parameter(
        "like", "Only what looks like the illustration with this id, the nearest first, without `sort`.", _text()
    ),
    _BY,
    *(
        Parameter(facet, "Only pictures with this value; given several times, with any of the values.", _list())
        for facet in FACETS
    ),
)
_PAGED: Final = (
    Parameter(
        "sort",
        "The order. `relevance` without words is `document`. `looks` finds what looks like the words, wherever they are"
        " printed; it is there where a model of words is.",
        _text(enum=[*SORTS, LOOKS], default=SORTS[0]),
    ),
    Parameter("n", "Pictures in one answer, at most.", _number(DEFAULT_LIMIT, MAX_LIMIT)),
    Parameter("after", "Go on behind the last answer: it says `next`, the whole address.", _text()),
)
_DOCUMENT: Final = _path("The document's id, or one of its other names, such as an ARK.")
_ILLUSTRATION: Final = _path("The illustration's id.")

OPERATIONS: Final = (
    Operation(
        "illustrations",
        "/illustrations",
        "Search illustrations",
        schemas.ref("Results"),
        "The same search as that of the pages, with the same parameters.",
        (*_QUERY, *_PAGED),
        example=(("sort", "size"), ("n", "2")),
    ),
    Operation(
        "illustration", "/illustrations/{id}", "One illustration", schemas.ref("Illustration"), "", (_ILLUSTRATION,)
    ),
    Operation(
        "similar",
        "/illustrations/{id}/similar",
        "What looks like an illustration",
        schemas.ref("Results"),
        "The nearest first, with `nearness`; all that narrows a search narrows it too. Where no model looked: 400.",
        (_ILLUSTRATION, *(one for one in _QUERY if one.name != "like"), *_PAGED[1:]),
        example=(("n", "2"),),
    ),
    Operation(
        "matches",
        "/illustrations/{id}/matches",
        "The same picture elsewhere",
        schemas.ref("Matches"),
        "In another copy or printing, as far as it was compared and found to be the same.",
        (_ILLUSTRATION,),
    ),
    Operation(
        "bibtex",
        "/illustrations/{id}/bibtex",
        "Cite an illustration with BibTeX",
        parameters=(_ILLUSTRATION,),
        media="application/x-bibtex",
    ),
    Operation(
        "csl",
        "/illustrations/{id}/csl",
        "Cite an illustration with CSL-JSON",
        {"type": "array", "items": {"type": "object"}},
        "Read by Zotero, Pandoc and others.",
        (_ILLUSTRATION,),
        "application/vnd.citationstyles.csl+json",
    ),
    Operation(
        "facets",
        "/facets",
        "Count what a search finds",
        schemas.ref("Facets"),
        "By facet, commonest value first, and by year.",
        (
            *_QUERY,
            Parameter("facet", "The facets to count; all where it is not given.", _list(enum=list(FACETS))),
            Parameter("values", "Values of each facet, at most.", _number(10, MAX_VALUES)),
        ),
        example=(("facet", "technique"), ("facet", "provider")),
    ),
    Operation(
        "documents",
        "/documents",
        "List documents",
        schemas.ref("Documents"),
        "In the order of their ids.",
        (
            Parameter("provider", "Only those of this provider, by its name.", _text()),
            Parameter("series", "Only those of this periodical or set, by its id.", _text()),
            Parameter("n", "Documents in one answer, at most.", _number(100, MAX_DOCUMENTS)),
            Parameter("after", "Go on behind the document with this id.", _text()),
        ),
        example=(("n", "2"),),
    ),
    Operation("document", "/documents/{id}", "One document", schemas.ref("Document"), "", (_DOCUMENT,)),
    Operation(
        "pages",
        "/documents/{id}/pages",
        "The pages of a document",
        schemas.ref("Pages"),
        "In their order, each with its illustrations' ids.",
        (_DOCUMENT,),
    ),
    Operation(
        "changes",
        "/changes",
        "What changed",
        schemas.ref("Changes"),
        "The sequence of all changes, oldest first. Who keeps the last `sequence` seen can follow without losing any."
        " As IIIF, it is there as Change Discovery.",
        (
            Parameter("after", "Changes after this place in the sequence.", _number(0, 2**62, 0)),
            Parameter("n", "Changes in one answer, at most.", _number(100, MAX_CHANGES)),
        ),
        example=(("n", "3"),),
    ),
    Operation(
        "export",
        "/export",
        "All illustrations",
        parameters=(),
        description="One illustration a line, in a stable order, as `/illustrations/{id}` gives it.",
        media="application/jsonl",
    ),
    Operation(
        "vocabulary",
        "/vocabulary",
        "The concepts that labels are made of",
        schemas.ref("Vocabulary"),
        "",
        (Parameter("facet", "Only those of this facet.", _text()),),
        example=(("facet", "technique"),),
    ),
    Operation(
        "runs",
        "/runs",
        "The models and methods that found and described",
        schemas.ref("Runs"),
        "Each value that a machine gave points to one.",
    ),
)
