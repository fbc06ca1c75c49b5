"""Model cards: what a model is, what it learnt from, how good it is, where it fails; written by the training run.

After Mitchell et al., *Model Cards for Model Reporting*, https://arxiv.org/abs/1810.03993.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a card: a heading, what stands above it, its columns and rows."""

    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card. ``facts`` are lines of a name and a value; ``sections`` are headings with Markdown below."""

    name: str
    version: str
    summary: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    sections: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def markdown(self) -> str:
        """Return the card in Markdown."""
        lines = [f"# {self.name} {self.version}", "", self.summary.strip(), ""]
        lines += ["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in self.facts), ""]
        for table in self.tables:
            lines += [f"## {table.title}", "", *([table.text.strip(), ""] if table.text else [])]
            lines += [f"| {' | '.join(table.columns)} |", f"|{'---|' * len(table.columns)}"]
            lines += [f"| {' | '.join(map(_cell, row))} |" for row in table.rows] + [""]
        for title, text in self.sections:
            lines += [f"## {title}", "", text.strip(), ""]
        return "\n".join(lines)


def energy(seconds: float, watts: float) -> str:
    """Return how long something took, and what it needed at most, in words; ``watts`` is what the machine may draw."""
    needed = seconds / 3600 * watts
    took = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    return f"{took}; at most {needed:.{0 if needed >= 1 else 1}f} Wh at {watts:.0f} W"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
