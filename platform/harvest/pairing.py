"""Which text and which scan are of one page, where no METS says it: by their names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .heads import Head
from .names import natural, stem, view_number

_FORMATS = ("alto", "page", "hocr")


@dataclass(frozen=True, slots=True)
class Text:
    """A page of OCR on disk: its path, its format, its head."""

    path: Path
    format: str
    head: Head

    @property
    def number(self) -> int | None:
        """The number at the end of its name."""
        return view_number(stem(self.path.name))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The files of one page; the first text and the first scan are the ones that count."""

    name: str
    texts: tuple[Text, ...]
    scans: tuple[Path, ...]


def pair_by_view(texts: Sequence[Text], scans: Sequence[Path]) -> list[Sheet]:
    """Pair the files of a document of the BnF: ``X0000003.xml``, ``T0000003.JP2`` and ``f3.jpg`` are of view 3."""
    said = [text.head.view for text in texts if text.head.view]
    # What the ALTO says of itself counts more than its name, unless several say the same: then they are copies.
    believed = len(set(said)) == len(said)

    def name(number: int | None, path: Path) -> str:
        return f"f{number}" if number is not None else stem(path.name)

    def view(text: Text) -> int | None:
        return view_number(text.head.view) if text.head.view and believed else text.number

    return _sheets(
        texts, scans, lambda text: name(view(text), text.path), lambda scan: name(view_number(stem(scan.name)), scan)
    )


def pair_by_name(texts: Sequence[Text], scans: Sequence[Path]) -> list[Sheet]:
    """Pair files of the same name, else by the scan that an ALTO names, else by number where that is unambiguous.

    The name of the page is that of its text: a scan that is added later changes nothing.
    """
    stems = {stem(scan.name).casefold() for scan in scans}
    names = {text.path: stem(text.path.name) for text in texts}
    wanted = {name.casefold() for name in names.values()}
    partner: dict[str, str] = {}
    alone = [text for text in texts if names[text.path].casefold() not in stems]
    for text in alone:
        named = stem(text.head.image).casefold()
        if named in stems and named not in wanted and named not in partner:
            partner[named] = names[text.path]
    free = [scan for scan in scans if (key := stem(scan.name).casefold()) not in wanted and key not in partner]
    alone = [text for text in alone if names[text.path] not in partner.values()]
    partner |= _by_number(alone, free)

    def of_scan(scan: Path) -> str:
        return partner.get(stem(scan.name).casefold(), stem(scan.name))

    return _sheets(texts, scans, lambda text: names[text.path], of_scan)


def _by_number(texts: Sequence[Text], scans: Sequence[Path]) -> dict[str, str]:
    """Return the names of texts by those of scans that bear the same number, if all numbers differ."""
    numbers = Counter(text.number for text in texts)
    others = Counter(view_number(stem(scan.name)) for scan in scans)
    if any(number is None or count > 1 for number, count in [*numbers.items(), *others.items()]):
        return {}
    of = {text.number: stem(text.path.name) for text in texts}
    return {stem(scan.name).casefold(): of[number] for scan in scans if (number := view_number(stem(scan.name))) in of}


def _sheets(
    texts: Sequence[Text],
    scans: Sequence[Path],
    of_text: Callable[[Text], str],
    of_scan: Callable[[Path], str],
) -> list[Sheet]:
    names: dict[str, str] = {}
    held: defaultdict[str, tuple[list[Text], list[Path]]] = defaultdict(lambda: ([], []))
    for text in texts:
        names.setdefault(of_text(text).casefold(), of_text(text))
        held[of_text(text).casefold()][0].append(text)
    for scan in scans:
        names.setdefault(of_scan(scan).casefold(), of_scan(scan))
        held[of_scan(scan).casefold()][1].append(scan)
    sheets = [
        Sheet(
            names[key],
            tuple(sorted(own, key=lambda text: (_FORMATS.index(text.format), natural(str(text.path))))),
            tuple(sorted(pictures, key=lambda scan: natural(str(scan)))),
        )
        for key, (own, pictures) in held.items()
    ]
    return sorted(sheets, key=lambda sheet: natural(sheet.name))
