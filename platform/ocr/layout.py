"""The layout part of an ALTO file: blocks, lines and regions of one page, as they are heard."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce

from ..errors import FormatError
from ..records import Block, Box, Line, Region, Word
from .geometry import Absurd, Ruler
from .hyphens import join_lines
from .order import reading_order
from .words import WordReader
from .zones import Tag, block_kind, is_graphic

#: Ceilings for one page; a page of a large newspaper has some 20,000 words in 2,000 blocks.
MAX_WORDS, MAX_BLOCKS, MAX_NAME = 250_000, 50_000, 1_000

Attributes = dict[str, str]


@dataclass(slots=True)
class _Line:
    """A line as it was heard; ``rank`` is its place in the ReadingOrder."""

    box: Box | None
    words: list[Word]
    rank: int | None
    hyphenated: bool


@dataclass(slots=True)
class _Open:
    """A block while it is heard; ``within`` are the boxes of what it holds."""

    id: str
    element: str
    region: str | None
    kind: str
    parent: str
    rotation: float
    box: Box | None
    within: list[Box] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)


class Layout:
    """Hears what stands within ALTO's ``Layout``, and gives blocks, regions and their order.

    ``tags`` and ``told`` (the places of the ids that a ReadingOrder lists) are filled before the first block; ``ruler``
    is set when the page begins. ``odd`` has what could not be used: ids by the code of a diagnostic.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.ruler = Ruler()
        self.tags: dict[str, Tag] = {}
        self.told: dict[str, int] = {}
        self.margin = ""
        self.languages: Counter[str] = Counter()
        self.words = WordReader()
        self.odd: dict[str, list[str]] = {}
        self.blocks: dict[str, Block] = {}
        self.regions: dict[str, Region] = {}
        self._ids: dict[str, None] = {}
        self._ranks: dict[str, int] = {}
        self._following: dict[str, str] = {}
        self._stack: list[_Open] = []
        self._line: Attributes = {}
        self._line_shape: Box | None = None
        self._strings: list[Attributes] = []
        self._words_left = MAX_WORDS

    def order(self) -> list[str]:
        """Return the ids of all blocks and regions in reading order."""
        ids = [id_ for id_ in self._ids if id_ in self.blocks or id_ in self.regions]
        return reading_order(ids, sorted(self._ranks, key=self._ranks.__getitem__), self._following)

    # --- blocks --------------------------------------------------------------------------------------

    def open_block(self, element: str, attributes: Attributes) -> None:
        """Begin a block or region."""
        said = attributes.get("ID", "")
        id_ = self._new_id(said)
        if said in self.told:
            self._ranks[id_] = self.told[said]
        if following := attributes.get("IDNEXT"):
            self._following[id_] = following
        if language := attributes.get("LANG") or attributes.get("language"):
            self.languages[language[:20]] += 1
        tags = [self.tags[ref] for ref in attributes.get("TAGREFS", "").split() if ref in self.tags]
        tags = [tag for tag in tags if tag.of_layout]
        type_ = attributes.get("TYPE", "")
        region = next((tag.label for tag in tags if is_graphic(tag.label)), None)
        if region is None and element != "TextBlock":
            region = type_ or next((tag.label for tag in tags), "")
        self._stack.append(
            _Open(
                id_,
                element,
                region,
                "textblock" if region is not None else block_kind(tags, type_, self.margin.lower() or "textblock"),
                self._stack[-1].id if self._stack else "",
                self._rotation(attributes.get("ROTATION"), id_),
                self._box(attributes, id_),
            )
        )

    def close_block(self) -> None:
        """End the innermost block."""
        if not self._stack:
            return
        if self._strings:
            self.close_line()
        block = self._stack.pop()
        box = block.box or (reduce(Box.union, block.within) if block.within else None)
        if box is None:
            self._note("alto-box-missing", block.id)
            return
        if self._stack:
            self._stack[-1].within.append(box)
        lines = _finished(block.lines)
        if block.region is None:
            self.blocks[block.id] = Block(block.id, box, lines, block.kind, block.parent, block.rotation)
            return
        self.regions[block.id] = Region(block.id, box, block.element, block.region, block.parent, block.rotation)
        if any(line.words for line in lines):
            self._add_text_of(block, box, lines)

    def wants_shape(self) -> bool:
        """Return whether the element that is open needs its outline, having no position of its own."""
        if self._strings:
            return False
        if self._line:
            return "HPOS" not in self._line
        return bool(self._stack) and self._stack[-1].box is None

    def shape(self, box: Box | None) -> None:
        """Take the outline of the element that is open."""
        if self._line:
            self._line_shape = box
        else:
            self._stack[-1].box = box

    def _add_text_of(self, block: _Open, box: Box, lines: tuple[Line, ...]) -> None:
        text = f"{block.id}.text"
        if text in self._ids:
            text = self._new_id(text)
        self.blocks[text] = Block(text, box, lines, block.kind, block.id, block.rotation)
        # The text is read where its region is, whatever came between.
        ids = list(self._ids)
        if text not in self._ids:
            ids.insert(ids.index(block.id) + 1, text)
            self._ids = dict.fromkeys(ids)
        if block.id in self._ranks:
            self._ranks[text] = self._ranks[block.id]

    def _new_id(self, said: str) -> str:
        if len(self._ids) >= MAX_BLOCKS:
            raise FormatError(self.name, f"more than {MAX_BLOCKS} blocks on one page")
        if len(said) > MAX_NAME:
            raise FormatError(self.name, f"an ID of {len(said)} characters")
        id_ = said or f"block-{len(self._ids) + 1}"
        if id_ in self._ids:
            self._note("alto-id-twice", id_)
            id_ = f"{id_}-{len(self._ids) + 1}"
        self._ids[id_] = None
        return id_

    # --- lines ---------------------------------------------------------------------------------------

    def open_line(self, attributes: Attributes) -> None:
        """Begin a line."""
        if self._strings:
            self.close_line()
        # Never empty, so that it is seen that a line is open.
        self._line = attributes or {"ID": ""}

    def string(self, attributes: Attributes) -> None:
        """Take a word, or whatever the dialect makes a string."""
        self._words_left -= 1
        if self._words_left < 0:
            raise FormatError(self.name, f"more than {MAX_WORDS} words on one page")
        self._strings.append(attributes)

    def hyphen(self, attributes: Attributes) -> None:
        """Take the hyphen behind the last word of the line."""
        if self._strings:
            self._strings[-1] = {**self._strings[-1], "HYP": attributes.get("CONTENT") or "-"}

    def close_line(self) -> None:
        """End the line."""
        strings, attributes = self._strings, self._line
        box = self._box(attributes, attributes.get("ID", "")) if "HPOS" in attributes else self._line_shape
        block = self._stack[-1] if self._stack else None
        words = self.words.words(strings, self.ruler, box or (block.box if block else None))
        rank = self._rank([attributes, *strings]) if self.told else None
        if block is not None and (box is not None or words):
            line = _Line(box, words, rank, bool(strings) and "HYP" in strings[-1])
            block.lines.append(line)
            block.within.append(box or reduce(Box.union, (word.box for word in words)))
            if rank is not None:
                self._ranks[block.id] = min(rank, self._ranks.get(block.id, rank))
        self._strings, self._line, self._line_shape = [], {}, None

    def _rank(self, elements: list[Attributes]) -> int | None:
        ranks = [self.told[id_] for element in elements if (id_ := element.get("ID", "")) in self.told]
        return min(ranks, default=None)

    # --- positions -----------------------------------------------------------------------------------

    def _box(self, attributes: Attributes, id_: str) -> Box | None:
        try:
            return self.ruler.box(attributes)
        except Absurd as absurd:
            self._note("alto-box-absurd", f"{id_} ({absurd})")
            return None

    def _rotation(self, text: str | None, id_: str) -> float:
        """ALTO turns against the clock, and the records with it."""
        if not text:
            return 0.0
        try:
            return -float(text) % 360.0 if abs(float(text)) < 1e6 else 0.0
        except ValueError:
            self._note("alto-rotation", id_)
            return 0.0

    def _note(self, code: str, example: str) -> None:
        examples = self.odd.setdefault(code, [])
        examples.append(example if len(examples) < 1 else "")


def _finished(heard: list[_Line]) -> tuple[Line, ...]:
    ranks = [line.rank for line in heard]
    if len(heard) > 1 and None not in ranks:
        heard = sorted(heard, key=lambda line: line.rank or 0)
    join_lines([line.words for line in heard], {n for n, line in enumerate(heard) if line.hyphenated})
    return tuple(
        Line(line.box or reduce(Box.union, (word.box for word in line.words), line.words[0].box), tuple(line.words))
        for line in heard
    )
