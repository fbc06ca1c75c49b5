"""The layout keeps its promises: imports point down, and nothing shadows Python's own modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "platform"

# From the top down. Parts of one level never import each other, unless the level is ordered.
LEVELS: list[tuple[str, ...]] = [
    ("cli",),
    ("cli_models", "cli_workers"),
    ("progress", "server", "housekeeping", "checking"),
    ("web", "worker"),
    ("pipeline",),
    ("harvest", "segmentation", "classify"),
    ("press",),
    ("datasets",),
    ("search",),
    ("catalogue",),
    ("iiif", "ocr", "images", "weights", "engines", "net", "vocabulary", "learning"),
    ("dates", "identity", "languages", "late", "logs", "metrics"),
    ("records", "settings"),
    ("said",),
    ("errors", "geometry"),
]
STAGES = {"harvest", "segmentation", "classify"}
STORES = {"datasets", "search", "catalogue"}

_OUTWARD = re.compile(r"(requests|urllib3|socket|httpx|aiohttp|http\.client|urllib\.request|ftplib|smtplib)\b")


def level(part: str) -> int:
    return next(place for place, parts in enumerate(LEVELS) if part in parts)


def modules() -> list[Path]:
    return sorted(path for path in PLATFORM.rglob("*.py") if "static" not in path.parts)


def imported_parts(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the parts of Estampe that a module imports, with the line."""
    package = path.relative_to(PLATFORM).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - (node.level - 1)]
            for target in [node.module] if node.module else [alias.name for alias in node.names]:
                yield (*base, *target.split("."))[0], node.lineno
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert not any(name.split(".")[0] == "estampe" for name in names), f"{path}:{node.lineno} is not relative"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PLATFORM)))
def test_imports_point_down(path: Path) -> None:
    part = path.relative_to(PLATFORM).with_suffix("").parts[0]
    for target, line in imported_parts(path):
        if target == part:
            continue
        assert level(target) > level(part), f"{path}:{line}: {part} must not import {target}"
        assert not (part in STAGES and target in STORES), f"{path}:{line}: a stage must not know a store"


def test_every_part_has_its_level() -> None:
    parts = {path.relative_to(PLATFORM).with_suffix("").parts[0] for path in modules()}
    assert parts <= {part for parts_ in LEVELS for part in parts_}


def test_platform_does_not_shadow_the_standard_library() -> None:
    assert not (PLATFORM / "__init__.py").exists()
    for folder in {path.parent for path in modules()} - {PLATFORM}:
        assert (folder / "__init__.py").exists() or folder.name == "versions", f"{folder} has no __init__.py"


def test_modules_stay_small() -> None:
    large = {str(path): count for path in modules() if (count := len(path.read_text("utf-8").splitlines())) > 400}
    assert not large, f"split these: {large}"


def test_only_the_door_opens_the_network() -> None:
    for path in modules():
        if path.relative_to(PLATFORM).parts[0] == "net":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            for name in names:
                assert not _OUTWARD.match(name), f"{path}:{node.lineno} imports {name}"
