"""What npm built: style sheets and scripts by the name of their entry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for

_FOLDER = "build"
#: The font of the first title, which would jump if it came late.
_FIRST_FONT = "spectral-latin-400-normal"


@dataclass(frozen=True, slots=True)
class Asset:
    """An entry of the front end: the addresses of its script, its style sheets, and what they need at once.

    There are none where it was not built.
    """

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()


def asset(entry: str) -> Asset:
    """Return an entry: ``page``, ``viewer``, ``zoom`` or ``embed``. Every page works without it."""
    manifest = Path(str(current_app.static_folder)) / _FOLDER / "manifest.json"
    try:
        stamp = manifest.stat().st_mtime_ns
    except FileNotFoundError:
        return Asset()
    chunks = _chunks(manifest, stamp)
    name = f"src/{entry}/index.js"
    if name not in chunks:
        return Asset()
    reached = _reach(chunks, name)
    return Asset(
        scripts=(_address(chunks[name]["file"]),),
        styles=tuple(dict.fromkeys(_address(css) for chunk in reached for css in chunks[chunk].get("css", ()))),
        preloads=tuple(_address(chunks[chunk]["file"]) for chunk in reached if chunk != name),
        fonts=tuple(_address(file) for file in chunks[name].get("assets", ()) if _FIRST_FONT in file),
    )


@lru_cache(maxsize=4)
def _chunks(manifest: Path, stamp: int) -> dict[str, Any]:  # noqa: ARG001  # a new stamp is a new reading
    chunks: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    return chunks


def _reach(chunks: dict[str, Any], name: str) -> list[str]:
    """Return an entry and all that it imports at once, what is imported first."""
    reached: dict[str, None] = {}

    def visit(chunk: str) -> None:
        if chunk not in reached:
            for imported in chunks[chunk].get("imports", ()):
                visit(imported)
            reached[chunk] = None

    visit(name)
    return list(reached)


def _address(file: str) -> str:
    return url_for("static", filename=f"{_FOLDER}/{file}")
