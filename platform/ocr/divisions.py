"""METS's logical structure: divisions within divisions, told as articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from ..records import Article, Part

# Divisions that are parts of an article and none by themselves: their name is the role of what they hold.
_ROLES = frozenset(
    (
        "author", "body", "body_content", "bodycontent", "byline", "caption", "dateline", "footnote", "heading",
        "headline", "image", "insideheading", "line", "motto", "overline", "page_number", "paragraph", "pic_title",
        "picture", "publishing_stmt", "running_title", "subheadline", "subtitle", "tablecontent", "text", "textblock",
        "title", "verse",
    )
)  # fmt: skip
# Divisions deeper than this are not read; real ones have some ten levels.
_DEEPEST = 50
# What CCS docWorks writes where nobody gave a title.
_NO_TITLE = {"untitled", "[untitled]"}


def read_divisions(
    maps: list[etree._Element], titles: Mapping[str, str], classes: Mapping[str, str], page_of: Callable[[str], str]
) -> tuple[Article, ...]:
    """Return every division that is more than a role, in the order of the file, each with its own parts.

    A part belongs to the innermost division around it, so an illustration within an article is one of its own, with the
    article among its ``parents``, and its image and caption as parts. The title is the division's label, else that of
    its description; of an illustration the label is its caption.

    Args:
        maps: the logical ``structMap`` elements.
        titles: titles by the id of a ``dmdSec``.
        classes: what such a section calls the division (``advertisement``, ``novel``), by its id.
        page_of: the page's key by the id of an ALTO file, empty where it is none.

    """
    articles: list[Article] = []
    for map_ in maps:
        for division in _children(map_):
            _read(division, (), articles, titles, classes, page_of)
    return tuple(articles)


def _read(
    division: etree._Element,
    parents: tuple[str, ...],
    articles: list[Article],
    titles: Mapping[str, str],
    classes: Mapping[str, str],
    page_of: Callable[[str], str],
) -> None:
    place = len(articles)
    id_ = division.get("ID") or f"div-{place + 1}"
    described = division.get("DMDID", "").split()
    kind = next((classes[dmd] for dmd in described if dmd in classes), _type(division))
    label = division.get("LABEL", "").strip()
    title = label if label.lower() not in _NO_TITLE else ""
    title = title or next((titles[dmd] for dmd in described if titles.get(dmd)), "")
    # Before those within it, though its parts are only known after them.
    articles.append(Article(id_, kind, title, (), parents))
    parts: list[Part] = []
    for role, element in _own(division, _type(division)):
        if role is None:
            if len(parents) >= _DEEPEST:
                continue
            _read(element, (*parents, id_), articles, titles, classes, page_of)
        elif (begin := element.get("BEGIN")) and (page := page_of(element.get("FILEID", ""))):
            parts.append(Part(page, begin, role))
    articles[place] = Article(id_, kind, title, tuple(parts), parents)


def _own(division: etree._Element, role: str) -> Iterator[tuple[str | None, etree._Element]]:
    """Yield what belongs to a division: areas with their role, and divisions of their own with None."""
    for child in division.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        if name == "div":
            if (type_ := _type(child)) in _ROLES:
                yield from _own(child, type_)
            else:
                yield None, child
        elif name == "area":
            yield role, child
        elif name in {"fptr", "seq", "par"}:
            yield from _own(child, role)


def _children(map_: etree._Element) -> Iterator[etree._Element]:
    return map_.iterchildren("{*}div")


def _type(division: etree._Element) -> str:
    return division.get("TYPE", "").rpartition(":")[2].strip().lower() or "division"
