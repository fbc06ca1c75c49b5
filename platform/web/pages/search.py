"""The home page, the search, and all values of a facet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import QueryError
from ...identity import manifest_alias
from ...iiif import decode_content_state
from ...search import FACETS, FIELDS, LOOKS, SORTS, Query
from .. import names, snippets
from ..cards import Card, cards
from ..likeness import offers_looks
from ..likeness import search as ask
from ..links import link
from ..services import services
from ..titles import titles
from ..wording import gettext
from . import blueprint
from .details import Details, details
from .document import canvas_of
from .facets import ALL, Choice, facet
from .finding import Found, escapes, find, selection
from .refine import address, arguments, bare, begun, edges

#: Pictures of the first page.
_SELECTION = 40


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What there is, and some of it to see."""
    if state := request.args.get("iiif-content"):
        return _content_state(state)
    entries, total = selection(_SELECTION)
    found = find(Query())
    chosen = cards(entries, lambda id_: url_for("pages.illustration", illustration=id_))
    counts = services().catalogue.counts()
    return render_template(
        "search.html", **_page(replace(found, cards=chosen, next="", total=total)), counts=counts, home=True
    )


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """A wall of pictures, and all that narrows it."""
    try:
        query = Query.from_args(request.args.to_dict(flat=False))
        found = find(query)
    except QueryError as error:
        return _not_understood(error)
    shown = _shown(query)
    ways, single = ([], False) if found.total else escapes(found)
    return render_template("search.html", **_page(found), shown=shown, escapes=ways, single=single)


@blueprint.get("/facets/<name>", endpoint="facet")
def all_values(name: str) -> ResponseReturnValue:
    """All values of a facet, with a box to filter them."""
    if name not in FACETS:
        abort(404)
    try:
        query = begun(Query.from_args(request.args.to_dict(flat=False)))
        counted = ask(replace(query, limit=1), facets=(name,), facet_limit=ALL).facets
    except QueryError as error:
        return _not_understood(error)
    known = titles(services().catalogue, query, counted)
    whole = facet(query, name, counted.get(name, ()), known, ALL)
    wanted = request.args.get("find", "")
    choices = [choice for choice in whole.choices if names.folded(wanted) in names.folded(choice.name)]
    back = address(query)
    return render_template("facet.html", facet=whole, choices=choices, wanted=wanted, query=query, back=back)


def _content_state(state: str) -> ResponseReturnValue:
    """Lead a Content State of another viewer to the page of its document; what is not ours is said so."""
    catalogue, prefix = services().catalogue, services().addresses.home("") + "iiif/"
    try:
        wanted = decode_content_state(state)
    except QueryError:
        return misunderstood(gettext("The link to a place in a document is damaged; perhaps a part of it is missing."))
    ours = wanted.manifest.removeprefix(prefix).split("/")[0] if wanted.manifest.startswith(prefix) else ""
    document = ours or catalogue.resolve(manifest_alias(wanted.manifest)) or ""
    if not document or catalogue.document(document) is None:
        return misunderstood(gettext("The link leads to a document that is not here."))
    page = next((page for page in catalogue.pages(document) if canvas_of(document, page) == wanted.canvas), None)
    if page is None:
        return redirect(url_for("pages.document", document=document))
    return redirect(link("pages.document", {"document": document, "page": page.key, "iiif-content": state}))


def _shown(query: Query) -> Details | None:
    """Return the details that slide in over the wall, where the address asks for some."""
    illustration = request.args.get("show", "")
    return details(illustration, query) if illustration else None


