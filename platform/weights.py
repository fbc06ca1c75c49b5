"""Weights of models by name: ``models.toml`` → a verified file, found when it is first needed.

A file is one of this machine (``path``), one that a Python package ships (``package`` and ``resource``; the package's
code is never imported), or one behind an address (``url``), which is asked for once and kept in the home folder.
Nothing is handed out whose SHA-256 is not the one written down.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import tempfile
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import EstampeError, ModelError, SettingsError
from .settings import Settings

#: Estampe's own list. Its paths lead to ``models/`` beside it.
OURS = Path(__file__).with_name("models.toml")
#: The ceiling of a file behind an address, in bytes.
CEILING = 4_000_000_000

_TEXTS = ("what", "version", "licence", "sha256", "path", "package", "resource", "url", "install")
_NEEDED = ("what", "version", "licence")
_HINT = "install the package, as `make install` does"


class Answer(Protocol):
    """What an address gave, on disk."""

    @property
    def path(self) -> Path:
        """The file."""


class Fetcher(Protocol):
    """What asks an address: the door to the network (see `estampe.net`)."""

    def get(self, address: str, *, limit: int) -> Answer:
        """Ask an address; ``limit`` in bytes. Raises NetworkError."""

    def forget(self, address: str) -> None:
        """Drop what was kept of an address: it turned out to be something else."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written of one model.

    One of ``path`` (as it is found from here), ``package`` with ``resource`` and ``url`` is not empty. ``sha256`` may
    be empty for a path alone. ``config`` is what else one must know to use it: the size of its input, outputs' names.
    """

    name: str
    what: str
    version: str
    licence: str
    sha256: str = ""
    path: str = ""
    package: str = ""
    resource: str = ""
    url: str = ""
    install: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where its file comes from, in words."""
        if self.package:
            return f"{self.resource} of the Python package {self.package}"
        return self.path or _without_password(self.url)


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a model is there: the size of its file in bytes, or why it cannot be used."""

    entry: Entry
    bytes: int = 0
    trouble: str = ""


class Models:
    """The models that are written down, by name. Safe to share between threads.

    Args:
        entries: what is written down.
        folder: where files from the network are kept.
        fetcher: asks an address; None: what is not there yet is missing.

    """

    def __init__(self, entries: Mapping[str, Entry], folder: Path, fetcher: Fetcher | None = None) -> None:
        self._entries, self._folder, self._fetcher = dict(entries), folder, fetcher
        self._fetching = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, fetcher: Fetcher | None = None) -> Models:
        """Read our list, and the operator's, which adds to it or replaces entries. Raises SettingsError."""
        entries = read_list(OURS)
        if settings.models:
            entries |= read_list(Path(settings.models))
        return cls(entries, settings.home / "models", fetcher)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is written of all of them, ours first."""
        return tuple(self._entries.values())

    def entry(self, name: str) -> Entry:
        """Return what is written of a model. Raises ModelError where nothing is."""
        if name not in self._entries:
            known = ", ".join(self._entries)
            raise ModelError(name, f"no list of models names it; they name {known or 'none'}")
        return self._entries[name]

    def file(self, name: str) -> Path:
        """Return the verified file, or folder of files. Raises ModelError."""
        entry = self.entry(name)
        if entry.url:
            return self._fetched(entry)
        file = _of_package(entry) if entry.package else Path(entry.path)
        if not (file.is_file() or file.is_dir()):
            remedy = entry.install or (
                _HINT if entry.package else "put the file there, or name another in ESTAMPE_MODELS"
            )
            raise ModelError(name, f"there is no {entry.place}", remedy)
        _verify(entry, file)
        return file

    def presences(self) -> list[Presence]:
        """Say of each model whether it is there; nothing is fetched."""
        return [self._presence(entry) for entry in self._entries.values()]

    def _presence(self, entry: Entry) -> Presence:
        if entry.url and not self._kept(entry).is_file():
            return Presence(entry, trouble="not fetched yet; `estampe models --fetch` does, or the run that needs it")
        try:
            file = self.file(entry.name)
        except ModelError as error:
            return Presence(entry, trouble=error.cause + (f" ({error.remedy})" if error.remedy else ""))
        return Presence(entry, sum(each.stat().st_size for each in _files(file)))

    def _kept(self, entry: Entry) -> Path:
        return self._folder / (entry.sha256[:16] + PurePosixPath(urlsplit(entry.url).path).suffix)

    def _fetched(self, entry: Entry) -> Path:
        kept = self._kept(entry)
        with self._fetching:
            if kept.is_file():
                _verify(entry, kept)
                return kept
            if self._fetcher is None:
                raise ModelError(entry.name, "it is not fetched yet", "`estampe models --fetch` fetches it")
            try:
                answer = self._fetcher.get(entry.url, limit=CEILING)
            except EstampeError as error:
                raise ModelError(entry.name, f"it cannot be fetched: {error}") from error
            try:
                _verify(entry, answer.path)
            except ModelError:
                self._fetcher.forget(entry.url)
                raise
            _copy(answer.path, kept, entry)
        return kept


def read_list(path: Path) -> dict[str, Entry]:
    """Read a list of models; relative paths in it count from its folder. Raises SettingsError saying what is wrong."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"the list of models {path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"the list of models {path} is no TOML: {error}") from error
    return {name: _entry(path, name, table) for name, table in tables.items()}


