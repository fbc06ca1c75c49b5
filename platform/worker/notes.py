"""What there is to tell of a task, kept with it, so that whoever waits for the job can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from ..pipeline import Ledger, Missing, Summary, Watcher
from ..records import Diagnostic, Severity

#: So many lines are kept of a task; all of it stands in the catalogue with the documents.
_MOST: Final = 200


class Notes:
    """A watcher that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[list[Any]] = []
        self.missing_now: list[Missing] = []
        self.done = 0
        #: The document at hand, by its id: what it is called stands in the catalogue, and may be forgotten.
        self.at_hand = ""

    def document(self, title: str, pages: int) -> None:
        """Pass: titles are not kept with tasks."""

    def pages(self, count: int) -> None:
        """Count pages that are done."""
        self.done += count

    def remark(self, document: str, diagnostic: Diagnostic) -> None:
        """Note something odd."""
        if diagnostic.severity is not Severity.INFO:
            self._note("remark", document, diagnostic.code, diagnostic.message, diagnostic.severity, diagnostic.where)

    def refusal(self, name: str, cause: str) -> None:
        """Note what could not be used."""
        self._note("refusal", name, cause)

    def missing(self, missing: Missing) -> None:
        """Note what could not be had; what may be had in a while is kept apart."""
        if missing.passing:
            self.missing_now.append(missing)
        else:
            self._note("missing", *asdict(missing).values())

    def give_up(self) -> None:
        """Take what may be had in a while for what cannot be had."""
        for missing in self.missing_now:
            self._note("missing", *asdict(missing).values())
        self.missing_now = []

    def _note(self, *line: Any) -> None:
        if len(self.lines) < _MOST:
            self.lines.append(list(line))


def outcome_of(ledger: Ledger, notes: Notes) -> dict[str, Any]:
    """Return what a task came to so far, as it is kept with it."""
    counters = asdict(ledger.summary)
    # What will be asked for again is not missing yet.
    counters["missing"] -= len(notes.missing_now)
    return {"counters": counters, "done": notes.done, "document": notes.at_hand, "lines": notes.lines}


def go_on_from(ledger: Ledger, notes: Notes, outcome: Mapping[str, Any]) -> None:
    """Begin where an earlier attempt at the same pages was stopped; what it could not have is asked for again."""
    ledger.summary = summary_of(outcome.get("counters", {}))
    ledger.summary.missing = 0
    notes.lines = [line for line in outcome.get("lines", []) if line[0] != "missing"]


def summary_of(counters: Mapping[str, int]) -> Summary:
    """Return the summary of counters that were added up."""
    return Summary(**{field.name: counters.get(field.name, 0) for field in fields(Summary)})


def replay(lines: list[list[Any]], watcher: Watcher) -> None:
    """Tell a watcher what another one noted."""
    for kind, *said in lines:
        if kind == "refusal":
            watcher.refusal(*said)
        elif kind == "missing":
            watcher.missing(Missing(*said))
        else:
            document, code, message, severity, where = said
            watcher.remark(document, Diagnostic(code, message, Severity(severity), where))
