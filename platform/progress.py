"""A progress bar for people, and lines that can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

from .pipeline import Missing
from .records import Diagnostic, Severity


class ProgressBar:
    """Shows how the work goes on: a bar where there is a terminal, and a line for each oddity and refusal."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        # Without a terminal only the lines are of use.
        self._bar = tqdm(unit=" pages", total=0, file=stream, disable=quiet or None, dynamic_ncols=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def document(self, title: str, pages: int) -> None:
        """Take so many pages more to be done."""
        self._bar.total = (self._bar.total or 0) + pages
        self._bar.set_description_str(title[:40], refresh=True)

    def pages(self, count: int) -> None:
        """Go on by so many."""
        self._bar.update(count)

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Write a line for what a person should know; what is only informative stays in the catalogue."""
        if diagnostic.severity is not Severity.INFO:
            place = f" {diagnostic.where}" if diagnostic.where else ""
            self._line(f"{diagnostic.severity}: {document}{place}: {diagnostic.message} [{diagnostic.code}]")

    def refusal(self, name: str, cause: str) -> None:
        """Write a line for what was refused."""
        self._line(f"refused: {cause}" if cause.startswith(name) else f"refused: {name}: {cause}")

    def missing(self, missing: Missing) -> None:
        """Write a line for what could not be had."""
        place = f"{missing.document} {missing.page}".strip()
        self._line(f"not had: {place}: {missing.what}: {missing.cause}")

    def _line(self, text: str) -> None:
        # A foreign document's words must not steer the terminal.
        safe = "".join(char if char.isprintable() else "�" for char in text)
        tqdm.write(safe, file=self._stream)


@contextmanager
def counter(stream: TextIO, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long job has come; the call it gives takes how many are done, and how many there are in all."""
    with tqdm(unit=f" {unit}", file=stream, disable=None, dynamic_ncols=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
