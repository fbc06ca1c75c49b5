"""Foreign JSON, parsed defensively, and the few ways to look into it that never fail.

IIIF in the wild writes one thing as a list, as text, or as an object with ``id`` or ``@id``; here it has one shape.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic_core import Url

from ..errors import FormatError, UnsupportedError
from ..records import Diagnostic, Severity
from .formats import refuse_other_formats, refuse_other_text

#: The longest manifest read, in bytes: some 10,000 pages, as real manifests describe them.
LARGEST = 24 * 2**20
#: The most objects, lists and entries in one: real manifests have one in 30 bytes, and each takes memory.
MOST_PARTS = 1_600_000
#: The deepest nesting read; real manifests stay below 30.
DEEPEST = 200
#: Lengths above are absurd: the largest scans known have some 200,000 pixels a side.
LONGEST_SIDE = 10_000_000
_LONGEST_ADDRESS = 4000
#: The same oddity is told so many times, then counted.
_TOLD = 20

Json = dict[str, Any]

_SUSPECT = re.compile(r"\\u(?:d[89a-f]|00[01])", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class Notes:
    """Collects the diagnostics of one document; an oddity of every page is told some times, then counted."""

    def __init__(self) -> None:
        self._told: list[Diagnostic] = []
        self._count: Counter[str] = Counter()

    def add(self, code: str, message: str, where: str = "", severity: Severity = Severity.WARNING) -> None:
        """Note an oddity, and what was done about it."""
        self._count[code] += 1
        if self._count[code] <= _TOLD:
            self._told.append(Diagnostic(code, message, severity, where[:500]))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was noted, in order."""
        more = (
            Diagnostic(code, f"the same in {count - _TOLD} more places", Severity.INFO)
            for code, count in self._count.items()
            if count > _TOLD
        )
        return (*self._told, *more)


def load(data: bytes, document: str, notes: Notes) -> Json:
    """Parse a JSON object. Raises FormatError or UnsupportedError naming the document."""
    refuse_other_formats(data, document)
    if len(data) > LARGEST:
        raise FormatError(document, f"it has {len(data):,} bytes; a manifest may have {LARGEST:,}")
    if sum(map(data.count, (b"{", b"[", b","))) > MOST_PARTS:
        raise FormatError(document, f"it has more than {MOST_PARTS:,} parts, far more than a manifest of its length")
    text = _decode(data, document, notes)
    refuse_other_text(text, document)
    try:
        tree = json.loads(text, object_pairs_hook=_pairs(notes), parse_constant=_constant(notes))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()):
            remedy = "it may have been cut on its way; fetch it again"
            raise FormatError(
                document, f"it is not JSON, or not all of it: it breaks off in {place}", remedy
            ) from error
        remedy = "who publishes it must mend it there; where it was fetched by hand, fetch it again"
        raise FormatError(document, f"it is not JSON: something is wrong in {place}, or just before", remedy) from error
    except RecursionError as error:
        raise FormatError(document, f"it is nested deeper than {DEEPEST} levels") from error
    except ValueError as error:  # a number of thousands of digits
        cause = "it is not JSON that can be used: a number in it has thousands of digits"
        raise FormatError(document, cause, "who publishes it must mend it") from error
    tree = _checked(tree, document, clean=bool(_SUSPECT.search(text)))
    if not isinstance(tree, dict):
        raise UnsupportedError(document, f"it is a JSON {_json_kind(tree)}, not a IIIF manifest or collection")
    return tree


def _decode(data: bytes, document: str, notes: Notes) -> str:
    if not data.strip():
        raise FormatError(document, "it is empty")
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding not in {"utf-8", "utf-8-sig"}:
            raise FormatError(document, f"it is not text in {encoding}") from error
        notes.add("json-encoding", "the manifest is not in UTF-8; it was read as Windows-1252")
        return data.decode("cp1252", "replace")


def _pairs(notes: Notes) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> Json:
        made = dict(found)
        if len(made) != len(found):
            doubled = sorted(key for key, count in Counter(key for key, _ in found).items() if count > 1)
            notes.add("json-duplicate-key", f"{', '.join(doubled)[:200]} stands twice in one object; the last was used")
        return made

    return pairs


def _constant(notes: Notes) -> Any:
    def constant(name: str) -> None:
        notes.add("json-not-a-number", f"{name} is no JSON number; it was left out")

    return constant


def _checked(tree: Any, document: str, *, clean: bool) -> Any:
    """Bound the depth and, where needed, replace characters that no database or UTF-8 can hold."""
    holder = [tree]
    level: list[Any] = [holder]
    for _ in range(DEEPEST + 1):
        following: list[Any] = []
        for node in level:
            for key, value in list(node.items()) if isinstance(node, dict) else enumerate(node):
                if isinstance(value, (dict, list)):
                    following.append(value)
                elif clean and isinstance(value, str):
                    node[key] = _UNSTORABLE.sub("\ufffd", value)
            if clean and isinstance(node, dict):
                for key in [key for key in node if _UNSTORABLE.search(key)]:
                    node[_UNSTORABLE.sub("\ufffd", key)] = node.pop(key)
        if not following:
            return holder[0]
        level = following
    raise FormatError(document, f"it is nested deeper than {DEEPEST} levels")


def _json_kind(value: Any) -> str:
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "text"
    return "null" if value is None else "number" if not isinstance(value, bool) else "truth value"


def entries(value: Any) -> list[Any]:
    """Return a value as a list: itself, or alone in one; nothing as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[Json]:
    """Return the objects of a value; text is taken for the id of an object."""
    return [
        {"id": entry} if isinstance(entry, str) else entry
        for entry in entries(value)
        if isinstance(entry, dict) or (isinstance(entry, str) and entry.strip())
    ]


def first_object(value: Any) -> Json:
    """Return the first object of a value, empty where there is none."""
    found = objects(value)
    return found[0] if found else {}


def texts(value: Any) -> list[str]:
    """Return the non-empty texts of a value."""
    return [entry.strip() for entry in entries(value) if isinstance(entry, str) and entry.strip()]


def identifier(node: Json) -> str:
    """Return the id of an object, by either name; empty where it has none."""
    for name in ("id", "@id"):
        value = node.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def kind(node: Json) -> str:
    """Return the type of an object without its prefix (``Manifest`` for ``sc:Manifest``), by either name."""
    for name in ("type", "@type"):
        for value in texts(node.get(name)):
            return re.split(r"[#:/]", value)[-1]
    return ""


def integer(value: Any) -> int | None:
    """Return a length in pixels, written as a number or as text; None where it is none, or absurd."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}(?:\.\d*)?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value) if 0 < value <= LONGEST_SIDE and round(value) > 0 else None


def absolute(address: str, base: str) -> str:
    """Return an address as a full http(s) one, resolved against its document's; empty where that gives none.

    What the models of version 3 do not take for an address is none here, so that whatever was read can be published.
    """
    if not address or len(address) > _LONGEST_ADDRESS:
        return ""
    try:
        resolved = re.sub(r"\s", "%20", address if _SCHEME.match(address) else urljoin(base, address))
        parts, strict = urlsplit(resolved), Url(resolved)
    except ValueError:
        return ""
    return resolved if parts.scheme in {"http", "https"} and parts.netloc and strict.host else ""
