"""The reference of the commands, from their own help: ``python -m tests.house.commands`` writes docs/commands.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from estampe.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
_HEAD = """# Commands

Exit status: 0 all done; 1 something was refused, failed or went wrong; 2 wrong use; 130 or 143 stopped by
a signal, with all done pages kept. What is odd or refused is a line on standard error that
names the document and the cause; data goes to standard output. Settings are [environment variables](settings.md).
"""


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with its full name."""
    if isinstance(command, click.Group):
        for key, child in sorted(command.commands.items()):
            yield from commands(child, f"{name} {key}")
    else:
        yield name, command


def reference() -> str:
    """Return the page."""
    parts = [_HEAD]
    for name, command in commands(main, "estampe"):
        settings = {**main.context_settings, "terminal_width": 100, "max_content_width": 100}
        with click.Context(command, info_name=name, **settings) as context:
            parts.append(f"\n## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference(), "utf-8")
