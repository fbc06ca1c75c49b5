"""What lies beside manifests in a folder and is none: annotations, single canvases… It is told, and refuses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import OtherKindError, UnsupportedError
from ..records import Diagnostic, Severity
from .records import Harvested

#: So many are told by name.
_NAMED = 3


def with_others(harvested: Harvested, others: Sequence[OtherKindError]) -> Harvested:
    """Return a document with a remark on the files that were passed over beside it."""
    if not others:
        return harvested
    message = f"{_described(others)} in the same folder: no manifests, so nothing was made of them"
    remark = Diagnostic("file-not-understood", message, Severity.INFO)
    return replace(harvested, diagnostics=(*harvested.diagnostics, remark))


def nothing_in(folder: Path, others: Sequence[OtherKindError]) -> UnsupportedError:
    """Return what to say of a folder that holds no document."""
    cause = "no scan, ALTO, METS or manifest is in this folder, nor in those below it"
    if not others:
        return UnsupportedError(str(folder), cause)
    return UnsupportedError(str(folder), f"{cause}, but {_described(others)}", "give the manifests that they belong to")


def _described(others: Sequence[OtherKindError]) -> str:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for other in others:
        by_kind[other.what].append(Path(other.document).name)
    return "; ".join(f"{what} ({_names(names)})" for what, names in sorted(by_kind.items()))


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
