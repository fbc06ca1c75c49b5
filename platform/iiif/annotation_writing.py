"""One page of annotations a canvas: what was found there, what is printed beside it, and what it shows.

One motivation a kind, because viewers filter by motivation alone: ``classifying`` for the region of an illustration,
``supplementing`` for its caption, ``tagging`` for what it shows, its colours, the kind of its page and the names in its
words, ``identifying`` for what it shows in Wikidata, ``highlighting`` for what is seen inside it, in a box of its own,
``linking`` for the same picture elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from ..records import UNSHOWN, Detection, Document, Illustration, Label, Match, Mention, Page, Run
from . import blocks
from .addresses import Addresses
from .manifest_writing import ANNOTATIONS, canvas_address
from .schema import PRESENTATION_3
from .values import Json

_PERSON = "person:"
_ILLUSTRATION = {"en": "Illustration", "fr": "Illustration", "de": "Abbildung"}
_WIKIDATA = "http://www.wikidata.org/entity/"


class ConceptNames(Protocol):
    """What is needed of a concept of the vocabulary."""

    @property
    def names(self) -> Mapping[str, str]:
        """Its name by language."""

    @property
    def wikidata(self) -> str:
        """Its Wikidata id (``Q125191``), empty for none."""


def write_annotation_page(
    document: Document,
    page: Page,
    illustrations: Sequence[Illustration],
    runs: Mapping[str, Run],
    addresses: Addresses,
    *,
    generated: str,
    concept: Callable[[str], ConceptNames | None] = lambda _: None,
    language: str = "fr",
    matches: Mapping[str, Sequence[Match]] = MappingProxyType({}),
) -> Json:
    """Return the annotations of a page, Presentation 3.

    Args:
        document: the document.
        page: one of its pages.
        illustrations: those of the page, in order; noise is left out.
        runs: what the runs that they point to were.
        addresses: the maker of our own addresses.
        generated: when the machine found them, ISO 8601 in UTC; empty where that is not known.
        concept: finds a concept of the vocabulary by id; one that it does not find is called by its id.
        language: of the names of concepts.
        matches: those that show the same picture as another, by illustration.

    """
    writer = _Writer(document, page, runs, addresses, generated, concept, language)
    items = [
        note
        for shown in illustrations
        if shown.noise is None
        for note in writer.annotations(shown, matches.get(shown.id, ()))
    ]
    tree = blocks.annotation_page(addresses.annotations(document.id, page.key), items, label=ANNOTATIONS)
    return {"@context": [addresses.context(), PRESENTATION_3], **tree}


class _Writer:
    """Writes the annotations of the illustrations of one page."""

    def __init__(
        self,
        document: Document,
        page: Page,
        runs: Mapping[str, Run],
        addresses: Addresses,
        generated: str,
        concept: Callable[[str], ConceptNames | None],
        language: str,
    ) -> None:
        self._document, self._page, self._runs, self._addresses = document, page, runs, addresses
        self._generated, self._concept, self._language = generated, concept, language
        self._canvas = canvas_address(document, page, addresses)
        self._manifest = addresses.manifest(document.id)

    def annotations(self, shown: Illustration, matches: Sequence[Match]) -> list[Json]:
        target = blocks.region(self._canvas, self._manifest, blocks.publication_box(self._page, shown.box))
        notes = [self._region(shown, target)]
        if shown.caption:
            body = blocks.text_body(shown.caption, next(iter(self._document.languages), ""))
            notes.append(self._annotation(shown, "supplementing", ("caption",), body, target, shown.text_run))
        said = [label for label in shown.labels if (label.facet, label.concept) not in UNSHOWN]
        notes += [self._tag(shown, label, target) for label in (*said, *self._page.labels)]
        notes += self._colours(shown, target)
        notes += [note for label in shown.labels if (note := self._identity(shown, label, target))]
        notes += [self._seen(shown, seen) for seen in shown.detections]
        notes += [self._named(shown, name, target) for name in shown.mentions]
        notes += [self._same(shown, match, target) for match in matches]
        return notes

    def _region(self, shown: Illustration, target: Json) -> Json:
        word = _ILLUSTRATION.get(self._language, _ILLUSTRATION["en"])
        body = blocks.text_body(word, self._language if self._language in _ILLUSTRATION else "en")
        note = self._annotation(shown, "classifying", (), body, target, shown.region_run)
        called = shown.title or shown.caption
        return note | {"label": blocks.words(called)} if called else note

    def _tag(self, shown: Illustration, label: Label, target: Json) -> Json:
        degrees = label.facet == "rotation"
        body = blocks.text_body(f"{label.concept}°") if degrees else self._name(label.concept)
        note = self._annotation(shown, "tagging", (label.concept, label.run), body, target, label.run)
        return note | {"estampe:facet": label.facet, "estampe:confidence": round(label.confidence, 4)}

    def _colours(self, shown: Illustration, target: Json) -> list[Json]:
        """Return how many colours a picture has, and which, if its pixels were looked at."""
        if shown.pixels is None:
            return []
        mode = shown.pixels.colour_mode
        body = self._name(mode)
        note = self._annotation(shown, "tagging", ("colour_mode", shown.pixel_run), body, target, shown.pixel_run)
        palette = [{"estampe:colour": colour, "estampe:share": share} for colour, share in shown.pixels.palette]
        return [note | {"estampe:facet": "colour_mode", "estampe:palette": palette}]

    def _identity(self, shown: Illustration, label: Label, target: Json) -> Json | None:
        concept = self._concept(label.concept)
        if concept is None or not concept.wikidata:
            return None
        # The name stands beside the id: Mirador shows the value of each body.
        body = [{"type": "SpecificResource", "source": f"{_WIKIDATA}{concept.wikidata}"}, self._name(label.concept)]
        note = self._annotation(shown, "identifying", (label.concept, label.run), body, target, label.run)
        return note | {"estampe:confidence": round(label.confidence, 4)}

    def _seen(self, shown: Illustration, seen: Detection) -> Json:
        """Return what is seen inside an illustration; what tells it from its likes there is its box."""
        box = blocks.publication_box(self._page, seen.box)
        target = blocks.region(self._canvas, self._manifest, box)
        parts = (seen.concept, seen.run, seen.box.xywh)
        note = self._annotation(shown, "highlighting", parts, self._name(seen.concept), target, seen.run)
        return note | {"estampe:facet": seen.facet, "estampe:confidence": round(seen.confidence, 4)}

    def _named(self, shown: Illustration, name: Mention, target: Json) -> Json:
        parts = ("name", name.kind, name.run, name.field, str(name.start))
        note = self._annotation(shown, "tagging", parts, blocks.text_body(name.text), target, name.run)
        place = {"estampe:field": name.field, "estampe:start": name.start, "estampe:end": name.end}
        return note | {"estampe:facet": name.kind, **place}

    def _same(self, shown: Illustration, match: Match, target: Json) -> Json:
        other = match.other if match.one == shown.id else match.one
        body = {"id": self._addresses.illustration(other), "type": "Text", "format": "text/html"}
        note = self._annotation(shown, "linking", (other, match.run), body, target, match.run)
        return note | {"estampe:match": match.kind, "estampe:confidence": round(match.score, 4)}

    def _name(self, said: str) -> Json:
        concept = self._concept(said)
        if concept is None:
            return blocks.text_body(said)
        language = next((name for name in (self._language, "en", *concept.names) if concept.names.get(name)), "")
        return blocks.text_body(concept.names[language], language) if language else blocks.text_body(said)

    def _annotation(
        self, shown: Illustration, motivation: str, parts: tuple[str, ...], body: Any, target: Json, run: str
    ) -> Json:
        id_ = self._addresses.annotation(self._document.id, self._page.key, shown.id, motivation, *parts)
        return blocks.annotation(id_, motivation, body, target, **self._origin(run))

    def _origin(self, run: str) -> Json:
        """Return who said something: a person is its creator, a machine its generator."""
        if run.startswith(_PERSON):
            person = {"type": "Person", "name": run.removeprefix(_PERSON)}
            return {"creator": person, "estampe:origin": "person", "estampe:state": "accepted"}
        known = self._runs.get(run)
        # Runs that only repeat what the OCR marks are called so; everything else is a guess of a machine.
        origin = "ocr" if (known.name if known else run).startswith("ocr-") else "machine"
        said: Json = {"estampe:origin": origin, "estampe:state": "unreviewed"}
        if self._generated:
            said = {"generated": self._generated, **said}
        if known:
            generator = {"id": self._addresses.run(run), "type": "Software", "name": f"{known.name} {known.version}"}
            said = {"generator": generator, **said}
        return said
