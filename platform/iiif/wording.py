"""Text of foreign manifests: HTML made plain, and labels in all the shapes that versions 2 and 3 give them."""

from __future__ import annotations

import html
import re
from typing import Any

from .values import entries

#: A label or value is read no further, in characters.
LONGEST = 20_000

_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_LINK = re.compile(r"""https?://[^\s"'<>\\]+""")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
#: Whose words are taken where a label has several languages.
_PREFERENCE = ("none", "fr", "en")

Words = dict[str, tuple[str, ...]]


def plain(text: str) -> str:
    """Return a text without HTML: tags are dropped, entities resolved, spaces made one. What it says stays text."""
    text = text[:LONGEST]
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _HIDDEN.sub(" ", text)))
    return " ".join(html.unescape(text).split()) if "&" in text else " ".join(text.split())


def language_map(value: Any) -> Words:
    """Return a label or value by language, HTML and all: text, a list, ``@value`` objects, or a map as in version 3."""
    words: dict[str, list[str]] = {}
    for entry in entries(value):
        if isinstance(entry, dict) and "@value" not in entry:
            for language, said in entry.items():
                for one in entries(said):
                    _say(words, language, one)
        elif isinstance(entry, dict):
            _say(words, entry.get("@language"), entry["@value"])
        else:
            _say(words, "none", entry)
    return {language: tuple(said) for language, said in words.items()}


def _say(words: dict[str, list[str]], language: Any, said: Any) -> None:
    if isinstance(said, dict):
        said = said.get("@value")
    if isinstance(said, list):
        said = " ".join(str(part) for part in said if isinstance(part, (str, int, float)))
    if isinstance(said, (int, float)) and not isinstance(said, bool):
        said = str(said) if abs(said) < 10**15 else ""
    if isinstance(said, str) and said.strip():
        known = isinstance(language, str) and _LANGUAGE.fullmatch(language.removeprefix("@"))
        words.setdefault(str(language).removeprefix("@") if known else "none", []).append(said[:LONGEST].strip())


def preferred(words: Words) -> tuple[str, ...]:
    """Return what is said in one language: without a language, in French, in English, or in the first there is."""
    for wanted in _PREFERENCE:
        for language, said in words.items():
            if language.split("-")[0].lower() == wanted:
                return said
    return next(iter(words.values()), ())


def label(value: Any) -> str:
    """Return a label as plain text in one language; several values are joined by semicolons."""
    return "; ".join(filter(None, map(plain, preferred(language_map(value)))))


def links(value: Any) -> list[str]:
    """Return the web addresses that a value mentions, in any language, in the order of mention."""
    found = [
        link for said in language_map(value).values() for text in said for link in _LINK.findall(html.unescape(text))
    ]
    return list(dict.fromkeys(link.rstrip(".,;)") for link in found))
