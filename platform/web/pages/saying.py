"""What is said of an illustration: labels, what is seen in it, its page's kind, names in its words; and of pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ...catalogue import NAME_FACETS, Entry
from ...records import UNSHOWN, Label, Page, Run
from ...search import FACETS, LABEL_FACETS
from .. import names
from ..links import link
from ..services import runs, services


@dataclass(frozen=True, slots=True)
class Said:
    """Something said, with its origin (``person``, ``ocr``, ``machine``), its run, and the search for its like.

    ``count`` is how often it is seen in the picture, 0 for what is said of all of it; ``sure`` is whether who says so
    tells how surely; ``where`` the words that a name stands in.
    """

    name: str
    label: Label
    origin: str
    run: Run | None
    person: str
    address: str
    wikidata: str
    count: int = 0
    sure: bool = True
    where: str = ""


Groups = list[tuple[str, list[Said]]]


def labels(entry: Entry) -> Groups:
    """Return what is said of a picture, by facet, the surest first; what is seen in it several times is there once."""
    said = [(label, 0) for label in (*entry.labels, *entry.page.labels) if (label.facet, label.concept) not in UNSHOWN]
    return _grouped(LABEL_FACETS, (_said(label, count) for label, count in (*said, *_seen(entry, said))))


def kinds(page: Page) -> Groups:
    """Return what kind of page a page is, the surest first, whether it has pictures or not."""
    return _grouped((), (_said(label) for label in page.labels))


def mentions(entry: Entry) -> Groups:
    """Return the names that stand in the words of a picture, by kind, in the order in which they come."""
    known = {(label.facet, label.concept) for label in entry.labels}
    found: dict[tuple[str, str], list[str]] = {}
    run_of: dict[tuple[str, str], str] = {}
    for mention in entry.illustration.mentions:
        key = NAME_FACETS[mention.kind], " ".join(mention.text.split())
        if key not in known:
            found.setdefault(key, []).append(str(names.MENTIONED_IN[mention.field]))
            run_of.setdefault(key, mention.run)
    return _grouped(
        NAME_FACETS.values(),
        (
            _said(Label(text, facet, 1.0, run_of[facet, text]), sure=False, where=", ".join(dict.fromkeys(fields)))
            for (facet, text), fields in found.items()
        ),
    )


def _seen(entry: Entry, said: Iterable[tuple[Label, int]]) -> Iterator[tuple[Label, int]]:
    """Yield what is seen in a picture, with how often, unless it is said of the whole of it anyway."""
    known = {(label.facet, label.concept, label.run) for label, _ in said}

    def key(label: Label) -> tuple[str, str, str]:
        return label.facet, label.concept, label.run

    found = (Label(one.concept, one.facet, one.confidence, one.run) for one in entry.illustration.detections)
    for one, group in groupby(sorted(found, key=key), key):
        alike = list(group)
        if one not in known:
            yield max(alike, key=lambda label: label.confidence), len(alike)


def _said(label: Label, count: int = 0, *, sure: bool = True, where: str = "") -> Said:
    run = runs().get(label.run)
    concept = services().vocabulary.concept(label.concept)
    return Said(
        names.value_name(label.facet, label.concept),
        label,
        names.origin(label.run, run),
        run,
        label.run.partition(":")[2] if label.run.startswith("person:") else "",
        link("pages.search", {label.facet: label.concept}) if label.facet in FACETS else "",
        concept.wikidata if concept else "",
        count,
        sure,
        where,
    )


def _grouped(facets: Iterable[str], said: Iterable[Said]) -> Groups:
    found: dict[str, list[Said]] = {facet: [] for facet in facets}
    for one in sorted(said, key=lambda one: -one.label.confidence):
        found.setdefault(one.label.facet, []).append(one)
    return [(names.facet_name(facet), group) for facet, group in found.items() if group]
