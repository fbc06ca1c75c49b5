"""What a document's rights allow, in a few words that a list of sources may accept or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..records import Rights

#: The words, from what allows most to what allows least. Of several that are said, the last counts.
LICENCES = (
    "public-domain",
    "cc0",
    "etalab",
    "cc-by",
    "cc-by-sa",
    "cc-by-nd",
    "cc-by-nc",
    "cc-by-nc-sa",
    "cc-by-nc-nd",
    "no-copyright-non-commercial",
    "gallica",
    "in-copyright",
)
#: What a list says where it takes documents whatever their rights.
ANY = "any"
#: The word for rights that none of the others names.
UNKNOWN = "unknown"

_END = r"(?:/.*)?"
# The licences and statements by host and path, whole.
_ADDRESSES = {
    rf"creativecommons\.org/(?:publicdomain/mark|licenses/publicdomain){_END}": "public-domain",
    rf"creativecommons\.org/publicdomain/zero{_END}": "cc0",
    **{
        rf"creativecommons\.org/licenses/{kind}{_END}": f"cc-{word}"
        for kind, word in {
            "by": "by",
            "by-sa": "by-sa",
            "by-nd": "by-nd",
            "by-nc": "by-nc",
            "by-nc-sa": "by-nc-sa",
            "by-(?:nc-nd|nd-nc)": "by-nc-nd",
        }.items()
    },
    rf"rightsstatements\.org/(?:vocab|page)/(?:NoC-US|NKC){_END}": "public-domain",
    rf"rightsstatements\.org/(?:vocab|page)/NoC-(?:NC|CR|OKLR){_END}": "no-copyright-non-commercial",
    rf"rightsstatements\.org/(?:vocab|page)/(?:InC(?:-[A-Z-]+)?|UND){_END}": "in-copyright",
    r"gallica\.bnf\.fr/html/und/conditions.*": "gallica",
    r"etalab\.gouv\.fr/.*(?:licence|license).*": "etalab",
    rf"github\.com/etalab/licence-ouverte{_END}": "etalab",
    r"spdx\.org/licenses/etalab-[\d.]+(?:\.html|\.json)?": "etalab",
}
_VERSION = r"(?: v?\d(?: \d)?)?(?: (?:international|unported|universal|igo|deed|(?!n[cd]|sa)[a-z]{2}))*"
# Whole statements, in lower case, without accents and punctuation.
_PHRASES = {
    r"(?:this (?:work|item|image|document) is )?(?:in )?(?:the )?public domain(?: mark)?" + _VERSION: "public-domain",
    r"(?:cc )?pdm" + _VERSION: "public-domain",
    r"(?:oeuvre |document )?(?:dans le |du )?domaine public": "public-domain",
    r"(?:cc ?0|cc zero|creative commons zero)" + _VERSION + r"(?: public domain dedication)?": "cc0",
    r"(?:licence )?etalab" + _VERSION: "etalab",
    r"licence ouverte(?: (?:d )?etalab)?" + _VERSION + r"(?: open licence)?" + _VERSION: "etalab",
    **{
        r"(?:licen[cs]e )?(?:creative commons )?cc "
        + kind.replace("-", " ")
        + _VERSION
        + "(?: licen[cs]e)?": f"cc-{kind}"
        for kind in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
}
# These words keep a document out wherever they stand.
_PROTECTED = re.compile(
    r"\b(?<!not )(?<!longer )(?:(?:in|under) copyright|copyrighted)\b|\ball rights reserved\b|\bdroits reserves\b"
    r"|\bnot (?:yet )?(?:in )?(?:the )?public domain\b|\balle rechte vorbehalten\b|\burheberrechtlich geschutzt\b"
    r"|\b(?:hors|pas(?: encore)?)(?: dans)?(?: le| du)? domaine public\b|\bprotegee?s? par le droit d auteur\b"
)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?([^/?#\s]+/[^?#\s]*)(?:[?#]\S*)?", re.IGNORECASE)
_MENTIONED = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_PARTS = re.compile(r";\s+|\n")


def licence_word(rights: Rights) -> str:
    """Return the word for what a document's rights say: the strictest that the licence or the provider's words name.

    Addresses count by their host and path. Free text counts where a statement is a known phrase from beginning to end;
    in other text, what is named can only restrict.
    """
    said: list[str] = []
    mentioned: list[str] = []
    for text in (rights.licence or "", rights.statement, rights.attribution):
        parts = [part.strip() for part in _PARTS.split(text) if part.strip(" .;")]
        addressed = [_by_address(part) for part in parts]
        phrases = [_by_phrase(part) for part in parts]
        said += filter(None, addressed)
        if all(address or phrase for address, phrase in zip(addressed, phrases, strict=True)):
            said += filter(None, phrases)
        mentioned += (word for part in parts for word in _mentioned(part))
    if said or "in-copyright" in mentioned:
        return max((*said, *mentioned), key=LICENCES.index)
    return UNKNOWN


def _by_address(text: str) -> str:
    address = _ADDRESS.fullmatch(text.rstrip(".,;)"))
    return _first(_ADDRESSES, address[1]) if address else ""


def _by_phrase(text: str) -> str:
    return _first(_PHRASES, _plain(text))


def _mentioned(text: str) -> Iterator[str]:
    yield from filter(None, map(_by_address, _MENTIONED.findall(text)))
    if _PROTECTED.search(_plain(text)):
        yield "in-copyright"


def _first(known: dict[str, str], text: str) -> str:
    return next((word for pattern, word in known.items() if re.fullmatch(pattern, text, re.IGNORECASE)), "")


def _plain(text: str) -> str:
    """Return a text in lower case, its words alone, without accents."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe")).casefold()
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))
