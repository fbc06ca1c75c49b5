"""The catalogue beside itself: counts, the sequence of changes, and what was left unfinished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..catalogue import Catalogue
from .finding import Finding

_PART = "catalogue"


def check_sequences(catalogue: Catalogue, *, mend: bool) -> Iterator[Finding]:
    """Check that no number is given out twice, and that changes have no holes."""
    for name, said, newest in catalogue.inspection.lagging():
        if mend:
            catalogue.inspection.count_on(name, newest)
        yield Finding(_PART, f"the numbers of {name}", f"the last is {newest}, noted is {said}", "noted anew", mend)
    for first, last in catalogue.inspection.holes():
        mended = mend and catalogue.inspection.fill(first, last)
        where = f"change {first}" if first == last else f"changes {first} to {last}"
        yield Finding(_PART, where, "lost", "others stand in for them, and what follows them is compared", mended)


def check_strays(catalogue: Catalogue, *, mend: bool) -> Iterator[Finding]:
    """Check that what machines say is said of something, and by a run that is known."""
    for strays in catalogue.inspection.strays():
        if mend:
            catalogue.inspection.remove_strays(strays.table)
        what = f"{strays.count} rows hang on nothing: their illustration, page or run is not there"
        yield Finding(_PART, f"the table {strays.table}", what, "removed", mend)


def check_unfinished(catalogue: Catalogue, *, mend: bool) -> Iterator[Finding]:
    """Check that no document is half forgotten."""
    for document in catalogue.inspection.half_forgotten():
        if mend:
            catalogue.forget(document)
        yield Finding(_PART, document, "its forgetting did not come to its end", "forgotten to the end", mend)


def check_counts(catalogue: Catalogue, documents: Sequence[str], *, mend: bool) -> Iterator[Finding]:
    """Check the counts that documents carry of what hangs on them."""
    for one in catalogue.inspection.miscounts(documents):
        if mend:
            catalogue.inspection.recount(one.document)
        what = f"it says that it has {_words(one.said)}, and has {_words(one.counted)}"
        yield Finding(_PART, one.document, what, "counted anew", mend)


def _words(counts: Sequence[int]) -> str:
    pages, done, pictures, noise = counts
    return f"{pages} pages ({done} done), {pictures} pictures, {noise} regions that are none"
