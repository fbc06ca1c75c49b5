"""Runs the command as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMAND = Path(sys.executable).with_name("estampe")


@dataclass(frozen=True)
class Ran:
    status: int
    output: str
    errors: str


class Estampe:
    """The command with a home of its own."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ESTAMPE_")},
            "ESTAMPE_HOME": str(home),
            "ESTAMPE_REQUESTS_PER_SECOND": "1000",
            # Models take seconds to be read; tests of what they say ask for them.
            "ESTAMPE_WITHOUT": "all",
            "ESTAMPE_ALLOW_PRIVATE_ADDRESSES": "1",
            **environment,
        }

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [_COMMAND, *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, *arguments: str | Path, status: int = 0) -> Ran:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=600)
        assert process.returncode == status, f"status {process.returncode}\n{output}\n{errors}"
        return Ran(process.returncode, output, errors)

    def export(self) -> list[dict[str, Any]]:
        """Return what `estampe export illustrations` writes."""
        return [json.loads(line) for line in self("export", "illustrations").output.splitlines()]
