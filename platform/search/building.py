"""From what the catalogue has to what an index holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..catalogue import NAME_FACETS, Entry, PageText
from ..records import Document, Label, Page, Vector
from ..vocabulary import vocabulary
from .documents import IndexDocument, IndexLabel, IndexPage


def index_document(entry: Entry, vectors: tuple[Vector, ...] = ()) -> IndexDocument:
    """Return an illustration as indexes hold it."""
    illustration, document = entry.illustration, entry.document
    date, series = document.date, document.series
    return IndexDocument(
        id=illustration.id,
        page=illustration.page,
        document=illustration.document,
        page_number=entry.page.number,
        top=illustration.box.y,
        left=illustration.box.x,
        caption=illustration.caption,
        title=illustration.title,
        text_before=illustration.text_before,
        text_after=illustration.text_after,
        document_title=document.title,
        series_title=series.title if series and series.title != document.title else "",
        creators=" ; ".join(filter(None, (*document.creators, document.publisher))),
        languages=document.languages,
        labels=index_labels(_said(entry)),
        noise=illustration.noise or "",
        date_start=(date.start or date.end) if date else None,
        date_end=(date.end or date.start) if date else None,
        share=illustration.share,
        colour_mode=illustration.pixels.colour_mode if illustration.pixels else "",
        shape=illustration.shape,
        provider=document.provider,
        source=document.source,
        series=series.id if series else "",
        kind=document.kind,
        licence=document.rights.licence or "",
        front_page=illustration.front_page,
        rotation=_rotation(entry),
        vectors=vectors,
    )


def _said(entry: Entry) -> Iterator[Label]:
    """Yield all that is said with confidence: labels, the kind of page, what is seen, names."""
    one = entry.illustration
    yield from entry.labels
    yield from entry.page.labels
    yield from (Label(seen.concept, seen.facet, seen.confidence, seen.run) for seen in one.detections)
    # Who reads names says nothing of how sure they are.
    yield from (Label(name.text, NAME_FACETS[name.kind], 1.0, name.run) for name in one.mentions)


def _rotation(entry: Entry) -> str:
    """Return by how many degrees, in quarters of a turn, an illustration must be turned; empty for upright."""
    turned = str(round(float(entry.turn.concept) / 90) * 90 % 360)
    return "" if turned == "0" else turned


def index_labels(labels: Iterable[Label]) -> tuple[IndexLabel, ...]:
    """Return each concept once, from the most confident of those who say it, with the more general ones above it.

    So who looks for prints finds the engravings.
    """
    said: dict[tuple[str, str], IndexLabel] = {}
    for label in labels:
        for concept in (label.concept, *(parent.id for parent in vocabulary().ancestors(label.concept))):
            known = said.get((label.facet, concept))
            if known is None or known.confidence < label.confidence:
                said[label.facet, concept] = IndexLabel(concept, label.facet, label.confidence, label.run)
    return tuple(said.values())


def index_page(document: Document, page: Page, words: PageText) -> IndexPage:
    """Return a page as indexes hold it."""
    return IndexPage(page.id, document.id, page.number, words.text, document.languages)
