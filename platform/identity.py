"""Names that never change: of documents, pages and illustrations.

A document's id comes from the first of its aliases, so that the same document gets the same id whichever way it comes.
Aliases are written in one normal form each:

* ``ark:/12148/bpt6k46000341``: an ARK, without resolver, qualifier or suffix;
* ``iiif:example.org/manifest.json``: a manifest's id, without scheme;
* ``ndnp:sn83045462/1920-11-15/ed-1``: an issue of the Library of Congress;
* ``mets:…``: what a METS file calls itself; ``file:///…``: a folder or a file that has no other name.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

from .records import Box

# The alphabet of the NOID check character, https://metacpan.org/dist/Noid/view/noid#NOID-CHECK-DIGIT-ALGORITHM
_NOID = "0123456789bcdfghjkmnpqrstvwxz"
_ARK = re.compile(
    r"(?i:ark):/?(?P<naan>\d{5,9}|[a-z]\d{3,8})/(?P<name>[A-Za-z0-9=~*+@_$]{2,64})(?P<rest>[/.][^\s?#]*)?"
)
_SLUG = re.compile(r"[^A-Za-z0-9_-]+")


def noid_check_character(name: str) -> str:
    """Return the NOID check character that the BnF adds to a name: ``1`` for ``bpt6k4600034``."""
    total = sum(place * max(0, _NOID.find(char)) for place, char in enumerate(name, start=1))
    return _NOID[total % len(_NOID)]


def bnf_ark(number: str) -> str:
    """Return the ARK of a BnF digitisation number: ``4600034`` is ``ark:/12148/bpt6k46000341``.

    The digitisation workshops of the BnF name folders and METS files by the number alone, without leading zeros.
    """
    name = f"bpt6k{number.lstrip('0')}"
    return f"ark:/12148/{name}{noid_check_character(name)}"


def find_ark(text: str) -> tuple[str, str] | None:
    """Find the first ARK in a text: its normal form and the qualifier behind it (``f7`` in ``…/f7.item``), or None."""
    match = _ARK.search(unquote(text))
    if match is None:
        return None
    # Gallica writes a view as ``/f7`` and a service as ``/f7.highres`` or ``.texteBrut``.
    qualifier = re.match(r"/([A-Za-z]{1,3}\d+)", match["rest"] or "")
    return f"ark:/{match['naan']}/{match['name']}", qualifier[1] if qualifier else ""


def manifest_alias(address: str) -> str:
    """Return the alias of a manifest's id: the same with http and https, and with or without a slash at the end."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        # No address, and so nobody's.
        return f"iiif:{address.strip()}"
    return f"iiif:{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def document_id(aliases: tuple[str, ...]) -> str:
    """Return the id of a document by its aliases, canonical first: readable for an ARK, else a digest; safe in URLs."""
    canonical = aliases[0]
    if canonical.startswith("ark:/"):
        return _SLUG.sub("-", "ark-" + canonical.removeprefix("ark:/"))
    scheme, _, rest = canonical.partition(":")
    return f"{_SLUG.sub('-', scheme)}-{digest(rest, 16)}"


def page_key(name: str) -> str:
    """Return the key of a page by its canvas id or file name: as it is where short and safe in URLs, else a digest."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) else digest(name, 12)


def page_id(document: str, key: str) -> str:
    """Return the id of a page."""
    return f"{document}.{key}"


def illustration_id(page: str, box: Box) -> str:
    """Return the id of an illustration by its page and its box at first sight."""
    return f"{page}.{digest(box.xywh, 10)}"


def digest(text: str, length: int) -> str:
    """Return the first ``length`` hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
