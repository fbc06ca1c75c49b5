"""Several manifests of one document, under addresses of their own: one of them is used, whichever came first.

Their pages are not merged: two manifests may name the same page each in its way, and the document would have it twice.
"""

from __future__ import annotations

from collections.abc import Sequence


def manifests(aliases: Sequence[str]) -> list[str]:
    """Return those of a document's aliases that are addresses of manifests."""
    return [alias for alias in aliases if alias.startswith("iiif:")]


def are_rivals(said: Sequence[str], known: Sequence[str]) -> bool:
    """Tell whether a document, by its aliases, comes from another manifest than the one known."""
    new, old = manifests(said), manifests(known)
    return bool(new and old) and set(new).isdisjoint(old)


def prevailing(said: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the aliases of what is used: what is said now, unless the manifest known before is a rival and prevails.

    A manifest whose address holds the document's ARK comes before a copy elsewhere, then the first by the alphabet.
    """
    return min(said, known, key=_rank) if are_rivals(said, known) else said


def _rank(aliases: Sequence[str]) -> tuple[bool, str]:
    arks = [alias for alias in aliases if alias.startswith("ark:/")]
    address = min(manifests(aliases))
    return not any(ark in address for ark in arks), address
