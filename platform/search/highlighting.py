"""Texts cut into what is looked for and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .index import Segments
from .likeness import WORD
from .matching import matcher
from .query import Query

#: Longest excerpt of the text around a picture, in characters.
EXCERPT: Final = 240


def highlights(query: Query, shown: Sequence[Any]) -> Mapping[str, Segments]:
    """Return, by its name, each text of a hit in which words were found; `estampe.search.contents.shown` gives them."""
    caption, title, before, after, document, languages = shown
    found: dict[str, Segments] = {}
    for name, text, field, longest in (
        ("caption", caption, "caption", 0),
        ("title", title, "title", 0),
        ("text_before", before, "text", EXCERPT),
        ("text_after", after, "text", EXCERPT),
        ("document", document, "document", 0),
    ):
        if not query.fields or field in query.fields:
            pieces = highlight(text, query.text, languages, field, longest)
            if pieces:
                found[name] = pieces
    return found


def highlight(text: str, query: str, languages: Iterable[str] = (), field: str = "", longest: int = 0) -> Segments:
    """Cut a text into pieces that are, or are not, what a search looks for.

    Args:
        text: as printed.
        query: the search.
        languages: those of the text.
        field: which field the text is.
        longest: where the text is longer than so many characters (0: never), an excerpt around the first piece found,
            with an ellipsis where it was cut.

    Returns:
        the pieces in order, which together are the text or the excerpt; empty where nothing of it is looked for.

    """
    spans = matcher(query, tuple(languages)).spans(text, field)
    if not spans:
        return ()
    begin, end = _excerpt(text, *spans[0], longest)
    pieces: list[tuple[str, bool]] = []
    at = begin
    for start, stop in spans:
        if stop > end:
            break
        pieces += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    pieces.append((text[at:end], False))
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    pieces[0] = (before + pieces[0][0], False)
    pieces[-1] = (pieces[-1][0] + after, False)
    return tuple(piece for piece in pieces if piece[0])


def _excerpt(text: str, first: int, last: int, longest: int) -> tuple[int, int]:
    """Return where to cut, between words: a third of the excerpt before what was found first."""
    if not longest or len(text) <= longest:
        return 0, len(text)
    begin = max(0, min(first - longest // 3, len(text) - longest))
    end = max(begin + longest, last)
    if begin:
        # The word that begins there may have begun before.
        spot = WORD.search(text, text.find(" ", begin, first) + 1 or first)
        begin = min(first, spot.start()) if spot else first
    if end < len(text):
        end = max(last, text.rfind(" ", last, end + 1))
    return begin, end
