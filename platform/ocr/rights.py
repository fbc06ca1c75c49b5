"""What METS says of rights: MODS and Dublin Core in a description; METSRights, PREMIS and others in ``rightsMD``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from ..records import Rights

_HREF = "{http://www.w3.org/1999/xlink}href"
_URI = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;)]")
_LICENCES = re.compile(r"https?://(?:www\.)?((?:creativecommons|rightsstatements)\.org/.+)", re.IGNORECASE)
# Whose word it is, by the local names of its elements.
_HOLDERS = frozenset({"RightsHolderName", "owner", "rightsHolder", "rights.holder", "copyrightHolder"})
_TERMS = frozenset(
    [
        *("accessCondition", "rights", "license", "licence", "RightsDeclaration", "ConstraintDescription"),
        *("licenseTerms", "licenseNote", "copyrightNote", "statuteNote", "rightsStatementText"),
    ]
)
#: Longer ones are cut.
_LONGEST = 2000


def read_rights(root: etree._Element, sections: Iterable[etree._Element]) -> Rights:
    """Return the rights of a whole document.

    The licence is the one URI of Creative Commons or RightsStatements.org that is said, else the one URI; where several
    are said, of parts perhaps, none is chosen, and all stand in the statement.

    Args:
        root: the METS.
        sections: the descriptions of the whole.

    """
    declared = list(root.iterfind("{*}amdSec/{*}rightsMD"))
    said = [*sections, *declared]
    terms = [element for section in said for element in _leaves(section, _TERMS)]
    words = [*_texts(terms), *(text for section in declared for text in _categories(section))]
    # In a description, a reference leads to a record.
    links = [element for section in declared for element in _named(section, frozenset({"mdRef"}))]
    uris = list(dict.fromkeys(uri for element in (*terms, *links) for uri in _uris(element)))
    known = list(dict.fromkeys(f"http://{found[1]}" for uri in uris if (found := _LICENCES.match(uri))))
    [licence] = known if len(known) == 1 else uris if not known and len(uris) == 1 else [None]
    if licence is None:
        words += [uri for uri in uris if uri not in words]
    else:
        words = [text for text in words if not _URI.fullmatch(text)]
    holders = _texts([element for section in said for element in _leaves(section, _HOLDERS)])
    return Rights(licence, "; ".join(holders), "; ".join(words))


def _leaves(section: etree._Element, names: frozenset[str]) -> Iterator[etree._Element]:
    """Give the innermost elements of these names."""
    for element in _named(section, names):
        inner = list(element.iterchildren(etree.Element))
        # The DFG's <rights> holds owner and licence; only Dublin Core's is text.
        if not any(_named(child, names) for child in inner) and not (inner and _name(element) == "rights"):
            yield element


def _texts(elements: Iterable[etree._Element]) -> list[str]:
    texts = (" ".join("".join(element.itertext()).split())[:_LONGEST] for element in elements)
    return list(dict.fromkeys(text for text in texts if text))


def _categories(section: etree._Element) -> Iterator[str]:
    """Give the categories of METSRights, which say most of it: ``public domain``, ``copyrighted``, ``licensed``…"""
    for element in _named(section, frozenset({"RightsDeclarationMD"})):
        category = element.get("RIGHTSCATEGORY", "").strip().lower()
        if category not in {"", "other"}:
            yield category


def _uris(element: etree._Element) -> Iterator[str]:
    for text in (element.get(_HREF, ""), "".join(element.itertext())):
        yield from (uri[:_LONGEST] for uri in _URI.findall(text))


def _named(section: etree._Element, names: frozenset[str]) -> list[etree._Element]:
    return [element for element in section.iter(etree.Element) if _name(element) in names]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
