"""The one way in: a source as people write it, to documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs

from ..errors import EstampeError, FormatError, OfflineError, OtherKindError, RefusedError, UnsupportedError, UsageError
from ..identity import find_ark
from ..net import DEFAULT_LIMIT, Door
from ..settings import Settings
from .folders import find, harvest_deliveries
from .gallica import Gallica, add_texts, gallica_ark, is_gallica
from .heads import peek_kind
from .issues import Periodical, list_issues
from .join import OcrFolder
from .licences import licence_word
from .lists import SourceList, read_list
from .names import is_mistyped
from .others import nothing_in, with_others
from .records import Harvested, Refusal
from .sources import FORMS, mistyped_ark, not_understood, query_of, split, tidy
from .sru import search
from .versions import Versions
from .walk import Found, walk

_PAGE = "give the address of the manifest; if this is it, ask again later"


class Harvester:
    """Brings documents from wherever they are.

    Args:
        door: the network; None where only files are harvested.
        settings: where Gallica answers.
        ocr_folder: OCR for documents whose own cannot be had; it takes the place of Gallica's.

    """

    def __init__(self, door: Door | None, settings: Settings, *, ocr_folder: Path | None = None) -> None:
        self._door, self._settings = door, settings
        self._ocr = OcrFolder(lambda: self._local_ocr(ocr_folder)) if ocr_folder else None
        self._versions = Versions()

    def harvest(self, source: str) -> Iterator[Harvested | Refusal]:
        """Give the documents of a source one by one, as they are asked for.

        ``source`` is an address (of a manifest, a collection, or of Gallica), an ARK, a manifest file, a folder, a list
        file, ``sru:QUERY`` or ``issues:ARK[/YEAR[-YEAR]]``. What cannot be had is a `Refusal`; nothing is raised, and
        one bad document never stops the others.
        """
        try:
            for found in self._harvest(_plain(source)):
                yield self._joined(found)
        except EstampeError as error:
            yield Refusal(source, error)

    def _harvest(self, source: str) -> Iterator[Harvested | Refusal]:
        scheme, _, rest = source.partition(":")
        if scheme == "sru":
            return self._search(source, rest.strip())
        if scheme == "issues":
            return self._issues(rest.strip())
        path = Path(source)
        if "://" not in source and _exists(path := path.expanduser()):
            # Whoever asks for a scan later stands in another folder.
            return self._file(path.absolute())
        if ark := gallica_ark(source, self._settings.gallica_url):
            return self._ark(ark, source)
        if is_gallica(source, self._settings.gallica_url) and (query := query_of(source)):
            return self._search(source, query)
        if scheme in {"http", "https"} and rest.startswith("//"):
            return self._walk(_manifest_of(source))
        if found := find_ark(source):
            cause = f"the naming authority {found[0].split('/')[1]} is not the BnF's"
            raise UnsupportedError(source, cause, "give the address of the document's manifest")
        raise not_understood(source)

    # --- files

    def _file(self, path: Path) -> Iterator[Harvested | Refusal]:
        if path.is_dir():
            return self._folder(path)
        if not path.is_file():
            raise UsageError(f"{path} is neither a file nor a folder; give {FORMS}")
        ending = path.suffix.lower()
        if ending in {".yaml", ".yml"}:
            return self._list(read_list(path))
        if ending == ".xml" and (kind := peek_kind(path)) != "broken":
            what = {"alto": "a page of ALTO", "mets": "a METS", "refnum": "a refNum"}.get(kind, "an XML file")
            raise UsageError(f"{path} is {what}; give the folder that it lies in")
        return self._walk(str(path), _read(path))

    def _folder(self, path: Path) -> Iterator[Harvested | Refusal]:
        """Give what a folder holds. What lies beside manifests and is none is told with the last document."""
        findings = find(path)
        own = {str(manifest) for manifest in findings.manifests}
        last, count, others = None, 0, list[OtherKindError]()
        for found in chain(harvest_deliveries(path, findings), self._manifests(findings.manifests)):
            if isinstance(found, Refusal) and found.source in own and isinstance(found.error, OtherKindError):
                others.append(found.error)
                continue
            count += 1
            if isinstance(found, Refusal):
                yield found
                continue
            if last:
                yield last
            last = found
        if last:
            yield with_others(last, others)
        elif not count:
            raise nothing_in(path, others)

    def _manifests(self, paths: Iterable[Path]) -> Iterator[Harvested | Refusal]:
        for path in paths:
            try:
                yield from self._walk(str(path), _read(path))
            except EstampeError as error:
                yield Refusal(str(path), error)

    def _list(self, listed: SourceList) -> Iterator[Harvested | Refusal]:
        for source in listed.sources:
            local = listed.path.parent / source
            try:
                found = self._harvest(str(local) if "://" not in source and _exists(local) else _plain(source))
                yield from (self._by_list(one, listed) for one in found)
            except EstampeError as error:
                yield Refusal(source, error)

    def _by_list(self, found: Harvested | Refusal, listed: SourceList) -> Harvested | Refusal:
        """Fill in what the list knows of its documents, and refuse those whose licence it does not accept."""
        if isinstance(found, Refusal):
            return found
        document = found.document
        licence = licence_word(document.rights)
        if not listed.accepts(licence):
            cause = f"its licence ({document.rights.licence or licence}) is not one that {listed.path.name} accepts"
            return Refusal(
                document.aliases[0], RefusedError(document.aliases[0], cause, f"add {licence} to its licences")
            )
        provider = (
            listed.provider if listed.provider and document.provider in {"", "local files"} else document.provider
        )
        return replace(found, document=replace(document, provider=provider, source=document.source or listed.source))

    def _local_ocr(self, folder: Path) -> Iterator[Harvested]:
        if not folder.is_dir():
            raise UsageError(f"the folder of OCR {folder} is not there")
        folder = folder.absolute()
        return (found for found in harvest_deliveries(folder, find(folder)) if isinstance(found, Harvested))

    def _joined(self, found: Harvested | Refusal) -> Harvested | Refusal:
        if self._ocr is None or isinstance(found, Refusal) or found.route == "folder":
            return found
        return self._ocr.join(found)

    # --- the network

    def _network(self, source: str) -> Door:
        if self._door is None:
            raise OfflineError(source, "the network is off")
        return self._door

    @property
    def _gallica(self) -> Gallica:
        return Gallica(
            self._network(self._settings.gallica_url), self._settings.gallica_url, with_texts=self._ocr is None
        )

    def _ark(self, ark: str, source: str) -> Iterator[Harvested | Refusal]:
        name = ark.rpartition("/")[2]
        if name.startswith("cb"):
            return self._issues(source[source.index(name) :] if name in source else name)
        if is_mistyped(name):
            raise mistyped_ark(source)
        self._network(source)
        return self._documents(iter([ark]))

    def _search(self, source: str, query: str) -> Iterator[Harvested | Refusal]:
        if not query:
            raise UsageError('sru: without a query; give one as sru:(dc.title all "vogue")')
        return self._documents(search(self._network(source), self._gallica.base, query))

    def _issues(self, text: str) -> Iterator[Harvested | Refusal]:
        periodical = Periodical.parse(text)
        return self._documents(list_issues(self._network(periodical.ark), self._gallica.base, periodical))

    def _documents(self, arks: Iterator[str | Refusal]) -> Iterator[Harvested | Refusal]:
        for ark in arks:
            if isinstance(ark, Refusal):
                yield ark
                continue
            try:
                yield self._gallica.document(ark)
            except EstampeError as error:
                yield Refusal(ark, error)

    def _walk(self, start: str, data: bytes | None = None) -> Iterator[Harvested | Refusal]:
        for found in walk(self._fetch, start, data):
            if isinstance(found, Found) and (error := self._versions.other(found)):
                yield Refusal(found.address, error)
            else:
                yield found if isinstance(found, Refusal) else self._manifest(found)

    def _manifest(self, found: Found) -> Harvested:
        """Return a manifest's document; the ones of Gallica get the addresses of their ALTO, which they do not name."""
        read, pages = found.manifest, found.manifest.pages
        ark = read.document.aliases[0]
        if self._ocr is None and ark.startswith("ark:/12148/") and not any(page.texts for page in pages):
            pages = add_texts(pages, ark, self._settings.gallica_url.rstrip("/"))
        return Harvested(read.document, pages, (), read.diagnostics, "iiif", found.data)

    def _fetch(self, address: str) -> bytes:
        data = self._network(address).get(address).read()
        if data.lstrip()[:1] == b"<":
            self._network(address).forget(address)
            raise FormatError(address, "the answer is a web page, not a manifest", _PAGE)
        return data


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > DEFAULT_LIMIT:
            raise FormatError(str(path), f"the file is larger than {DEFAULT_LIMIT / 1e6:g} MB")
        return path.read_bytes()
    except OSError as error:
        raise FormatError(str(path), f"it cannot be read: {error.strerror}") from error


def _plain(source: str) -> str:
    """Return a source as it is meant; names of files are kept however odd they are."""
    return source if source.strip() and _exists(Path(source)) else tidy(source)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _manifest_of(address: str) -> str:
    """Return the manifest that a viewer's address or a drag-and-drop link names, else the address itself."""
    query = parse_qs(split(address).query)
    named = next((value for name in ("manifest", "iiif-content") for value in query.get(name, [])), "")
    return named if named.startswith(("http://", "https://")) else address
