"""The pages of a delivery: from its METS, or from the names of its files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import FormatError
from ..identity import page_id, page_key
from ..ocr import Mets, MetsPage
from ..records import Article, Diagnostic, ImageSource, Page, Severity, Size, TextSource
from .files import inside
from .names import SCANS, stem, view_number
from .pairing import Sheet, Text, pair_by_name, pair_by_view
from .scans import read_scan


@dataclass(slots=True)
class Paging:
    """The pages of one document as they are made.

    Args:
        document: the document's id.
        root: the folder that no file may lie outside of.
        by_view: the keys are those of Gallica's views (``f3``), so that the folder and the manifest agree.

    """

    document: str
    root: Path
    by_view: bool
    remarks: list[Diagnostic] = field(default_factory=list)

    def from_mets(
        self, mets: Mets, structure: Path, texts: Sequence[Text], scans: Sequence[Path]
    ) -> tuple[tuple[Page, ...], tuple[Article, ...]]:
        """Return the pages that a METS lists, with the files that are there, and its articles by our page keys."""
        lookup = _Lookup(self.root, structure.parent, texts, scans, by_view=self.by_view)
        pages, keys = [], {}
        for listed in mets.pages:
            text, pictures = lookup.text(listed), lookup.scans(listed)
            key = self._view_key(listed) if self.by_view else page_key(listed.key)
            keys[listed.key] = key
            page = self._page(Sheet(key, (text,) if text else (), pictures), listed.order, listed.size)
            pages.append(replace(page, label=listed.label))
        self._note_extra(lookup.unused())
        articles = tuple(
            replace(
                article,
                parts=tuple(replace(part, page=keys.get(part.page, page_key(part.page))) for part in article.parts),
            )
            for article in mets.articles
        )
        return self._checked(pages), articles

    def from_names(self, texts: Sequence[Text], scans: Sequence[Path]) -> tuple[Page, ...]:
        """Return the pages that the files' names make, in their order."""
        sheets = pair_by_view(texts, scans) if self.by_view else pair_by_name(texts, scans)
        pages = []
        for place, sheet in enumerate(sheets, start=1):
            view = view_number(sheet.name) if self.by_view and re.fullmatch(r"f\d+", sheet.name) else None
            pages.append(self._page(replace(sheet, name=page_key(sheet.name)), view or place, None))
        return self._checked(pages)

    def _page(self, sheet: Sheet, number: int, told: Size | None) -> Page:
        image = self._image(sheet)
        if len({text.format for text in sheet.texts}) < len(sheet.texts):
            names = ", ".join(text.path.name for text in sheet.texts)
            self.remarks.append(
                Diagnostic("ocr-twice", f"several files are its OCR; the first counts: {names}", where=sheet.name)
            )
        head = sheet.texts[0].head if sheet.texts else None
        # The frame is that of the ALTO; one in tenths of millimetres is converted to the scan that METS tells of.
        size = (head.size or told) if head else (image.size if image and image.size else told)
        return Page(
            page_id(self.document, sheet.name),
            sheet.name,
            number,
            size=size,
            image=image,
            texts=tuple(TextSource(str(text.path), text.format) for text in sheet.texts),
        )

    def _image(self, sheet: Sheet) -> ImageSource | None:
        """Return the largest scan of a page; of equal ones that which is read fastest."""
        found: list[ImageSource] = []
        for path in sheet.scans:
            try:
                found.append(read_scan(path))
            except FormatError as error:
                self.remarks.append(Diagnostic("image-unreadable", error.cause, Severity.ERROR, str(path)))
        rank = {ending: place for place, ending in enumerate(SCANS)}
        return max(
            found,
            key=lambda scan: (scan.size.area if scan.size else 0, -rank[Path(scan.address).suffix.lower()]),
            default=None,
        )

    def _view_key(self, listed: MetsPage) -> str:
        number = view_number(stem(Path(listed.image or listed.alto or listed.key).name))
        return f"f{listed.order if number is None else number}"

    def _checked(self, pages: list[Page]) -> tuple[Page, ...]:
        """Note what is missing, and tell apart pages that would have one name."""
        seen: dict[str, Page] = {}
        for page in pages:
            key = page.key
            if key in seen:
                key = page_key(f"{page.key}#{page.number}")
                message = f"two pages are called {page.key}; the second one is called {key}"
                self.remarks.append(Diagnostic("page-twice", message, where=page.key))
                page = replace(page, key=key, id=page_id(self.document, key))
            seen[key] = page
        self._note_missing("ocr-missing", "OCR", [page for page in seen.values() if not page.texts], len(seen))
        self._note_missing("image-missing", "scan", [page for page in seen.values() if not page.image], len(seen))
        return tuple(seen.values())

    def _note_missing(self, code: str, what: str, pages: list[Page], count: int) -> None:
        if not pages:
            return
        if len(pages) == count:
            message = f"the folder holds no {what} of any of its {count} pages"
            self.remarks.append(Diagnostic(code, message, Severity.INFO))
        else:
            message = f"the folder holds no {what} of {len(pages)} of its {count} pages: {spans(pages)}"
            self.remarks.append(Diagnostic(code, message))

    def _note_extra(self, paths: list[Path]) -> None:
        if paths:
            names = ", ".join(path.name for path in paths[:5]) + (
                f" and {len(paths) - 5} more" if len(paths) > 5 else ""
            )
            self.remarks.append(
                Diagnostic("file-extra", f"the METS does not list these files, so they are not used: {names}")
            )


