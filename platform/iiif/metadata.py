"""The label and value pairs of a manifest, read by what their labels mean: title, date, author, language, holder…"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from .values import Json, entries
from .wording import label, language_map, links, plain, preferred

_LABELS = tomllib.loads(files(__package__).joinpath("labels.toml").read_text("utf-8"))
_MEANING = {written: meaning for meaning, labels in _LABELS.items() for written in labels}

_KINDS = tuple(
    (kind, re.compile(words))
    for kind, words in (
        # What Gallica calls its newspapers and magazines together.
        ("periodical", r"presse et revues"),
        ("newspaper", r"newspaper|journa(?:l|ux) quotidien|presse\b|zeitung"),
        ("magazine", r"magazine|\brevues?\b|zeitschrift"),
        ("periodical", r"periodical|\bperiodique|fascicule|\bserials?\b|journals?\b|publication en serie"),
        ("manuscript", r"manus[ck]ri|handschrift|codex|charter|letter"),
        ("map", r"\bmaps?\b|\bcartes?\b(?! postale)|cartograph|\batlas|\bkarten?\b|plans?\b"),
        ("music", r"music|musi[kq]|partition|\bscores?\b|\bnoten\b"),
        ("book", r"\bbooks?\b|monogra|\blivres?\b|\bbuch|texte imprime|printed text|imprim|druck|incunab|pamphlet"),
        ("image", r"\bimages?\b|still ?image|photogra|print|estampe|drawing|dessin|painting|peinture|poster|affiche"),
        ("image", r"grafik|lithograph|gravure|engraving|carte postale|postcard|portrait"),
    )
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value: ``meaning`` by labels.toml or empty; ``values`` plain, in one language; ``raw`` as is."""

    label: str
    meaning: str
    values: tuple[str, ...]
    raw: Any


class Metadata:
    """The pairs of a manifest, asked by meaning."""

    def __init__(self, manifest: Json) -> None:
        self.pairs = tuple(_read(manifest.get("metadata")))

    def values(self, meaning: str) -> list[str]:
        """Return what is said of a meaning, in order, each once."""
        return list(dict.fromkeys(value for pair in self.pairs if pair.meaning == meaning for value in pair.values))

    def first(self, meaning: str) -> str:
        """Return the first that is said of a meaning, empty where nothing is."""
        return next(iter(self.values(meaning)), "")

    def links(self, *meanings: str) -> list[str]:
        """Return the addresses that pairs of these meanings mention."""
        return [link for pair in self.pairs if pair.meaning in meanings for link in links(pair.raw)]

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Return all pairs as they may be shown, plain."""
        return tuple((pair.label, value) for pair in self.pairs for value in pair.values)


def document_kind(words: list[str]) -> str:
    """Return the kind of document (see `estampe.records.Document`) that words such as a type tell, empty for none."""
    folded = " ; ".join(_folded(word) for word in words)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "")


def _read(value: Any) -> Iterator[Pair]:
    for pair in entries(value):
        if not isinstance(pair, dict):
            continue
        written = language_map(pair.get("label"))
        labels = [plain(text) for said in written.values() for text in said]
        meaning = next((_MEANING[folded] for text in labels if (folded := _folded(text)) in _MEANING), "")
        said = tuple(filter(None, map(plain, preferred(language_map(pair.get("value"))))))
        if not meaning and re.search(r"catalogue record|catalog record|notice", _folded(" ".join(said))):
            meaning = "catalogue"
        yield Pair(label(pair.get("label")), meaning, said, pair.get("value"))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text[:500].replace("’", "'").strip(" :.*").lower())
    folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\s*\([^()]*\)", "", folded).strip()
