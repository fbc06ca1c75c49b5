"""What pictures are, by more than their own pixels: by what the detector saw around them, and by their company.

Three voices are put together as independent ones are, by their product: the classifier of genres, which looks at the
picture; the detector, which saw the page around it; and the other pictures of the document, for albums hold photographs
and books of drawings hold drawings. Where a document is mixed, its company says little, and each picture stays what it
is by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..records import SEEN_AS, Label

Rows = npt.NDArray[np.float64]

#: The detector's kinds, and which classes of genre these are. Of other classes the detector says nothing.
_CLASSES: Final[Mapping[str, str]] = {
    "photograph": "photograph",
    "drawing": "drawing",
    "plan": "plan",
    "print": "print",
    "poster": "print",
}
_KINDS: Final = len({*_CLASSES.values()})
#: No voice is ever so sure that the others are not heard.
_LEAST: Final = 0.05
_NEVER: Final = 1e-6
#: How far what is kept of how likely something is may be from that.
ROUNDED: Final = 0.002
#: How many pictures of all kinds a document is thought to hold besides those that are known.
_UNKNOWN: Final = 1.0


def roots(likely: Rows) -> npt.NDArray[np.float16]:
    """Return how likely each class is as it is kept: the square roots, which make rows of length 1."""
    return np.asarray(np.sqrt(likely), np.float16)


def likely(kept: npt.NDArray[np.float16]) -> Rows:
    """Return how likely each class is, from what is kept of it."""
    rows = kept.astype(np.float64) ** 2
    return np.asarray(rows / rows.sum(axis=-1, keepdims=True))


def kind_shares(row: Rows, classes: Sequence[str]) -> dict[str, float]:
    """Return how likely a picture is of each of the detector's kinds, from how likely it is of each class."""
    shares = dict.fromkeys(_CLASSES.values(), 0.0)
    for name, share in zip(classes, row, strict=True):
        if kind := _CLASSES.get(name):
            shares[kind] += float(share)
    return shares


def seen_shares(labels: Iterable[Label]) -> dict[str, float]:
    """Return how likely the detector holds each kind, from what is said of a picture; empty where it says none."""
    kinds = {concept: kind for kind, concept in SEEN_AS.items()}
    return {kinds[one.concept]: one.confidence for one in labels if one.facet == "region" and one.concept in kinds}


def heard(likely: Rows, classes: Sequence[str], seen: Sequence[Mapping[str, float]]) -> Rows:
    """Return how likely each class is once the detector's word is heard too.

    Args:
        likely: what genre says: one row a picture, one column a class.
        classes: their names.
        seen: how likely the detector holds each of its kinds, by picture; empty where it says nothing. What it holds
            unlikely may be left out.

    """
    weights = np.array([[_weight(name, shares) for name in classes] for shares in seen])
    spoke = np.array([bool(shares) for shares in seen])[:, None]
    rows = np.where(spoke, np.maximum(likely, _NEVER) * weights, likely)
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def among(likely: Rows) -> Rows:
    """Return how likely each class is of each picture, given how often the classes are among the others beside it.

    Args:
        likely: of all pictures of a document, or of a page: one row a picture, one column a class.

    """
    others = likely.sum(axis=0) - likely + _UNKNOWN / likely.shape[1]
    rows = likely * others
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _weight(name: str, shares: Mapping[str, float]) -> float:
    """Return how much likelier a class is than before, by the detector's word: 1 where it says nothing of it."""
    kind = _CLASSES.get(name)
    if kind is None or not shares:
        return 1.0
    rest = max(1 - sum(shares.values()), 0) / max(_KINDS - len(shares), 1)
    return max(shares.get(kind, rest), _LEAST) * _KINDS
