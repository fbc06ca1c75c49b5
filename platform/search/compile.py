"""A search as Tantivy understands it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from tantivy import FieldType, Occur, Schema
from tantivy import Query as Node

from .analysis import WAYS, search_terms
from .concepts import meant
from .contents import NOISE, PICTURE, hundredths
from .grammar import Clause, How, Leaf, Term, Value, Without, parse
from .names import FIELDS, LABEL_FACETS
from .query import Query
from .schema import NUMBER, ORDER_FIELDS, SPACE, facet_field, page_field, sure_field, sure_term, text_field
from .weighing import AS_PRINTED, TIE, WEIGHTS, is_little

_Part: TypeAlias = tuple[Occur, Node]
# So many values are faster one by one than as a set, which is gathered before it is met with anything else.
_FEW = 10


class Compiler:
    """Makes queries of Tantivy for one schema; the words of a search that is asked in several ways are made once.

    Args:
        schema: that of the index.

    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._made: dict[tuple[str, tuple[str, ...], float], list[_Part]] = {}

    def found(self, query: Query, *, without: str = "", dates: bool = True) -> Node:
        """Return what a search finds, cursor apart.

        Args:
            query: the search.
            without: a facet whose selection is passed over.
            dates: whether the dates asked for are heeded.

        """
        asked = (query.text, query.fields or FIELDS, query.min_confidence)
        if asked not in self._made:
            self._made[asked] = self._words(parse(query.text), *asked[1:])
        parts = [*self._made[asked]]
        if query.noise:
            parts.append(_must(Node.term_set_query(self._schema, "show", [PICTURE, NOISE])))
        else:
            parts.append(_must(Node.term_query(self._schema, "show", PICTURE, index_option="basic")))
        for facet, values in query.filters.items():
            if facet != without:
                parts.append(_must(self._values(facet, values, query.min_confidence)))
        if dates and query.date_from:
            parts.append(_must(self._from("day_last", query.date_from.toordinal())))
        if dates and query.date_to:
            parts.append(_must(self._up_to("day_first", query.date_to.toordinal())))
        if query.near:
            parts.append(_must(self.same(SPACE, query.near.run)))
            if query.near.like:
                parts.append((Occur.MustNot, self.same("id", query.near.like)))
        return Node.boolean_query(parts)

    def numbered(self, node: Node, numbers: Sequence[int]) -> Node:
        """Return what a query finds of what has vectors of these numbers."""
        return Node.boolean_query([(Occur.Must, node), _must(Node.term_set_query(self._schema, NUMBER, list(numbers)))])

    def behind(self, node: Node, order: str, key: int) -> Node:
        """Return what a query finds from a key of an order on, the key itself included."""
        return Node.boolean_query([(Occur.Must, node), _must(self._from(ORDER_FIELDS[order], key))])

    def pages(self, document: str, text: str) -> Node | None:
        """Return the pages of a document that have all the words, None where no words are asked for."""
        parts: list[_Part] = []
        for clause in parse(text):
            leaves = [leaf for leaf in clause.any if not isinstance(leaf, Value)]
            if leaves:
                parts.append((Occur.Must, _any(self._page_leaf(leaf) for leaf in leaves)))
        if not parts:
            return None
        parts.append(_must(Node.term_query(self._schema, facet_field("document"), document, index_option="basic")))
        parts.append(_must(Node.exists_query("number")))
        return Node.boolean_query(parts)

    def same(self, field: str, value: str) -> Node:
        """Return what has a value in a field of keywords."""
        return Node.term_query(self._schema, field, value, index_option="basic")

    def _words(self, clauses: Sequence[Clause], fields: Collection[str], confidence: float) -> list[_Part]:
        needed = [clause for clause in clauses if not is_little(clause)]
        parts: list[_Part] = []
        for clause in clauses:
            node = _any(self._leaf(leaf, fields, confidence) for leaf in clause.any)
            parts.append((Occur.Should if needed and is_little(clause) else Occur.Must, node))
        return parts

    def _leaf(self, leaf: Leaf, fields: Collection[str], confidence: float) -> Node:
        if isinstance(leaf, Without):
            return self._not(self._leaf(leaf.node, fields, confidence))
        if isinstance(leaf, Value):
            return Node.const_score_query(self._values(leaf.facet, [leaf.value], confidence), 1.0)
        nodes = []
        for field in [leaf.field] if leaf.field else fields:
            if field == "label":
                nodes += [
                    Node.const_score_query(self._values(value.facet, [value.value], confidence), WEIGHTS[field])
                    for value in meant(leaf)
                ]
            else:
                names = [(text_field(field, way), way) for way in WAYS]
                nodes += [Node.boost_query(node, WEIGHTS[field]) for node in self._term(leaf, names)]
        return Node.disjunction_max_query(nodes, TIE) if nodes else Node.empty_query()

    def _page_leaf(self, leaf: Term | Without) -> Node:
        if isinstance(leaf, Without):
            return self._not(self._page_leaf(leaf.node)) if isinstance(leaf.node, Term) else Node.all_query()
        nodes = self._term(leaf, [(page_field(way), way) for way in WAYS])
        return Node.disjunction_max_query(nodes, TIE) if nodes else Node.empty_query()

    def _term(self, term: Term, fields: Iterable[tuple[str, str]]) -> list[Node]:
        """Return how a term may stand in each of the fields, given with the way in which they are analysed."""
        nodes = []
        for name, way in fields:
            words = search_terms(term.text, way)
            if not words or (way and not term.how.by_stems):
                continue
            if term.how is How.FUZZY:
                # Several words, as in a hyphened name, must each be there.
                node = _all(Node.fuzzy_term_query(self._schema, name, word[0], distance=term.amount) for word in words)
            elif term.how is How.PREFIX:
                last = Node.fuzzy_term_query(self._schema, name, words[-1][0], distance=0, prefix=True)
                node = _all([*(self._word(name, word) for word in words[:-1]), last])
            elif len(words) == 1:
                node = self._word(name, words[0])
            else:
                slop = term.amount if term.how is How.PHRASE else 0
                node = Node.phrase_query(self._schema, name, [word[0] for word in words], slop=slop)
            nodes.append(node if way else Node.boost_query(node, AS_PRINTED))
        return nodes

    def _word(self, field: str, terms: Sequence[str]) -> Node:
        return _any(Node.term_query(self._schema, field, term, index_option="freq") for term in terms)

    def _values(self, facet: str, values: Iterable[str], confidence: float) -> Node:
        least = hundredths(confidence)
        names = list(values)
        if facet in LABEL_FACETS and least:
            terms = [sure_term(name, percent) for name in names for percent in range(least, 101)]
            return Node.term_set_query(self._schema, sure_field(facet), terms)
        if len(names) <= _FEW:
            return _any(self.same(facet_field(facet), name) for name in names)
        return Node.term_set_query(self._schema, facet_field(facet), names)

    def _not(self, node: Node) -> Node:
        return Node.boolean_query([(Occur.Must, Node.const_score_query(Node.all_query(), 0.0)), (Occur.MustNot, node)])

    def _from(self, field: str, least: int) -> Node:
        return Node.range_query(self._schema, field, FieldType.Integer, lower_bound=least)

    def _up_to(self, field: str, most: int) -> Node:
        return Node.range_query(self._schema, field, FieldType.Integer, upper_bound=most)


def _must(node: Node) -> _Part:
    """Ask for something without a word about how well it fits."""
    return Occur.Must, Node.const_score_query(node, 0.0)


def _any(nodes: Iterable[Node]) -> Node:
    given = list(nodes)
    return given[0] if len(given) == 1 else Node.boolean_query([(Occur.Should, node) for node in given])


def _all(nodes: Iterable[Node]) -> Node:
    given = list(nodes)
    return given[0] if len(given) == 1 else Node.boolean_query([(Occur.Must, node) for node in given])
