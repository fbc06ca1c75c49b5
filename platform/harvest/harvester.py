"""The one way in: a source as people write it, to documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs

from ..errors import (
    EstampeError,
    FormatError,
    GoneError,
    NetworkError,
    OfflineError,
    OtherKindError,
    RefusedError,
    UnsupportedError,
    UsageError,
)
from ..identity import find_ark
from ..iiif import is_activities
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
from .records import Complete, Found, Harvested, Listing, Refusal, Withdrawn
from .sources import FORMS, mistyped_ark, not_understood, query_of, split, tidy
from .sru import search
from .streams import Stream
from .versions import Versions
from .walk import Found as FoundManifest
from .walk import Listed, walk

_PAGE = "give the address of the manifest; if this is it, ask again later"


class Harvester:
    """Brings documents from wherever they are.

    Args:
        door: the network; None where only files are harvested.
        settings: where Gallica answers.
        ocr_folder: OCR for documents whose own cannot be had; it takes the place of Gallica's.
        only_changed: of what has not changed since it was last asked, say so, and ask no more of it.
        since: up to when a list of changes was followed, by its address, empty where it never was.

    """

    def __init__(
        self,
        door: Door | None,
        settings: Settings,
        *,
        ocr_folder: Path | None = None,
        only_changed: bool = False,
        since: Callable[[str], str] = lambda origin: "",  # noqa: ARG005 - never followed
    ) -> None:
        self._door, self._settings = door, settings
        self._only_changed, self._since = only_changed, since
        self._unchanged: set[str] = set()
        self._ocr = OcrFolder(lambda: self._local_ocr(ocr_folder)) if ocr_folder else None
        self._versions = Versions()

    def harvest(self, source: str) -> Iterator[Found]:
        """Give the documents of a source one by one, as they are asked for.

        ``source`` is an address (of a manifest, a collection, a list of changes, or of Gallica), an ARK, a manifest
        file, a folder, a list file, ``sru:QUERY`` or ``issues:ARK[/YEAR[-YEAR]]``. What cannot be had is a `Refusal`;
        nothing is raised, and one bad document never stops the others. What the source does not have is `Withdrawn`.
        Where all that a collection, a query, a periodical or a list of changes has was given, `Complete` follows.
        """
        try:
            for found in self._harvest(_plain(source)):
                # What a cache knows of a listing may be old.
                if not (isinstance(found, Complete) and self._door and self._door.is_offline):
                    yield self._joined(found)
        except EstampeError as error:
            yield Refusal(source, error)

    def _harvest(self, source: str) -> Iterator[Found]:
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
            return self._address(_manifest_of(source))
        if found := find_ark(source):
            cause = f"the naming authority {found[0].split('/')[1]} is not the BnF's"
            raise UnsupportedError(source, cause, "give the address of the document's manifest")
        raise not_understood(source)

    # --- files

    def _file(self, path: Path) -> Iterator[Found]:
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

    def _folder(self, path: Path) -> Iterator[Found]:
        """Give what a folder holds. What lies beside manifests and is none is told with the last document."""
        findings = find(path)
        own = {str(manifest) for manifest in findings.manifests}
        last, count, others = None, 0, list[OtherKindError]()
        for found in chain(harvest_deliveries(path, findings), self._manifests(findings.manifests)):
            if isinstance(found, Refusal) and found.source in own and isinstance(found.error, OtherKindError):
                others.append(found.error)
                continue
            count += 1
            if not isinstance(found, Harvested):
                yield found
                continue
            if last:
                yield last
            last = found
        if last:
            yield with_others(last, others)
        elif not count:
            raise nothing_in(path, others)

    def _manifests(self, paths: Iterable[Path]) -> Iterator[Found]:
        for path in paths:
            try:
                yield from self._walk(str(path), _read(path))
            except EstampeError as error:
                yield Refusal(str(path), error)

    def _list(self, listed: SourceList) -> Iterator[Found]:
        for source in listed.sources:
            local = listed.path.parent / source
            try:
                found = self._harvest(str(local) if "://" not in source and _exists(local) else _plain(source))
                yield from (self._by_list(one, listed) for one in found)
            except EstampeError as error:
                yield Refusal(source, error)

    def _by_list(self, found: Found, listed: SourceList) -> Found:
        """Fill in what the list knows of its documents, and refuse those whose licence it does not accept."""
        if not isinstance(found, Harvested):
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

    def _joined(self, found: Found) -> Found:
        if self._ocr is None or not isinstance(found, Harvested) or found.route == "folder":
            return found
        # The folder may have changed, whatever the source says of the document.
        return replace(self._ocr.join(found), unchanged=False)

    # --- the network

    def _network(self, source: str) -> Door:
        if self._door is None:
            raise OfflineError(source, "the network is off")
        return self._door

    @property
    def _gallica(self) -> Gallica:
        return Gallica(
            self._network(self._settings.gallica_url),
            self._settings.gallica_url,
            with_texts=self._ocr is None,
            only_changed=self._only_changed,
        )

    def _ark(self, ark: str, source: str) -> Iterator[Found]:
        name = ark.rpartition("/")[2]
        if name.startswith("cb"):
            return self._issues(source[source.index(name) :] if name in source else name)
        if is_mistyped(name):
            raise mistyped_ark(source)
        self._network(source)
        return self._documents(ark, iter([ark]))

    def _search(self, source: str, query: str) -> Iterator[Found]:
        if not query:
            raise UsageError('sru: without a query; give one as sru:(dc.title all "vogue")')
        return self._documents(f"sru:{query}", search(self._network(source), self._gallica.base, query))

    def _issues(self, text: str) -> Iterator[Found]:
        periodical = Periodical.parse(text)
        found = list_issues(self._network(periodical.ark), self._gallica.base, periodical)
        return self._documents(f"issues:{text}", found)

    def _documents(self, origin: str, arks: Iterator[str | Refusal | Listed]) -> Iterator[Found]:
        for ark in arks:
            if isinstance(ark, Refusal):
                yield ark
                continue
            if isinstance(ark, Listed):
                yield Complete(origin, ark.names)
                continue
            listing = Listing(origin, ark)
            try:
                yield replace(self._gallica.document(ark), listing=listing)
            except GoneError as error:
                own = error.address == self._gallica.manifest_address(ark)
                yield Withdrawn(ark, error, listing) if own else Refusal(ark, error)
            except EstampeError as error:
                yield Refusal(ark, error)

    def _address(self, start: str) -> Iterator[Found]:
        """Give what an address of the network leads to."""
        try:
            data = self._fetch(start)
        except GoneError as error:
            yield Withdrawn(start, error, Listing(start, start))
            return
        if is_activities(data, start):
            yield from self._follow(start)
        else:
            yield from self._walk(start, data, origin=start)

    def _follow(self, start: str) -> Iterator[Found]:
        """Give what a list of changes says is new since it was last followed.

        Where something could not be had, the next harvest begins where this one did.
        """
        stream, whole = Stream(self._fetch, start, self._since(start)), True
        try:
            for step in stream.steps():
                if step.went:
                    error = GoneError(step.address, "its source says that it removed it")
                    yield Withdrawn(step.address, error, Listing(start, step.address), told=True)
                    continue
                for found in self._walk(step.address, origin=start):
                    if isinstance(found, Complete):
                        continue
                    whole &= not isinstance(found, Refusal) or _is_final(found.error)
                    yield found
        except EstampeError as error:
            yield Refusal(start, error)
            return
        if whole:
            yield Complete(start, None, stream.until)

    def _walk(self, start: str, data: bytes | None = None, *, origin: str = "") -> Iterator[Found]:
        """Give the manifests that an address or file leads to; ``origin`` is what lists them, empty for files."""
        for found in walk(self._fetch, start, data):
            if isinstance(found, Listed):
                if origin:
                    yield Complete(origin, found.names)
            elif isinstance(found, Refusal):
                gone = origin and isinstance(found.error, GoneError)
                yield Withdrawn(found.source, found.error, Listing(origin, found.source)) if gone else found
            elif error := self._versions.other(found):
                yield Refusal(found.address, error)
            else:
                listing = Listing(origin, found.name) if origin else None
                yield replace(self._manifest(found), listing=listing, unchanged=found.address in self._unchanged)

    def _manifest(self, found: FoundManifest) -> Harvested:
        """Return a manifest's document; the ones of Gallica get the addresses of their ALTO, which they do not name."""
        read, pages = found.manifest, found.manifest.pages
        ark = read.document.aliases[0]
        if self._ocr is None and ark.startswith("ark:/12148/") and not any(page.texts for page in pages):
            pages = add_texts(pages, ark, self._settings.gallica_url.rstrip("/"))
        return Harvested(read.document, pages, (), read.diagnostics, "iiif", found.data)

    def _fetch(self, address: str) -> bytes:
        answer = self._network(address).get(address)
        data = answer.read()
        if self._only_changed and answer.unchanged:
            self._unchanged.add(address)
        if data.lstrip()[:1] == b"<":
            self._network(address).forget(address)
            raise FormatError(address, "the answer is a web page, not a manifest", _PAGE)
        return data


def _is_final(error: EstampeError) -> bool:
    """Tell whether asking again will not help, as far as one can know."""
    return isinstance(error, GoneError) or not isinstance(error, NetworkError)


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
