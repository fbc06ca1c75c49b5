"""One model asked again of all that is catalogued: what it said before stays with its run, nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from PIL import Image

from ..catalogue import Catalogue, Said
from ..classify import Described
from ..errors import EstampeError
from ..net import Door
from ..records import Diagnostic, Document, Illustration, Page, Run, Severity, Vector
from .eye import Eye, Sight
from .inputs import fetch_scan, open_scan
from .reading import LOOK_CLOSELY, on_page
from .watch import Watcher

#: Pictures that are looked at, and written, at once.
_BATCH = 32
_DOCUMENTS = 100


class Again:
    """Asks one look of the models again, of pictures found before.

    Args:
        catalogue: the store of record.
        door: the network, for distant scans; None where only files are looked at.
        sight: with all looks left out but one.
        watcher: is told how it goes on.

    Raises ModelError where what the look takes is missing.

    """

    def __init__(self, catalogue: Catalogue, door: Door | None, sight: Sight, watcher: Watcher) -> None:
        self._catalogue, self._door, self._watcher = catalogue, door, watcher
        self._eye: Eye = sight.eye
        for trouble in self._eye.troubles.values():
            raise trouble
        self._runs: tuple[Run, ...] = self._eye.runs

    def ask(self, documents: Sequence[str] = ()) -> int:
        """Ask of some documents, by id or alias, or of all; return how many pictures were looked at."""
        self._catalogue.put_runs(self._runs)
        asked = 0
        for document in self._documents(documents):
            pages = {page.id: page for page in self._catalogue.pages(document.id)}
            self._watcher.document(document.title or document.id, len(pages))
            gathered: list[tuple[Illustration, Image.Image]] = []
            for page, found in self._by_page(document, pages):
                gathered += self._cut(document, page, found)
                while len(gathered) >= _BATCH:
                    asked += self._describe(gathered[:_BATCH])
                    del gathered[:_BATCH]
                self._watcher.pages(1)
            asked += self._describe(gathered)
        return asked

    def _documents(self, wanted: Sequence[str]) -> Iterator[Document]:
        if wanted:
            for name in wanted:
                identifier = self._catalogue.resolve(name) or name
                if document := self._catalogue.document(identifier):
                    yield document
            return
        after = ""
        while some := self._catalogue.documents(after=after, limit=_DOCUMENTS):
            yield from some
            after = some[-1].id

    def _by_page(self, document: Document, pages: Mapping[str, Page]) -> Iterator[tuple[Page, Sequence[Illustration]]]:
        found: dict[str, list[Illustration]] = {}
        for one in self._catalogue.illustrations_of(document=document.id):
            if one.noise is None:
                found.setdefault(one.page, []).append(one)
        for identifier, page in pages.items():
            yield page, found.get(identifier, [])

    def _cut(
        self, document: Document, page: Page, found: Sequence[Illustration]
    ) -> list[tuple[Illustration, Image.Image]]:
        """Return the pictures of a page, cut out; none where its scan is not to be had."""
        if not found or page.size is None or page.image is None:
            return []
        try:
            picture = fetch_scan(page, self._door) if page.local_scan is None else None
            opened = open_scan(page, picture)
            if opened is None:
                return []
            return [(one, opened.scan.crop(one.box, page.size, LOOK_CLOSELY)) for one in found]
        except EstampeError as error:
            self._watcher.remark(document.id, Diagnostic("not-seen-again", str(error), Severity.WARNING, page.key))
            return []

    def _describe(self, gathered: Sequence[tuple[Illustration, Image.Image]]) -> int:
        if not gathered:
            return 0
        described = self._eye.describe([picture for _, picture in gathered], [one.labels for one, _ in gathered])
        both = [(*one, told) for one, told in zip(gathered, described, strict=True) if not told.failed]
        for (one, _), told in zip(gathered, described, strict=True):
            for cause in told.failed.values():
                message = f"a model failed on {one.id}; what it said before stands: {cause}"
                self._watcher.remark(one.document, Diagnostic("look-failed", message, Severity.WARNING, one.page))
        for run in self._runs:
            self._catalogue.values.put(run.id, {one.id: _said(run, one, picture, told) for one, picture, told in both})
        return len(both)


def _said(run: Run, found: Illustration, picture: Image.Image, told: Described) -> Said:
    """Return what one run says of an illustration, boxes in the frame of its page."""
    values = told.vectors.get(run.id)
    return Said(
        labels=tuple(label for label in told.labels if label.run == run.id),
        detections=tuple(
            replace(one, box=on_page(one.box, found.box, picture)) for one in told.detections if one.run == run.id
        ),
        vector=None if values is None else Vector(found.id, run.id, values),
    )
