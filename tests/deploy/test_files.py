"""What is deployed is well formed, exact, and open to the outside no further than it must be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from estampe.settings import Settings, variable_name
from tests.deploy.compose import FILE, ROOT, services

_BIN = Path(sys.executable).parent
_SET = {"ESTAMPE_BASE_URL": "https://pictures.example.org", "ESTAMPE_CONTACT": "library@example.org"}
SERVICES = services(_SET)


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def test_the_file_of_the_services_is_what_its_schema_says(tmp_path: Path) -> None:
    check = (_BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec")
    done = ran(*check, FILE)
    assert done.returncode == 0, done.stdout
    # And the schema does refuse what is mistyped.
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text("utf-8").replace("cap_drop:", "cap_dorp:"), "utf-8")
    assert ran(*check, wrong).returncode == 1


def test_the_file_of_the_image_is_what_the_linter_wants() -> None:
    done = ran(_BIN / "hadolint", "--failure-threshold", "style", ROOT / "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_what_must_be_told_is_asked_for() -> None:
    for name in _SET:
        with pytest.raises(KeyError, match=name):
            services({other: value for other, value in _SET.items() if other != name})


def test_images_are_named_by_exact_version() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", dockerfile, re.MULTILINE))
    started_from = [name for name in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE) if name not in stages]
    for image in [*started_from, *(service["image"] for service in SERVICES.values())]:
        assert re.search(r":\d+\.\d+\.\d+(-[\w-]+)?(@sha256:[0-9a-f]{64})?$|:15\.\d+-\w+$", image), image


def test_the_search_engine_is_the_one_that_is_tested() -> None:
    pom = (ROOT / "tests" / "elasticsearch" / "pom.xml").read_text("utf-8")
    assert SERVICES["elasticsearch"]["image"].split(":")[1] in pom


def test_nothing_but_the_web_is_open() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    (port,) = SERVICES["web"]["ports"]
    assert port == "0.0.0.0:8000:8000"
    assert yaml.safe_load(FILE.read_text("utf-8"))["networks"]["inside"]["internal"] is True
    for name in ("postgres", "elasticsearch", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_watched_and_started_again(name: str) -> None:
    service: dict[str, Any] = SERVICES[name]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] or name == "elasticsearch"
    assert service["restart"] == "unless-stopped" and service["logging"]["options"]["max-size"]
    assert service["healthcheck"]["test"] and set(service["deploy"]["resources"]["limits"]) == {
        "cpus",
        "memory",
        "pids",
    }
    assert "privileged" not in service


def test_no_secret_stands_in_the_environment() -> None:
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|_URL$|_KEY$")
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items() if "environment" in service else ():
            if secret.search(variable) and variable != "ESTAMPE_BASE_URL":
                assert variable.endswith("_FILE") and value.startswith("/run/secrets/"), f"{name}: {variable}"
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_the_settings_of_the_services_exist() -> None:
    known = {variable_name(setting.name) for setting in fields(Settings)}
    for service in SERVICES.values():
        for variable in service.get("environment", {}):
            assert not variable.startswith("ESTAMPE_") or variable.removesuffix("_FILE") in known, variable


def test_the_image_has_what_the_lock_says_and_nothing_more() -> None:
    whole = (ROOT / "requirements.lock").read_text("utf-8")
    some = (ROOT / "deploy" / "requirements.lock").read_text("utf-8")
    pins = re.findall(r"^\S+==\S+ \\\n(?:    --hash=\S+(?: \\)?\n)+", some, re.MULTILINE)
    assert len(pins) == some.count("==") and all(pin in whole for pin in pins)
    assert not re.search(r"^(pytest|mypy|hadolint|playwright)", some, re.MULTILINE)
    for lock in ("requirements.lock", "build.lock"):
        assert "://" not in (ROOT / "deploy" / lock).read_text("utf-8")


def test_what_the_image_is_made_of_is_not_left_out() -> None:
    kept = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert any(f"!{name.rstrip('/')}".startswith(rule) for rule in kept if rule.startswith("!")), name


def test_secrets_are_made_once_and_shut_away(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    for _ in range(2):
        assert ran("sh", ROOT / "deploy" / "make-secrets", folder).returncode == 0
    made = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    assert set(made) == set(yaml.safe_load(FILE.read_text("utf-8"))["secrets"])
    assert folder.stat().st_mode & 0o777 == 0o700 and len(set(made.values())) == len(made)
    password = made["postgres_password"].strip()
    assert re.fullmatch(r"[A-Za-z0-9]{48}", password)
    assert made["database_url"] == f"postgresql+psycopg://estampe:{password}@postgres:5432/estampe\n"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_the_units_are_what_systemd_wants(tmp_path: Path) -> None:
    units = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
    for unit in units:
        # The programs are not where they will be.
        text = unit.read_text("utf-8").replace("/opt/estampe/bin/estampe", "/bin/true")
        (tmp_path / unit.name.replace("@", "@some")).write_text(text, "utf-8")
    done = ran("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.glob("*.service")))
    assert done.returncode == 0 and not done.stderr, done.stderr
