"""What of foreign markup and addresses may be published: the HTML that version 3 allows, and addresses of the web.

Presentation 3, "HTML Markup in Property Values" (section 4.4), allows ten elements and three attributes.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nh3

_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
_ELEMENTS = {"a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"}
#: All others that browsers know, past ones too.
_HTML = """
abbr acronym address applet area article aside audio base basefont bdi bdo bgsound big blink blockquote body button
canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt
element em embed fencedframe fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
header hgroup hr html iframe image input ins isindex kbd keygen label legend li link listing main map mark marquee
math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output
param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search section select shadow slot
source spacer strike strong style summary svg table tbody td template textarea tfoot th thead time title tr track tt
u ul var video wbr xml xmp
"""
_OTHER_ELEMENTS = frozenset(_HTML.split())
_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
#: What a browser may take for the beginning of a tag or a comment.
_MARKUP = re.compile(r"<[A-Za-z/!]")
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
#: A browser drops spaces and control characters from a scheme, so they are dropped before it is looked at.
_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_RUNS = re.compile(r"(?:javascript|vbscript|data|file|blob|filesystem|view-source):", re.IGNORECASE)
#: Properties of foreign extensions that viewers make links of.
_LINKS = {"id", "@id", "href", "src", "url", "source", "target", "profile", "full", "on"}
#: Version 3 asks for well-formed XML.
_EMPTY = re.compile(r'<((?:br|img)(?: [a-z]+="[^"]*")*)>')
_WEB = re.compile(r"https?://\S", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_SHAPES = {
    "svg", "g", "path", "rect", "circle", "ellipse", "polygon", "polyline", "line", "defs", "title", "desc", "metadata"
}  # fmt: skip
_SVG_TAG = re.compile(r"</?\s*([^\s<>/]*)")
_SVG_RUNS = re.compile(r"\bon\w+\s*=|href\s*=|\bsrc\s*=|script\s*:|url\s*\(|&#|\\", re.IGNORECASE)


def text_alone(text: str) -> str:
    """Return text of ours (a caption, a title, a name) so that no viewer that shows it as HTML makes markup of it.

    What could begin a tag gets a space behind its ``<``. OCR reads ``<`` where Fraktur has a ligature
    (``Deutſ<land``): what is no tag of HTML, has no attributes and is never closed stays as printed.
    """
    if not _OPENING.search(text):
        return text
    opens_nothing = not re.search(r"<[!?]|[=>]", text[text.index("<") :])
    names = {name.lower() for name in _NAME.findall(text)}
    return text if opens_nothing and not names & (_ELEMENTS | _OTHER_ELEMENTS) else piece_alone(text)


def piece_alone(text: str) -> str:
    """Return a piece of a text, such as the words around a hit, so that all pieces together are no markup either."""
    return _OPENING.sub("< ", text)


def harmless_text(text: str) -> str:
    """Return a foreign text with no other HTML than version 3 allows; one without markup as it is, byte for byte.

    What is no tag of HTML and has no attributes does nothing in a browser, and stays.
    """
    if not _MARKUP.search(text) or _does_nothing(text):
        return text
    closed = text.rfind(">") + 1
    # What is not closed is no tag, but would become one within a page; a space makes it text to every browser.
    cleaned = (
        _cleaner()
        .clean(text[:closed] + _MARKUP.sub(lambda tag: f"< {tag[0][1:]}", text[closed:]))
        .replace("&nbsp;", "\xa0")
    )
    cleaned = _EMPTY.sub(r"<\1/>", cleaned)
    # With no tag left it is plain text again, in which these stand for themselves; another ``&lt;`` stays what it is.
    return cleaned if "<" in cleaned else cleaned.replace("&lt; ", "< ").replace("&amp;", "&")


def _does_nothing(text: str) -> bool:
    if "<!" in text or "=" in text[text.index("<") :]:
        return False
    names = {name.lower() for name in _NAME.findall(text)}
    is_html = text.startswith("<") and text.endswith(">")
    return names <= _ELEMENTS if is_html else not names & _OTHER_ELEMENTS


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    def attribute(element: str, name: str, value: str) -> str | None:
        if name not in _ATTRIBUTES.get(element, ()):
            return None  # those of every element, such as ``title``, which nh3 takes by itself
        return None if name == "src" and not _WEB.match(value) else value

    return nh3.Cleaner(
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,
    )


def harmless(value: Any, name: str = "") -> Any:
    """Return a property of a foreign extension without what could run; None where nothing of it may be published.

    Args:
        value: any JSON.
        name: what the property is called.

    """
    if isinstance(value, str):
        if runs_something(value) or (name in _LINKS and _ADDRESS.fullmatch(value) and not _WEB.match(value)):
            return None
        return harmless_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such number
    if isinstance(value, list):
        return [kept for entry in value if (kept := harmless(entry, name)) is not None or entry is None]
    if isinstance(value, dict):
        said = {key: (entry, harmless(entry, key)) for key, entry in value.items()}
        return {key: kept for key, (entry, kept) in said.items() if entry is None or kept is not None}
    return value


def runs_something(text: str) -> bool:
    """Whether a text is an address that could run something, or open a file, where a viewer makes it a link."""
    return ":" in text and bool(_RUNS.match(_SPACES.sub("", text[:200])))


def is_drawing(svg: str) -> bool:
    """Whether the SVG of a selector is shapes alone, with nothing that runs or is fetched."""
    elements = {element.rpartition(":")[2] for element in _SVG_TAG.findall(svg) if not element.startswith("?xml")}
    return elements <= _SHAPES and not _SVG_RUNS.search(svg)
