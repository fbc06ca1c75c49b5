"""Words: from the strings of an OCR file, and to what searches need."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..errors import FormatError
from ..records import Box, OcrPage, Word
from .drafts import WordDraft
from .geometry import Absurd
from .hyphens import printed


def page_words(page: OcrPage) -> Iterator[tuple[str, Box]]:
    """Yield a page's words in reading order with their boxes; a broken word whole, with the box of its first half."""
    for block in page.blocks:
        for line in block.lines:
            for word in line.words:
                if word.whole:
                    yield word.whole, word.box


#: The longest word, and the longest string of words, in characters.
MAX_WORD, MAX_STRING = 2_000, 100_000

# Where words are while nothing is known of their place.
_NOWHERE = Box(0, 0, 1, 1)


class WordReader:
    """Turns ALTO's ``String`` elements into words, line by line; counts what was odd.

    ``estimated`` counts strings that held several words, whose boxes had to be estimated; ``unplaced`` those without a
    position of their own, ``doubtful`` those with a confidence that is no number from 0 to 1.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.line: list[Word] = []
        self.hyphenated = False
        self.estimated = self.unplaced = self.doubtful = 0
        self._lost = False
        self._broken = False
        # By how they are written; most dialects have two decimal places only.
        self._confidences: dict[str | None, float | None] = {None: None}

    def string(self, place: Callable[[Mapping[str, str]], Box | None]) -> Callable[[Mapping[str, str]], None]:
        """Return what takes the next string of the line; ``place`` is the page's `Ruler.box`.

        A closure that does no more than nearly all words need, because it is called for every one.
        """
        append, odd, confidences, confidence = self.line.append, self._odd, self._confidences, self._confidence

        def string(attributes: Mapping[str, str]) -> None:
            try:
                text = attributes["CONTENT"]
                box = place(attributes)
            except (KeyError, Absurd):
                odd(attributes, place)
                return
            if box is None or " " in text or "SUBS_TYPE" in attributes or not 0 < len(text) < MAX_WORD:
                odd(attributes, place)
                return
            draft = WordDraft()
            draft.text = draft.whole = text
            draft.box = box
            said = attributes.get("WC")
            draft.confidence = confidences[said] if said in confidences else confidence(said)
            draft.__class__ = Word  # type: ignore[assignment]
            append(draft)  # type: ignore[arg-type]

        return string

    def _odd(self, attributes: Mapping[str, str], place: Callable[[Mapping[str, str]], Box | None]) -> None:
        """Take a string that is not as most are: broken, of several words, without a place, or doubtful."""
        text = attributes.get("CONTENT")
        if not text:
            return
        try:
            box = place(attributes) or self._nowhere()
        except Absurd:
            box = self._nowhere()
        said = attributes.get("WC")
        confidence = self._confidences[said] if said in self._confidences else self._confidence(said)
        if " " in text or len(text) >= MAX_WORD:
            self._split(text, box, confidence)
        else:
            whole = self._whole(attributes, text) if "SUBS_TYPE" in attributes else text
            self.line.append(Word(text, box, confidence, whole))

    def hyphen(self, attributes: Mapping[str, str]) -> None:
        """Take the hyphen behind the last word of the line."""
        if not self.line:
            return
        last = self.line[-1]
        text = printed(last.text, attributes.get("CONTENT") or "-")
        self.line[-1] = replace(last, text=text, whole=text if last.whole == last.text else last.whole)
        self.hyphenated = True

    def take(self, place: Box | None) -> list[Word]:
        """Return the words of the line that ends; ``place`` is for words that have no position of their own."""
        words = self.line.copy()
        self.line.clear()
        if self._lost and place is not None:
            words = [replace(word, box=place) if word.box is _NOWHERE else word for word in words]
        self.hyphenated = self._lost = False
        return words

    def _whole(self, attributes: Mapping[str, str], text: str) -> str:
        part, whole = attributes["SUBS_TYPE"], attributes.get("SUBS_CONTENT")
        if part == "HypPart1" and whole:
            self._broken = True
            return whole
        if part == "HypPart2":
            # Without its first half, which stands on another page, the second stands for the word.
            rest = "" if self._broken else whole or text
            self._broken = False
            return rest
        return text

    def _split(self, text: str, box: Box, confidence: float | None) -> None:
        pieces = text.split()
        if len(text) > MAX_STRING or any(len(piece) >= MAX_WORD for piece in pieces):
            raise FormatError(self.name, f"a word of {len(text):,} characters")
        self.estimated += len(pieces) > 1
        places = spread(text, box) if box is not _NOWHERE else [box] * len(pieces)
        self.line += [Word(piece, place, confidence, piece) for piece, place in zip(pieces, places, strict=True)]

    def _confidence(self, said: str | None) -> float | None:
        try:
            value = float(said or "")
        except ValueError:
            value = -1.0
        if not 0.0 <= value <= 1.0:
            self.doubtful += 1
            return None
        if said and len(self._confidences) < 1_000:
            self._confidences[said] = value
        return value

    def _nowhere(self) -> Box:
        self.unplaced += 1
        self._lost = True
        return _NOWHERE


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
