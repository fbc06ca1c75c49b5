"""Elements told apart by their local names, for the dialects have different namespaces, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .safexml import refuse_doctype

Attributes = dict[str, str]
Handler = Callable[[Attributes], None]


class Ear:
    """What the parser talks to: a target that holds handlers, and nothing else.

    lxml's parsers are rings with their targets, and stay in memory until the collector comes. So that a page does not,
    what was heard is held elsewhere.
    """

    def __init__(
        self,
        name: str,
        starts: Handlers,
        ends: Handlers | None = None,
        data: Callable[[str], None] | None = None,
    ) -> None:
        self._name = name
        self.start = starts.start()
        if ends is not None:
            self.end = ends.end()
        if data is not None:
            self.data = data

    def doctype(self, name: str | None, _public: str | None, _system: str | None) -> None:
        """Refuse the file."""
        refuse_doctype(self._name, name)

    def close(self) -> None:
        """Nothing is left to do at the end; lxml asks for the method."""


class Handlers:
    """What to do with elements, by their local names; ``first`` hears the name of the root before."""

    def __init__(self, by_name: Mapping[str, Handler], first: Callable[[str], None] | None = None) -> None:
        self._by_name: dict[str, Handler] = {}
        self._by_tag: dict[str, Handler | None] = {}
        self._first = first
        self.change(by_name)

    def change(self, by_name: Mapping[str, Handler]) -> None:
        """Put other handlers in the place of all that were."""
        self._by_tag.clear()
        self._by_name.clear()
        self._by_name.update(by_name)

    def start(self) -> Callable[[str, Attributes], None]:
        """Return what a parser's target calls as ``start``; a closure, because a page has 100,000 elements."""
        by_tag, find = self._by_tag, self._find

        def start(tag: str, attributes: Attributes) -> None:
            try:
                handler = by_tag[tag]
            except KeyError:
                handler = find(tag)
            if handler is not None:
                handler(attributes)

        return start

    def end(self) -> Callable[[str], None]:
        """Return what a parser's target calls as ``end``."""
        by_tag, find = self._by_tag, self._find

        def end(tag: str) -> None:
            try:
                handler = by_tag[tag]
            except KeyError:
                handler = find(tag)
            if handler is not None:
                handler({})

        return end

    def _find(self, tag: str) -> Handler | None:
        name = tag.rpartition("}")[2]
        if self._first is not None:
            self._first(name)
            self._first = None
        handler = self._by_tag[tag] = self._by_name.get(name)
        return handler
