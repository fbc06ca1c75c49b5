"""Elements told apart by their local names, for the dialects have different namespaces, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Attributes = dict[str, str]
Handler = Callable[[Attributes], None]


class Handlers:
    """What to do with elements, by their local names."""

    def __init__(self, by_name: Mapping[str, Handler]) -> None:
        self._by_name: dict[str, Handler] = {}
        self._by_tag: dict[str, Handler | None] = {}
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
        handler = self._by_tag[tag] = self._by_name.get(tag.rpartition("}")[2])
        return handler