def _entry(path: Path, name: str, table: object) -> Entry:
    def wrong(cause: str) -> SettingsError:
        return SettingsError(f"the list of models {path}: [{name}] {cause}; docs/models.md tells how one is written")

    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
        raise wrong("is no name of a model: small letters, digits, hyphens and full stops make one")
    if not isinstance(table, dict):
        raise wrong("must be a table")
    if unknown := sorted(set(table) - {*_TEXTS, "config"}):
        raise wrong(f"has {unknown[0]!r}, which means nothing here")
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str) or "\0" in table.get(key, ""):
            raise wrong(f"has {key!r}, which must be text")
    if not isinstance(table.get("config", {}), dict):
        raise wrong("has 'config', which must be a table")
    if lacking := [key for key in _NEEDED if not table.get(key)]:
        raise wrong(f"lacks {lacking[0]!r}")
    entry = Entry(
        name=name,
        **{key: table.get(key, "") for key in _TEXTS},
        config=MappingProxyType(table.get("config", {})),
    )
    if cause := _wrong_place(entry):
        raise wrong(cause)
    return _from_its_folder(entry, path.parent)


def _wrong_place(entry: Entry) -> str:
    """Say what is wrong with where a model is said to be; empty where nothing is."""
    if sum(map(bool, (entry.path, entry.package, entry.url))) != 1:
        return "must have one of 'path', 'package' (with 'resource') and 'url'"
    if bool(entry.package) != bool(entry.resource):
        return "must have 'package' and 'resource' together"
    inside = PurePosixPath(entry.resource)
    if inside.is_absolute() or ".." in inside.parts:
        return f"has the resource {entry.resource!r}, which leads out of its package"
    if entry.sha256 and not re.fullmatch(r"[0-9a-f]{64}", entry.sha256):
        return "has a 'sha256' that is none: 64 digits and letters a to f"
    if not entry.sha256 and not entry.path:
        return "lacks 'sha256'; only a path may do without"
    if entry.url and urlsplit(entry.url).scheme not in {"http", "https"}:
        return "has a 'url' that is none of http or https; a file of this machine is a 'path'"
    return ""


def _from_its_folder(entry: Entry, folder: Path) -> Entry:
    if not entry.path:
        return entry
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return Entry(**values | {"path": str(folder / entry.path)})


def _of_package(entry: Entry) -> Path:
    """Return where a package's file must be, without importing the package."""
    try:
        return Path(str(importlib.metadata.distribution(entry.package).locate_file(entry.resource)))
    except importlib.metadata.PackageNotFoundError as error:
        cause = f"the Python package {entry.package} is not installed"
        raise ModelError(entry.name, cause, entry.install or _HINT) from error


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of the lines ``<SHA-256>  <relative path>`` of its files, sorted.

    Each is read once a process, unless its size or time changes. Raises OSError.
    """
    files = [(str(file.relative_to(path)), file) for file in _files(path)]
    key = (str(path), *((name, file.stat().st_size, file.stat().st_mtime_ns) for name, file in files))
    with _digesting:
        if key not in _digests:
            each = [(name, _sha256(file)) for name, file in files]
            lines = "".join(f"{found}  {name}\n" for name, found in each)
            _digests[key] = hashlib.sha256(lines.encode()).hexdigest() if path.is_dir() else each[0][1]
        return _digests[key]


_digests: dict[tuple[object, ...], str] = {}
_digesting = threading.Lock()


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _verify(entry: Entry, path: Path) -> None:
    """Raise ModelError for what is not as it is written down."""
    if not entry.sha256:
        return
    try:
        found = digest(path)
    except OSError as error:
        raise ModelError(entry.name, f"{entry.place} cannot be read: {error.strerror}") from error
    if found != entry.sha256:
        cause = f"{entry.place} is not what the list of models says: its SHA-256 is {found}, not {entry.sha256}"
        raise ModelError(entry.name, cause, "get the version that the list names, or correct the list")


def _copy(source: Path, target: Path, entry: Entry) -> None:
    """Put a fetched file where it stays; it is whole there, or not there."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
        try:
            with os.fdopen(descriptor, "wb") as stream, source.open("rb") as body:
                shutil.copyfileobj(body, stream, 1 << 20)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelError(entry.name, f"it cannot be kept in {target.parent}: {error.strerror}", "make room") from error


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
