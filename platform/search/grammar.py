"""The small language of the search box.

::

    query  = clause { clause }                     all of them
    clause = term { ("OR" | "OU" | "ODER" | "|") term }    any of them
    term   = ["-"] [ name ":" ] what               "-" leaves out
    what   = word                                  with its inflections, accents or none
           | word "*"                              begins so
           | word "~" [ "1" | "2" ]                one or two letters off
           | '"' words '"' [ "~" number ]          in these very forms, one behind the other; with so many words between

A name is a text field (``caption:cheval``) or a facet (``object:horse``, which with ``-`` and ``OR`` says more than the
facets of the page can); ``document:`` is the text field. Names stand in small letters right before their word. One that
nobody knows is an error, and so is one without a word; but ``12:30``, ``Paris: la ville``, ``Paris:ville`` and
``https://…`` are words. Guillemets and curly quotation marks do as well as straight ones; what is not closed is an
error. An ``OR`` with nothing beside it is a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from ..errors import QueryError
from .documents import tidy
from .names import FACETS, FIELDS

MAX_TERMS: Final = 40
_MAX_BETWEEN = 20
_SAME = str.maketrans({**dict.fromkeys("«»“”„‟", '"'), **dict.fromkeys("’‘ʼ", "'")})
_TERM = re.compile(
    r"(?P<minus>-(?=[^\s-]))?(?:(?P<name>[^\W\d]+):(?=[^\s:]))?"
    r'(?:"(?P<phrase>[^"]*)(?P<closed>"?)(?P<between>~\S*)?|(?P<word>[^\s"]+))'
)
# What may be the value of a name; an address and the like go on otherwise.
_VALUE = re.compile(r'["\w]')
_FUZZY = re.compile(r"(?P<stem>.*[^~])~(?P<distance>[^~\s]*)", re.DOTALL)
# Names that may stand before a word.
_NAMES = tuple(dict.fromkeys((*FIELDS, *FACETS)))
_EITHER = frozenset({"OR", "OU", "ODER", "|"})
# What people write though it goes without saying.
_BOTH = frozenset({"AND", "ET", "UND", "&"})
# French words that lean on the next: who looks for "l'église" means the church.
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)", re.IGNORECASE)


class How(Enum):
    """How a term is looked for."""

    WORD = "word"
    PREFIX = "prefix"
    FUZZY = "fuzzy"
    PHRASE = "phrase"

    @property
    def by_stems(self) -> bool:
        """Whether other forms of the same word do as well."""
        return self is How.WORD


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found in a field (all that are searched where it is empty).

    ``amount`` is the letters that may differ (fuzzy), or the words that may stand between (phrase).
    """

    text: str
    how: How = How.WORD
    field: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a facet must have."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Without:
    """What must not be."""

    node: Term | Value


Leaf: TypeAlias = Term | Value | Without


@dataclass(frozen=True, slots=True)
class Clause:
    """Any of these."""

    any: tuple[Leaf, ...]


@lru_cache(maxsize=1000)
def parse(text: str) -> tuple[Clause, ...]:
    """Read a search; all clauses must be met, and none asks for everything.

    Raises:
        QueryError: with the place of what cannot be understood, counted in characters from 0.

    """
    clauses: list[tuple[Leaf, ...]] = []
    join = False
    matches = list(_TERM.finditer(text.translate(_SAME)))
    for index, match in enumerate(matches):
        between = bool(clauses) and not join and index < len(matches) - 1
        if between and match[0] in _EITHER:
            join = True
        elif not (between and match[0] in _BOTH) and (leaf := _leaf(match)):
            clauses[-1:] = [(*clauses[-1], leaf)] if join else [*clauses[-1:], (leaf,)]
            join = False
    if text.strip() and not clauses:
        raise QueryError(f"There is no word to look for in {text.strip()!r}.", "q", 0)
    if sum(map(len, clauses)) > MAX_TERMS:
        raise QueryError(
            f"The search has more than {MAX_TERMS} words; leave some out.", "q", matches[MAX_TERMS].start()
        )
    return tuple(Clause(clause) for clause in clauses)


def _leaf(match: re.Match[str]) -> Leaf | None:
    """Read one term, None where it holds no letter and no digit."""
    what = match["phrase"] if match["phrase"] is not None else match["word"]
    name = match["name"] or ""
    if match["closed"] == "":
        raise QueryError("The quotation mark is not closed.", "q", match.start("phrase") - 1, reason="quotation")
    if match["word"] and not name and what.endswith(":") and what[:-1] in _NAMES:
        raise _without_word(what[:-1], match)
    if name in FACETS and name not in FIELDS:
        value = tidy(what)
        if not value:
            raise _without_word(name, match)
        return Without(Value(name, value)) if match["minus"] else Value(name, value)
    if name and name not in FIELDS:
        if name.islower() and _VALUE.match(match.string, match.end("name") + 1):
            raise _unknown(name, match)
        what, name = f"{name}:{what}", ""
    if match["phrase"] is not None:
        between = match["between"] or ""
        term = Term(what, How.PHRASE, name, _number(between, match.end() - len(between), 0, _MAX_BETWEEN))
    elif fuzzy := _FUZZY.fullmatch(what):
        distance = f"~{fuzzy['distance']}"
        term = Term(
            _ELISION.sub("", fuzzy["stem"]), How.FUZZY, name, _number(distance, match.end() - len(distance), 1, 2)
        )
    elif what.endswith("*"):
        term = Term(_ELISION.sub("", what.rstrip("*")), How.PREFIX, name)
    else:
        term = Term(_ELISION.sub("", what), How.WORD, name)
    if not any(char.isalnum() for char in term.text):
        if name:
            raise _without_word(name, match)
        return None
    return Without(term) if match["minus"] else term


def _without_word(name: str, match: re.Match[str]) -> QueryError:
    message = f'Behind {name}: stands a word, without a space: {name}:horse. As a word it is "{name}".'
    return QueryError(message, "q", match.start(), reason="word", said=name)


def _unknown(name: str, match: re.Match[str]) -> QueryError:
    """Return the error that says which names there are."""
    message = f'There is no field or facet {name!r}. There are {", ".join(_NAMES)}. As words it is "{name}:…".'
    return QueryError(message, "q", match.start("name"), reason="field", said=name, known=_NAMES)


def _number(text: str, place: int, least: int, most: int) -> int:
    """Read the number behind a tilde, the least where there is none."""
    digits = text[1:]
    if not digits:
        return least
    if re.fullmatch(r"[0-9]{1,3}", digits) and least <= int(digits) <= most:
        return int(digits)
    raise QueryError(f"After ~ stands a number from {least} to {most}, not {digits!r}.", "q", place)
