"""The comparison as numbers, and as one HTML page with pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from estampe.records import Box

from . import rule
from .drawing import embedded, marks_svg, page_svg, view
from .oracle import SAME, SOURCES, VERDICTS, Case, similarity

_TONES = {
    "runs on": "good",
    "running text": "good",
    "on noise": "good",
    "ours has more": "good",
    "ours only": "good",
    "theirs only": "bad",
    "differ": "bad",
}


@dataclass(frozen=True)
class Row:
    """What was counted in one document, or in all."""

    title: str
    boxes: int
    equal: int
    noise: int
    verdicts: Counter[str]
    titles: int
    more_titles: int
    replayed: int
    replayable: int
    bare: int
    bare_of: int

    @property
    def better(self) -> int:
        """How many captions of ours have more of what is printed."""
        return self.verdicts["ours has more"] + self.verdicts["ours only"]


def count(title: str, cases: Sequence[Case]) -> Row:
    """Count how the two stand to each other; titles where GallicaPix has one."""
    titled = [case for case in cases if case.theirs.title]
    replayable = [case for case in cases if case.replayed is not None]
    told = [case for case in cases if case.bare is not None and case.theirs.caption]
    return Row(
        title,
        len(cases),
        sum(case.ours is not None for case in cases),
        sum(case.ours is not None and case.theirs.noise == bool(case.ours.noise) for case in cases),
        Counter(case.verdict for case in cases),
        sum(similarity(case.title, case.theirs.title) >= SAME for case in titled),
        sum(bool(case.title) for case in cases if not case.theirs.title),
        sum(similarity(case.replayed or "", case.theirs.caption) > 0.99 for case in replayable),
        len(replayable),
        sum(similarity(case.bare.caption, case.theirs.caption) >= SAME for case in told if case.bare),
        len(told),
    )


def worse(cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """Return each case where GallicaPix says something right, or perhaps right, that Estampe does not."""
    found = []
    for case in cases:
        if case.ours is None:
            found.append((case, "Estampe has no such box"))
        elif case.theirs.noise and case.ours.noise is None:
            found.append((case, "noise there, a picture here"))
        elif case.verdict in {"theirs only", "differ"} or (case.verdict in {"same", "ours has more"} and case.missed):
            words = ", ".join(dict.fromkeys(case.missed))
            found.append((case, f"words of its caption that ours has not: {words}"))
        if case.theirs.title and similarity(case.title, case.theirs.title) < SAME:
            found.append((case, f"its title is {case.theirs.title!r}, ours {case.title!r}"))
    return found


def less(cases: Sequence[Case]) -> list[Case]:
    """Return the cases where the layout has more lines than the caption that METS names."""
    return [
        case
        for case in cases
        if case.bare and case.caption and len(case.bare.caption) > len(case.caption) + 10 and case.theirs.caption
    ]


def rows(documents: dict[str, list[Case]]) -> list[Row]:
    """Return the rows of the table, the sum of all last."""
    every = [case for cases in documents.values() for case in cases]
    return [*(count(source.title, documents[source.name]) for source in SOURCES), count("all", every)]


def write(documents: dict[str, list[Case]], path: Path) -> None:
    """Write the page, with all its pictures in it."""
    folder = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    every = [case for cases in documents.values() for case in cases]
    table = rows(documents)
    page = environment.get_template("report.html").render(
        rows=table,
        total=table[-1],
        verdicts=VERDICTS,
        tone={key: _TONES.get(key, "") for key in VERDICTS},
        worse=worse(every),
        less=less(every),
        same=SAME,
        short=rule.SHORT,
        more=rule.MORE,
        documents=[
            {"name": source.name, "title": source.title, "cards": [_card(case) for case in documents[source.name]]}
            for source in SOURCES
        ],
    )
    path.write_text(page, "utf-8")


def _card(case: Case) -> tuple[Case, Box, Markup, Markup, Markup]:
    shown = view(case.box, (*case.their_lines, *case.our_lines), case.frame)
    name = f"{case.document}-{case.theirs.number}-page"
    page = page_svg(case.ocr, shown, name=name, scan=embedded(case.scan) if case.scan else "")
    return case, shown, page, marks_svg(case.box, case.their_lines, "t"), marks_svg(case.box, case.our_lines, "o")
