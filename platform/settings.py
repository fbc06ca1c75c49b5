"""Every setting, read once from the environment; ``docs/settings.md`` lists them, and a test keeps it true."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import SettingsError


def _setting(default: Any, help_: str) -> Any:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. The variable of a field ``home`` is ``ESTAMPE_HOME``."""

    home: Path = _setting(Path("estampe-home"), "The folder that holds everything Estampe keeps.")
    database_url: str = _setting("", "The catalogue's database; empty: SQLite in the home folder.")
    elasticsearch_url: str = _setting(
        "", "Elasticsearch's nodes, with commas between them; empty: an embedded index."
    )
    elasticsearch_index: str = _setting("estampe", "What the names of our indexes in Elasticsearch begin with.")
    elasticsearch_shards: int = _setting(1, "Shards of an index in Elasticsearch, when it is made.")
    elasticsearch_replicas: int = _setting(0, "Copies of each shard in Elasticsearch; 1 or more survive a lost node.")
    broker_url: str = _setting("", "The Redis that hands work to workers; empty: all in one process.")
    base_url: str = _setting("http://127.0.0.1:8000", "The public address, written into everything published.")
    contact: str = _setting("", "Mail or web address of the operator, told to every server asked.")
    offline: bool = _setting(False, "Ask nothing of the network: use files and the cache.")
    allow_private_addresses: bool = _setting(False, "Let the harvester ask servers on private networks.")
    requests_per_second: float = _setting(1.0, "The pace towards one host, unless the host asks for a slower one.")
    processes: int = _setting(0, "How many processes read pages in a long run; 0: one for each core.")
    cache_bytes: int = _setting(20_000_000_000, "The ceiling of the cache of harvested answers, in bytes.")
    gallica_url: str = _setting("https://gallica.bnf.fr", "Where Gallica answers.")
    languages: str = _setting("fr,en", "Languages of the pages, first the one for those who ask for no other.")
    secret_key: str = _setting("", "Signs what forms send; empty: made at first start and kept in the home folder.")

    @property
    def catalogue_url(self) -> str:
        """The catalogue's database as SQLAlchemy wants it."""
        return self.database_url or f"sqlite:///{(self.home / 'catalogue.sqlite').absolute()}"

    @property
    def derivatives(self) -> Path:
        """The folder of crops, thumbnails and tiles, which may be deleted at any time."""
        return self.home / "derivatives"

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            variable = variable_name("base_url")
            raise SettingsError(f"{variable} is {self.base_url!r}; it must be as https://pictures.library.example")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
        """Read ``ESTAMPE_…``; what is given stands above. Raises SettingsError naming the variable."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            variable = variable_name(setting.name)
            if variable in environment:
                values[setting.name] = _parse(variable, environment[variable], setting.default)
        return cls(**(values | {name: value for name, value in given.items() if value is not None}))


def variable_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"ESTAMPE_{name.upper()}"


def _parse(variable: str, text: str, default: Any) -> Any:
    kind = type(default)
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise SettingsError(f"{variable} is {text!r}; it can be 1 or 0")
        return text.lower() in {"1", "true", "yes"}
    try:
        value: Any = Path(text) if issubclass(kind, Path) else kind(text)
    except ValueError as error:
        raise SettingsError(f"{variable} is {text!r}; it must be a number") from error
    # Some have 0 for what Estampe finds out by itself.
    if isinstance(value, (int, float)) and not (value > 0 or value == default):
        raise SettingsError(f"{variable} is {text!r}; it must be {'' if default else '0, or '}larger than 0")
    return value
