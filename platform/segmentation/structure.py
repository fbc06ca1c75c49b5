"""What METS says of a page's regions: the caption of each, the title of the article around it, and what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ..records import Article
from ..vocabulary import vocabulary

#: Divisions whose title is the name of the whole, and not of an article.
_WHOLES = {
    "newspaper", "issue", "volume", "content", "contents", "titlesection", "title_section", "periodical", "serial",
    "journal", "magazine", "monograph", "book", "document", "publication", "supplement", "page", "set", "object",
}  # fmt: skip
_PICTURES = {"illustration", "image", "picture", "figure", "photograph", "photo", "graphic"}
_CAPTIONS = {"caption", "legend"}
_HEADINGS = {
    "title", "heading", "headline", "subtitle", "subheadline", "subheading", "insidetitle", "insideheading",
    "insideheadline", "overline", "author",
}  # fmt: skip
#: What workshops write where there is no title.
_UNTITLED = {"untitled", "sans titre", "[sans titre]", "ohne titel", "no title"}


@dataclass(frozen=True, slots=True)
class Told:
    """What METS says of one region.

    ``picture`` names the division that is just this picture, empty where there is none. ``captions`` are ids of blocks
    of the same page, ``caption`` the caption in METS' own words. ``kinds`` and ``titles`` are those of the divisions
    around, innermost first. ``texts`` are the ids of the blocks of its article on this page, without captions and
    headings.
    """

    picture: str = ""
    captions: tuple[str, ...] = ()
    caption: str = ""
    title: str = ""
    kinds: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class ArticleIndex(Sequence[Article]):
    """The articles of a document, found by page and block. Make one a document and use it for all its pages."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)
        self._by_id = {article.id: article for article in self._articles}
        self._within: dict[str, list[Article]] = {}
        self._places: dict[str, dict[str, list[tuple[Article, int]]]] = {}
        for article in self._articles:
            for parent in article.parents:
                self._within.setdefault(parent, []).append(article)
            for place, part in enumerate(article.parts):
                self._places.setdefault(part.page, {}).setdefault(part.block, []).append((article, place))

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        """Return an article by its place."""
        return self._articles[index]

    def __len__(self) -> int:
        return len(self._articles)

    def __iter__(self) -> Iterator[Article]:
        return iter(self._articles)

    def of_page(self, page: str) -> ArticleIndex:
        """Return the articles of one page, and those around them: what is asked of that page is answered the same."""
        here = {article.id for places in self._places.get(page, {}).values() for article, _ in places}
        around = {parent for id_ in here for parent in self._by_id[id_].parents}
        return ArticleIndex([article for article in self._articles if article.id in here | around])

    def __reduce__(self) -> tuple[type[ArticleIndex], tuple[tuple[Article, ...]]]:
        """Travel to another process as the articles alone."""
        return ArticleIndex, (self._articles,)

    def told(self, page: str, ids: Sequence[str]) -> Told | None:
        """Return what METS says of the region with these ids on a page (its key), or None where it says nothing."""
        found = [place for id_ in ids for place in self._places.get(page, {}).get(id_, ())]
        if not found:
            return None
        # The innermost division is the one that says most of it.
        article, place = max(found, key=lambda found: (len(found[0].parents), -len(found[0].parts)))
        around = [article, *(self._by_id[id_] for id_ in reversed(article.parents) if id_ in self._by_id)]
        picture = article if article.kind in _PICTURES else None
        article_around = next((a for a in around if a.kind not in _PICTURES), article)
        titles = [a for a in around if a is not picture and a.kind not in _WHOLES and _is_title(a.title)]
        return Told(
            picture.id if picture else "",
            self._captions(article, place, page),
            picture.title if picture and _is_title(picture.title) else "",
            titles[0].title if titles else "",
            (article.parts[place].role, *(a.kind for a in around)),
            tuple(a.title for a in titles),
            self._texts(article_around, page),
        )

    def bodies(self, page: str) -> list[tuple[Article, tuple[str, ...]]]:
        """Return each division with words on a page, and the ids of its blocks there that are no captions."""
        blocks: dict[str, list[str]] = {}
        for id_, places in self._places.get(page, {}).items():
            for article, place in places:
                if article.parts[place].role not in _CAPTIONS | _PICTURES:
                    blocks.setdefault(article.id, []).append(id_)
        return [(self._by_id[article], tuple(ids)) for article, ids in blocks.items()]

    @staticmethod
    def _captions(article: Article, place: int, page: str) -> tuple[str, ...]:
        """Return the captions in a picture's division: those behind it up to the next picture, else those before it."""
        parts = article.parts
        behind: list[str] = []
        for part in parts[place + 1 :]:
            if part.role in _CAPTIONS and part.page == page:
                behind.append(part.block)
            elif part.role in _PICTURES and behind:
                break
        if behind:
            return tuple(behind)
        return tuple(part.block for part in parts[:place] if part.role in _CAPTIONS and part.page == page)

    def _texts(self, article: Article, page: str) -> tuple[str, ...]:
        inner = [a for a in self._within.get(article.id, ()) if a.kind not in _PICTURES]
        return tuple(
            part.block
            for a in (article, *inner)
            for part in a.parts
            if part.page == page and part.role not in _CAPTIONS | _HEADINGS | _PICTURES
        )


def is_advertisement(article: Article) -> bool:
    """Return whether a division is an advertisement, by its kind or because that is all that its title says."""
    return means_advertisement(article.kind) or means_advertisement(article.title)


def means_advertisement(word: str) -> bool:
    """Return whether a word of the OCR, or of METS, means an advertisement."""
    concept = vocabulary().find("function", word)
    return concept is not None and concept.id == "advertisement"


def _is_title(title: str) -> bool:
    return bool(title.strip()) and title.strip().lower() not in _UNTITLED