def _page(found: Found) -> dict[str, Any]:
    query = found.query
    sorts = _orders(query)
    orders = [(str(names.SORTS[sort]), address(begun(query, sort=sort)), sort == query.sort) for sort in sorts]
    current = next((name for name, _, active in orders if active), str(names.SORTS["document"]))
    first, last = edges(query.date_from, query.date_to)
    return {
        "found": found,
        "first": first,
        "last": last,
        "query": query,
        "form": [(name, value) for name, value in begun(query).to_args() if name not in {"q", "in"}],
        "dates": [(name, value) for name, value in begun(query).to_args() if name not in {"from", "to"}],
        "fields": [_field(query, name) for name in FIELDS],
        "orders": orders,
        "order": current,
        "looks": address(begun(query, sort=LOOKS)) if LOOKS in sorts and query.sort != LOOKS else "",
        "noise": address(begun(query, noise=not query.noise)),
        "start": address(begun(query)) if query.after else "",
        "clear": address(bare(query)),
        "context": arguments(query),
        "close": address(query),
        "collection": services().addresses.search_collection(begun(query).to_args()),
        "snippet": snippets.wall(services().addresses.embed_search(begun(query).to_args()), query.text or "Estampe"),
        "data": services().addresses.api("illustrations", query=begun(query).to_args()),
        "show": lambda card: _show(query, card),
    }


def _orders(query: Query) -> list[str]:
    """Return the orders that a search may be shown in: one alone where it asks for what is alike."""
    if query.near:
        return []
    orders = [sort for sort in SORTS if sort != "relevance" or query.text]
    return [*orders, LOOKS] if query.text and offers_looks() else orders


def _field(query: Query, name: str) -> Choice:
    active = name in query.fields
    fields = tuple(one for one in query.fields if one != name) if active else (*query.fields, name)
    return Choice(str(names.FIELDS[name]), 0, active, address(begun(query, fields=fields)))


def _show(query: Query, card: Card) -> str:
    return link("pages.search", arguments(query) | {"show": card.id})


def _not_understood(error: QueryError) -> ResponseReturnValue:
    """Say kindly what could not be understood; what was typed stays in its box."""
    given = request.args.to_dict(flat=False)
    try:
        rest = address(Query.from_args({name: given[name] for name in given if name not in {error.part, "after"}}))
    except QueryError:
        rest = url_for("pages.search")
    return misunderstood(_reason(error), request.args.get(error.part or "q", ""), rest)


def misunderstood(reason: str, typed: str = "", rest: str = "") -> ResponseReturnValue:
    """Return the page that says what could not be understood, and offers the search without it."""
    page = render_template(
        "misunderstood.html",
        reason=reason,
        typed=typed,
        text=request.args.get("q", ""),
        rest=rest or url_for("pages.search"),
    )
    return page, 400


def _reason(error: QueryError) -> str:
    if error.part in {"from", "to"}:
        return gettext(
            "A date is a year, a month or a day: 1914, 1914-08 or 1914-08-02, and the first comes before the last."
        )
    if error.part == "confidence":
        return gettext("A certainty is a share between 0 and 100 %%: write 0.8 or 80 %%.")
    if error.part == "after":
        return gettext(
            "This address goes on from a place in a list that is no longer there. The search can begin again."
        )
    if error.part in {"like", "by"}:
        return gettext("Nothing tells what is like this picture: no model has looked at it, or it is not here.")
    if error.part == "sort":
        return gettext("The pictures cannot be put in this order. Another one can be chosen.")
    if error.reason:
        return _mistyped(error)
    if error.part in FACETS:
        return gettext("Too much is asked of “%(facet)s” at once.", facet=names.facet_name(error.part))
    if error.part == "q":
        return gettext("The words are too many, or cannot be put together like this.")
    return gettext("A part of this address says nothing that can be understood.")


def _mistyped(error: QueryError) -> str:
    """Say which name there is not, or what is missing, and what may have been meant."""
    if error.reason == "quotation":
        return gettext("A quotation mark is opened and not closed again.")
    if error.reason == "word":
        return gettext(
            "Behind “%(name)s:” stands a word, without a space. Without the colon it is a word itself.", name=error.said
        )
    if error.reason == "field":
        return gettext(
            "There is no field “%(name)s” to look in; there are %(known)s. What is a word stands in quotation marks.",
            name=error.said,
            known=", ".join(error.known),
        )
    if not error.known:
        return gettext("There is no value “%(name)s” here.", name=error.said)
    return gettext(
        "There is no value “%(name)s” here. Possible: %(known)s.", name=error.said, known=", ".join(error.known)
    )
