"""The administrator's page tells commands, settings, files and measurements as they are."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields

import click
import pytest
import yaml

from estampe.cli import main
from estampe.settings import Settings, variable_name
from tests.deploy.compose import ROOT
from tests.deploy.test_files import SERVICES

PAGE = (ROOT / "docs" / "administration.md").read_text("utf-8")
SHELL = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = sorted(set(re.findall(r"^(?:docker compose exec \S+ )?(estampe .+)$", SHELL, re.MULTILINE)))
FOLDER = ROOT / "deploy"


def parse(command: str) -> None:
    """Parse a command as the program does, without doing it."""
    group: click.Command = main
    _, *rest = shlex.split(command)
    context = click.Context(main, **main.context_settings)
    while isinstance(group, click.Group) and rest and rest[0] in group.commands:
        group = group.commands[rest.pop(0)]
        context = click.Context(group, parent=context, help_option_names=context.help_option_names)
    assert not isinstance(group, click.Group) or not rest, f"there is no command {rest}"
    group.parse_args(context, rest)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_given(command: str) -> None:
    parse(command)


def test_commands_in_the_text_and_the_units_can_be_given() -> None:
    assert len(COMMANDS) > 5
    for unit in (FOLDER / "systemd").glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/opt/estampe/bin/(estampe .+)$", unit.read_text("utf-8"), re.MULTILINE)
        parse(line.replace("%i", "cpu"))
    for name, service in SERVICES.items():
        if service["image"].startswith("estampe:"):
            parse(shlex.join(["estampe", *service["command"]]))
            assert f"--queues {name.removeprefix('worker-')}" in shlex.join(service["command"]) or name in {
                "web",
                "beat",
            }
    for command in re.findall(r"`(estampe [a-z][^`…]*)`", PAGE):
        words = [word for word in shlex.split(command) if not word.isupper()]
        assert words[1] in main.commands, command


def test_settings_exist() -> None:
    known = {variable_name(setting.name) for setting in fields(Settings)}
    told = [PAGE, *((FOLDER / name).read_text("utf-8") for name in ("compose.env", "systemd/estampe.env"))]
    for text in told:
        for variable in re.findall(r"\bESTAMPE_[A-Z_]+[A-Z]", text):
            assert variable.removesuffix("_FILE") in known, variable


def test_files_and_units_exist() -> None:
    for name in re.findall(r"\]\(\.\./([\w./-]+)\)", PAGE):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\bdeploy/[\w./-]*\w", SHELL):
        # Secrets are made.
        assert (ROOT / name).exists() or name == "deploy/secrets", name
    for name in set(re.findall(r"\bestampe-(?:web|beat|worker@)(?=\w*\b)", SHELL)):
        assert (FOLDER / "systemd" / f"{name}.service").exists(), name


def test_links_within_the_page_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) == headings


def test_measurements_exist() -> None:
    sources = "\n".join((ROOT / "platform" / name).read_text("utf-8") for name in ("metrics.py", "web/observing.py"))
    known = {name.removesuffix("_total") for name in re.findall(r'"(estampe_[a-z_]+)"', sources)}
    alerts = (FOLDER / "alerts.yml").read_text("utf-8")
    for text in (PAGE, alerts):
        for name in re.findall(r"\bestampe_[a-z_]+", text):
            assert re.sub(r"_(total|bucket)$", "", name) in known | {"estampe_inside", "estampe_home"}, name
    rules = yaml.safe_load(alerts)["groups"][0]["rules"]
    assert all(rule["expr"] and rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
