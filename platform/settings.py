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
    elasticsearch_url: str = _setting("", "Elasticsearch's nodes, with commas between them; empty: an embedded index.")
    elasticsearch_api_key: str = _setting("", "Lets us into Elasticsearch where its URL has no user and password.")
    elasticsearch_ca: str = _setting("", "A file with the certificate that signs Elasticsearch's; empty: the system's.")
    elasticsearch_index: str = _setting("estampe", "What the names of our indexes in Elasticsearch begin with.")
    elasticsearch_shards: int = _setting(1, "Shards of an index in Elasticsearch, when it is made.")
    elasticsearch_replicas: int = _setting(0, "Copies of each shard in Elasticsearch; 1 or more survive a lost node.")
    broker_url: str = _setting("", "The Redis by which workers share work, and the pace of hosts; empty: one process.")
    broker_ca: str = _setting("", "A file of certificates, where Redis (rediss://) has one that no system knows.")
    lists: Path = _setting(Path("manifests"), "The folder of the lists that `estampe beat` has harvested again.")
    base_url: str = _setting("http://127.0.0.1:8000", "The public address, written into everything published.")
    contact: str = _setting("", "Mail or web address of the operator, told to every server asked.")
    offline: bool = _setting(False, "Ask nothing of the network: use files and the cache.")
    allow_private_addresses: bool = _setting(False, "Let the harvester ask servers on private networks.")
    requests_per_second: float = _setting(1.0, "The pace towards one host, unless the host asks for a slower one.")
    processes: int = _setting(0, "How many processes read pages in a long run; 0: one for each core.")
    gpu: bool = _setting(
        False, "Pages in files that models look at go to the workers of the queue gpu: there are some."
    )
    cache_bytes: int = _setting(20_000_000_000, "The ceiling of the cache of harvested answers, in bytes.")
    gallica_url: str = _setting("https://gallica.bnf.fr", "Where Gallica answers.")
    without: str = _setting(
        "", "Models that do not look, by commas; `all` for none at all (see `estampe run --without`)."
    )
    models: str = _setting("", "A list of models (TOML) that adds to Estampe's own or replaces entries of it.")
    languages: str = _setting("fr,en", "Languages of the pages, first the one for those who ask for no other.")
    secret_key: str = _setting("", "Signs what forms send; empty: made at first start and kept in the home folder.")
    log_format: str = _setting("text", "How the log is written: text, or json for one object a line.")
    log_level: str = _setting("warning", "The least that is logged: debug, info, warning or error.")
    metrics_host: str = _setting("127.0.0.1", "Where the measurements for Prometheus listen; never the open network.")
    metrics_port: int = _setting(0, "The port of the measurements for Prometheus; 0: there are none.")

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
        """Read ``ESTAMPE_…`` and ``ESTAMPE_…_FILE``; what is given stands above. Raises SettingsError naming it."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = _said(environment, setting.name)
            if text is not None:
                values[setting.name] = _parse(variable_name(setting.name), text, setting.default)
        return cls(**(values | {name: value for name, value in given.items() if value is not None}))


def variable_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"ESTAMPE_{name.upper()}"


def is_set(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether the environment gives a setting, by itself or as a file."""
    variable = variable_name(name)
    return variable in environment or f"{variable}_FILE" in environment


def _said(environment: Mapping[str, str], name: str) -> str | None:
    """Return what the environment says of a setting: by itself, or in a file that it names, as secrets are given."""
    variable = variable_name(name)
    by_file = f"{variable}_FILE"
    if by_file not in environment:
        return environment.get(variable)
    if variable in environment:
        raise SettingsError(f"{variable} and {by_file} are both set; leave one of them out")
    file = environment[by_file]
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise SettingsError(f"{by_file} is {file!r}, which cannot be read: {cause}") from error
    # A catalogue elsewhere, because a secret was not filled in, would be found out late.
    if not (text := text.removesuffix("\n").removesuffix("\r")):
        raise SettingsError(f"{by_file} is {file!r}, which is empty; write the value of {variable} into it")
    return text


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