def spans(pages: Iterable[Page]) -> str:
    """Return the keys of pages, runs of them in short: ``f1–f3, f7``."""
    runs: list[list[Page]] = []
    for page in pages:
        if runs and page.number == runs[-1][-1].number + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    told = [run[0].key if len(run) == 1 else f"{run[0].key}–{run[-1].key}" for run in runs]
    return ", ".join(told[:20]) + (f" and {len(told) - 20} more" if len(told) > 20 else "")


class _Lookup:
    """The files of a delivery by path and by name, as a METS may write them."""

    def __init__(self, root: Path, base: Path, texts: Sequence[Text], scans: Sequence[Path], *, by_view: bool) -> None:
        self._root, self._base = root, base
        self._texts = {text.path.resolve(): text for text in texts}
        self._scans = {scan.resolve(): scan for scan in scans}
        self._text_names = _by_name(self._texts, by_view=by_view)
        self._scan_names = _by_name(self._scans, by_view=by_view)
        self._by_view = by_view
        self._used: set[Path] = set()

    def text(self, listed: MetsPage) -> Text | None:
        """Return the text of a page: the file that METS names, else one of that name."""
        path = self._at(listed.alto)
        if path not in self._texts:
            path = next(iter(self._named(self._text_names, listed)), None)
        if path is None:
            return None
        self._used.add(path)
        return self._texts[path]

    def scans(self, listed: MetsPage) -> tuple[Path, ...]:
        """Return the scans of a page that are there; their formats are often others than those that METS names."""
        found = [path for name in listed.images if (path := self._at(name)) in self._scans and path is not None]
        found += [path for path in self._named(self._scan_names, listed) if path not in found]
        self._used.update(found)
        return tuple(self._scans[path] for path in found)

    def unused(self) -> list[Path]:
        """Return the files that belong to no page."""
        return [path for path in (*self._texts, *self._scans) if path not in self._used]

    def _at(self, name: str) -> Path | None:
        """Return where a name of METS leads, if that is below the root."""
        if not name or "\0" in name:
            return None
        path = self._base / name
        return path.resolve() if inside(self._root, path) else None

    def _named(self, names: dict[str, list[Path]], listed: MetsPage) -> list[Path]:
        wanted = dict.fromkeys(
            _name(Path(name).name, by_view=self._by_view) for name in (*listed.images, listed.alto, listed.key) if name
        )
        return [path for name in wanted for path in names.get(name, [])]


def _by_name(paths: Iterable[Path], *, by_view: bool) -> dict[str, list[Path]]:
    names: defaultdict[str, list[Path]] = defaultdict(list)
    for path in paths:
        names[_name(path.name, by_view=by_view)].append(path)
    return names


def _name(name: str, *, by_view: bool) -> str:
    """Return what two files of one page have in common."""
    own = stem(name)
    number = view_number(own) if by_view else None
    return own.casefold() if number is None else f"f{number}"
