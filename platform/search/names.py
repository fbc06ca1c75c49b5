"""The names that a search knows: of text fields, facets and orders."""

from __future__ import annotations

from typing import Final

#: Where words are looked for: ``title`` is the article's, ``text`` what stands before and after the picture,
#: ``document`` the document's and its series' title, ``creator`` its creators and publisher, ``label`` the names
#: of the concepts said of it.
FIELDS: Final = ("caption", "title", "text", "document", "creator", "label")
#: The facets that labels make: they honour the confidence asked for. ``person`` is who can be seen, ``person_name``,
#: ``place`` and ``organisation`` are names that were read, ``page`` is the kind of page.
LABEL_FACETS: Final = (
    "technique",
    "function",
    "subject",
    "object",
    "person",
    "person_name",
    "place",
    "organisation",
    "colour",
    "page",
)
#: What results may be narrowed by and counted by, in the order in which people meet it.
FACETS: Final = (
    *LABEL_FACETS,
    "colour_mode",
    "size",
    "shape",
    "provider",
    "source",
    "series",
    "document",
    "language",
    "kind",
    "licence",
    "front_page",
    "rotation",
)
#: ``relevance`` without words is the order of ``document``.
SORTS: Final = ("relevance", "date", "-date", "size", "document")
#: The order of pictures that look like the words; no index knows it: see `Query.in_sight`.
LOOKS: Final = "looks"
