"""What a document's rights allow, in a few words that a list of sources may accept or not."""

from __future__ import annotations

import re

from ..records import Rights

#: The words, and the licences, statements and terms that each stands for. The first that fits counts.
LICENCES: dict[str, re.Pattern[str]] = {
    "public-domain": re.compile(
        r"creativecommons\.org/publicdomain/mark|rightsstatements\.org/vocab/(?:NoC-US|NKC)"
        r"|domaine public|public domain|\bpdm\b",
        re.IGNORECASE,
    ),
    "cc0": re.compile(r"creativecommons\.org/publicdomain/zero|\bcc0\b", re.IGNORECASE),
    "cc-by-nc-nd": re.compile(r"creativecommons\.org/licenses/by-nc-nd|\bcc[ -]by[ -]nc[ -]nd\b", re.IGNORECASE),
    "cc-by-nc-sa": re.compile(r"creativecommons\.org/licenses/by-nc-sa|\bcc[ -]by[ -]nc[ -]sa\b", re.IGNORECASE),
    "cc-by-nc": re.compile(r"creativecommons\.org/licenses/by-nc\b|\bcc[ -]by[ -]nc\b", re.IGNORECASE),
    "cc-by-nd": re.compile(r"creativecommons\.org/licenses/by-nd|\bcc[ -]by[ -]nd\b", re.IGNORECASE),
    "cc-by-sa": re.compile(r"creativecommons\.org/licenses/by-sa|\bcc[ -]by[ -]sa\b", re.IGNORECASE),
    "cc-by": re.compile(r"creativecommons\.org/licenses/by/|\bcc[ -]by\b", re.IGNORECASE),
    "gallica": re.compile(r"gallica\.bnf\.fr/html/und/conditions", re.IGNORECASE),
    "etalab": re.compile(r"etalab|licence[- ]ouverte", re.IGNORECASE),
    "no-copyright-non-commercial": re.compile(r"rightsstatements\.org/vocab/NoC-(?:NC|CR|OKLR)", re.IGNORECASE),
    "in-copyright": re.compile(r"rightsstatements\.org/vocab/(?:InC|UND)|in copyright", re.IGNORECASE),
}
#: What a list says where it takes documents whatever their rights.
ANY = "any"
#: The word for rights that none of the others names.
UNKNOWN = "unknown"


def licence_word(rights: Rights) -> str:
    """Return the word for what a document's rights say, by the licence first, then by the provider's own words."""
    for said in (rights.licence or "", rights.statement, rights.attribution):
        for word, pattern in LICENCES.items():
            if pattern.search(said):
                return word
    return UNKNOWN
