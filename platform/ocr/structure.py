"""What METS and its like say of a document: names, pages in order, articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..records import Article, Diagnostic, Rights, Size

_LOCAL = re.compile(r"^file:/{2,3}(?=\.)|^file:/{2}(?=/)")


@dataclass(frozen=True, slots=True)
class MetsPage:
    """One page: its place from 1, its key, what is printed on it, and its files.

    ``key`` is the name of the ALTO file without its ending (of the image where there is no ALTO), as it is also used in
    the parts of articles. ``alto`` and ``image`` are as the file has them, relative to its own folder and with ``/``:
    they are foreign text and may point anywhere. ``images`` are all image files, the best for reading first. ``size``
    and ``dpi`` are those of the scan where told. ``kind`` is the file's word for the page, lower case
    (``title_page``, ``advertisement``…), empty where it has none.
    """

    order: int
    key: str
    label: str = ""
    alto: str = ""
    image: str = ""
    images: tuple[str, ...] = ()
    size: Size | None = None
    dpi: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Mets:
    """A document as its METS (or the BnF's ``refNum``) describes it.

    ``identifiers`` are pairs of scheme and value, as written: ``OBJID``, ``lccn``, ``edition``, ``number`` (the BnF's
    digitisation number), ``notice`` (the ARK of a catalogue record), ``set`` (the ARK of a larger whole)… All texts are
    as written, empty where nothing is said; ``kind`` is ``newspaper``, ``magazine``, ``periodical`` (one of them),
    ``monograph`` or the file's own word.
    """

    identifiers: tuple[tuple[str, str], ...] = ()
    title: str = ""
    label: str = ""
    date: str = ""
    languages: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    publisher: str = ""
    rights: Rights = Rights()
    kind: str = ""
    pages: tuple[MetsPage, ...] = ()
    articles: tuple[Article, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def local_path(address: str) -> str:
    """Return the path of a file as METS has it, relative where it is: ``file://./text/1.xml`` is ``text/1.xml``."""
    path = _LOCAL.sub("", address.strip()).replace("\\", "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path


def page_name(path: str) -> str:
    """Return the name of a file without folders and ending."""
    return PurePosixPath(path).stem


def kind_of(words: str) -> str:
    """Return what kind of document the words of a file mean."""
    said = words.lower()
    for kind, marks in (
        ("newspaper", ("newspaper", "zeitung", "presse")),
        ("magazine", ("magazine", "revue", "zeitschrift")),
        ("periodical", ("period", "serial", "journal")),
        ("monograph", ("monograph", "book", "livre")),
    ):
        if any(mark in said for mark in marks):
            return kind
    return said.strip()
