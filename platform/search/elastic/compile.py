"""A search as Elasticsearch understands it: the same one that `estampe.search.compile` makes for Tantivy."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, TypeAlias

from ..analysis import WAYS, search_terms
from ..concepts import meant
from ..contents import NOISE, PICTURE, hundredths
from ..grammar import How, Leaf, Term, Value, Without, parse
from ..names import FIELDS, LABEL_FACETS
from ..query import Query
from ..weighing import AS_PRINTED, TIE, WEIGHTS, is_little
from .mapping import PAGE, SPACE, WORDS, facet_field, text_field

Node: TypeAlias = dict[str, Any]
# BM25 in Lucene leaves out the factor (k1 + 1), which in Tantivy sets words against names of concepts.
_BM25: Final = 2.2
_EVERYTHING: Final[Node] = {"match_all": {}}


def shows(query: Query) -> Node:
    """Return what there is to be found: pictures, and what is none where that is asked for."""
    return {"terms": {"type": [PICTURE, NOISE] if query.noise else [PICTURE]}}


def words(query: Query) -> Node:
    """Return the words of a search, scored; facets, dates and kinds apart."""
    clauses = parse(query.text)
    fields = query.fields or FIELDS
    needed = [clause for clause in clauses if not is_little(clause)]
    must: list[Node] = []
    should: list[Node] = []
    for clause in clauses:
        node = _any(_leaf(leaf, fields, query.min_confidence) for leaf in clause.any)
        (should if needed and is_little(clause) else must).append(node)
    return {"bool": {"must": must or [_EVERYTHING], "should": should}}


def weighed(node: Node, filters: Sequence[Node]) -> Node:
    """Return a scored search in which larger pictures count for a little more, as in Tantivy: by log2(2 + weight)."""
    heavier = {"field_value_factor": {"field": "weight", "modifier": "ln2p"}, "weight": 1 / math.log(2)}
    whole = {"bool": {"must": [node], "filter": list(filters)}}
    return {"function_score": {"query": whole, "functions": [heavier], "boost_mode": "multiply"}}


def chosen(query: Query, facet: str) -> Node:
    """Return what the selection of a facet asks for."""
    return _values(facet, query.filters[facet], query.min_confidence)


def near(query: Query) -> list[Node]:
    """Return what likeness asks for: a vector in the space of the run, and to be another than what is to be like."""
    if query.near is None:
        return []
    spaced: Node = {"bool": {"filter": [{"term": {SPACE: query.near.run}}]}}
    if query.near.like:
        spaced["bool"]["must_not"] = [{"term": {"id": query.near.like}}]
    return [spaced]


def dates(query: Query) -> list[Node]:
    """Return what the dates asked for ask for; an uncertain date fits where any of its days does."""
    bounds = {"gte": query.date_from, "lte": query.date_to}
    given = {name: day.isoformat() for name, day in bounds.items() if day}
    return [{"range": {"dates": given | {"relation": "intersects"}}}] if given else []


def pages(document: str, text: str) -> Node | None:
    """Return the pages of a document that have all the words, None where no words are asked for."""
    parts = []
    for clause in parse(text):
        leaves = [leaf for leaf in clause.any if not isinstance(leaf, Value)]
        if leaves:
            parts.append(_any(_page_leaf(leaf) for leaf in leaves))
    if not parts:
        return None
    return {"bool": {"filter": [{"term": {"type": PAGE}}, {"term": {"document": document}}, *parts]}}


def has(facet: str, value: str) -> Node:
    """Return what has a value of a facet, however sure."""
    return {"term": {facet_field(facet): value}}


def sure(facet: str, confidence: float) -> Node:
    """Return the labels of a facet that are sure enough; of the nested documents themselves."""
    # As sure as `hundredths` says, which rounds down.
    least = (hundredths(confidence) - 1e-9) / 100
    return {"bool": {"filter": [{"term": {"labels.facet": facet}}, {"range": {"labels.confidence": {"gte": least}}}]}}


def _leaf(leaf: Leaf, fields: Collection[str], confidence: float) -> Node:
    if isinstance(leaf, Without):
        return _not(_leaf(leaf.node, fields, confidence))
    if isinstance(leaf, Value):
        return _constant(_values(leaf.facet, [leaf.value], confidence), 1.0)
    nodes = []
    for field in [leaf.field] if leaf.field else fields:
        if field == "label":
            nodes += [
                _constant(_values(value.facet, [value.value], confidence), WEIGHTS[field]) for value in meant(leaf)
            ]
        else:
            nodes += _term(leaf, [(text_field(field, way), way) for way in WAYS], WEIGHTS[field])
    return _best(nodes)


def _page_leaf(leaf: Term | Without) -> Node:
    if isinstance(leaf, Without):
        return _not(_page_leaf(leaf.node)) if isinstance(leaf.node, Term) else _EVERYTHING
    return _best(_term(leaf, [(text_field(WORDS, way), way) for way in WAYS], 1.0))


def _term(term: Term, fields: Iterable[tuple[str, str]], weight: float) -> list[Node]:
    """Return how a term may stand in each of the fields, given with the way in which they are analysed."""
    nodes = []
    for name, way in fields:
        words = search_terms(term.text, way)
        if not words or (way and not term.how.by_stems):
            continue
        boost = weight if way else weight * AS_PRINTED
        if term.how is How.FUZZY:
            # Several words, as in a hyphened name, must each be there.
            nodes.append(_all([_fuzzy(name, word[0], term.amount, boost) for word in words]))
        elif term.how is How.PREFIX:
            nodes.append(_all([*(_word(name, word, boost) for word in words[:-1]), _prefix(name, words[-1][0], boost)]))
        elif len(words) == 1:
            nodes.append(_word(name, words[0], boost))
        else:
            slop = term.amount if term.how is How.PHRASE else 0
            nodes.append(_phrase(name, [word[0] for word in words], slop, boost))
    return nodes


def _word(field: str, terms: Sequence[str], boost: float) -> Node:
    return _any({"term": {field: {"value": term, "boost": boost * _BM25}}} for term in terms)


def _fuzzy(field: str, term: str, distance: int, boost: float) -> Node:
    how = {"value": term, "fuzziness": distance, "transpositions": True, "rewrite": "constant_score", "boost": boost}
    return {"fuzzy": {field: how}}


def _prefix(field: str, term: str, boost: float) -> Node:
    return {"prefix": {field: {"value": term, "rewrite": "constant_score", "boost": boost}}}


def _phrase(field: str, terms: Sequence[str], slop: int, boost: float) -> Node:
    how = {"query": " ".join(terms), "analyzer": "whitespace", "slop": slop, "boost": boost * _BM25}
    return {"match_phrase": {field: how}}


def _values(facet: str, values: Iterable[str], confidence: float) -> Node:
    names = list(values)
    if facet in LABEL_FACETS and hundredths(confidence):
        said = sure(facet, confidence)
        said["bool"]["filter"].append({"terms": {"labels.concept": names}})
        return {"nested": {"path": "labels", "query": said, "score_mode": "none"}}
    return {"terms": {facet_field(facet): names}}


def _not(node: Node) -> Node:
    return {"bool": {"filter": [_EVERYTHING], "must_not": [node]}}


def _constant(node: Node, score: float) -> Node:
    return {"constant_score": {"filter": node, "boost": score}}


def _best(nodes: Sequence[Node]) -> Node:
    return {"dis_max": {"queries": list(nodes), "tie_breaker": TIE}} if nodes else {"match_none": {}}


def _any(nodes: Iterable[Node]) -> Node:
    given = list(nodes)
    return given[0] if len(given) == 1 else {"bool": {"should": given, "minimum_should_match": 1}}


def _all(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else {"bool": {"must": list(nodes)}}
