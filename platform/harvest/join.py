"""Local OCR for documents whose own cannot be had: which page of a manifest each file of a folder belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ..records import Article, Diagnostic, Page, Severity
from .names import view_number
from .paging import spans
from .records import Harvested

#: Width to height of a page and of its OCR may differ by so much; more, and they are not of one page.
_SHAPE = 0.05


class OcrFolder:
    """The documents of a folder of OCR, found once, when the first manifest asks for its own."""

    def __init__(self, load: Callable[[], Iterable[Harvested]]) -> None:
        self._load = load
        self._found: list[Harvested] | None = None

    def join(self, harvested: Harvested) -> Harvested:
        """Return a document with the texts and articles that the folder has for it.

        A document of the folder is the same where they share a name (an ARK in the ALTO, in METS, in a folder's name);
        where the folder holds but one document without a name, that one is taken. Its pages are joined by their keys,
        else by the number at the end of their names, else by their order where there are as many; a page is not joined
        where the OCR is of another shape.
        """
        if self._found is None:
            self._found = [local for local in self._load() if any(page.texts for page in local.pages)]
        names = set(harvested.document.aliases)
        mine = [local for local in self._found if names & set(local.document.aliases)]
        nameless = [local for local in self._found if local.document.aliases[0].startswith("file:")]
        if not mine and len(self._found) == len(nameless) == 1:
            mine = nameless
        if not mine:
            message = "the folder of OCR holds nothing of this document"
            return replace(harvested, diagnostics=(*harvested.diagnostics, Diagnostic("ocr-not-found", message)))
        for local in mine:
            harvested = _join(harvested, local)
        return harvested


def _join(harvested: Harvested, local: Harvested) -> Harvested:
    remarks: list[Diagnostic] = []
    partners = _partners(harvested.pages, [page for page in local.pages if page.texts], remarks)
    pages, used = [], set[str]()
    for page in harvested.pages:
        partner = partners.get(page.key)
        if partner is None:
            pages.append(page)
            continue
        used.add(partner.key)
        if remark := _other_shape(page, partner):
            remarks.append(remark)
            pages.append(page)
        else:
            pages.append(replace(page, texts=(*partner.texts, *page.texts)))
    unused = [page for page in local.pages if page.texts and page.key not in used]
    if unused:
        message = f"{len(unused)} pages of OCR belong to no page of the manifest: {spans(unused)}"
        remarks.append(Diagnostic("ocr-unjoined", message))
    keys = {partner.key: key for key, partner in partners.items()}
    return replace(
        harvested,
        pages=tuple(pages),
        articles=harvested.articles or _renamed(local.articles, keys),
        diagnostics=(*harvested.diagnostics, *remarks),
    )


def _partners(pages: tuple[Page, ...], local: list[Page], remarks: list[Diagnostic]) -> dict[str, Page]:
    """Return the local page of each page of the manifest, by its key."""
    by_key = {page.key: page for page in local}
    if found := {page.key: by_key[page.key] for page in pages if page.key in by_key}:
        return found
    numbers = {number: page for page in local if (number := view_number(page.key)) is not None}
    ours = {number: page.key for page in pages if (number := _number(page)) is not None}
    if len(numbers) == len(local) and len(ours) == len(pages) and numbers.keys() <= ours.keys():
        return {ours[number]: page for number, page in numbers.items()}
    if len(local) == len(pages):
        message = "the OCR was joined by the order of its files, for their names say nothing of the pages"
        remarks.append(Diagnostic("ocr-joined-by-order", message, Severity.INFO))
        return {page.key: other for page, other in zip(pages, local, strict=True)}
    message = f"{len(local)} pages of OCR and {len(pages)} of the manifest have no names or numbers in common"
    remarks.append(Diagnostic("ocr-not-joined", message, Severity.ERROR))
    return {}


def _number(page: Page) -> int | None:
    """Return the number at the end of a canvas id, or of its key."""
    return view_number((page.canvas or page.key).rstrip("/").rpartition("/")[2])


def _other_shape(page: Page, other: Page) -> Diagnostic | None:
    """Return what to say where OCR cannot be of a page for its shape, None where it can."""
    if page.size is None or other.size is None:
        return None
    ratio = (page.size.w / page.size.h) / (other.size.w / other.size.h)
    if abs(ratio - 1) <= _SHAPE:
        return None
    message = (
        f"{other.texts[0].address} is of another page: its shape is {other.size.w} × {other.size.h}, "
        f"that of {page.key} is {page.size.w} × {page.size.h}; it was not joined"
    )
    return Diagnostic("ocr-other-shape", message, where=page.key)


def _renamed(articles: tuple[Article, ...], keys: dict[str, str]) -> tuple[Article, ...]:
    return tuple(
        replace(article, parts=tuple(replace(part, page=keys.get(part.page, part.page)) for part in article.parts))
        for article in articles
    )
