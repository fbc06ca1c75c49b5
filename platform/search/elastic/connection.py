"""Speaking with Elasticsearch: what the settings say of it, and its errors as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from ...errors import DamagedIndexError, SettingsError, UnavailableIndexError
from ...settings import Settings, variable_name

if TYPE_CHECKING:
    from elasticsearch import ApiError, Elasticsearch

#: Seconds that one request may take: at most, where somebody waits for the answer, and the first of all.
PATIENCE: Final = 60.0
ASKING_PATIENCE: Final = 15.0
FIRST_PATIENCE: Final = 5.0
#: Answers that another attempt may not get: too much at once, and nodes that go or come.
PASSING: Final = frozenset({408, 413, 429, 502, 503, 504})
_URL = variable_name("elasticsearch_url")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class MissingIndexError(DamagedIndexError):
    """The index is not there: another took its place in this very moment, or there never was one."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of Elasticsearch: how to speak with it, and what to say of it."""

    client: Elasticsearch
    hosts: str

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn the client's errors into ours, which name the hosts and no secret.

        Raises:
            UnavailableIndexError: where no node answers, or the cluster cannot.
            SettingsError: where it is not Elasticsearch, or does not let us in.
            DamagedIndexError: where the index is not there, or not as we made it.

        """
        from elasticsearch import ApiError, TransportError, UnsupportedProductError

        try:
            yield
        except UnsupportedProductError as error:
            raise SettingsError(f"{_URL}: what answers at {self.hosts} is no Elasticsearch 8") from error
        except TransportError as error:
            raise UnavailableIndexError(f"{self._unavailable} {_cause(error)}") from error
        except ApiError as error:
            raise self._said(error) from error

    @property
    def _unavailable(self) -> str:
        return f"The search index does not answer: Elasticsearch at {self.hosts}."

    def _said(self, error: ApiError) -> Exception:
        status, kind = error.meta.status, _kind(error)
        if status in {401, 403}:
            who = "does not know us" if status == 401 else "does not let us do this"
            name = variable_name("elasticsearch_api_key")
            return SettingsError(f"Elasticsearch at {self.hosts} {who}: give a user and password in {_URL}, or {name}")
        if status in PASSING:
            return UnavailableIndexError(f"{self._unavailable} It says {kind}.")
        kind_of_error = MissingIndexError if status == 404 else DamagedIndexError
        return kind_of_error(
            f"The search index in Elasticsearch at {self.hosts} cannot be used: it says {kind}. "
            "Make it anew with: estampe index rebuild"
        )


def connect(settings: Settings) -> Cluster:
    """Make a client for the nodes that the settings name; nothing is asked of them yet.

    Raises:
        SettingsError: where an address or another of the settings cannot be used.

    """
    try:
        from elasticsearch import Elasticsearch
    except ImportError as error:
        raise SettingsError(f"{_URL} is set, but the client is not there: pip install 'estampe[cluster]'") from error
    if not _NAME.fullmatch(settings.elasticsearch_index):
        name = variable_name("elasticsearch_index")
        raise SettingsError(f"{name} is {settings.elasticsearch_index!r}; it has small letters, digits, - and _")
    nodes = [_node(address.strip()) for address in settings.elasticsearch_url.split(",") if address.strip()]
    if not nodes:
        raise SettingsError(f"{_URL} names no node; it must be as https://search.library.example:9200")
    login = next((node.login for node in nodes if node.login), None)
    if login and settings.elasticsearch_api_key:
        name = variable_name("elasticsearch_api_key")
        raise SettingsError(f"{_URL} has a user, and {name} is set too; leave one of them out")
    authority = settings.elasticsearch_ca
    if authority and not Path(authority).is_file():
        raise SettingsError(f"{variable_name('elasticsearch_ca')} is {authority!r}, which is no file")
    secure = {"ca_certs": authority} if authority else {}
    client = Elasticsearch(
        [node.address for node in nodes],
        basic_auth=login,
        api_key=settings.elasticsearch_api_key or None,
        request_timeout=PATIENCE,
        # Each node may be the one that has just gone.
        max_retries=max(3, len(nodes)),
        retry_on_timeout=False,
        retry_on_status=sorted(PASSING - {413}),
        **secure,  # type: ignore[arg-type]
    )
    return Cluster(client, ", ".join(node.address for node in nodes))


@dataclass(frozen=True, slots=True)
class _Node:
    address: str
    login: tuple[str, str] | None


def _node(given: str) -> _Node:
    """Read the address of a node: no message has what stands before its ``@``."""
    try:
        parts = urlsplit(given)
        port = parts.port or 9200
    except ValueError:
        raise SettingsError(f"{_URL} has an address whose port is no number") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"{_URL} has an address that is not as https://search.library.example:9200")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return _Node(f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}", login)


def _cause(error: Exception) -> str:
    """Say what went wrong on the way, without what a client's error may hold besides."""
    from elastic_transport import ConnectionTimeout, TlsError

    if isinstance(error, TlsError):
        return f"Its certificate cannot be trusted; {variable_name('elasticsearch_ca')} names who signs it."
    if isinstance(error, ConnectionTimeout):
        return "It takes too long."
    return "Nobody listens there, or the network does not lead there."


def _kind(error: ApiError) -> str:
    body = error.body
    said = body.get("error") if isinstance(body, dict) else None
    return str(said.get("type")) if isinstance(said, dict) else f"{error.meta.status}"
