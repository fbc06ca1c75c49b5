"""A folder as workshops deliver it, and a folder of such folders, to documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..errors import FormatError, RefusedError, UnsupportedError
from ..ocr import Mets, read_mets
from ..records import Diagnostic, Severity
from .deliveries import Delivery, Findings, find_deliveries
from .description import aliases_of, describe, merge_mets
from .files import read_folder
from .heads import Head, read_head
from .paging import Paging
from .pairing import Text
from .records import Harvested, Refusal


def find(folder: Path) -> Findings:
    """Return what a folder and all below it hold."""
    return find_deliveries(read_folder(folder))


def harvest_deliveries(folder: Path, findings: Findings) -> Iterator[Harvested | Refusal]:
    """Give the documents of a folder one after the other, and what in it cannot be read."""
    seen: dict[str, Path] = {}
    for delivery in findings.deliveries:
        remarks = list(delivery.remarks)
        count = 0
        for harvested in _documents(delivery, folder, remarks):
            count += 1
            if (id_ := harvested.document.id) in seen:
                yield _twice(harvested, delivery.folder, seen[id_])
            else:
                seen[id_] = delivery.folder
                yield harvested
        if not count:
            yield _refusal(delivery, remarks)
    for path in findings.broken:
        yield Refusal(str(path), FormatError(str(path), read_head(path).cause or "it cannot be read"))
    for remark in findings.remarks:
        if remark.severity is not Severity.INFO:
            yield Refusal(remark.where, UnsupportedError(remark.where, remark.message))


def _twice(harvested: Harvested, here: Path, there: Path) -> Refusal:
    cause = f"it says it is {harvested.document.aliases[0]}, as {there} does"
    return Refusal(str(here), RefusedError(str(here), cause, "put their files together"))


def _refusal(delivery: Delivery, remarks: list[Diagnostic]) -> Refusal:
    """Say why a folder that should be a document is none."""
    where, cause = str(delivery.folder), "it describes a document, but neither names a page nor holds one"
    unreadable = next((remark for remark in remarks if remark.severity is Severity.ERROR), None)
    if unreadable:
        where, cause = unreadable.where, unreadable.message
    return Refusal(where, FormatError(where, cause))


def _documents(delivery: Delivery, root: Path, remarks: list[Diagnostic]) -> Iterator[Harvested]:
    """Give the documents of one delivery: several METS, or ALTO of several documents, may share a folder."""
    described = _described(delivery, remarks)
    texts = [
        Text(path, format_, read_head(path) if format_ == "alto" else Head(format_)) for path, format_ in delivery.texts
    ]
    for name, structures in described.items():
        own = delivery
        if len(described) > 1:
            own = replace(delivery, ark=name if name.startswith("ark:") else "")
        harvested = _with_mets(own, root, structures, texts, remarks)
        if harvested.pages:
            yield harvested
    if not described:
        yield from _without_mets(delivery, root, texts, remarks)


def _described(delivery: Delivery, remarks: list[Diagnostic]) -> dict[str, dict[Path, Mets]]:
    """Return the METS of a delivery by the document that each describes; one that does not say is of the first."""
    read: dict[Path, Mets] = {}
    for path in delivery.structures:
        try:
            read[path] = read_mets(path, name=str(path))
        except RefusedError as error:
            remarks.append(Diagnostic("mets-unreadable", error.cause, Severity.ERROR, str(path)))
    named: defaultdict[str, dict[Path, Mets]] = defaultdict(dict)
    nameless: dict[Path, Mets] = {}
    for path, mets in read.items():
        name = aliases_of(mets, path, delivery.folder, "")[0]
        if name.startswith("file:"):
            nameless[path] = mets
        else:
            named[name][path] = mets
    if nameless:
        first = next(iter(named), delivery.folder.resolve().as_uri())
        named[first] = named[first] | nameless
    return dict(named)


def _with_mets(
    delivery: Delivery, root: Path, structures: dict[Path, Mets], texts: list[Text], remarks: list[Diagnostic]
) -> Harvested:
    mets = merge_mets(list(structures.values()))
    structure = next(path for path, own in structures.items() if own.pages == mets.pages)
    ark = delivery.ark or next((text.head.ark for text in texts if text.head.ark), "")
    document = describe(mets, aliases_of(mets, structure, delivery.folder, ark), delivery.folder)
    paging = Paging(document.id, root, by_view=_is_bnf(document.aliases[0]))
    if mets.pages:
        pages, articles = paging.from_mets(mets, structure, texts, delivery.scans)
    else:
        pages, articles = paging.from_names(texts, delivery.scans), ()
    diagnostics = (*remarks, *mets.diagnostics, *paging.remarks)
    return Harvested(document, pages, articles, diagnostics, "folder", None)


def _without_mets(delivery: Delivery, root: Path, texts: list[Text], remarks: list[Diagnostic]) -> Iterator[Harvested]:
    arks = list(dict.fromkeys(text.head.ark for text in texts if text.head.ark))
    if delivery.ark or len(arks) <= 1:
        arks = [delivery.ark or next(iter(arks), "")]
        groups = {arks[0]: (texts, list(delivery.scans))}
    else:
        # ALTO of several documents side by side; what does not say its document is one of its own.
        groups = {ark: ([text for text in texts if text.head.ark == ark], []) for ark in (*arks, "")}
        groups[""] = (groups[""][0], list(delivery.scans))
    for ark, (own, scans) in groups.items():
        if not own and not scans:
            continue
        aliases = aliases_of(Mets(), None, delivery.folder, ark)
        document = describe(Mets(), aliases, delivery.folder)
        paging = Paging(document.id, root, by_view=_is_bnf(aliases[0]))
        pages = paging.from_names(own, scans)
        yield Harvested(document, pages, (), (*remarks, *paging.remarks), "folder", None)


def _is_bnf(alias: str) -> bool:
    return alias.startswith("ark:/12148/")
