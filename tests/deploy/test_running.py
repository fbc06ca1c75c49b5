"""The services answer as docker-compose.yml starts them, and its own checks say so.

No container runs here. The commands, settings, secrets and checks are those of the file; ports, folders and names of
hosts are put in place of those that a container has to itself.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch as Client
from sqlalchemy.engine import make_url

from tests.deploy.compose import ROOT, check, services
from tests.services import Redis, free_port
from tests.services.processes import leashed, wait_until

_BIN = Path(sys.executable).parent
OURS = ("web", "worker-network", "worker-cpu", "beat")
SERVICES = services({"ESTAMPE_BASE_URL": "https://pictures.example.org", "ESTAMPE_CONTACT": "library@example.org"})


@dataclass(frozen=True)
class Place:
    """Where the services run instead of in containers: what stands there for what, and the secrets."""

    folder: Path
    instead: Mapping[str, str]
    #: The search engine is shared with other tests.
    index: str = field(default_factory=lambda: f"deploy-{uuid4().hex}")
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def here(self, text: str) -> str:
        # In one go: what was put in is not replaced again.
        return re.sub("|".join(map(re.escape, self.instead)), lambda match: self.instead[match[0]], text)

    def command(self, service: Mapping[str, Any]) -> list[str]:
        """Return what the container runs: `Dockerfile` begins the commands of ours with ``estampe``."""
        ours = ["estampe"] if service["image"].startswith("estampe:") else []
        return [self.here(part) for part in [*ours, *service["command"]]]

    def environment(self, service: Mapping[str, Any]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ESTAMPE_")}
        clean["PATH"] = f"{_BIN}:{clean['PATH']}"
        clean |= {"ESTAMPE_ELASTICSEARCH_INDEX": self.index, "TMPDIR": str(self.folder)}
        return clean | {name: self.here(str(value)) for name, value in service.get("environment", {}).items()}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        service = SERVICES[name]
        folder = self.folder / name
        folder.mkdir()
        command = ["env", *(f"{name}={value}" for name, value in self.environment(service).items())]
        self.started.append(leashed([*command, *self.command(service)], folder))
        return self.started[-1]

    def fit(self, name: str) -> bool:
        """Ask the service's own check."""
        service = SERVICES[name]
        command = [self.here(part) for part in check(service)]
        done = subprocess.run(command, env=self.environment(service), capture_output=True, timeout=30, check=False)
        return done.returncode == 0

    def wait(self, name: str) -> None:
        wait_until(lambda: self.fit(name), name, self.folder / name)


@pytest.fixture
def place(postgresql: str, elasticsearch: str, redis_server: Redis, tmp_path: Path) -> Iterator[Place]:
    # That Redis is installed is all that is asked of the fixture: this one is started as the file says.
    redis_server.stop()
    secrets = tmp_path / "secrets"
    subprocess.run(["sh", ROOT / "deploy" / "make-secrets", secrets], check=True, stdout=subprocess.DEVNULL)
    database = make_url(postgresql)
    web, measured, broker = free_port(), free_port(), free_port()
    search = elasticsearch.removeprefix("http://")
    instead = {
        "/run/secrets": str(secrets),
        "/var/lib/estampe": str(tmp_path / "home"),
        "/tmp/estampe-beat": str(tmp_path / "estampe-beat"),
        "/lists": str(tmp_path),
        "/etc/redis/redis.conf": str(tmp_path / "redis.conf"),
        "@postgres:5432/estampe": f"@{database.host}:{database.port}/{database.database}",
        "@elasticsearch:9200": f"@{search}",
        "@redis:6379": f"@127.0.0.1:{broker}",
        "127.0.0.1:9200": search,
        "port 6379": f"port {broker}",
        "bind * -::*": "bind 127.0.0.1",
        "6379": str(broker),
        "5432": str(database.port),
        "0.0.0.0": "127.0.0.1",
        "8000": str(web),
        "9100": str(measured),
    }
    there = Place(tmp_path, instead)
    for secret in secrets.iterdir():
        secret.chmod(0o644)
        secret.write_text(there.here(secret.read_text("utf-8")), "utf-8")
    (tmp_path / "redis.conf").write_text(there.here((ROOT / "deploy" / "redis.conf").read_text("utf-8")), "utf-8")
    yield there
    for process in there.started:
        process.terminate()
        process.wait(60)
    with Client(elasticsearch) as client:
        for name in client.indices.get(index=f"{there.index}-*"):
            client.indices.delete(index=name)
        client.options(ignore_status=404).indices.delete_index_template(name=there.index)


def answer(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as found:
            return found.status, found.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def counted(measured: str) -> float:
    """Return how many requests for pages were counted, by all processes of the web together."""
    _, text = answer(f"{measured}/metrics")
    lines = [
        line for line in text.splitlines() if line.startswith("estampe_http_requests_total") and "/{lang}/" in line
    ]
    return sum(float(line.split()[-1]) for line in lines)


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_the_services_come_up_together_and_go_down_in_peace(place: Place) -> None:
    for name in ("postgres", "elasticsearch"):
        assert place.fit(name), name
    place.start("redis")
    place.wait("redis")
    started = {name: place.start(name) for name in OURS}
    for name in OURS:
        place.wait(name)

    web, measured = (f"http://127.0.0.1:{place.instead[port]}" for port in ("8000", "9100"))
    status, text = answer(f"{web}/readyz")
    assert status == 200 and set(json.loads(text)["parts"]) == {"catalogue", "index", "broker"}
    assert answer(f"{web}/metrics")[0] == answer(f"{measured}/en/")[0] == 404

    for word in ("dog", "cat", "vase"):
        assert answer(f"{web}/en/search?q={word}")[0] == 200
    assert counted(measured) == 3
    # What a process counted is not lost with it.
    (master,) = children(started["web"].pid)
    for worker in children(master)[:2]:
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(children(master)) == 4 and place.fit("web"), "web", place.folder / "web")
    assert counted(measured) == 3

    for process in started.values():
        process.send_signal(signal.SIGTERM)
    assert {name: process.wait(90) for name, process in started.items()} == dict.fromkeys(OURS, 0)

    logs = {name: (place.folder / name / "log").read_text("utf-8") for name in OURS}
    lines = [json.loads(line) for line in logs["web"].splitlines() if line.startswith("{")]
    answered = [line for line in lines if line["logger"] == "estampe.access" and line["path"] == "/en/search"]
    assert len(answered) == 3 and all(line["request"] and line["network"] == "127.0.0.0/24" for line in answered)
    # All that is said can be read by programs, but for Celery's last word.
    said = [line for name in OURS[1:] for line in logs[name].splitlines() if line]
    assert [line for line in said if not line.startswith(("{", "worker: Warm shutdown"))] == []
    # Neither what readers look for, nor what is secret.
    assert not any(line.get("message", "").count("vase") for line in lines)
    for secret in ("postgres_password", "elastic_password", "redis_password", "secret_key"):
        value = (place.folder / "secrets" / secret).read_text("utf-8").split()[-1]
        assert not [name for name, log in logs.items() if value in log], secret


def test_the_web_says_when_what_it_needs_is_gone(place: Place) -> None:
    redis = place.start("redis")
    place.wait("redis")
    place.start("web")
    place.wait("web")
    redis.terminate()
    redis.wait(30)
    assert not place.fit("web")
    status, text = answer(f"http://127.0.0.1:{place.instead['8000']}/readyz")
    assert status == 503 and json.loads(text)["parts"]["broker"]["state"] == "down"
