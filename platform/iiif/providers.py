"""Who serves a manifest: large providers by one name each, whatever they say; others as they call themselves."""

from __future__ import annotations

from urllib.parse import urlsplit

from .values import Json, objects
from .wording import label

#: Naming authorities of ARKs whose manifests come under several addresses.
_ARK_AUTHORITIES = {"12148": "Gallica"}
_HOSTS = {
    "gallica.bnf.fr": "Gallica",
    "bnf.fr": "Bibliothèque nationale de France",
    "bl.uk": "British Library",
    "bodleian.ox.ac.uk": "Bodleian Libraries",
    "library.wales": "National Library of Wales",
    "llgc.org.uk": "National Library of Wales",
    "nls.uk": "National Library of Scotland",
    "loc.gov": "Library of Congress",
    "wellcomecollection.org": "Wellcome Collection",
    "wellcomelibrary.org": "Wellcome Collection",
    "e-codices.unifr.ch": "e-codices",
    "e-codices.ch": "e-codices",
    "digitale-sammlungen.de": "Bayerische Staatsbibliothek",
    "stanford.edu": "Stanford University",
    "harvard.edu": "Harvard University",
    "princeton.edu": "Princeton University",
    "yale.edu": "Yale University",
    "getty.edu": "J. Paul Getty Museum",
    "europeana.eu": "Europeana",
    "biblissima.fr": "Biblissima",
    "archive.org": "Internet Archive",
    "riksarkivet.se": "Riksarkivet",
    "ugent.be": "Ghent University Library",
}


def provider_name(manifest: Json, ark: str, address: str) -> str:
    """Return who serves a manifest, by its ARK, its host, its ``provider``, and at last the host's own name."""
    authority = ark.removeprefix("ark:/").partition("/")[0]
    if authority in _ARK_AUTHORITIES:
        return _ARK_AUTHORITIES[authority]
    host = (urlsplit(address).hostname or "").lower()
    labels = host.split(".")
    for start in range(len(labels)):
        if (known := ".".join(labels[start:])) in _HOSTS:
            return _HOSTS[known]
    said = (label(provider.get("label")) for provider in objects(manifest.get("provider")))
    return next(filter(None, said), host.removeprefix("www.") or "local files")
