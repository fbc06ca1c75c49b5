"""The indexes of a cluster that are ours: which of them is the current one, and how another takes its place.

``<prefix>`` is an alias of the current index, ``<prefix>-v1-3f9a…`` one of the mapping's version 1, and in
``<prefix>-rebuilding`` stands who makes one anew. All have what the template ``<prefix>`` says.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ...errors import SettingsError
from ...settings import Settings, variable_name
from .connection import Cluster, MissingIndexError
from .mapping import MAPPING_VERSION, template
from .place import Place

_WRITING = "Another process is writing into the search index. Try again later."
_REBUILDING = "Another process is making the search index anew. Wait until it has finished."


class Shelf:
    """The indexes of one prefix.

    Args:
        cluster: where they are.
        settings: name the prefix, and how many shards and copies a new index has.

    """

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self._cluster, self._settings = cluster, settings
        #: The alias of the current index.
        self.alias = settings.elasticsearch_index
        self._name = re.compile(rf"{re.escape(self.alias)}-v(\d+)-[0-9a-f]{{12}}")

    def current(self) -> str | None:
        """Return the current index, None where there is none of this version."""
        name = self._aliased()
        match = self._name.fullmatch(name or "")
        return name if match and int(match[1]) == MAPPING_VERSION else None

    def known(self) -> str:
        """Return the current index. Raises MissingIndexError where there is none."""
        if name := self.current():
            return name
        where = f"{self.alias} in Elasticsearch at {self._cluster.hosts}"
        raise MissingIndexError(f"There is no search index {where}. Make it with: estampe index rebuild")

    def place(self, index: str) -> Place:
        """Return the place that an index has reached."""
        return Place(self._cluster, index, _WRITING)

    def new(self) -> str:
        """Make an empty index of the present settings, and return its name."""
        name = f"{self.alias}-v{MAPPING_VERSION}-{secrets.token_hex(6)}"
        client = self._cluster.client
        with self._cluster.explaining():
            client.indices.put_index_template(name=self.alias, **template(self._settings))
            client.indices.create(index=name)
        self.place(name).create()
        return name

    def swap(self, index: str) -> None:
        """Make an index the current one, at once for everybody, and remove the one that was."""
        old = self._aliased()
        actions = [{"add": {"index": index, "alias": self.alias}}, *([{"remove_index": {"index": old}}] if old else [])]
        with self._cluster.explaining():
            self._cluster.client.indices.update_aliases(actions=actions)

    def sweep(self) -> None:
        """Remove all indexes but the current one: what attempts that did not come to their end have left."""
        from elasticsearch import NotFoundError

        client = self._cluster.client
        with self._cluster.explaining():
            current = self._aliased()
            found = client.indices.get(index=f"{self.alias}-v*", features="aliases")
            for name in found:
                if name != current and self._name.fullmatch(name):
                    with suppress(NotFoundError):
                        client.indices.delete(index=name)

    @contextmanager
    def rebuilding(self, patience: float = 0.0) -> Iterator[None]:
        """Be the only one who makes the index anew.

        Raises:
            BusyError: where another has not finished after so many seconds.

        """
        from elasticsearch import BadRequestError

        name = f"{self.alias}-rebuilding"
        client = self._cluster.client
        with self._cluster.explaining():
            client.indices.put_index_template(name=self.alias, **template(self._settings))
            if not client.indices.exists(index=name):
                # Another may be quicker.
                with suppress(BadRequestError):
                    client.indices.create(index=name)
        place = Place(self._cluster, name, _REBUILDING)
        place.create()
        with place.held(patience):
            yield

    def _aliased(self) -> str | None:
        from elasticsearch import NotFoundError

        with self._cluster.explaining():
            try:
                found = self._cluster.client.indices.get_alias(name=self.alias)
            except NotFoundError:
                if self._cluster.client.indices.exists(index=self.alias):
                    name = variable_name("elasticsearch_index")
                    raise SettingsError(f"{name} is {self.alias!r}, which is an index of somebody else's") from None
                return None
        return next(iter(found), None)
