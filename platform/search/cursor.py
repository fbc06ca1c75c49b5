"""Where a page of results ended: the place of its last hit in the order, in a form that stands in an address."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass

from ..errors import QueryError
from ..identity import digest
from .query import Query

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last hit of a page.

    ``key`` is its place in the order: the number of `estampe.search.orders`, or its score below zero. ``rank`` is how
    many hits came up to it.
    """

    key: float
    id: str
    rank: int

    def encode(self, fingerprint: str) -> str:
        """Write the cursor, for the query of this fingerprint only."""
        data = json.dumps([fingerprint, self.key, self.id, self.rank], separators=(",", ":"))
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, query: Query) -> Cursor | None:
        """Read the cursor of a query, None where it has none.

        Raises:
            QueryError: where it is no cursor, or the cursor of another query.

        """
        if not query.after:
            return None
        try:
            data = base64.b64decode(query.after + "=" * (-len(query.after) % 4), altchars=b"-_", validate=True)
            own, key, identifier, rank = json.loads(data)
            if type(key) not in (int, float) or type(identifier) is not str or type(rank) is not int:
                raise ValueError
            if not (math.isfinite(key) and -(1 << 63) <= key < 1 << 63 and len(identifier) <= _LONGEST_ID):
                raise ValueError
            if (query.sort != "relevance" and type(key) is not int) or not 0 <= rank < 1 << 40:
                raise ValueError
        except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error):
            raise QueryError("The place to go on from cannot be read; start at the first page.", "after") from None
        if own != fingerprint(query):
            raise QueryError("The place to go on from belongs to another search; start at the first page.", "after")
        return cls(key, identifier, rank)


def fingerprint(query: Query) -> str:
    """Return what tells a search from others, however its page is cut."""
    return digest(json.dumps(query.identity()), 12)
