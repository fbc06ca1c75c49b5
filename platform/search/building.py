"""From what the catalogue has to what an index holds."""

from __future__ import annotations

from collections.abc import Iterable

from ..catalogue import Entry, PageText
from ..records import Document, Label, Page
from ..vocabulary import vocabulary
from .documents import IndexDocument, IndexLabel, IndexPage


def index_document(entry: Entry) -> IndexDocument:
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
        labels=index_labels(entry.labels),
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
    )


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
