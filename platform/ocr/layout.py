"""The layout part of an ALTO file: blocks, lines and regions of one page, as they are heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

from ..errors import FormatError
from ..records import Block, Box, Line, Region, Word
from .geometry import Absurd, Ruler
from .handlers import Attributes
from .head import Head
from .hyphens import join_lines
from .order import reading_order
from .words import WordReader
from .zones import block_kind, is_graphic

#: Ceilings for one page; a page of a large newspaper has some 20,000 words in 2,000 blocks.
MAX_WORDS, MAX_BLOCKS, MAX_NAME = 250_000, 50_000, 1_000


#: A line as it was heard: its box, its words, its place in the ReadingOrder, and whether a hyphen stood at its end.
_Line = tuple[Box | None, list[Word], int | None, bool]


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

    Where blocks are not ``nested``, one ends where the next begins, and nobody needs to say so. ``odd`` has what could
    not be used: ids by the code of a diagnostic.
    """

    def __init__(self, name: str, head: Head, *, nested: bool) -> None:
        self.name, self.head, self.nested = name, head, nested
        self.ruler = Ruler()
        self.margin = ""
        self.languages: Counter[str] = Counter()
        self.words = WordReader(name)
        self.odd: dict[str, list[str]] = {}
        self.blocks: dict[str, Block] = {}
        self.regions: dict[str, Region] = {}
        self._ids: dict[str, None] = {}
        self._ranks: dict[str, int] = {}
        self._following: dict[str, str] = {}
        self._stack: list[_Open] = []
        self._line: Attributes = {}
        self._line_shape: Box | None = None
        self._rank: int | None = None
        self._texts: dict[str, str] = {}
        self._words = 0

    def begin(self, ruler: Ruler) -> Callable[[Attributes], None]:
        """Begin the page, whose positions are measured by ``ruler``; return what takes a ``String``."""
        self.ruler = ruler
        string = self.words.string(ruler.box)
        if not self.head.told:
            return string

        def ranked(attributes: Attributes) -> None:
            rank = self.head.told.get(attributes.get("ID", ""))
            if rank is not None and (self._rank is None or rank < self._rank):
                self._rank = rank
            string(attributes)

        return ranked

    def open_margin(self, margin: str, _attributes: Attributes) -> None:
        """Begin a margin, or with an empty name the space between them."""
        self.margin = margin

    def finish(self) -> None:
        """End everything that is still open."""
        while self._stack:
            self.close_block()

    def order(self) -> list[str]:
        """Return the ids of all blocks and regions in reading order; a region's text comes right behind it."""
        ids = [id_ for id_ in self._ids if id_ in self.regions or (id_ in self.blocks and id_ not in self._texts)]
        ranked = sorted(self._ranks, key=self._ranks.__getitem__)
        text_of = {region: text for text, region in self._texts.items()}
        ordered = reading_order(ids, ranked, self._following)
        return [id_ for first in ordered for id_ in (first, text_of.get(first)) if id_ is not None]

    # --- blocks --------------------------------------------------------------------------------------

    def open_block(self, element: str, attributes: Attributes) -> None:
        """Begin a block or region."""
        if not self.nested:
            self.close_block()
        said = attributes.get("ID", "")
        id_ = self._new_id(said)
        if said in self.head.told:
            self._ranks[id_] = self.head.told[said]
        if following := attributes.get("IDNEXT"):
            self._following[id_] = following
        if language := attributes.get("LANG") or attributes.get("language"):
            self.languages[language[:20]] += 1
        tags = [self.head.tags[ref] for ref in attributes.get("TAGREFS", "").split() if ref in self.head.tags]
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

    def end_block(self, _attributes: Attributes) -> None:
        """End the innermost block, where the file says so."""
        self.close_block()

    def close_block(self) -> None:
        """End the innermost block."""
        if not self._stack:
            return
        if self._line or self.words.line:
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
            # NDNP files by Apex have width and height of their text blocks the wrong way round.
            if lines and _beside(box, lines):
                self._note("alto-block-misplaced", block.id)
                box = reduce(Box.union, (line.box for line in lines))
            self.blocks[block.id] = Block(block.id, box, lines, block.kind, block.parent, block.rotation)
            return
        self.regions[block.id] = Region(block.id, box, block.element, block.region, block.parent, block.rotation)
        if any(line.words for line in lines):
            text = self._new_id(f"{block.id}.text")
            self._texts[text] = block.id
            self.blocks[text] = Block(text, box, lines, block.kind, block.id, block.rotation)

    def polygon(self, attributes: Attributes) -> None:
        """Take the outline of what is open, where it has no position of its own."""
        if self._wants_shape():
            self._shape(self.ruler.around(attributes.get("POINTS", "")))

    def oval(self, attributes: Attributes) -> None:
        """Take an Ellipse or a Circle as the outline of what is open."""
        if self._wants_shape():
            self._shape(self.ruler.oval(attributes))

    def _wants_shape(self) -> bool:
        if self.words.line:
            return False
        if self._line:
            return "HPOS" not in self._line
        return bool(self._stack) and self._stack[-1].box is None

    def _shape(self, box: Box | None) -> None:
        if self._line:
            self._line_shape = box
        else:
            self._stack[-1].box = box

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
        if self._line or self.words.line:
            self.close_line()
        # Never empty, so that it is seen that a line is open.
        self._line = attributes or {"ID": ""}
        if self.head.told:
            self._rank = self.head.told.get(attributes.get("ID", ""))

    def check(self) -> None:
        """Raise FormatError for too many words; to be called now and then."""
        if self._words + len(self.words.line) > MAX_WORDS:
            raise FormatError(self.name, f"more than {MAX_WORDS:,} words on one page")

    def close_line(self) -> None:
        """End the line."""
        attributes, hyphenated = self._line, self.words.hyphenated
        block = self._stack[-1] if self._stack else None
        if block is None:
            self.words.take(None)
        else:
            box = self._box(attributes, attributes.get("ID", "")) if "HPOS" in attributes else self._line_shape
            words = self.words.take(box or block.box)
            self._words += len(words)
            if box is not None or words:
                block.lines.append((box, words, self._rank, hyphenated))
            if block.box is None and (around := box or _around(words)):
                block.within.append(around)
            if self._rank is not None:
                self._ranks[block.id] = min(self._rank, self._ranks.get(block.id, self._rank))
                self._rank = None
        self._line, self._line_shape = {}, None

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
    if len(heard) > 1:
        if all(rank is not None for _, _, rank, _ in heard):
            heard = sorted(heard, key=lambda line: line[2] or 0)
        join_lines([words for _, words, _, _ in heard], {n for n, line in enumerate(heard) if line[3]})
    return tuple([Line(around, tuple(words)) for box, words, _, _ in heard if (around := box or _around(words))])


def _beside(block: Box, lines: tuple[Line, ...]) -> bool:
    """Return whether most of a block's lines, by the first, the middle and the last, have their middle outside it."""
    outside = 0
    for line in (lines[0].box, lines[len(lines) // 2].box, lines[-1].box):
        x, y = line.x + line.w // 2, line.y + line.h // 2
        outside += not (block.x <= x <= block.right and block.y <= y <= block.bottom)
    return outside >= 2


def _around(words: list[Word]) -> Box | None:
    return reduce(Box.union, (word.box for word in words)) if words else None
