"""Every public address, made in one place: what is published names itself by these, and the web's routes agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from ..identity import digest

#: What may stand in a path segment as it is; everything else is percent-encoded.
_SAFE = "@+~:,"


def slug(name: str) -> str:
    """Return a readable, unambiguous path segment for a name: ``Le Petit Écho`` is ``le-petit-echo-e83dcd``."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60].strip("-")
    return f"{words}-{digest(name, 6)}" if words else digest(name, 12)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The public addresses below a base, such as ``https://pictures.example.org`` (no slash at the end is needed).

    Pages for people take a language (``fr``, ``en``); without one the address redirects by the browser's language.
    """

    base_url: str

    def _at(self, *segments: str) -> str:
        return "/".join((self.base_url.rstrip("/"), *(quote(segment, safe=_SAFE) for segment in segments)))

    def _page(self, language: str, *segments: str) -> str:
        return self._at(*((language,) if language else ()), *segments)

    @staticmethod
    def _query(address: str, query: Iterable[tuple[str, str]]) -> str:
        encoded = urlencode(list(query))
        return f"{address}?{encoded}" if encoded else address

    # --- pages for people ---

    def home(self, language: str = "") -> str:
        """The first page."""
        return self._page(language, "")

    def search(self, query: Iterable[tuple[str, str]] = (), language: str = "") -> str:
        """A search, by its arguments."""
        return self._query(self._page(language, "search"), query)

    def illustration(self, illustration: str, language: str = "") -> str:
        """An illustration's page."""
        return self._page(language, "illustrations", illustration)

    def document(self, document: str, language: str = "") -> str:
        """A document's page."""
        return self._page(language, "documents", document)

    def collections(self, language: str = "") -> str:
        """The list of collections."""
        return self._page(language, "collections")

    def title_page(self, series: str, language: str = "") -> str:
        """The page of a series, by the series' id."""
        return self._page(language, "collections", "titles", slug(series))

    def provider_page(self, name: str, language: str = "") -> str:
        """The page of a provider, by its name."""
        return self._page(language, "collections", "providers", slug(name))

    def status(self, language: str = "") -> str:
        """What was harvested, and what is left to do."""
        return self._page(language, "status")

    def api_guide(self, language: str = "") -> str:
        """The reference of the API, to read."""
        return self._page(language, "api")

    # --- IIIF ---

    def manifest(self, document: str) -> str:
        """The manifest that we publish for a document."""
        return self._at("iiif", document, "manifest.json")

    def canvas(self, document: str, key: str) -> str:
        """The canvas of a page that has no canvas of its own, as in a folder."""
        return self._at("iiif", document, "canvas", key)

    def annotations(self, document: str, key: str) -> str:
        """The AnnotationPage of a page."""
        return self._at("iiif", document, "annotations", f"{key}.json")

    def annotation(self, document: str, key: str, illustration: str, *parts: str) -> str:
        """One annotation of an illustration, within its page of them; the parts say which: motivation, concept, run."""
        fragment = "/".join(quote(part, safe=_SAFE) for part in (illustration.rpartition(".")[2], *parts))
        return f"{self.annotations(document, key)}#{fragment}"

    def search_inside(self, document: str, version: int, text: str = "") -> str:
        """Content Search inside a document; ``version`` is that of the Content Search API, 1 or 2."""
        return self._query(self._at("iiif", document, f"search{version}"), [("q", text)] if text else ())

    def top_collection(self) -> str:
        """The Collection that all others hang from."""
        return self._at("iiif", "collection.json")

    def provider_collection(self, name: str) -> str:
        """The Collection of a provider, by its name."""
        return self._at("iiif", "collections", "providers", f"{slug(name)}.json")

    def title_collection(self, series: str) -> str:
        """The Collection of a series, by the series' id."""
        return self._at("iiif", "collections", "titles", f"{slug(series)}.json")

    def search_collection(self, query: Iterable[tuple[str, str]]) -> str:
        """A search's result as a Collection, by its arguments."""
        return self._query(self._at("iiif", "collections", "search.json"), query)

    def activity(self) -> str:
        """The OrderedCollection of Change Discovery."""
        return self._at("iiif", "activity", "collection.json")

    def activity_page(self, number: int) -> str:
        """A page of Change Discovery, from 0."""
        return self._at("iiif", "activity", f"page-{number}.json")

    def context(self) -> str:
        """Our JSON-LD context."""
        return self._at("iiif", "context.json")

    def image_service(self, page: str) -> str:
        """The level-0 image service of a local scan, by page id: the base address, without ``/info.json``."""
        return self._at("iiif", "images", page)

    # --- pictures ---

    def crop(self, illustration: str, width: int) -> str:
        """An illustration's picture, cropped from the scan."""
        return self._at("crops", illustration, f"{width}.jpg")

    def thumbnail(self, page: str) -> str:
        """A small picture of a page."""
        return self._at("thumbnails", f"{page}.jpg")

    # --- embedding ---

    def embed_document(self, document: str) -> str:
        """The viewer alone."""
        return self._at("embed", "documents", document)

    def embed_illustration(self, illustration: str) -> str:
        """One illustration alone."""
        return self._at("embed", "illustrations", illustration)

    def embed_search(self, query: Iterable[tuple[str, str]]) -> str:
        """A wall of pictures alone."""
        return self._query(self._at("embed", "search"), query)

    # --- data ---

    def run(self, run: str) -> str:
        """What a run was: model or method, version, configuration."""
        return self._at("runs", run)

    def api(self, *segments: str, query: Iterable[tuple[str, str]] = ()) -> str:
        """A resource of the JSON API: ``api("documents", id)``."""
        return self._query(self._at("api", "v1", *segments), query)

    def openapi(self) -> str:
        """The description of the JSON API."""
        return self.api("openapi.json")
