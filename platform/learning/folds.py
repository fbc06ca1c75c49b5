"""Folds that keep every document whole: what is measured on a document never learnt from it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError

Ints = NDArray[np.int64]

_GALLICA = re.compile(r"(bpt6k|btv1b)(\d+)")


def document_key(name: str) -> str:
    """Return what two spellings of one document's id share.

    Gallica's names are written with and without their check character, and with prefixes: ``btv1b10024873x``,
    ``bnf-bpt6k3103841``. Other names stand as they are.
    """
    found = _GALLICA.search(name)
    return "".join(found.groups()) if found else name


def grouped_folds(groups: Sequence[str], labels: Sequence[str], folds: int, seed: int) -> Ints:
    """Return each sample's fold: groups whole, and every fold as like the others in labels as that allows.

    Groups are dealt out largest first, each to the fold whose mix of labels it brings nearest to its share (as
    scikit-learn's ``StratifiedGroupKFold`` does). The same seed gives the same folds.

    Raises:
        UsageError: there are fewer groups than folds, or fewer than two folds.

    """
    names = sorted(set(groups))
    if folds < 2 or len(names) < folds:
        raise UsageError(f"{folds} folds cannot be made of {len(names)} documents; use between 2 and {len(names)}")
    classes = {label: place for place, label in enumerate(sorted(set(labels)))}
    held: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(classes)))
    for group, label in zip(groups, labels, strict=True):
        held[group][classes[label]] += 1
    total = np.sum(list(held.values()), axis=0)
    order = np.random.default_rng(seed).permutation(len(names))
    dealt = sorted((names[place] for place in order), key=lambda name: -float(np.std(held[name])))
    filled = np.zeros((folds, len(classes)))
    fold_of: dict[str, int] = {}
    for name in dealt:
        costs = []
        for fold in range(folds):
            tried = filled.copy()
            tried[fold] += held[name]
            costs.append((float(np.mean(np.std(tried / total, axis=0))), float(tried[fold].sum())))
        fold_of[name] = min(range(folds), key=costs.__getitem__)
        filled[fold_of[name]] += held[name]
    return np.array([fold_of[group] for group in groups], np.int64)


def joined_groups(groups: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Return the groups, those of samples that are pairs made one: two scans of the same poster, say.

    A joined group has the name of its first in order.
    """
    parent = {group: group for group in groups}

    def root(group: str) -> str:
        while parent[group] != group:
            group = parent[group]
        return group

    for one, other in pairs:
        first, second = sorted((root(groups[one]), root(groups[other])))
        parent[second] = first
    return [root(group) for group in groups]


def learning_subsets(groups: Sequence[str], shares: Sequence[float], seed: int) -> dict[float, Ints]:
    """Return for each share (0 to 1) the places of the samples of that share of the groups, smaller ones in larger.

    They are what a learning curve is drawn from.
    """
    names = sorted(Counter(groups))
    order = [names[place] for place in np.random.default_rng(seed).permutation(len(names))]
    subsets = {}
    for share in shares:
        kept = set(order[: max(1, round(share * len(order)))])
        subsets[share] = np.array([place for place, group in enumerate(groups) if group in kept], np.int64)
    return subsets
