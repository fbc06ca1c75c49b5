"""Words: from the strings of an OCR file, and to what searches need."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from ..records import Box, OcrPage, Word
from .geometry import Absurd, Ruler
from .hyphens import printed


def page_words(page: OcrPage) -> Iterator[tuple[str, Box]]:
    """Yield a page's words in reading order with their boxes; a broken word whole, with the box of its first half."""
    for block in page.blocks:
        for line in block.lines:
            for word in line.words:
                if word.whole:
                    yield word.whole, word.box


class WordReader:
    """Turns ALTO's ``String`` elements into words; counts what was odd.

    ``estimated`` counts strings that held several words, whose boxes had to be estimated; ``unplaced`` those without a
    position of their own, ``doubtful`` those with a confidence that is no number from 0 to 1.
    """

    def __init__(self) -> None:
        self.estimated = self.unplaced = self.doubtful = 0
        self._broken = False

    def words(self, strings: Sequence[Mapping[str, str]], ruler: Ruler, line: Box | None) -> list[Word]:
        """Return the words of a line; ``line`` is where words are put that have no position of their own."""
        words: list[Word] = []
        for attributes in strings:
            text = attributes.get("CONTENT")
            if not text:
                continue
            try:
                box = ruler.box(attributes)
            except Absurd:
                box = None
            if box is None:
                self.unplaced += 1
                box = line or Box(0, 0, 1, 1)
            confidence = attributes.get("WC")
            certain = self._confidence(confidence) if confidence is not None else None
            if " " in text or text.isspace():
                self._split(words, text, box, certain)
            elif "SUBS_TYPE" in attributes or "HYP" in attributes:
                words.append(self._half(attributes, text, box, certain))
            else:
                words.append(Word(text, box, certain, text))
        return words

    def _half(self, attributes: Mapping[str, str], text: str, box: Box, confidence: float | None) -> Word:
        part, whole = attributes.get("SUBS_TYPE"), attributes.get("SUBS_CONTENT")
        if part == "HypPart1" and whole:
            self._broken = True
            return Word(printed(text, attributes.get("HYP", "-")), box, confidence, whole)
        if part == "HypPart2":
            # Without its first half, which stands on another page, the second stands for the word.
            rest = "" if self._broken else whole or text
            self._broken = False
            return Word(text, box, confidence, rest)
        text = printed(text, attributes.get("HYP", ""))
        return Word(text, box, confidence, text)

    def _split(self, words: list[Word], text: str, box: Box, confidence: float | None) -> None:
        pieces = text.split()
        self.estimated += len(pieces) > 1
        places = spread(text, box)
        words.extend(Word(piece, place, confidence, piece) for piece, place in zip(pieces, places, strict=True))

    def _confidence(self, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if 0.0 <= value <= 1.0:
            return value
        self.doubtful += 1
        return None


def spread(text: str, box: Box) -> list[Box]:
    """Return boxes for the words of a line, estimated by their letters.

    They go from the right for Hebrew and Arabic, and downwards in a line that is much higher than wide.
    """
    total = len(text)
    down = box.h > 2 * box.w and total > 2
    leftwards = not down and any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text[:20])
    boxes: list[Box] = []
    at = 0
    for piece in text.split():
        start = text.index(piece, at)
        at = start + len(piece)
        begin, end = start / total, at / total
        if leftwards:
            begin, end = 1 - end, 1 - begin
        if down:
            y = box.y + round(box.h * begin)
            boxes.append(Box(box.x, y, box.w, max(1, box.y + round(box.h * end) - y)))
        else:
            x = box.x + round(box.w * begin)
            boxes.append(Box(x, box.y, max(1, box.x + round(box.w * end) - x), box.h))
    return boxes
