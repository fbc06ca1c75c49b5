"""Answers of Gallica's services: small XML, or an HTML page that says something is wrong, with status 200."""

from __future__ import annotations

from lxml import etree

from ..errors import FormatError
from ..net import Door
from ..ocr import safe_parse

_LIMIT = 20_000_000


def ask(door: Door, address: str, *roots: str, max_age: float | None = None) -> etree._Element:
    """Ask a service and return the root of its answer, which must be one of these elements; ``max_age`` as the door's.

    Raises NetworkError as the door does, FormatError where the answer is not what the service gives; it is not kept
    in the cache then.
    """
    answer = door.get(address, limit=_LIMIT, max_age=max_age)
    try:
        root = safe_parse(answer.read(), name=address)
    except FormatError as error:
        door.forget(address)
        raise FormatError(address, f"Gallica's answer is no XML: {error.cause}", "ask again later") from error
    name = local(root)
    if name not in roots:
        door.forget(address)
        what = "an HTML page" if name.lower() == "html" else f"<{name[:40]}>"
        raise FormatError(address, f"Gallica answered {what} instead of <{roots[0]}>", "ask again later")
    return root


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def find_all(root: etree._Element, name: str) -> list[etree._Element]:
    """Return the elements of this name, in any namespace, in their order."""
    return list(root.iter("{*}" + name))


def texts(root: etree._Element, name: str) -> list[str]:
    """Return the texts of the elements of this name, without the empty ones."""
    return [text for element in find_all(root, name) if (text := " ".join("".join(element.itertext()).split()))]


def first(root: etree._Element, name: str) -> str:
    """Return the first text of the elements of this name, empty where there is none."""
    return next(iter(texts(root, name)), "")
