"""A source as people write it, or paste it from elsewhere: made plain, or told what it should have been."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ..errors import UsageError
from .names import is_mistyped

FORMS = "an address, an ARK, a manifest file, a folder, a list (.yaml), sru:QUERY or issues:ARK/YEAR"

# What comes along when an address is copied out of a text or a message.
_INVISIBLE = " \t\r\n\v\f\u00a0\u200b\ufeff"
_AROUND = {'"': '"', "'": "'", "<": ">", "«": "»", "“": "”", "‘": "’", "„": "“"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?=/|$)|localhost(?::\d+)?(?=/)", re.IGNORECASE)
_SLASHES = re.compile(r"https?:?/{0,2}(?=[^/:])", re.IGNORECASE)
_FILE = re.compile(r"\.(?:json|ya?ml|xml|alto|mets|zip|pdf|jpe?g|tiff?|png|jp2)$", re.IGNORECASE)


def tidy(source: str) -> str:
    """Return a source without what does not belong to it, its scheme in lower case. Raises UsageError if none is left.

    A ``file:`` address becomes the path that it names.
    """
    source = source.strip(_INVISIBLE)
    while len(source) > 1 and _AROUND.get(source[0]) == source[-1]:
        source = source[1:-1].strip(_INVISIBLE)
    if not source:
        raise UsageError(f"the source is empty: give {FORMS}")
    scheme = _SCHEME.match(source)
    if scheme is None:
        return source
    name, rest = scheme[1].lower(), source[scheme.end() :]
    if name == "file":
        return _path(source, rest)
    return f"{name}:{rest}" if name in {"http", "https", "sru", "issues", "ark"} else source


def split(address: str) -> SplitResult:
    """Take an address apart. Raises UsageError where it is none, as ``http://[::1``."""
    try:
        return urlsplit(address)
    except ValueError as error:
        raise UsageError(f"{address!r} is no address: its host is malformed; copy it again as a whole") from error


def query_of(address: str) -> str:
    """Return the query of a search on Gallica whose address people copied, empty where it is none."""
    parts = split(address)
    wanted = parse_qs(parts.query).get("query", [""])[0]
    return wanted.strip() if parts.path.rstrip("/").lower().endswith("/sru") else ""


def not_understood(source: str) -> UsageError:
    """Return what to say of a source that is neither there nor known: what it seems to be, and what to give instead."""
    scheme = _SCHEME.match(source)
    if scheme and "://" in source:
        message = (
            f"addresses of {scheme[1]} are not asked, only those of http and https; or download it, and give the file"
        )
        return UsageError(f"{source!r}: {message}")
    if is_mistyped(source):
        return mistyped_ark(source)
    if _SLASHES.match(source) and _HOST.match(whole := _SLASHES.sub("", source)):
        return UsageError(f"{source!r} is no address; did you mean https://{whole}?")
    if _HOST.match(source) and ("/" in source or not _FILE.search(source)):
        return UsageError(f"{source!r} is no file or folder that is there; if it is an address, give https://{source}")
    if "/" in source or "\\" in source or _FILE.search(source):
        return UsageError(f"there is no file or folder {source!r}; give its path as it is, or {FORMS}")
    return UsageError(f"{source!r} is no file or folder that is there, and nothing else that is known: give {FORMS}")


def mistyped_ark(source: str) -> UsageError:
    """Return what to say of the name of a document of the BnF whose check character is not the right one."""
    message = "the last character of this ARK does not fit the others, so it is mistyped or cut; copy it again"
    return UsageError(f"{source!r}: {message}")


def _path(source: str, rest: str) -> str:
    parts = split(f"file:{rest}")
    if parts.netloc.lower() not in {"", "localhost"}:
        raise UsageError(f"{source!r} names a file on another machine ({parts.netloc}); give file:///PATH, or the path")
    # A path may hold what begins a query or a fragment in other addresses.
    return unquote(rest.removeprefix("//").removeprefix(parts.netloc))
