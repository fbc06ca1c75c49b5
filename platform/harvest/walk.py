"""From an address to manifests: collections, nested and paged, are walked as they are needed, and never in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import EstampeError, FormatError, UnsupportedError
from ..identity import manifest_alias
from ..iiif import ReadCollection, ReadManifest, read
from ..records import Severity
from .records import Refusal

#: One walk reads so many collections and pages of collections, and goes so deep.
COLLECTIONS = 20_000
DEPTH = 30

#: Gives the bytes of an address, or raises EstampeError.
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest: where it was found, the bytes, and what was read; ``name`` is how it is listed."""

    address: str
    data: bytes
    manifest: ReadManifest
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of all manifests that an enumeration came by; those that could not be had are among them."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Step:
    address: str
    depth: int
    data: bytes | None = None
    kind: str = ""


def walk(fetch: Fetch, start: str, data: bytes | None = None) -> Iterator[Found | Refusal | Listed]:
    """Give the manifests that an address leads to, each once, in the order of the collections, depth first.

    Where it is a collection, and all of it could be read, `Listed` comes last.

    Args:
        fetch: gives the bytes of an address.
        start: the address, or the path of a file.
        data: what is there, where that is known already.

    """
    todo = [_Step(start, 0, data)]
    seen: set[str] = set()
    names: set[str] = set()
    collections, whole = 0, True
    while todo:
        step = todo.pop()
        if step.data is None or step.depth == 0:
            alias = manifest_alias(step.address)
            if alias in seen:
                continue
            seen.add(alias)
        try:
            found = _read(fetch, step)
            if isinstance(found, Found):
                names.add(found.name)
                yield found
                continue
            collections += 1
            if collections > COLLECTIONS:
                raise UnsupportedError(start, f"it leads to more than {COLLECTIONS} collections", "harvest parts of it")
            if step.depth > DEPTH:
                raise UnsupportedError(step.address, f"collections within collections, more than {DEPTH} deep")
        except EstampeError as error:
            if step.kind == "manifest":
                names.add(step.address)
            else:
                whole = False
            yield Refusal(step.address, error)
            if collections > COLLECTIONS:
                return
            continue
        for complaint in _complaints(step, found):
            whole = False
            yield complaint
        todo += reversed(list(_steps(step, found)))
    # One that is empty all at once is more likely to be broken than to mean it.
    if whole and collections and names:
        yield Listed(frozenset(names))


def _read(fetch: Fetch, step: _Step) -> Found | ReadCollection:
    data = fetch(step.address) if step.data is None else step.data
    found = read(data, step.address)
    if not isinstance(found, ReadManifest):
        return found
    embedded = step.data is not None and step.depth > 0
    return Found(step.address, data, found, found.document.aliases[-1] if embedded else step.address)


def _steps(step: _Step, collection: ReadCollection) -> Iterator[_Step]:
    for data in collection.embedded:
        yield _Step(step.address, step.depth + 1, data)
    for member in collection.members:
        yield _Step(member.address, step.depth + 1, kind=member.kind)
    if collection.next:
        yield _Step(collection.next, step.depth)


def _complaints(step: _Step, collection: ReadCollection) -> Iterator[Refusal]:
    """Members of a collection that lead nowhere belong to no document, so they are refusals of their own."""
    for diagnostic in collection.diagnostics:
        if diagnostic.code.startswith("member-"):
            where = diagnostic.where or step.address
            yield Refusal(where, FormatError(where, f"{diagnostic.message} ({collection.label})"))
        elif diagnostic.severity is Severity.ERROR:
            yield Refusal(step.address, FormatError(step.address, diagnostic.message))
