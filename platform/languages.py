"""Languages by any name: ``fre``, ``fra``, ``français``, ``French``, ``Französisch`` are all ``fr``.

Names come from the Unicode CLDR, by Babel.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

# In these languages catalogues write the names of languages.
_SPOKEN = ("fr", "en", "de", "es", "it", "nl", "pt", "cy", "sv", "la")
_SEPARATORS = re.compile(r"[;,/|&]|\s+(?:and|et|und|y|e|en|with|avec)\s+", re.IGNORECASE)
_NO_LANGUAGE = {"und", "mul", "zxx", "mis", "root"}


def language_codes(text: str) -> tuple[str, ...]:
    """Return the languages that a text names, in its order: ISO 639-1 codes, or 639-2 where there is no shorter one."""
    found: list[str] = []
    for part in _SEPARATORS.split(text[:1000]):
        code = _code(part) or _code(re.sub(r"\(.*?\)|\[.*?\]", " ", part))
        if code is None:
            # "Langue : français", "texte en latin": one word of it may be a name, but not a code ("de", "en", "no").
            code = next(filter(None, (_code(word) for word in re.findall(r"\w{4,}", part))), None)
        if code and code not in found:
            found.append(code)
    return tuple(found)


def _code(text: str) -> str | None:
    folded = _fold(text)
    if re.fullmatch(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", folded):
        return _codes().get(re.split("[-_]", folded)[0])
    return _names().get(folded)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip(" .:\t\n").lower())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


@cache
def _codes() -> dict[str, str]:
    """Return the short code of every code, the old and the bibliographic ones too (``fre``, ``ger``)."""
    codes = {code: code for code in map(str, Locale("en").languages) if re.fullmatch("[a-z]{2,3}", code)}
    for old, new in get_global("language_aliases").items():
        if re.fullmatch("[a-z]{2,3}", str(old)):
            codes[str(old)] = str(new).split("_")[0]
    return {old: new for old, new in codes.items() if old not in _NO_LANGUAGE}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for spoken in _SPOKEN:
        for code, name in Locale(spoken).languages.items():
            if code in _codes():
                names.setdefault(_fold(name), _codes()[code])
    return names
