"""docker-compose.yml as Compose reads it, and its commands as they can be run without Docker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")


def services(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the services, with the variables put in. Raises KeyError where one must be set and is not."""
    found: dict[str, Any] = _filled(yaml.safe_load(FILE.read_text("utf-8")), environment)["services"]
    return found


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, environment) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, environment) for one in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value(match, environment), value)
    return value


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    dollar, name, kind, text = match.groups()
    if dollar:
        return "$"
    if environment.get(name):
        return environment[name]
    if kind == "?":
        raise KeyError(f"{name}: {text}")
    return text or ""


def check(service: Mapping[str, Any]) -> list[str]:
    """Return the command that tells how a service fares."""
    kind, *rest = service["healthcheck"]["test"]
    return rest if kind == "CMD" else ["sh", "-c", *rest]
