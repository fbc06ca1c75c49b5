"""What the METS of a delivery, together, say of the document: its names, its title, its date."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ..dates import parse_date
from ..identity import bnf_ark, document_id, find_ark
from ..languages import language_codes
from ..ocr import Mets
from ..records import Document, Rights, Series
from .names import is_number, stem

#: Who serves the documents of a naming authority for ARKs.
_PROVIDERS = {"12148": "Gallica", "70795": "Bibliothèque nationale du Luxembourg"}
_SERIALS = frozenset({"newspaper", "magazine", "periodical"})
_KINDS = {"monograph": "book", **{kind: kind for kind in (*_SERIALS, "book", "manuscript", "map", "image", "music")}}
_NDNP_FOLDER = re.compile(r"(?P<lccn>[a-z]{1,3}\d{8,10})/[0-9A-Za-z]+/(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?P<ed>\d\d)$")
_DAY_AT_END = re.compile(r",?\s*\d{4}-\d\d-\d\d$")


def merge_mets(found: list[Mets]) -> Mets:
    """Return one description of several: the BnF gives pages in one file and articles in another."""
    if not found:
        return Mets()
    lead = max(found, key=lambda mets: (any(page.images for page in mets.pages), len(mets.pages)))
    others = [mets for mets in found if mets is not lead]
    merged = lead
    for other in others:
        empty = {
            name: getattr(other, name)
            for name in ("title", "label", "date", "languages", "creators", "publisher", "kind", "articles", "rights")
            if getattr(merged, name) in {"", (), Rights()}
        }
        if merged.kind == "periodical" and other.kind in _SERIALS:
            empty["kind"] = other.kind
        merged = replace(
            merged,
            identifiers=tuple(dict.fromkeys(merged.identifiers + other.identifiers)),
            diagnostics=merged.diagnostics + other.diagnostics,
            **empty,
        )
    return merged


def aliases_of(mets: Mets, structure: Path | None, folder: Path, ark: str) -> tuple[str, ...]:
    """Return all names of a document, the canonical one first.

    ``ark`` is the one that the names of folders, or the ALTO itself, tell. A folder is named by its path only where it
    has no other name, for another document may lie there one day.
    """
    said = dict(reversed(mets.identifiers))
    names = [ark]
    if is_number(said.get("number", "")):
        names.append(bnf_ark(said["number"]))
    object_id = said.get("OBJID", "").strip()
    found = find_ark(object_id)
    names.append(found[0] if found else "")
    names.append(_ndnp(said, mets.date) or _ndnp_folder(folder))
    if object_id and not found:
        names.append(f"mets:{object_id}")
    elif structure and (newspaper := said.get("ENP")):
        # Europeana Newspapers: the newspaper's id, and the issue's, which is but its date.
        issue = re.sub(r"[-_]?mets$", "", stem(structure.name), flags=re.IGNORECASE)
        names.append(f"mets:{newspaper}_{issue.removeprefix(f'{newspaper}_')}")
    return tuple(dict.fromkeys(filter(None, names))) or (folder.resolve().as_uri(),)


def describe(mets: Mets, aliases: tuple[str, ...], folder: Path) -> Document:
    """Return the document that a delivery holds."""
    said = dict(reversed(mets.identifiers))
    authority = aliases[0].removeprefix("ark:/").partition("/")[0]
    provider = _PROVIDERS.get(authority, "Library of Congress" if aliases[0].startswith("ndnp:") else "local files")
    is_bnf = authority == "12148"
    notice = said.get("notice", "") if find_ark(said.get("notice", "")) else ""
    languages = dict.fromkeys(code for text in mets.languages for code in language_codes(text))
    return Document(
        id=document_id(aliases),
        provider=provider,
        title=_title(mets) or (aliases[0] if authority.isdecimal() else folder.name),
        aliases=aliases,
        source=said.get("SOURCE", ""),
        kind=_KINDS.get(mets.kind, ""),
        series=_series(mets, notice, said.get("lccn", "")),
        date=parse_date(mets.date) if mets.date else None,
        languages=tuple(languages),
        creators=mets.creators,
        publisher=mets.publisher,
        rights=mets.rights,
        landing=f"https://gallica.bnf.fr/{aliases[0]}" if is_bnf else "",
        catalogue_record=f"https://catalogue.bnf.fr/{notice}" if notice else "",
    )


def _title(mets: Mets) -> str:
    if not mets.title or mets.title in mets.label:
        return mets.title or mets.label
    return f"{mets.title}, {mets.label}" if mets.label and mets.label not in mets.title else mets.title


def _series(mets: Mets, notice: str, lccn: str) -> Series | None:
    if mets.kind not in _SERIALS:
        return None
    # A title that begins with a day is that of the issue.
    title = "" if re.match(r"\d{4}-\d\d", mets.title) else mets.title or _DAY_AT_END.sub("", mets.label)
    if notice:
        return Series(notice, title)
    return Series(f"lccn:{lccn}", title) if lccn else None


def _ndnp(said: dict[str, str], date: str) -> str:
    edition = said.get("edition", "1")
    if not said.get("lccn") or not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        return ""
    return f"ndnp:{said['lccn'].replace(' ', '')}/{date}/ed-{int(edition) if edition.isdecimal() else 1}"


def _ndnp_folder(folder: Path) -> str:
    match = _NDNP_FOLDER.search(folder.resolve().as_posix())
    if match is None:
        return ""
    return f"ndnp:{match['lccn']}/{match['y']}-{match['m']}-{match['d']}/ed-{int(match['ed'])}"
