"""One tree of errors.

EstampeError
├── UsageError              the person asked for something that cannot be
├── SettingsError           a setting has a value that cannot be used
├── RefusedError            a foreign document cannot be understood; names it, the cause and the remedy
│   ├── FormatError         it is not what it says it is: truncated, hostile, absurd
│   ├── UnsupportedError    it is well formed, but a kind that Estampe does not read
│   │   └── OtherKindError  it is something of IIIF, but neither manifest nor collection; says what
│   └── ForgottenError      it was here, and somebody asked to forget it
├── NetworkError            an address gave nothing usable; carries the address
│   ├── OfflineError        asked of the network while it is off, and not in the cache
│   ├── ForbiddenAddressError   a private or malformed address, or a scheme other than http(s)
│   ├── GoneError           404 or 410: the source has no such thing
│   ├── DeniedError         401, 403 or 451: the source does not let us have it
│   ├── TooLargeError       longer than the ceiling allows
│   └── UnavailableError    429, 5xx, timeouts and broken answers, after all attempts
├── BusyError               another process writes what only one at a time may write
├── ModelError              a model's weights are missing, or are not what the list of models says
├── DamagedIndexError       the search index cannot be read; it can be made anew
├── UnavailableIndexError   the servers of the search index do not answer
├── NoRoomError             the disk of the search index is full
├── CatalogueError          the catalogue's database cannot be opened, read or written
├── NotFoundError           the catalogue has no such document, page or illustration
└── QueryError              a search that cannot be understood; says which part and why
"""

from __future__ import annotations


class EstampeError(Exception):
    """All errors that Estampe raises by itself."""


class UsageError(EstampeError):
    """The person asked for something that cannot be; the message says what would work."""


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""


class RefusedError(EstampeError):
    """A foreign document cannot be used.

    Args:
        document: its name: an address, a path, an ARK.
        cause: what was wrong, and where.
        remedy: what one can do about it, empty where there is nothing.

    """

    def __init__(self, document: str, cause: str, remedy: str = "") -> None:
        self.document, self.cause, self.remedy = document, cause, remedy
        super().__init__(f"{document}: {cause}" + (f" ({remedy})" if remedy else ""))


class FormatError(RefusedError):
    """It is not what it says it is: truncated, hostile or absurd."""


class UnsupportedError(RefusedError):
    """It is well formed, but of a kind that Estampe does not read."""


class OtherKindError(UnsupportedError):
    """It is something of IIIF, but neither manifest nor collection; ``what`` says what: ``a page of annotations``…"""

    def __init__(self, document: str, what: str, remedy: str = "") -> None:
        self.what = what
        super().__init__(document, f"it is {what}, not a manifest or collection", remedy)


class ForgottenError(RefusedError):
    """It was here, and somebody asked to forget it; it comes back only when asked for by name."""


class NetworkError(EstampeError):
    """An address gave nothing usable."""

    def __init__(self, address: str, cause: str) -> None:
        self.address, self.cause = address, cause
        super().__init__(f"{address}: {cause}")


class OfflineError(NetworkError):
    """Asked of the network while it is off, and not in the cache."""


class ForbiddenAddressError(NetworkError):
    """A private or malformed address, or a scheme other than http and https."""


class GoneError(NetworkError):
    """The source has no such thing (404, 410)."""


class DeniedError(NetworkError):
    """The source does not let us have it (401, 403, 451)."""


class TooLargeError(NetworkError):
    """The answer is longer than the ceiling allows."""


class UnavailableError(NetworkError):
    """Throttled, failing or broken after all attempts (429, 5xx, timeouts, cut answers)."""


class BusyError(EstampeError):
    """Another process writes what only one at a time may write; the message says what, and what to do."""


class ModelError(EstampeError):
    """The weights of a model cannot be used; what does not need them still works.

    Args:
        name: the model's, as in the list of models.
        cause: what is wrong.
        remedy: what to do about it, empty where there is nothing.

    """

    def __init__(self, name: str, cause: str, remedy: str = "") -> None:
        self.name, self.cause, self.remedy = name, cause, remedy
        super().__init__(f"the model {name}: {cause}" + (f" ({remedy})" if remedy else ""))


class DamagedIndexError(EstampeError):
    """The search index cannot be read. Nothing is lost: it can be made anew from the catalogue."""


class UnavailableIndexError(EstampeError):
    """The servers of the search index do not answer. Nothing is lost: the index catches up once they do."""


class BrokerError(EstampeError):
    """The broker that hands work to workers does not answer. Nothing is lost: what there is to do stands elsewhere."""


class NoRoomError(EstampeError):
    """The disk of the search index is full; names its folder."""


class CatalogueError(EstampeError):
    """The catalogue's database cannot be opened, read or written; the message says why, and what to do."""


class NotFoundError(EstampeError):
    """The catalogue has no such document, page or illustration."""


class QueryError(EstampeError):
    """A search that cannot be understood; the message says which part and why.

    Args:
        message: what was wrong, and what can be written instead.
        part: the argument that holds it: ``q``, ``from``, a facet… (empty: the search as a whole).
        place: where in the argument, in characters from 0 (None: all of it).
        reason: what kind of mistake it is, for those who say it in other words: ``field`` (there is none of this
            name), ``value`` (a facet has none of this name), ``word`` (there is none behind a name), ``quotation`` (it
            is not closed); empty for all others.
        said: the name that was given, with ``field``, ``value`` and ``word``.
        known: names that there are instead, with ``field`` and ``value``: the nearest, or all where they are few.

    """

    def __init__(
        self,
        message: str,
        part: str = "",
        place: int | None = None,
        *,
        reason: str = "",
        said: str = "",
        known: tuple[str, ...] = (),
    ) -> None:
        self.part, self.place, self.reason, self.said, self.known = part, place, reason, said, known
        super().__init__(message)
