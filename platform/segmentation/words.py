"""The words of a page's pictures: those that METS ties to them, else those that stand where captions and titles do."""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Box, Page
from .captions import find_captions
from .fragments import rows
from .layout import Layout, Text
from .regions import Candidate
from .structure import ArticleIndex, Told, is_advertisement, means_advertisement
from .surroundings import find_surroundings
from .titles import find_title

# An article of no more words than this, right below a picture, is the picture's caption in disguise.
_MEAGRE = 20


class PageWords:
    """Finds captions, titles and the text around, on one page."""

    def __init__(self, page: Page, layout: Layout, index: ArticleIndex) -> None:
        self.page, self.layout, self.index = page, layout, index

    def captions(self, pictures: Sequence[Candidate], told: Sequence[Told | None]) -> list[tuple[Text, ...]]:
        """Return the texts of each picture's caption: those that METS names, else by layout among those it does not."""
        captions = [self._found(t.captions) if t else () for t in told]
        used = self._known() | self._advertised(pictures) | {text for caption in captions for text in caption}
        bare = [place for place, t in enumerate(told) if not captions[place] and not (t and t.caption)]
        boxes = [pictures[place].box for place in bare]
        for place, caption in zip(
            bare, find_captions(boxes, rows(boxes, self.layout.body), self.layout, used), strict=True
        ):
            captions[place] = caption
        return captions

    @staticmethod
    def caption(texts: tuple[Text, ...], told: Told | None) -> str:
        """Return the caption as plain text, empty where it only says the title once more.

        METS' own words for it are taken where its blocks cannot be had.
        """
        caption = " ".join(text.string for text in texts) or (" ".join(told.caption.split()) if told else "")
        return "" if told is not None and caption == " ".join(told.title.split()) else caption

    def title(self, box: Box, told: Told | None, used: frozenset[Text], *, picture: bool) -> str:
        """Return the title of the article around: METS', and by layout for pictures that METS does not know."""
        if told is not None:
            return " ".join(told.title.split())
        return find_title(box, self.layout, used, front_page=self.page.number == 1) if picture else ""

    def around(self, box: Box, rank: int, told: Told | None, used: frozenset[Text]) -> tuple[str, str]:
        """Return the text before and after a picture: of its article where METS tells it, else of the page."""
        texts = self._texts(told.texts) if told is not None else self.layout.running
        return find_surroundings(box, rank, self.layout, texts, used)

    def _found(self, ids: Sequence[str]) -> tuple[Text, ...]:
        return tuple(dict.fromkeys(text for id_ in ids if (text := self.layout.by_id.get(id_)) is not None))

    def _texts(self, ids: Sequence[str]) -> tuple[Text, ...]:
        return tuple(sorted(self._found(ids), key=lambda text: text.rank))

    def _advertised(self, pictures: Sequence[Candidate]) -> set[Text]:
        """Return the words of the advertisements that pictures stand in, by the groups of the OCR."""
        groups = {
            id_ for picture in pictures if any(map(means_advertisement, picture.around)) for id_ in picture.parents
        }
        return {text for text in self.layout.texts if text.block.parent in groups}

    def _known(self) -> set[Text]:
        """Return the texts that METS calls something else than a caption."""
        known: set[Text] = set()
        for article, blocks in self.index.bodies(self.page.key):
            texts = self._found(blocks)
            if is_advertisement(article) or sum(text.words for text in texts) > _MEAGRE:
                known.update(texts)
        return known
