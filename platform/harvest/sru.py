"""Gallica's search service (SRU 1.2): a query to the ARKs of documents, page by page.

https://api.bnf.fr/fr/api-gallica-de-recherche
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from lxml import etree

from ..errors import EstampeError, UnsupportedError
from ..identity import find_ark
from ..net import Door
from .records import Refusal
from .services import ask, find_all, first, texts
from .walk import Listed

#: Records a request; Gallica gives no more.
_BATCH = 50


def search(door: Door, base: str, query: str) -> Iterator[str | Refusal | Listed]:
    """Give the ARK of each document that a query finds, in Gallica's order, asking for more as they are used up.

    Where the query could be followed to its end, `Listed` comes last.

    What was found but cannot be harvested (a periodical as a whole, another library's document) is a refusal, and so is
    an answer that cannot be had; the harvest ends there.
    """
    start, seen = 1, set[str]()
    while True:
        address = f"{base}/SRU?" + urlencode(
            {
                "operation": "searchRetrieve",
                "version": "1.2",
                "query": query,
                "startRecord": start,
                "maximumRecords": _BATCH,
            }
        )
        try:
            answer = ask(door, address, "searchRetrieveResponse")
            records = _records(answer, query)
        except EstampeError as error:
            yield Refusal(f"sru:{query}", error)
            return
        for record in records:
            found = _judge(record)
            if isinstance(found, Refusal):
                yield found
            elif found not in seen:
                seen.add(found)
                yield found
        start += len(records)
        total = first(answer, "numberOfRecords")
        if not records or not total.isdecimal() or start > int(total):
            if seen and total.isdecimal() and start > int(total):
                yield Listed(frozenset(seen))
            return


def _records(answer: etree._Element, query: str) -> list[etree._Element]:
    records = find_all(answer, "record")
    complaints = texts(answer, "message") or texts(answer, "details")
    if not records and complaints:
        raise UnsupportedError(f"sru:{query}", f"Gallica does not understand the query: {complaints[0][:300]}")
    return records


def _judge(record: etree._Element) -> str | Refusal:
    """Return the ARK of a record's document, or why it cannot be harvested."""
    identifiers = texts(record, "identifier")
    title = first(record, "title") or "a record without a title"
    found = next((ark for text in identifiers if "gallica.bnf.fr" in text and (ark := find_ark(text))), None)
    if found is None:
        where = identifiers[0] if identifiers else title
        remedy = "give the address of its IIIF manifest"
        return Refusal(where, UnsupportedError(where, "another library keeps this document, not Gallica", remedy))
    if found[0].rpartition("/")[2].startswith("cb"):
        remedy = f"give issues:{found[0]}/YEAR for a year of it, or add 'and (dc.type all \"fascicule\")' to the query"
        return Refusal(found[0], UnsupportedError(found[0], f"{title[:80]!r} is a whole periodical", remedy))
    return found[0]
