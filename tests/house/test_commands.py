"""Every command is documented, as it is."""

from __future__ import annotations

from pathlib import Path

from estampe.cli import main
from tests.house.commands import PAGE, commands, reference

_README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_reference_is_true() -> None:
    assert PAGE.read_text("utf-8") == reference(), "write it anew: python -m tests.house.commands"


def test_every_command_has_help_and_is_in_the_readme() -> None:
    readme = _README.read_text("utf-8")
    for name, command in commands(main, "estampe"):
        assert command.help, name
        assert all(getattr(option, "help", "") for option in command.params if option.param_type_name == "option"), name
        assert name in readme or name == "estampe demo", f"the README does not name {name}"
