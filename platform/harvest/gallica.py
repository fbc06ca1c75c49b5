"""A document of Gallica by its ARK: its manifest, its record, and where the ALTO of each page is.

Gallica's known limits are expected answers: 429 and 503 are waited for by the door; a manifest that is refused (403)
is made up for by the record and the list of views; an HTML page with status 200 is a clear word and is not kept.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from ..errors import DeniedError, EstampeError, FormatError, UnsupportedError
from ..identity import document_id, find_ark, manifest_alias, page_id
from ..iiif import ReadManifest, read
from ..net import Door
from ..records import Diagnostic, ImageService, ImageSource, Page, Severity, TextSource
from .gallica_record import RECORD_FIELDS, empty_document, read_record, read_views
from .names import ark_name, view_number
from .records import Harvested
from .sources import split

#: Names that Gallica's addresses, ARKs and canvas ids carry, wherever they were asked for.
_PUBLIC = "https://gallica.bnf.fr"
_BNF = "ark:/12148/"
#: Where else an ARK of the BnF leads to the document.
_HOSTS = frozenset({"ark.bnf.fr", "n2t.net", "catalogue.bnf.fr"})


#: Where only changes are asked for, the record of a document whose manifest has not changed is asked so seldom.
_RECORD_AGE = 30 * 86_400.0


class Gallica:
    """Gallica, at its own address or a stand-in's.

    Args:
        door: the network.
        base: the address.
        with_texts: add where the ALTO of each page is.
        only_changed: of a document whose manifest has not changed, do not ask the record again.

    """

    def __init__(self, door: Door, base: str, *, with_texts: bool = True, only_changed: bool = False) -> None:
        self._door, self._base, self._with_texts = door, base.rstrip("/"), with_texts
        self._only_changed = only_changed

    @property
    def base(self) -> str:
        """The address, without a slash at the end."""
        return self._base

    def document(self, ark: str) -> Harvested:
        """Return the document of an ARK. Raises NetworkError, FormatError, UnsupportedError."""
        try:
            read_manifest, original, unchanged = self._manifest(ark)
        except DeniedError as error:
            return self._without_manifest(ark, error)
        diagnostics = list(read_manifest.diagnostics)
        document = read_manifest.document
        if ark not in document.aliases:
            document = replace(document, aliases=(*document.aliases, ark))
        has_text, unlearnt = True, frozenset[str]()
        try:
            record = read_record(self._door, self._base, document, max_age=_RECORD_AGE if unchanged else None)
            document, has_text = record.document, record.has_text
        except EstampeError as error:
            unlearnt = RECORD_FIELDS
            message = f"Gallica's record of the document could not be had; the manifest is enough ({error})"
            diagnostics.append(Diagnostic("gallica-record", message, Severity.INFO))
        pages = self._with_addresses(read_manifest.pages, ark, diagnostics, has_text=has_text)
        return Harvested(
            document, pages, (), tuple(diagnostics), "gallica", original, unlearnt, unchanged=unchanged and not unlearnt
        )

    def manifest_address(self, ark: str) -> str:
        """Return where the manifest of a document is."""
        return f"{self._base}/iiif/{ark}/manifest.json"

    def _manifest(self, ark: str) -> tuple[ReadManifest, bytes, bool]:
        """Return the manifest, read and as it came, and whether only changes are asked for and it has none."""
        address = self.manifest_address(ark)
        answer = self._door.get(address)
        data = answer.read()
        try:
            found = read(data, address)
        except FormatError as error:
            self._door.forget(address)
            if data.lstrip()[:1] == b"<":
                cause = "Gallica answered a web page instead of the manifest"
                raise FormatError(ark, cause, "it does so when it is overloaded; ask again later") from error
            raise
        if not isinstance(found, ReadManifest):
            raise UnsupportedError(ark, "Gallica answered a collection instead of a manifest")
        return found, data, self._only_changed and answer.unchanged

    def _without_manifest(self, ark: str, refusal: DeniedError) -> Harvested:
        """Make up for a manifest that Gallica does not let us have."""
        name = ark.rpartition("/")[2]
        manifest = f"{_PUBLIC}/iiif/{ark}/manifest.json"
        id_ = document_id((ark,))
        document = replace(empty_document(ark, id_), aliases=(ark, manifest_alias(manifest)), manifest=manifest)
        views = read_views(self._door, self._base, name)
        if not views:
            raise refusal
        record = read_record(self._door, self._base, document)
        pages = tuple(
            Page(
                page_id(id_, f"f{view.number}"),
                f"f{view.number}",
                place,
                label=view.label,
                canvas=f"{_PUBLIC}/iiif/{ark}/canvas/f{view.number}",
                size=view.size,
                image=ImageSource(
                    f"{_PUBLIC}/iiif/{ark}/f{view.number}/full/full/0/native.jpg",
                    ImageService(f"{_PUBLIC}/iiif/{ark}/f{view.number}", 1, 2),
                    view.size,
                    "image/jpeg",
                ),
            )
            for place, view in enumerate(views, start=1)
        )
        message = f"Gallica does not let us have the manifest; its list of views was used instead ({refusal.cause})"
        diagnostics = [Diagnostic("gallica-manifest-denied", message)]
        pages = self._with_addresses(pages, ark, diagnostics, has_text=record.has_text)
        title = record.document.title or ark
        return Harvested(replace(record.document, title=title), pages, (), tuple(diagnostics), "gallica", None)

    def _with_addresses(
        self, pages: tuple[Page, ...], ark: str, diagnostics: list[Diagnostic], *, has_text: bool
    ) -> tuple[Page, ...]:
        if not self._with_texts:
            return pages
        if not has_text:
            diagnostics.append(Diagnostic("gallica-no-text", "Gallica has no OCR of this document", Severity.INFO))
            return pages
        return add_texts(pages, ark, self._base)


def add_texts(pages: tuple[Page, ...], ark: str, base: str) -> tuple[Page, ...]:
    """Add to each page the address where Gallica gives its ALTO."""
    name = ark.rpartition("/")[2]
    return tuple(
        replace(
            page, texts=(*page.texts, TextSource(f"{base}/RequestDigitalElement?O={name}&E=ALTO&Deb={number}", "alto"))
        )
        if (number := view_number(page.key))
        else page
        for page in pages
    )


def gallica_ark(text: str, base: str) -> str:
    """Return the ARK of a document or periodical of Gallica that a text names, empty where it names none.

    It may be an ARK, the bare name of one (``bpt6k46000341``), or any address of Gallica that holds one: of a page, of
    the viewer, of a manifest.
    """
    if name := _whole_name(text.strip()):
        return _BNF + name
    host = split(text).netloc.lower()
    if host and host not in _HOSTS and not is_gallica(text, base):
        return ""
    found = find_ark(text)
    return found[0] if found and found[0].startswith(_BNF) else ""


def is_gallica(address: str, base: str) -> bool:
    """Tell whether an address is one of Gallica, with its scheme or without."""
    host = split(address if "://" in address else f"https://{address}").netloc.lower()
    return host in {"gallica.bnf.fr", "www.gallica.bnf.fr", urlsplit(base).netloc.lower()}


def _whole_name(text: str) -> str:
    if text.startswith("cb") and text.isalnum() and len(text) in range(10, 14):
        return text
    return text if ark_name(text) == text and text else ""
