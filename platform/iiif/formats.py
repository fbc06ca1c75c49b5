"""What people give in place of a manifest, told by its first bytes, and what to give instead."""

from __future__ import annotations

import re

from ..errors import FormatError

_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    *((start, "a picture (TIFF)") for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    (b"\0\0\0\x0cjP", "a picture (JPEG 2000)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
)
_UNPACK = "unpack it, and give the manifest or the folder that comes out"
_SCANS = "give the manifest (JSON) that shows it, or the folder in which it lies with its METS or ALTO files"
_PAGE = "the server may want a login, or asks for patience; open the address in a browser to see"
_TEXT = (
    "give the address of the manifest itself; addresses of several are given as a list, in a file that ends in .yaml"
)
_JSON = re.compile(r"[\[{\"\d-]|(?:true|false|null|NaN|-?Infinity)\b")
_HTML = re.compile(r"<!doctype\s+html|<html|<head|<body", re.IGNORECASE)


def refuse_other_formats(data: bytes, document: str) -> None:
    """Raise FormatError for a PDF, a picture, an archive or another binary file."""
    what = next((name for start, name in _FORMATS if data.startswith(start)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        what = "a picture (WebP)"
    if what:
        remedy = _SCANS if "picture" in what or "PDF" in what else _UNPACK
        raise FormatError(document, f"it is {what}, not a IIIF manifest in JSON", remedy)


def refuse_other_text(text: str, document: str) -> None:
    """Raise FormatError for a web page, XML, plain text, or what is no text at all."""
    beginning = text[:2000].lstrip("\ufeff \t\r\n")
    if _JSON.match(beginning):
        return
    if _HTML.search(beginning):
        raise FormatError(document, "it is a web page (HTML), not a IIIF manifest in JSON", _PAGE)
    if beginning.startswith("<"):
        remedy = "of METS or ALTO, give the folder that holds it; of an address, open it in a browser to see what it is"
        raise FormatError(document, "it is XML, not a IIIF manifest in JSON", remedy)
    if re.search("[\0-\x08\x0e-\x1a\ufffd]", beginning):
        raise FormatError(document, "it is a binary file of an unknown format, not a IIIF manifest in JSON", _SCANS)
    raise FormatError(document, "it is plain text, not a IIIF manifest in JSON", _TEXT)
