"""What the repository promises about itself."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from estampe.errors import SettingsError
from estampe.settings import Settings, variable_name

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    """Return every file that git tracks; skips outside a checkout."""
    try:
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_locks_name_no_address_and_pin_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    requirements = re.findall(
        r"^([a-z0-9][\w.-]*)==[^\\\n]+\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", lock, re.MULTILINE
    )
    assert len(requirements) == len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE))
    assert '"resolved"' not in (ROOT / "mirador" / "package-lock.json").read_text("utf-8")


def test_no_large_file_is_committed() -> None:
    assert not [path for path in tracked() if path.stat().st_size > 12_000_000]


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for setting in fields(Settings):
        assert f"`{variable_name(setting.name)}`" in page, (
            f"docs/settings.md does not tell {variable_name(setting.name)}"
        )
        assert setting.metadata["help"] in page


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ESTAMPE_OFFLINE", "perhaps"), ("ESTAMPE_REQUESTS_PER_SECOND", "fast"), ("ESTAMPE_CACHE_BYTES", "-1")],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({variable: value})


def test_what_is_given_stands_above_the_environment() -> None:
    settings = Settings.from_environment({"ESTAMPE_HOME": "a", "ESTAMPE_OFFLINE": "1"}, home=Path("b"))
    assert settings.home == Path("b") and settings.offline
