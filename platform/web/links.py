"""Addresses of pages with arguments that are only known at run time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for


def link(endpoint: str, arguments: Mapping[str, str | list[str]] | None = None) -> str:
    """Return the address of a page; an argument with several values is given several times.

    The names of the arguments are never those of a foreign address: some mean something to Flask.
    """
    named: dict[str, Any] = dict(arguments or {})
    return url_for(endpoint, **named)
