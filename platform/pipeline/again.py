"""One look asked again of all that is catalogued: what it said before stays with its run, nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from ..catalogue import Catalogue, Said
from ..classify import COLOUR_RUN, OWN, PARTS, Described, colour_labels
from ..errors import EstampeError, NotFoundError, UsageError
from ..identity import find_ark, manifest_alias
from ..images import WHOLE
from ..net import Door
from ..records import Diagnostic, Document, Illustration, Page, Run, Severity, Vector
from ..settings import Settings
from .company import by_themselves, tell_together
from .eye import LOOKS, Sight
from .own import Pointed
from .reading import LOOK, TEXTS, on_page
from .scans import Opened, fetch_parts, fetch_scan, look_closer, open_parts, open_scan
from .stopping import Stopping
from .watch import Watcher

COLOUR: Final = "colour"
GENRE: Final = "genre"
NAMES: Final = "names"
#: What can be asked again. The detector cannot: what it finds is one with what the OCR marks, so that pages are read
#: anew by the next run where it has another version.
AGAIN: Final = (*PARTS, NAMES, COLOUR)
#: Pictures that are looked at, and written, at once.
_BATCH = 32
_DOCUMENTS = 100


class Again:
    """Asks one look again, of pictures found before.

    Args:
        catalogue: the store of record.
        door: the network, for distant scans; None where only files are looked at.
        settings: where the models are.
        look: one of `AGAIN`.
        watcher: is told how it goes on.

    Raises ModelError where what the look takes is missing.

    """

    def __init__(
        self, catalogue: Catalogue, door: Door | None, settings: Settings, look: str, watcher: Watcher
    ) -> None:
        self._catalogue, self._door, self._look, self._watcher = catalogue, door, look, watcher
        self._sight, self._kinds = (Sight(settings, frozenset(LOOKS) - {one}) for one in (look, GENRE))
        self._eye = self._sight.eye
        for trouble in self._eye.troubles.values():
            raise trouble
        self._runs: tuple[Run, ...] = (COLOUR_RUN,) if look == COLOUR else self._eye.runs
        if not self._runs:
            raise UsageError(f"nothing looks for {look}: no list of models names a model of one's own")

    def ask(self, documents: Sequence[str] = ()) -> int:
        """Ask of some documents, by id, alias or manifest, or of all; return how many pictures were looked at.

        Raises NotFoundError, with nothing asked, where one of them is not there.
        """
        self._catalogue.put_runs(self._runs)
        asked = 0
        for document in self._documents(documents):
            pages = {page.id: page for page in self._catalogue.pages(document.id)}
            self._watcher.document(document.title or document.id, len(pages))
            if self._look in {COLOUR, NAMES}:
                asked += sum(self._read(document, found) for _, found in self._by_page(document, pages))
                self._watcher.pages(len(pages))
                continue
            gathered: list[_Cut] = []
            for page, found in self._by_page(document, pages):
                gathered += self._cut(document, page, found)
                while len(gathered) >= _BATCH:
                    asked += self._describe(gathered[:_BATCH])
                    del gathered[:_BATCH]
                self._watcher.pages(1)
            asked += self._describe(gathered)
        if self._look == GENRE:
            tell_together(self._catalogue, self._sight, Stopping())
        return asked

    def _documents(self, wanted: Sequence[str]) -> Iterator[Document]:
        if wanted:
            # One may be named twice; and if one is not there, none is asked.
            yield from {one.id: one for one in [self._document(name) for name in wanted]}.values()
            return
        after = ""
        while some := self._catalogue.documents(after=after, limit=_DOCUMENTS):
            yield from some
            after = some[-1].id

    def _document(self, name: str) -> Document:
        """Return the document of this id, alias or manifest's address. Raises NotFoundError."""
        found = find_ark(name)
        for identifier in map(self._catalogue.resolve, [name, found[0] if found else "", manifest_alias(name)]):
            if identifier and (document := self._catalogue.document(identifier)):
                return document
        raise NotFoundError(f"there is no document {name}; `estampe export illustrations` lists those there are")

    def _by_page(self, document: Document, pages: Mapping[str, Page]) -> Iterator[tuple[Page, Sequence[Illustration]]]:
        found: dict[str, list[Illustration]] = {}
        for one in self._catalogue.illustrations_of(document=document.id):
            # What a detector of one's own sees may have the place of noise.
            if one.noise is None or self._look == OWN:
                found.setdefault(one.page, []).append(one)
        for identifier, page in pages.items():
            yield page, found.get(identifier, [])

    def _read(self, document: Document, found: Sequence[Illustration]) -> int:
        """Ask what needs no scan: the names in the words of pictures, or those of the colours that were measured."""
        if self._look == COLOUR:
            seen = [one for one in found if one.pixels]
            said = {one.id: Said(labels=colour_labels(one.pixels)) for one in seen if one.pixels}
        else:
            texts = [{name: getattr(one, name) for name in TEXTS} for one in found]
            answers = self._eye.names(texts, [document.languages] * len(found))
            said = {found[place].id: Said(mentions=mentions) for place, mentions in answers.said.items()}
            for place, cause in answers.failed.items():
                self._fail(found[place], cause)
        if said:
            self._catalogue.values.put(self._runs[0].id, said)
        return len(said)

    def _fail(self, one: Illustration, cause: str) -> None:
        message = f"a model failed on {one.id}; what it said before stands: {cause}"
        self._watcher.remark(one.document, Diagnostic("look-failed", message, Severity.WARNING, one.page))

    def _cut(self, document: Document, page: Page, found: Sequence[Illustration]) -> list[_Cut]:
        """Return the pictures of a page, cut out; none where its scan is not to be had."""
        if not found or page.size is None or page.image is None:
            return []
        try:
            longest = self._eye.longest
            picture = fetch_scan(page, self._door, longest=longest) if page.local_scan is None else None
            opened = open_scan(page, picture, longest=longest)
            if opened is None:
                return []
            pointed, causes = self._point(document, page, opened, found)
            opened = opened.reduced()
            shown = [one.box for one in found if one.noise is None]
            if picture and not opened.is_large and (parts := fetch_parts(page, opened.small(shown), self._door)):
                opened = replace(opened, parts=open_parts(parts))
            opened = look_closer(opened, shown)
            return [
                _Cut(one, None if one.noise else opened.cut(one.box, LOOK), pointed.get(place, Pointed()), causes)
                for place, one in enumerate(found)
            ]
        except EstampeError as error:
            self._watcher.remark(document.id, Diagnostic("not-seen-again", str(error), Severity.WARNING, page.key))
            return []

    def _point(
        self, document: Document, page: Page, opened: Opened, found: Sequence[Illustration]
    ) -> tuple[dict[int, Pointed], list[str]]:
        """Return what detectors of one's own see on a page, by the illustration that it belongs to; tell the rest."""
        if self._look != OWN or page.size is None:
            return {}, []
        sought, causes = self._eye.seek(opened.whole if self._eye.longest == WHOLE else opened.scan.picture)
        pointed, outside = self._eye.point(sought, page.size, [(one.box, one.noise) for one in found])
        if outside:
            message = f"{outside} of what was sought lies in no picture; the next `estampe run` makes pictures of it"
            self._watcher.remark(document.id, Diagnostic("sought-outside", message, Severity.WARNING, page.key))
        return pointed, causes

    def _describe(self, gathered: Sequence[_Cut]) -> int:
        if not gathered:
            return 0
        shown = [(place, one.picture) for place, one in enumerate(gathered) if one.picture]
        known = by_themselves(self._catalogue, self._kinds, [gathered[place].illustration for place, _ in shown])
        described = self._eye.describe([picture for _, picture in shown], known)
        said = {place: told for (place, _), told in zip(shown, described, strict=True)}
        both = []
        for place, cut in enumerate(gathered):
            told = said.get(place, Described())
            causes = [*cut.causes, *told.failed.values()]
            for cause in causes:
                self._fail(cut.illustration, cause)
            if not causes:
                both.append((cut, told))
        for run in self._runs:
            self._catalogue.values.put(run.id, {cut.illustration.id: _said(run, cut, told) for cut, told in both})
        return sum(cut.picture is not None for cut, _ in both)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A picture, what detectors of one's own saw in it, and why some of them saw nothing. Of noise nothing is cut."""

    illustration: Illustration
    picture: Image.Image | None
    pointed: Pointed
    causes: Sequence[str]


def _said(run: Run, cut: _Cut, told: Described) -> Said:
    """Return what one run says of an illustration, boxes in the frame of its page."""
    found = cut.illustration
    values = told.vectors.get(run.id)
    picture = cut.picture
    inside = [replace(one, box=on_page(one.box, found.box, picture)) for one in told.detections] if picture else []
    return Said(
        labels=tuple(label for label in (*told.labels, *cut.pointed.labels) if label.run == run.id),
        detections=tuple(one for one in (*inside, *cut.pointed.detections) if one.run == run.id),
        vector=None if values is None else Vector(found.id, run.id, values),
    )
