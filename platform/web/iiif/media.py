"""The media types of IIIF."""

from __future__ import annotations

from typing import Final


def _profile(api: str) -> str:
    return f'application/ld+json;profile="http://iiif.io/api/{api}/context.json"'


PRESENTATION: Final = _profile("presentation/3")
SEARCH_1: Final = _profile("search/1")
SEARCH_2: Final = _profile("search/2")
DISCOVERY: Final = _profile("discovery/1")
LINKED_DATA: Final = "application/ld+json"
